"""Every figure is drawn, within its edges, and no words lie over others."""

from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from experiments.figures import FIGURES, draw_some
from experiments.figures.canvas import style
from experiments.figures.results import Results


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


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("run", ["directory", "unswept"])
def test_no_words_overlap_or_leave_the_figure(
    name: str, run: str, request: pytest.FixtureRequest
) -> None:
    results = Results.load(request.getfixturevalue(run))
    table = FIGURES[name].numbers(results)
    if name == "price" and run == "unswept":
        assert table.empty
        return
    with style():
        drawn = FIGURES[name].draw(results, table)
        said = words(drawn)
    assert overlapping(said) == []
    assert outside(said, drawn.bbox) == []


def test_a_picture_with_overlaps_is_found_out() -> None:
    drawn = Figure()
    drawn.text(0.5, 0.5, "one")
    drawn.text(0.5, 0.51, "another")
    drawn.text(0.9, 0.1, "over the right edge of the figure")
    said = words(drawn)
    assert overlapping(said) == [("one", "another")]
    assert outside(said, drawn.bbox) == ["over the right edge of the figure"]


def test_a_second_drawing_gives_the_same_files(directory: Path) -> None:
    names = ["price", "payoffs"]
    (directory / "figures").mkdir(exist_ok=True)
    first = {file: file.read_bytes() for file in draw_some(directory, names)}
    assert [file.name for file in first] == [
        f"{name}.{kind}" for name in names for kind in ("png", "svg", "csv")
    ]
    assert {file: file.read_bytes() for file in draw_some(directory, names)} == first
