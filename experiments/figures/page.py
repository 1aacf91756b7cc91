"""A page: title, legend, panels and a note, laid out in inches for the width of the style.

Nothing is measured after drawing: every text is broken to fit before, so that words neither overlap
nor leave the page, on a wide page as on a narrow one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from math import ceil
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.canvas import DARK
from experiments.figures.words import count, widest, wrapped

_TITLE, _LEGEND, _NOTE = 11.0, 8.0, 7.5
_LINE = 1.35 / 72
"""Inches of a line of text, by point of its size."""

_EDGE, _GAP, _TICKS, _AXIS = 0.08, 0.12, 0.2, 0.19
_LABEL = 0.42
"""Inches of a tick label."""

_POINT = 0.11
"""A range of values that is as good as one value: what is drawn around a single one."""

_HANDLE = 0.55
"""Inches of a legend entry beside its words."""


_SAID: ContextVar[str] = ContextVar("title", default="")


@contextmanager
def entitled(title: str) -> Iterator[None]:
    """Draw pages under this title instead of their own; an empty one changes nothing."""
    before = _SAID.set(title)
    try:
        yield
    finally:
        _SAID.reset(before)


class Page:
    """A figure in the making.

    Attributes:
        figure: what is drawn on.
        inner: inches between the margins.
    """

    def __init__(
        self, title: str, note: str = "", handles: Sequence[Artist] = (), about: str = ""
    ) -> None:
        """Set out a page.

        Args:
            title: the question or the finding.
            note: how to read it, under the panels.
            handles: artists with labels, for the legend.
            about: what the legend tells apart.
        """
        title = _SAID.get() or title
        self.width: float = mpl.rcParams["figure.figsize"][0]
        self.inner = self.width - 2 * _EDGE
        self.figure = Figure(figsize=(self.width, 1.0))
        self.figure.set_label(title)
        self._title = wrapped(title, self.inner, _TITLE, bold=True)
        self._note = "\n".join(wrapped(line, self.inner, _NOTE) for line in note.split("\n"))
        self._handles, self._about = list(handles), wrapped(about, self.inner, _LEGEND)
        names = [_shown(str(handle.get_label())) for handle in self._handles]
        self._names = [wrapped(name, self.inner - _HANDLE, _LEGEND) for name in names]
        entry = widest(self._names, _LEGEND) + _HANDLE
        self._columns = max(1, min(len(names), int(self.inner / entry)))
        self._places: list[tuple[int, int]] = []

    def panels(
        self,
        titles: Sequence[str],
        height: float | Sequence[float],
        *,
        least: float,
        left: float = 0.45,
        gap: float = 0.22,
        across: int | None = None,
        most: float = 9.0,
        size: float = 9.0,
        below: float = _TICKS,
        share: bool = False,
    ) -> list[Axes]:
        """Add the panels: as many beside each other as fit.

        Args:
            titles: one above each panel.
            height: of every panel, or of each, in inches without title and ticks.
            least: width that a panel needs.
            left: inches for the labels of each line of panels.
            gap: inches between panels of a line.
            across: panels that belong beside each other, such as those of a talk; if they do not
                fit, they take several lines, and the next ones start on a line of their own.
            most: width that a panel may have.
            size: of the titles.
            below: inches for the tick labels of each panel.
            share: whether all panels have the same limits; inner ones have no tick labels then.
        """
        across = min(across or len(titles), len(titles))
        columns = self._columns_of(across, least, left, gap)
        wide = min((self.inner - _EDGE - left - (columns - 1) * gap) / columns, most)
        heads = [wrapped(title, wide + _EDGE, size, bold=True) for title in titles]
        above = max(count(head) for head in heads) * size * _LINE + 0.06
        places = _places(len(titles), across, columns)
        heights = [height] * len(titles) if isinstance(height, int | float) else list(height)
        beside = above + below + (0.0 if share else _AXIS) + _GAP
        tops = _tops(self._head(), places, heights, beside)
        tall = tops[-1] - _GAP + (_AXIS if share else 0.0) + self._foot()
        self.figure.set_size_inches(self.width, tall)
        self._write(tall)
        made: list[Axes] = []
        for head, (line, column), high in zip(heads, places, heights, strict=True):
            x = _EDGE + left + column * (wide + gap)
            y = tall - tops[line] - above - high
            box = (x / self.width, y / tall, wide / self.width, high / tall)
            axes = self.figure.add_axes(box)
            if share and made:
                axes.sharex(made[0])
                axes.sharey(made[0])
            axes.tick_params(labelleft=column == 0 or not share)
            axes.set_title(head, fontsize=size)
            made.append(axes)
        self._places = places
        return made

    def thin(self, axes: Axes) -> None:
        """Give an axis of values as many ticks as fit, and some width if all values are one."""
        low, high = axes.get_xlim()
        if high - low < _POINT:
            axes.set_xlim((low + high) / 2 - 1, (low + high) / 2 + 1)
        inches = axes.bbox.width / axes.figure.dpi
        axes.locator_params(axis="x", nbins=max(2, int(inches / _LABEL)), min_n_ticks=2)

    def is_first(self, n: int) -> bool:
        """Tell whether a panel is the first of its line."""
        return self._places[n][1] == 0

    def is_lowest(self, n: int) -> bool:
        """Tell whether a panel has none below it."""
        line, column = self._places[n]
        return not any(below > line and column == other for below, other in self._places)

    def _columns_of(self, across: int, least: float, left: float, gap: float) -> int:
        """Choose how many panels stand beside each other: as few lines as possible, even ones."""
        fit = int((self.inner - _EDGE - left + gap) / (least + gap) + 1e-9)
        lines = ceil(across / max(1, min(across, fit)))
        return ceil(across / lines)

    def _legend_height(self) -> float:
        if not self._handles:
            return 0.0
        rows = ceil(len(self._names) / self._columns)
        tallest = max(count(name) for name in self._names)
        return (rows * tallest + count(self._about)) * _LEGEND * _LINE + rows * 0.03 + 0.03

    def _head(self) -> float:
        title = count(self._title) * _TITLE * _LINE
        return _EDGE + title + self._legend_height() + 0.04

    def _foot(self) -> float:
        return _EDGE + count(self._note) * _NOTE * _LINE + (0.05 if self._note else 0.0)

    def _write(self, tall: float) -> None:
        """Write title, legend and note."""
        x = _EDGE / self.width
        self.figure.text(
            x, 1 - _EDGE / tall, self._title, fontsize=_TITLE, fontweight="bold", va="top"
        )
        self.figure.text(
            x, _EDGE / tall, self._note, fontsize=_NOTE, color=DARK, va="bottom", linespacing=1.3
        )
        if self._handles:
            top = _EDGE + count(self._title) * _TITLE * _LINE + 0.02
            self.figure.legend(
                self._by_row(self._handles),
                self._by_row(self._names),
                loc="upper left",
                bbox_to_anchor=(x, 1 - top / tall),
                ncols=self._columns,
                fontsize=_LEGEND,
                title=self._about or None,
                title_fontsize=_LEGEND,
                alignment="left",
                borderaxespad=0,
                borderpad=0.2,
                labelspacing=0.35,
                columnspacing=1.4,
                handlelength=1.6,
                handletextpad=0.5,
            )

    def _by_row(self, entries: list[Any]) -> list[Any]:
        """Put entries in the order that reads line by line; a legend fills its columns."""
        rows = ceil(len(entries) / self._columns)
        full = len(entries) - (rows - 1) * self._columns
        order = [
            row * self._columns + column
            for column in range(self._columns)
            for row in range(rows if column < full else rows - 1)
        ]
        return [entries[n] for n in order]


def _shown(name: str) -> str:
    """Give a name as a legend shows it: one that begins with a line is left out by matplotlib."""
    return f" {name}" if name.startswith("_") else name


def _places(number: int, across: int, columns: int) -> list[tuple[int, int]]:
    """Give line and column of every panel; each group of `across` starts on a new line."""
    lines = ceil(across / columns)
    return [
        (n // across * lines + n % across // columns, n % across % columns) for n in range(number)
    ]


def _tops(
    first: float, places: Sequence[tuple[int, int]], heights: Sequence[float], beside: float
) -> list[float]:
    """Give where each line of panels begins, from above, and where the last one ends."""
    tops = [first]
    for line in range(1 + places[-1][0]):
        tall = max(high for (at, _), high in zip(places, heights, strict=True) if at == line)
        tops.append(tops[-1] + tall + beside)
    return tops
