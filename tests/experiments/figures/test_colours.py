"""What a legend tells apart by colour can be told apart by the colour-blind, and mostly in grey."""

from collections.abc import Callable
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.collections import Collection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.figures import FIGURES, Results
from experiments.figures.canvas import LINES, style
from experiments.figures.status import KINDS
from tests.experiments.figures.made import ARGUMENTS

SEEN = {
    "as it is": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
"""How linear RGB is seen: Machado, Oliveira and Fernandes (2009), severity 1."""

LEAST = 12.0
"""Distance in CIE Lab (1976) at which areas are clearly different; 2 is just noticeable."""


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Give linear RGB as CIE Lab, white point D65."""
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
         [0.0193339, 0.1191920, 0.9503041]]
    )  # fmt: skip
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def nearest(colours: list[str], seen: str) -> tuple[float, tuple[str, str]]:
    """Give the smallest distance between colours as someone sees them, and the pair."""
    points = {colour: lab(SEEN[seen] @ linear(colour)) for colour in colours}
    return min(
        (float(np.linalg.norm(points[a] - points[b])), (a, b)) for a, b in combinations(points, 2)
    )


def looks(drawn: Figure) -> list[tuple[str, object]]:
    """Give colour and shape (marker and line, or area) of every legend entry."""
    found: list[tuple[str, object]] = []
    for legend in drawn.legends:
        for handle in legend.legend_handles:
            if isinstance(handle, Line2D):
                shape = (handle.get_marker(), handle.get_linestyle(), handle.get_linewidth())
                found.append((to_hex(handle.get_color()), shape))
            elif isinstance(handle, Patch | Collection):
                found.append((to_hex(handle.get_facecolor()), "area"))
    return found


def to_hex(colour: object) -> str:
    from matplotlib.colors import to_hex as hexadecimal

    return hexadecimal(colour)


def numbers(name: str, results: Results) -> pd.DataFrame:
    return FIGURES[name].numbers(results, **ARGUMENTS.get(name, {}))


Looked = Callable[[str], list[tuple[str, object]]]


@pytest.fixture(scope="module")
def looked(made: Results) -> Looked:
    """Draw a figure once, and give how the entries of its legend look."""

    @cache
    def entries(name: str) -> list[tuple[str, object]]:
        with style():
            drawn = FIGURES[name].draw(made, numbers(name, made))
        pyplot.close(drawn)
        return looks(drawn)

    return entries


@pytest.mark.slow
@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("name", [name for name in FIGURES if name != "shares"])
def test_colours_of_a_legend_can_be_told_apart(name: str, seen: str, looked: Looked) -> None:
    entries = looked(name)
    alike = {shape for _, shape in entries}
    for shape in alike:
        colours = sorted({colour for colour, other in entries if other == shape})
        if len(colours) > 1:
            distance, pair = nearest(colours, seen)
            assert distance > LEAST, f"{pair} seen with {seen}"


@pytest.mark.parametrize("seen", SEEN)
def test_the_palettes_hold_together(seen: str) -> None:
    assert nearest(list(LINES), seen)[0] > LEAST
    assert nearest([colour for colour, _ in KINDS.values()], seen)[0] > LEAST


def test_alike_colours_are_found_out() -> None:
    distance, _ = nearest(["#7A9A01", "#C08A00"], "deuteranopia")
    assert distance < LEAST
    assert nearest(["#7A9A01", "#C08A00"], "as it is")[0] > LEAST


@pytest.mark.slow
def test_curves_differ_in_grey_as_well(looked: Looked) -> None:
    """Curves of one figure have different markers or lines: colour is never the only difference."""
    for name in ("price", "rivalry", "chance_and_terms", "terms", "concessions"):
        shapes = [shape for _, shape in looked(name) if shape != "area"]
        assert len(set(shapes)) == len(shapes), name


def test_ends_of_talks_differ_in_grey() -> None:
    """The commonest ends – a cut, none, no deal – are of clearly different lightness."""
    lightness = [
        lab(linear(KINDS[k][0]))[0] for k in ("deal with a cut", "deal without", "expired")
    ]
    assert np.diff(lightness).min() > 15
