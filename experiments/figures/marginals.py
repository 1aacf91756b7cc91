"""What the patterns of what happened say of each uncertain number: prior and posterior."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.backtest import marginals
from experiments.backtest.calibration import calibrate
from experiments.figures.canvas import BLUE, DARK, GREY, ORANGE
from experiments.figures.page import Page
from experiments.figures.patterns import equally_likely
from experiments.figures.words import count, widest, wrapped
from experiments.results.results import Results

TITLE = "Which numbers does what happened move?"
CAPTION = (
    "Every number was drawn from its range, the grey bar. The coloured bar shows where it lies in "
    "the worlds that show the patterns of what happened; orange where it moved by more than luck "
    "moves one number in twenty. Where both bars end at the same places, history is silent."
)
EMPTY = "the config has no patterns, or no world shows them"
NEEDS = "patterns"

_SIZE = 7.5
_LINE = 0.15
_HEAD = 0.2
"""Inches of the words above the values."""
_MEDIANS, _RATIO = 137, 150
"""Where the values end, on the axis of percent."""
_WEIGHTS = {
    "revenue": "weight on tariff revenue",
    "price": "weight on consumer prices",
    "no_deal": "cost of no deal",
    "review": "cost of a review",
    "extension": "cost of an extension",
    "outside": "outside option",
}
_SIDES = {"worth": "worth to the hub", "cost": "cost to the giver"}


def numbers(results: Results, most: int = 20) -> pd.DataFrame:
    """Compare prior and posterior of the numbers that moved most.

    Args:
        results: of a run whose config has patterns.
        most: numbers that are shown; 0 for all.

    Returns:
        As `backtest.marginals.marginals`, with `all` (how many numbers there are) and `worlds`
        (accepted). Empty without patterns, or if no world shows them.
    """
    if not results.plan.config.patterns:
        return pd.DataFrame()
    found = calibrate(results.frame, results.plan)
    table = marginals.marginals(found, results.plan.config.seed)
    table = table.assign(all=len(table), worlds=int(found.counts.sum()))
    return table.head(most) if most else table


def _shown(results: Results) -> str:
    missed, every = results.plan.config.calibration.missed, len(results.plan.config.patterns)
    return f"miss at most {missed} of the {every} patterns" if missed else "show the patterns"


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw prior and posterior of every number, on the scale of the prior."""
    beyond = int((table["p"] < marginals.LEVEL).sum())
    all_, worlds = table["all"].iloc[0], table["worlds"].iloc[0]
    note = (
        f"Bars: 5 to 95 percent; dots: medians. Beside them: the values of the medians, and the "
        f"standard deviation after as a share of that before. {worlds} worlds {_shown(results)}. "
        f"Of {all_} numbers, luck alone moves about {marginals.LEVEL * all_:.0f} so far that they "
        f"are orange; here {beyond} are. {equally_likely(results)}"
    ).rstrip()
    page = Page(TITLE, note, _legend())
    most = min(2.7, 0.4 * page.width)
    labels = [wrapped(in_words(results, number), most, _SIZE) for number in table["number"]]
    heights = [count(label) * _LINE + 0.09 for label in labels]
    edges = np.cumsum([0.0, *heights])
    middles = (edges[:-1] + edges[1:]) / 2
    left = widest(labels, _SIZE) + 0.15
    (axes,) = page.panels([""], float(edges[-1]) + _HEAD, least=1.4, left=left)
    for y, (_, row) in zip(middles, table.iterrows(), strict=True):
        _row(axes, row, y)
    axes.set_yticks(middles, labels, fontsize=_SIZE)
    for x, head in ((_MEDIANS, "medians"), (_RATIO, "sd")):
        axes.text(x, -0.1, head, fontsize=7, color=DARK, ha="right", va="center")
    axes.set_ylim(edges[-1], -_HEAD)
    axes.set_xlim(0, _RATIO + 1)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("place in its range: percent of draws below")
    return page.figure


def _legend() -> list[Line2D]:
    return [
        Line2D([], [], color=GREY, linewidth=6, label="before: the range"),
        Line2D([], [], color=ORANGE, linewidth=3, marker="o", markersize=4,
               label="after: moved"),
        Line2D([], [], color=BLUE, linewidth=3, marker="o", markersize=4,
               label="after: no further than luck"),
    ]  # fmt: skip


def _row(axes: Axes, row: pd.Series, y: float) -> None:
    colour = ORANGE if row["p"] < marginals.LEVEL else BLUE
    axes.plot([5, 95], [y, y], color=GREY, linewidth=7, solid_capstyle="butt")
    axes.plot([100 * row["rank 5 %"], 100 * row["rank 95 %"]], [y, y], color=colour, linewidth=2.4)
    axes.plot(100 * row["rank 50 %"], y, "o", color=colour, markersize=4.5)
    width = row["prior 95 %"] - row["prior 5 %"]
    before, after = (_short(row[f"{name} 50 %"], width) for name in ("prior", "posterior"))
    for x, words in ((_MEDIANS, f"{before} → {after}"), (_RATIO, f"{row['sd ratio']:.2f}")):
        axes.text(x, y, words, fontsize=7, color=DARK, ha="right", va="center")


def _short(value: float, width: float) -> str:
    """Write a value with as many figures as the width of its range is worth."""
    digits = max(0, 2 - int(np.floor(np.log10(width)))) if width > 0 else 2
    return f"{round(value, digits) + 0.0:.3g}".replace("-", "−")


def in_words(results: Results, number: str) -> str:
    """Give the name of an uncertain number for readers, from its dotted path."""
    keys = number.split(".")
    if keys[:2] == ["payoffs", "weights"]:
        return f"{results.country(keys[2])}: {_weight(keys[3:])}"
    if keys[0] == "talks":
        talk, name, side = keys[1], keys[3], keys[4]
        if talk == "*":
            return f"{results.concession(name)}: {_SIDES[side]}"
        label = results.scenario["talks"][talk]["concessions"][name].get("label", name)
        return f"{label} ({results.country(results.partner(talk))}): {_SIDES[side]}"
    if keys[:2] == ["economy", "sigma"]:
        return f"elasticity of {_plain(keys[2:])}"
    if keys[0] == "strategies":
        inner = [key for key in keys[2:] if key != "inner"]
        return f"{results.country(keys[1])}, strategy: {_plain(_of_talk(results, inner))}"
    if keys[0] == "ratification":
        return f"{results.country(keys[1])}: {_plain([key for key in keys[2:] if key != 'events'])}"
    return _plain(keys)


def _of_talk(results: Results, keys: list[str]) -> list[str]:
    """Name the talk that a strategy of the hub is played in, behind its field."""
    if keys[0] in results.talks:
        return [*keys[1:], f"(with {results.country(results.partner(keys[0]))})"]
    return keys


def _weight(keys: list[str]) -> str:
    """Name a weight: profits, red lines, or one of those that have a name for readers."""
    if keys[0] in ("profits", "red_lines"):
        front = "weight on profits of" if keys[0] == "profits" else "red line on"
        behind = ", per point" if keys[2:] == ["per_point"] else ""
        return f"{front} {_plain(keys[1:2])}{behind}"
    return _WEIGHTS.get(keys[0], _plain(keys))


def _plain(keys: list[str]) -> str:
    return " ".join(keys).replace("_", " ")
