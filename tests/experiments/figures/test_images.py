"""Every figure looks as it did: small pictures of made-up results, compared with some tolerance.

Pictures are compared without words and legends, since every version of matplotlib sets letters a
little differently – other tests look at those – and after averaging over blocks of pixels. Nothing
may move, change its colour or be missing.
To draw the pictures anew after a change that is meant:

    REDRAW=1 pytest tests/experiments/figures/test_images.py

and look at them before they are committed.
"""

import io
import os
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from experiments.figures import FIGURES, Results
from experiments.figures.canvas import style
from tests.experiments.figures.made import ARGUMENTS

BASELINE = Path(__file__).with_name("baseline")
DOTS, BLOCK = 50, 8
MEAN, MOST = 0.004, 0.2
"""How far pictures may be apart, of 1: on average, and in a block."""


def picture(drawn: Figure) -> np.ndarray:
    """Give the pixels of a figure, (rows, columns, 3), in 0..1, drawn small."""
    for artist in [*drawn.findobj(Text), *drawn.legends]:
        artist.set_visible(False)
    file = io.BytesIO()
    drawn.savefig(file, dpi=DOTS, metadata={"Software": None})
    file.seek(0)
    return matplotlib.image.imread(file)[:, :, :3]


def blocks(pixels: np.ndarray) -> np.ndarray:
    """Average over blocks of pixels; what is left over at the edges is left out."""
    rows, columns = (size // BLOCK for size in pixels.shape[:2])
    cut = pixels[: rows * BLOCK, : columns * BLOCK]
    return cut.reshape(rows, BLOCK, columns, BLOCK, 3).mean(axis=(1, 3))


def apart(here: np.ndarray, there: np.ndarray) -> tuple[float, float]:
    """Give how far pictures are apart, on average and at most; 1 if their sizes differ."""
    if any(abs(a - b) > 2 for a, b in zip(here.shape, there.shape, strict=True)):
        return 1.0, 1.0
    rows, columns = (min(a, b) for a, b in zip(here.shape[:2], there.shape[:2], strict=True))
    difference = np.abs(blocks(here[:rows, :columns]) - blocks(there[:rows, :columns]))
    return float(difference.mean()), float(difference.max())


def draw(results: Results, name: str) -> Figure:
    table = FIGURES[name].numbers(results, **ARGUMENTS.get(name, {}))
    with style():
        return FIGURES[name].draw(results, table)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.one_in(2)
def test_the_figure_looks_as_it_did(
    name: str, made: Results, numbered: Results, tmp_path: Path
) -> None:
    with style():
        now = picture(draw(numbered if name == "shares" else made, name))
    file = BASELINE / f"{name}.png"
    if os.environ.get("REDRAW"):
        BASELINE.mkdir(exist_ok=True)
        matplotlib.image.imsave(file, now, metadata={"Software": ""})
    before = matplotlib.image.imread(file)[:, :, :3]
    mean, most = apart(now, before)
    if mean > MEAN or most > MOST:
        matplotlib.image.imsave(tmp_path / f"{name}.png", now)
    assert (mean <= MEAN, most <= MOST) == (True, True), (
        f"{name}: {mean:.3f} apart on average, {most:.2f} in a block; compare {file} with "
        f"{tmp_path / f'{name}.png'}, and if the change is meant: REDRAW=1 pytest {__file__}"
    )


def test_a_change_is_found_out(made: Results) -> None:
    with style():
        before = picture(draw(made, "status"))
        table = FIGURES["status"].numbers(made)
        table.loc[0, "deal with a cut"] += 0.2
        table.loc[0, "expired"] -= 0.2
        now = picture(FIGURES["status"].draw(made, table))
    _, most = apart(now, before)
    assert most > MOST, "a bar that is a fifth longer"
    assert apart(before, before) == (0, 0)
