"""Every figure is drawn, within its edges; no words lie over others, no legend over data."""

from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from experiments.figures import FIGURES, Results, make
from experiments.figures.canvas import NARROW, WIDE, style
from experiments.figures.page import Page
from experiments.figures.pictures import Picture, draw_all


def words(drawn: Figure) -> list[tuple[str, Bbox]]:
    """Give every visible text of a figure with its box, in pixels."""
    drawn.draw_without_rendering()
    texts = drawn.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
    beyond = out_of_view(drawn)
    found = {}
    for text in texts:
        said = text.get_text().strip()
        if said and text not in beyond:
            box = text.get_window_extent()
            found[said, round(box.x0), round(box.y0)] = box
    return [(key[0], box) for key, box in found.items()]


def out_of_view(drawn: Figure) -> list[Text]:
    """Give the labels of ticks beyond the limits of their axis: they are not drawn."""
    labels = []
    for axes in drawn.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                    labels += [tick.label1, tick.label2]
    return labels


Words = list[tuple[str, Bbox]]


def overlapping(said: Words) -> list[tuple[str, str]]:
    """Give the pairs of texts that cover each other by more than a pixel."""
    pairs = []
    for (a, here), (b, there) in combinations(said, 2):
        shared = Bbox.intersection(here, there)
        if shared is not None and min(shared.width, shared.height) > 1:
            pairs.append((a, b))
    return pairs


def outside(said: Words, edge: Bbox) -> list[str]:
    """Give the texts that leave the figure."""
    return [
        word
        for word, box in said
        if box.x0 < edge.x0 - 1 or box.x1 > edge.x1 + 1 or box.y0 < -1 or box.y1 > edge.y1 + 1
    ]


def covered(drawn: Figure) -> list[str]:
    """Give the panels that a legend, or another panel, lies over."""
    boxes = [axes.get_window_extent() for axes in drawn.axes]
    others = [legend.get_window_extent() for legend in drawn.legends]
    pairs = [*combinations(boxes, 2), *((a, b) for a in boxes for b in others)]
    return [f"{a} {b}" for a, b in pairs if Bbox.intersection(a, b) is not None]


HISTORY = {"forecast", "scores", "patterns", "marginals"}
"""Figures of runs whose configs say what happened."""

LACKING = {
    "directory": {"shares", "terms", *HISTORY},
    "unswept": {"price", "chance_and_terms", "heat_map", "shares", "difference", *HISTORY},
    "hopeless": {"price", "chance_and_terms", "heat_map", "shares", "difference", "timing", "terms"}
    | {"ridges", "rivalry", "rounds", *HISTORY},
}
"""Figures for which a run has no numbers."""


CASES = [("directory", WIDE), ("directory", NARROW), ("unswept", NARROW), ("hopeless", WIDE)]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize(("run", "width"), CASES, ids=lambda case: str(case))
@pytest.mark.one_in(12)
def test_nothing_overlaps_or_leaves_the_figure(
    name: str, run: str, width: float, request: pytest.FixtureRequest
) -> None:
    results = Results.load(request.getfixturevalue(run))
    table = FIGURES[name].numbers(results)
    assert table.empty == (name in LACKING[run])
    if table.empty:
        assert FIGURES[name].EMPTY
        return
    with style(width):
        drawn = FIGURES[name].draw(results, table)
        said = words(drawn)
    assert overlapping(said) == []
    assert outside(said, drawn.bbox) == []
    assert covered(drawn) == []
    assert drawn.get_figwidth() == pytest.approx(width)


@pytest.mark.slow
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_swept_number_fits_as_well(numbered: Results, width: float) -> None:
    for name in ("shares", "chance_and_terms", "ridges"):
        with style(width):
            drawn = FIGURES[name].draw(numbered, FIGURES[name].numbers(numbered))
            said = words(drawn)
        assert overlapping(said) == []
        assert outside(said, drawn.bbox) == []


def test_a_picture_with_overlaps_is_found_out() -> None:
    drawn = Figure()
    drawn.text(0.5, 0.5, "one")
    drawn.text(0.5, 0.51, "another")
    drawn.text(0.9, 0.1, "over the right edge of the figure")
    drawn.add_axes((0.1, 0.1, 0.5, 0.5))
    drawn.add_axes((0.5, 0.5, 0.4, 0.4))
    said = words(drawn)
    assert ("one", "another") in overlapping(said)
    assert outside(said, drawn.bbox) == ["over the right edge of the figure"]
    assert len(covered(drawn)) == 1


def test_panels_wrap_on_a_narrow_page() -> None:
    titles = ["one", "two", "three", "four", "five", "six"]
    with style(WIDE):
        wide = Page("title")
        wide.panels(titles, 1.0, least=1.5, across=3)
    with style(NARROW):
        narrow = Page("title")
        narrow.panels(titles, 1.0, least=1.5, across=3)
    assert [wide.is_first(n) for n in range(6)] == [True, False, False, True, False, False]
    assert [narrow.is_first(n) for n in range(6)] == [True, False, True, True, False, True], (
        "each group of three starts on a line of its own"
    )
    assert [narrow.is_lowest(n) for n in range(6)] == [False, False, False, False, True, True]
    assert narrow.figure.get_figheight() > wide.figure.get_figheight()


@pytest.mark.slow
def test_a_second_drawing_gives_the_same_files(directory: Path) -> None:
    names = ("heat_map", "docket")
    pictures = [Picture(name, name, {}) for name in names]
    first = {file: file.read_bytes() for one in draw_all(directory, pictures) for file in one.files}
    assert sorted(file.name for file in first) == sorted(
        f"{name}.{kind}" for name in names for kind in ("png", "svg", "png", "csv")
    )
    again = {file: file.read_bytes() for one in draw_all(directory, pictures) for file in one.files}
    assert again == first


def test_making_a_figure_in_memory(results: Results) -> None:
    some = results.only(rules_review="all")
    table, drawn = make(some, "heat_map", rows="positions.hub", columns="rules.review")
    assert set(table["at_column"]) == {"all"}
    assert isinstance(drawn, Figure)
    assert drawn.get_figwidth() == pytest.approx(WIDE)
