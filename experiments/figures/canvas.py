"""The common look: style, colours, saving."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

STYLE = Path(__file__).with_name("tariff_talks.mplstyle")

WIDE, NARROW = 7.2, 4.2
"""Inches: two columns of a journal, and a phone."""

BLUE, SKY, GREEN, ORANGE, RED, PINK, GREY, DARK = (
    "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#DCDCDC", "#555555",
)  # fmt: skip
"""Colours that the colour-blind can tell apart: Okabe and Ito (2008), and two greys."""

LINES = (BLUE, ORANGE, GREEN, PINK, RED, SKY)
MARKERS = ("o", "s", "^", "D", "v", "P")
STYLES = ("-", "--", ":", "-.")


COLOURS = 256
"""Colours of a PNG."""


@contextmanager
def style(width: float = WIDE) -> Iterator[None]:
    """Draw in the common style, on pages of this width in inches."""
    with mpl.rc_context(fname=STYLE):
        height = mpl.rcParams["figure.figsize"][1]
        mpl.rcParams["figure.figsize"] = (width, height)
        yield


def save(drawn: Figure, path: Path, kinds: tuple[str, ...] = ("png", "svg")) -> list[Path]:
    """Save a figure as PNG, SVG or PDF, the same bytes every time; give the files."""
    files = [path.with_name(f"{path.name}.{kind}") for kind in kinds]
    for file, kind in zip(files, kinds, strict=True):
        if kind == "png":
            _save_png(drawn, file)
        elif kind == "pdf":
            drawn.savefig(file, metadata={"CreationDate": None})
        else:
            drawn.savefig(file, metadata={"Date": None, "Creator": None})
    return files


def _save_png(drawn: Figure, file: Path) -> None:
    """Save a figure as PNG with a palette: a third of the bytes, and nothing that shows is lost."""
    dots = mpl.rcParams["savefig.dpi"]
    drawn.set_dpi(dots)
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    few = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(file, "PNG", dpi=(dots, dots))


def nth(n: int) -> dict[str, str]:
    """Give colour, marker and line of the n-th of several curves."""
    turn = n // len(LINES)
    return {
        "color": LINES[n % len(LINES)],
        "marker": MARKERS[n % len(MARKERS)],
        "linestyle": STYLES[turn % len(STYLES)],
    }
