"""When the measures came to the table: the docket over time."""

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.analysis.effect import STRICT
from experiments.figures.canvas import BLUE, GREY, ORANGE, RED, SKY
from experiments.figures.page import Page
from experiments.figures.timing import deadline_line, dress_time, place
from experiments.results.quantities import rule_column, rule_columns
from experiments.results.results import Results
from sim.config.schema.sentences import unknown

TITLE = "When do the measures come to the table?"
CAPTION = (
    "For each measure, the share of worlds in which it is not yet asked for, requested by the "
    "partner, refused, open for talks, or reviewed, as time goes on. A docket stays as it is once "
    "a talk has ended."
)
TURNS = True
EMPTY = "it needs measures, and the turns of some worlds (turns.parquet)"

STATES = {
    "reviewed": (BLUE, "reviewed"),
    "open": (SKY, "open"),
    "requested": (ORANGE, "requested"),
    "refused": (RED, "refused"),
    "off": (GREY, "not asked for"),
}
_MOVES = {
    "requested": "requested",
    "withdrawn": "off",
    "refused": "refused",
    "admitted": "open",
    "reviewed": "reviewed",
}
"""The state that a move leads to; within a turn, the later one counts."""


def numbers(results: Results, cell: int | None = None, rule: str | None = None) -> pd.DataFrame:
    """Give the share of worlds in each state of the docket, by talk, measure and round.

    Args:
        results: of a run.
        cell: of which cell; of those with `rule` if not given, what else somebody decides held at
            one value.
        rule: label of the review rule; the strictest that is swept if not given: `all`.

    Returns:
        Columns: talk, measure, round, date, cells (that it shows), worlds, and the share in each
        state. Empty if no turns were kept.

    Raises:
        ConfigError: there is no such rule, or no turns of such a cell.
    """
    kept = _chosen(results, cell, rule)
    turns = kept.turns
    if turns.empty or not results.measures:
        return pd.DataFrame()
    rounds = range(1, int(max(kept.calendar.last, turns["round"].max())) + 1)
    moved = _moves(turns)
    tables = []
    for talk in results.talks:
        part = turns[turns["talk"] == talk]
        whole = part[["cell", "world"]].drop_duplicates()
        for measure in kept.measures_of(talk):
            played = kept.starts(talk, measure)
            there = whole[whole["cell"].isin(list(played))]
            worlds = pd.MultiIndex.from_frame(there)
            states = moved[(moved["talk"] == talk) & (moved["measure"] == measure)]
            table = _shares(states, worlds, rounds, there["cell"].map(played))
            tables.append(table.assign(talk=talk, measure=measure, worlds=len(worlds)))
    table = pd.concat(tables, ignore_index=True)
    table["date"] = [kept.calendar.date(number) for number in table["round"]]
    table["cells"] = " ".join(str(number) for number in sorted(set(kept.frame["cell"])))
    return table[["talk", "measure", "round", "date", "cells", "worlds", *STATES]]


def _chosen(results: Results, cell: int | None, rule: str | None) -> Results:
    """Keep the worlds with turns of a cell, or of one value of what somebody decides."""
    kept = results.with_turns(cell)
    path = rule_column(kept.frame)
    labels = list(dict.fromkeys(kept.frame[path].astype(str))) if path else []
    if rule is not None and rule not in labels:
        raise unknown("rule", rule, labels, "review rule")
    said = {} if rule is None or path is None else {path: rule}
    if cell is None:
        strictest = {path: kept.labelled(STRICT, path) for path in rule_columns(kept.frame)}
        said = {path: label for path, label in strictest.items() if label is not None} | said
    for path, label in said.items():
        there = kept.frame[path].astype(str) == label
        if there.any():
            kept = replace(kept, frame=kept.frame[there])
    return kept.unmixed([])


def _moves(turns: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each move of each measure, in order: the state after it."""
    keys = ["cell", "world", "talk", "round", "mover"]
    parts = []
    for order, (column, state) in enumerate(_MOVES.items()):
        part = turns.loc[turns[column] != "", [*keys, column]]
        part = part.assign(measure=part[column].str.split(","), state=state, order=order)
        parts.append(part.drop(columns=column).explode("measure"))
    moves = pd.concat(parts)
    return moves.sort_values([*keys, "order"], kind="stable")


def _shares(
    moves: pd.DataFrame, worlds: pd.MultiIndex, rounds: range, starts: pd.Series
) -> pd.DataFrame:
    """Give the share of worlds in each state at the end of each round; (W,) states at the start."""
    names = list(STATES)
    codes = moves.assign(code=moves["state"].map(names.index))
    last = codes.groupby(["cell", "world", "round"])["code"].last().unstack("round")
    grid = last.reindex(index=worlds, columns=rounds).ffill(axis=1)
    start = starts.map(names.index).to_numpy(float)
    held = np.where(grid.isna(), start[:, None], grid.to_numpy(float))
    shares = {name: (held == n).mean(axis=0) for n, name in enumerate(names)}
    return pd.DataFrame({"round": list(rounds), **shares})


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw stacked areas over time, a panel for each measure, a line of panels for each talk."""
    found = [state for state in STATES if table[state].any()]
    handles = [Patch(color=STATES[state][0], label=STATES[state][1]) for state in found]
    cells = [int(number) for number in str(table["cells"].iloc[0]).split()]
    note = results.sampled(cells, int(table["worlds"].max()))
    results = results.only(cells=cells)
    page = Page(TITLE, note, [*handles, *deadline_line(results)])
    keys = list(table[["talk", "measure"]].drop_duplicates().itertuples(index=False, name=None))
    titles = [f"{results.country(results.partner(t))}\n{results.measure(m)}" for t, m in keys]
    across = max(sum(talk == other for other, _ in keys) for talk in results.talks)
    panels = page.panels(titles, 0.95, least=1.05, across=across, size=8, share=True, gap=0.16)
    for n, (axes, (talk, measure)) in enumerate(zip(panels, keys, strict=True)):
        _areas(axes, results, table[(table["talk"] == talk) & (table["measure"] == measure)])
        dress_time(axes, results, label=page.is_lowest(n))
        axes.set_ylim(0, 100)
        axes.set_ylabel("percent of worlds" if page.is_first(n) else "")
    return page.figure


def _areas(axes: Axes, results: Results, part: pd.DataFrame) -> None:
    places = [place(results, number) for number in part["round"]]
    bottom = np.zeros(len(part))
    for state, (colour, _) in STATES.items():
        top = bottom + 100 * part[state].to_numpy(float)
        axes.fill_between(places, bottom, top, step="post", color=colour, linewidth=0)
        bottom = top
    axes.set_xlim(places[0], places[-1] + (places[-1] - places[0]) * 0.06)
