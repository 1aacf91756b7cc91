"""The common look: style, colours, saving."""

import logging
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, StrMethodFormatter
from PIL import Image

from sim.errors import of_file

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


PRECISION = "computing precision (95 %)"
"""What every figure calls the interval within which a number was computed."""

EAST_ASIA = (
    "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans JP",
    "Noto Sans KR", "Noto Sans SC", "Noto Sans TC", "Source Han Sans", "Source Han Sans JP",
    "IPAexGothic", "IPAGothic", "IPAPGothic", "VL Gothic", "TakaoGothic", "Hiragino Sans",
    "Yu Gothic", "Meiryo", "MS Gothic", "Apple SD Gothic Neo", "AppleGothic", "Malgun Gothic",
    "NanumGothic", "UnDotum", "PingFang SC", "PingFang HK", "Heiti TC", "Songti SC",
    "Hiragino Sans GB", "Microsoft YaHei", "Microsoft JhengHei", "SimHei", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
"""Fonts with the letters of East Asia, as systems have them."""

COLOURS = 256
"""Colours of a PNG."""


@contextmanager
def style(width: float = WIDE) -> Iterator[None]:
    """Draw in the common style, on pages of this width in inches, in the user's own fonts first."""
    fonts = families()
    with mpl.rc_context(fname=STYLE), missing_letters():
        mpl.rcParams["font.family"] = fonts
        height = mpl.rcParams["figure.figsize"][1]
        mpl.rcParams["figure.figsize"] = (width, height)
        yield


def families() -> list[str]:
    """Give the fonts that letters are looked for in, one after the other.

    First what the user's settings of matplotlib name, then the one that comes with matplotlib,
    then those of this machine that have the letters of East Asia.
    """
    there = set(font_manager.get_font_names())
    if not there & set(EAST_ASIA):
        there |= _new()
    said: Any = mpl.rcParams
    usual: Any = mpl.rcParamsDefault
    lists = {name: said[f"font.{name}"] for name in said["font.family"] if f"font.{name}" in said}
    same = said["font.family"] == usual["font.family"]
    same &= all(fonts == usual[f"font.{name}"] for name, fonts in lists.items())
    own = [] if same else [f for name in said["font.family"] for f in lists.get(name, [name])]
    wanted = [*own, "DejaVu Sans", *EAST_ASIA]
    return [name for name in dict.fromkeys(wanted) if name in there]


@cache
def _new() -> set[str]:
    """Add fonts of East Asia that were installed after matplotlib made its list; give them."""
    found = set()
    listed = {entry.fname for entry in font_manager.fontManager.ttflist}
    for file in sorted(set(font_manager.findSystemFonts()) - listed):
        with suppress(OSError, RuntimeError):
            name = font_manager.get_font(file).family_name
            if name in EAST_ASIA:
                font_manager.fontManager.addfont(file)
                found.add(name)
    return found


@contextmanager
def missing_letters() -> Iterator[None]:
    """Say in one sentence which letters no font here has, instead of a warning for each."""
    fonts = logging.getLogger("matplotlib.font_manager")
    level = fonts.level
    fonts.setLevel(logging.ERROR)  # that a font is not bold, too
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
    finally:
        fonts.setLevel(level)
    letters: dict[str, None] = {}
    for each in caught:
        number = re.match(r"Glyph (\d+) ", str(each.message))
        if number is None:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
        else:
            letters[chr(int(number[1]))] = None
    _say([letter for letter in letters if letter not in _BOXES])


_BOXES: set[str] = set()
"""Letters of which this process has said that they are drawn as boxes."""


def _say(letters: Sequence[str]) -> None:
    """Say which letters are drawn as boxes, beside those that were named before."""
    _BOXES.update(letters)
    if letters and sys.stderr is not None:
        sys.stderr.write(
            f"tariff-talks: no font on this machine has the letters {''.join(letters)}, which are "
            "drawn as boxes; install one, such as Noto Sans CJK, or name yours in matplotlibrc "
            "(font.family)\n"
        )


def save(drawn: Figure, path: Path, kinds: tuple[str, ...] = ("png", "svg")) -> list[Path]:
    """Save a figure as PNG, SVG or PDF, the same bytes every time; give the files."""
    files = [path.with_name(f"{path.name}.{kind}") for kind in kinds]
    with missing_letters():
        for file, kind in zip(files, kinds, strict=True):
            with of_file(file):
                _save_as(kind, drawn, file)
    return files


def _save_as(kind: str, drawn: Figure, file: Path) -> None:
    if kind == "png":
        _save_png(drawn, file)
    elif kind == "pdf":
        drawn.savefig(file, metadata={"CreationDate": None})
    else:
        drawn.savefig(file, metadata={"Date": None, "Creator": None})


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


def stretch(axes: Axes, scale: str, **arguments: float) -> None:
    """Give the x axis a logarithmic scale whose numbers are written out: 0.1, 100, 1,000.

    Matplotlib would write powers of ten as mathematics, which no text of a figure is read as.
    """
    axes.set_xscale(scale, **arguments)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
