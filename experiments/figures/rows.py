"""Settings as rows of an axis, grouped under headings: by the rule, or by all but one path."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from experiments.figures.headings import under
from experiments.figures.words import count, widest, wrapped
from experiments.results.results import Results

SIZE = 8.0
_BAR = 0.74
"""Part of a row that a bar fills."""

STEP = 0.215
"""Inches of a row."""

_SECOND = 0.62
"""Rows that a further line of a label takes."""


class Rows:
    """Rows for the settings of a table.

    Attributes:
        place: by setting, its vertical place; larger is lower.
        height: of all rows, in rows.
        width: of the widest label, in inches.
    """

    def __init__(
        self, results: Results, table: pd.DataFrame, *, step: float = 1.0, under: str | None = None
    ) -> None:
        """Set out the rows.

        Args:
            results: of a run.
            table: with the settings, in their order.
            step: rows that each takes.
            under: a path whose values are the rows, under a heading for each setting of the others;
                if not given, the rule alone makes headings.
        """
        self.paths = results.told(table)
        self._results, self._under = results, under
        if under is None:
            heads = [path for path in self.paths if path == results.rule]
        else:
            heads = [path for path in self.paths if path != under]
        self._rest = [path for path in self.paths if path not in heads]
        self._heads = heads if self._rest else []
        self.place: dict[tuple[Any, ...], float] = {}
        self._labels: list[tuple[float, str]] = []
        self._headings: list[tuple[float, str]] = []
        self.height = 0.0
        settings = table[self.paths].drop_duplicates()
        if self._heads:  # each heading once, in the order in which they come
            heading = settings.groupby(self._heads, sort=False, observed=True).ngroup()
            settings = settings.loc[heading.sort_values(kind="stable").index]
        last = None
        told: list[Any] = settings.to_dict("records") if self.paths else [{}]
        for row in told:
            if self._heads and of_setting(row, self._heads) != last:
                last = of_setting(row, self._heads)
                self._head(row)
            self._add(row, step)
        self.width = 0.1 + max(
            widest((words for _, words in self._labels), SIZE),
            widest((words for _, words in self._headings), SIZE, bold=True),
        )

    def _head(self, row: Mapping[Any, Any]) -> None:
        by_rule = self._heads == [self._results.rule]
        said = under(self._results, row[self._heads[0]]) if by_rule else ""
        said = wrapped(said or self._results.setting(self._heads, row), *_room())
        self._headings.append((self.height + 0.1, said))
        self.height += 1.0 + _SECOND * (count(said) - 1)

    def _add(self, row: Mapping[Any, Any], step: float) -> None:
        shown = self._rest if self._heads else self.paths
        if self._under is None:
            said = self._results.setting(shown, row)
        else:
            said = self._results.value(self._under, row[self._under])
        said = wrapped(said, *_room())
        tall = max(step, 1.0 + _SECOND * (count(said) - 1))
        middle = self.height + (tall - 1.0) / 2
        self.place[tuple(row[path] for path in self.paths)] = middle
        self._labels.append((middle, said))
        self.height += tall

    @property
    def inches(self) -> float:
        """Height of all rows in inches."""
        return STEP * (self.height + 0.3)

    def of(self, row: Any) -> float:
        """Give the place of a row of a table."""
        return self.place[tuple(row[path] for path in self.paths)]

    def places(self, table: pd.DataFrame) -> list[float]:
        """Give the places of all rows of a table."""
        rows: Iterable[Any] = table.to_dict("records")
        return [self.of(row) for row in rows]

    def bars(
        self, axes: Axes, places: ArrayLike, left: ArrayLike, right: ArrayLike, colour: str
    ) -> None:
        """Draw bars in rows as one artist, which is much faster than a patch for each."""
        inches = axes.bbox.height / axes.figure.dpi
        thick = _BAR * inches / (self.height + 0.3) * 72
        axes.hlines(places, left, right, color=colour, linewidth=thick)

    def dress(self, axes: Axes, first: bool) -> None:
        """Label the rows; the first of a line of panels carries the words."""
        axes.set_ylim(self.height - 0.4, -0.7)
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        if not first:
            axes.set_yticks([])
            return
        ticks = self._labels + self._headings
        axes.set_yticks([y for y, _ in ticks], [words for _, words in ticks], fontsize=SIZE)
        for label in axes.get_yticklabels()[len(self._labels) :]:
            label.set_fontweight("bold")

    @property
    def legend(self) -> str:
        """Say what the row labels name."""
        shown = self._rest if self._heads else self.paths
        words = ["Rule: what has to be reviewed before a deal."] if self._results.rule else []
        if len(shown) > 1 or self._under:
            words.append(f"Rows: {' · '.join(self._results.path(path) for path in shown)}.")
        return " ".join(words)


def _room() -> tuple[float, float]:
    """Give the inches that labels may take on this page, and their size."""
    page: float = mpl.rcParams["figure.figsize"][0]
    return min(2.1, 0.36 * page), SIZE


def of_setting(row: Mapping[Any, Any], paths: Sequence[str]) -> tuple[Any, ...]:
    """Give the values of some paths in a row."""
    return tuple(row[path] for path in paths)
