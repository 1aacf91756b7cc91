"""The common look: style, colours, rows of settings grouped by the rule, saving."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.results import Results

STYLE = Path(__file__).with_name("tariff_talks.mplstyle")

BLUE, SKY, GREEN, ORANGE, RED, PINK, GREY = (
    "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#BDBDBD",
)  # fmt: skip
"""Colours that the colour-blind can tell apart: Okabe and Ito (2008)."""

LINES = (BLUE, ORANGE, GREEN, PINK, RED, SKY)


_LETTERS = 16
"""Letters of a note that fit into an inch."""


@contextmanager
def style() -> Iterator[None]:
    """Draw in the common style."""
    with mpl.rc_context(fname=STYLE):
        yield


def figure(width: float, height: float, title: str, note: str = "") -> Figure:
    """Give an empty figure with a title, and a note under it."""
    made = Figure(figsize=(width, height), layout="constrained")
    made.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    if note:
        lines = "\n".join(fill(line, int(_LETTERS * width)) for line in note.splitlines())
        made.supxlabel(lines, x=0.01, ha="left", fontsize=8, color="#555555")
    return made


def save(drawn: Figure, path: Path) -> list[Path]:
    """Save a figure as PNG and SVG, laid out once; give the files."""
    drawn.draw_without_rendering()
    drawn.set_layout_engine("none")
    files = [path.with_suffix(".png"), path.with_suffix(".svg")]
    drawn.savefig(files[0], metadata={"Software": None})
    drawn.savefig(files[1], metadata={"Date": None, "Creator": None})
    return files


class Rows:
    """Settings as rows of an axis, grouped by the rule under a heading each.

    Attributes:
        place: by setting, its vertical place; larger is lower.
        height: number of lines.
    """

    def __init__(self, results: Results, table: pd.DataFrame, paths: Sequence[str]) -> None:
        self._results, self._paths = results, list(paths)
        self._rest = [path for path in paths if path != results.rule]
        settings = table[self._paths].drop_duplicates() if paths else pd.DataFrame(index=[0])
        grouped = results.rule in self._paths and bool(self._rest)
        self.place: dict[tuple[Any, ...], float] = {}
        self._labels: list[tuple[float, str]] = []
        self._headings: list[tuple[float, str]] = []
        self.height = 0.0
        last = None
        for row in settings.to_dict("records"):
            if grouped and row[results.rule] != last:
                last = row[results.rule]
                said = results.value(results.rule or "", last)
                self._headings.append((self.height + 0.1, f"rule: {said}"))
                self.height += 1.0
            key = tuple(row[path] for path in self._paths)
            self.place[key] = self.height
            shown = self._rest if grouped else self._paths
            self._labels.append((self.height, results.setting(shown, row)))
            self.height += 1.0

    @property
    def keys(self) -> list[str]:
        """The swept paths that tell the rows apart."""
        return self._paths

    def of(self, row: Any) -> float:
        """Give the place of a row of a table."""
        return self.place[tuple(row[path] for path in self._paths)]

    def dress(self, axes: Axes, first: bool) -> None:
        """Label the rows; the first column of axes carries the words."""
        axes.set_ylim(self.height - 0.4, -0.7)
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        if not first:
            axes.set_yticks([])
            return
        ticks = self._labels + self._headings
        axes.set_yticks([y for y, _ in ticks], [words for _, words in ticks])
        for label in axes.get_yticklabels()[len(self._labels) :]:
            label.set_fontweight("bold")

    @property
    def legend(self) -> str:
        """Say what the row labels name."""
        shown = self._rest if self._headings else self._paths
        words = ["Rule: what has to be reviewed before a deal."] if self._results.rule else []
        if len(shown) > 1:
            words.append(f"Rows: {' · '.join(self._results.path(path) for path in shown)}.")
        return " ".join(words)
