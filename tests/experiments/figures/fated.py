"""What is drawn of deals and their terms, read back from the axes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.fate import DEAL, FATES, TERM
from experiments.figures import Results
from tests.experiments.figures.artists import NEAR, heading, holds, labelled, marks, panels, spans


def fated(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Bars add up to all worlds; every change stands in the row of its value."""
    table = table[table["worlds"].gt(0) | (table["what"] == TERM)]
    talks = list(dict.fromkeys(table["talk"]))
    rows = list(_rows(results, table, drawn.axes[0]))
    assert len(rows) == len(table[results.told(table)].drop_duplicates())
    seen = set()
    for axes in (axes for axes in drawn.axes if axes.get_visible()):
        said = heading(axes)
        names = {talk: results.country(results.partner(talk)) for talk in talks}
        ends = {talk: f" (talk with {results.naming.the(results.partner(talk))})" for talk in talks}
        (talk,) = [t for t in talks if len(talks) == 1 or said.startswith(f"{names[t]} ")
                   or said.endswith(ends[t])]  # fmt: skip
        said = said.removeprefix(f"{names[talk]} ").removesuffix(ends[talk])
        for y, part in rows:
            mine = part[part["talk"] == talk]
            if said == "deals":
                _fates(axes, y, mine[mine["what"] == DEAL])
            elif said == "terms":
                assert not mine.loc[mine["what"] == TERM, "worlds"].any()
            else:
                (row,) = [r for r in mine[mine["what"] == TERM].to_dict("records")
                          if said == _name(results, r)]  # fmt: skip
                seen.add((talk, row["quantity"], row["of"]))
                _change(axes, y, row)
    moving = table[(table["what"] == TERM) & table["difference"].fillna(0).ne(0)]
    assert set(moving[["talk", "quantity", "of"]].itertuples(index=False, name=None)) <= seen


def _rows(
    results: Results, table: pd.DataFrame, axes: Axes
) -> Iterator[tuple[float, pd.DataFrame]]:
    """Give the rows of a setting beside the height at which it is named, heading and label."""
    path, told = table["path"].iloc[0], results.told(table)
    if table[path].nunique() == 1 and len(told) > 1:
        told = [name for name in told if name != path]
    head = ""
    for y, said, bold in labelled(axes):
        if bold:
            head = said
            continue
        words = {name: table[name].map(lambda v, name=name: results.value(name, v))
                 for name in told}  # fmt: skip
        held = pd.Series(True, index=table.index)
        for name in told:
            beside = said if name == path or len(told) == 1 else f"{head} · {said}"
            held &= words[name].map(lambda word, beside=beside: beside.endswith(word) or (
                f"{word} ·" in beside))  # fmt: skip
        assert held.any(), f"nothing is called {head!r}, {said!r}"
        yield y, table[held]


def _name(results: Results, row: dict[Any, Any]) -> str:
    family, _, name = row["quantity"].partition(".")
    if family == "payoff":
        return f"Payoff of {results.naming.the(row['of'])}"
    return results.measure(name) if family == "rate" else results.concession(name)


def _fates(axes: Axes, y: float, part: pd.DataFrame) -> None:
    share, worlds = part.set_index("quantity")["share"], part["worlds"].iloc[0]
    left = 0.0
    for fate in FATES:
        if share[fate]:
            assert holds(spans(axes), (y, left, left + share[fate]))
        left += share[fate]
    assert np.isclose(left, 100)
    stay = [t.get_text() for t in axes.texts if np.allclose(t.get_position(), (105, y))]
    assert stay == [f"{round((share['same'] + share['changed']) * worlds / 100):,}"]


def _change(axes: Axes, y: float, row: dict[Any, Any]) -> None:
    found = [x for at, x in marks(axes) if abs(at - y) < NEAR]
    if row["worlds"] < row["least"]:
        assert not found
        return
    assert np.allclose(found, [row["difference"]])
    middle, error = row["difference"], row["error"]
    if not np.isnan(error):
        assert holds(spans(axes), (y, middle - error, middle + error))
    if not np.isnan(row["p5"]):
        assert holds(spans(axes), (y, row["p5"], row["p95"]))


def stems(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """A stem stands at every value; a line marks what happened."""
    deals = table[table["what"] == "deals"]
    keys = list(deals[["talk", "column"]].drop_duplicates().itertuples(index=False, name=None))
    words = [results.country(results.partner(talk)) for talk, _ in keys]
    for axes, (talk, column) in panels(drawn.axes, keys, words):
        family, _, name = column.partition(".")
        if family in ("rate", "give"):
            issue = results.measure(name) if family == "rate" else results.concession(name)
            assert issue in heading(axes)
        part = table[(table["talk"] == talk) & (table["column"] == column)]
        wanted = {
            (round(100 * row["share"], 6), round(row["at"], 6))
            for row in part[part["what"] == "deals"].to_dict("records")
        }
        assert {(round(y, 6), round(x, 6)) for y, x in marks(axes)} == wanted
        dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
        upright = [line.get_xdata()[0] for line in dashed]
        assert np.allclose(sorted(upright), sorted(part.loc[part["what"] == "observed", "at"]))
