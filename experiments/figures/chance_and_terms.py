"""What a swept path does to the deal of every world, and to the terms of the deals that stay."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.analysis import fate
from experiments.analysis.effect import FREE, labelled, only
from experiments.analysis.fate import DEAL, TERM
from experiments.analysis.pairing import unpaired
from experiments.figures import fates
from experiments.figures.canvas import DARK, PRECISION
from experiments.figures.page import Page
from experiments.figures.rows import Rows
from experiments.figures.shut import by_construction
from experiments.figures.unplayed import settings_named
from experiments.figures.words import wrapped
from experiments.results.intervals import telling
from experiments.results.results import Results
from experiments.runs.schema import given_in
from sim.config.schema.sentences import unknown

TITLE = "What becomes of the deals, and of the terms of those that stay?"
CAPTION = (
    "Each world is compared with itself. Left: does its deal vanish, appear, stay the same or "
    "change? Right: by how much each term changes in the worlds in which the deal stays, and what "
    "that is worth to the hub and the partner – the same worlds in all panels of a row."
)
EMPTY = (
    "it compares the values of a path that somebody decides, all else held, and the run sweeps no "
    "such path"
)

BLACK, BAND = "#222222", "#DCCFE6"
_NOTHING = "No deal is there under both values."


def numbers(
    results: Results,
    path: str = "",
    before: str = "",
    after: list[str] | None = None,
    by: list[str] | None = None,
    where: list[str] | None = None,
    talk: str = "",
    terms: list[str] | None = None,
    most: int = 24,
    least: int = 20,
) -> pd.DataFrame:
    """Give what becomes of the deals, and what changes in those that stay, by value of a path.

    Args:
        results: of a run.
        path: swept path; if not given the review rule, or else the first that somebody decides.
        before: label of the value that the others are compared with; if not given no rule, or else
            the first one.
        after: labels of the others, in their order; all if not given.
        by: other swept paths to tell apart; if not given those that matter most.
        where: only these cells, PATH=VALUE each.
        talk: one talk only.
        terms: only these, such as `rate.cars`; payoffs are always told.
        most: rows, if `by` is not given.
        least: deals that have to stay for their changes to be drawn.

    Returns:
        Columns path, before and least, then those of `analysis.fate.fates`. Empty if nothing is
        swept.

    Raises:
        ConfigError: there is no such path, value, talk or term.
    """
    decided = [name for name in results.varied if name not in results.plan.uncertainties]
    if not decided and not path:
        return pd.DataFrame()
    path = path or results.rule or decided[0]
    if path not in results.varied:
        raise unknown("path", path, results.varied, "swept path")
    if talk and talk not in results.talks:
        raise unknown("talk", talk, results.talks, "talk")
    rest = [name for name in results.varied if name != path]
    for name in by or ():
        if name not in rest:
            raise unknown("by", name, rest, "swept path beside the one that changes")
    before = _reference(results, path, before)
    frame = _compared(only(results.frame, where or (), "where"), path, before, after)
    if by is None:
        rows = max(1, most // max(1, frame[path].nunique() - 1))
        by = telling(frame.drop(columns=path), rows, results.plan.uncertainties)
    fixed = [setting.partition("=")[0] for setting in where or ()]
    shown = [name for name in rest if name in (*by, *fixed)]
    kept = results.unmixed([path, *shown]).frame["cell"]
    frame = frame[frame["cell"].isin(kept)]
    partners = {name: results.partner(name) for name in ([talk] if talk else results.talks)}
    given = given_in(results.plan.scenario)
    table = fate.fates(frame, path, before, partners, shown, given=given)
    if terms is not None:
        table = _only(table, terms)
    if len(table):
        table.insert(0, "path", path)
        table.insert(1, "before", before)
        table.insert(2, "least", least)
    return table


def _only(table: pd.DataFrame, terms: Sequence[str]) -> pd.DataFrame:
    """Keep some terms; what becomes of deals and payoffs stay."""
    told = table["what"] == TERM
    known = [name for name in dict.fromkeys(table["quantity"][told]) if name != "payoff"]
    for name in terms:
        if name not in known:
            raise unknown("terms", name, known, "term")
    return table[~told | table["quantity"].isin([*terms, "payoff"])]


def _reference(results: Results, path: str, before: str) -> str:
    """Give the label of the value that the others are compared with."""
    labels = results.frame[path]
    if before:
        return str(labels[labelled(results.frame, path, before, "before")].iloc[0])
    free = results.labelled(FREE, path) if path in results.rules else None
    return str(labels.iloc[0]) if free is None else free


def _compared(
    frame: pd.DataFrame, path: str, before: str, after: Sequence[str] | None
) -> pd.DataFrame:
    """Keep the values of a path that are compared, in the order in which they are said."""
    if after is None:
        return frame
    parts, seen = [], pd.Series(False, index=frame.index)
    for said, label in (("before", before), *(("after", label) for label in after)):
        mine = labelled(frame, path, label, said) & ~seen
        parts.append(frame[mine])
        seen |= mine
    return pd.concat(parts)


Key = str | tuple[str, str] | None
"""A panel: `DEAL`, a quantity and the talk or country that it is of, `TERM` where no deal stays,
or a gap."""


def draw(results: Results, table: pd.DataFrame) -> Figure:
    """Draw fates and changes, a row for each value, a line of panels for each talk."""
    path = str(table["path"].iloc[0])
    lone = table.loc[table["worlds"].eq(0) & (table["what"] == DEAL), results.told(table)]
    table = table[table["worlds"].gt(0) | (table["what"] == TERM)]
    rows = _rows(results, table, path)
    talks = list(dict.fromkeys(table["talk"]))
    shown = {talk: _shown(table[table["talk"] == talk]) for talk in talks}
    across = 1 + max(1, *(len(keys) for keys in shown.values()))
    note = _note(results, table, rows, path, lone)
    page = Page(_title(results, table, path), note, _legend(table))
    keys = [(talk, key) for talk in talks for key in _padded(shown[talk], across)]
    titles = [_head(results, talk, key, alone=len(talks) == 1) for talk, key in keys]
    panels = page.panels(
        titles,
        rows.inches,
        least=0.74,
        left=rows.width,
        gap=0.14,
        across=across,
        size=7.5,
        below=0.32,
    )
    spans = {talk: _spans(table[table["talk"] == talk]) for talk in talks}
    for n, (axes, (talk, key)) in enumerate(zip(panels, keys, strict=True)):
        part = table[table["talk"] == talk]
        if key is None:
            axes.set_visible(False)
        elif key == DEAL:
            fates.draw(axes, part[part["what"] == DEAL], rows)
        elif isinstance(key, str):
            _nothing(axes)
        else:
            mine = part[(part["what"] == TERM) & (part["quantity"] == key[0])]
            first = page.is_first(n) or keys[n - 1][1] == DEAL
            _changes(axes, mine[mine["of"] == key[1]], rows, words=first)
            axes.set_xlim(*spans[talk][_scale(key[0])])
            axes.set_xlabel(_unit(results, key[0]), fontsize=7, labelpad=1)
            axes.tick_params(axis="x", labelsize=7)
            page.thin(axes)
        rows.dress(axes, first=page.is_first(n))
    return page.figure


def _rows(results: Results, table: pd.DataFrame, path: str) -> Rows:
    """Give a row for each value of the path; one for each setting if there is one value only."""
    held = [name for name in results.told(table) if name != path]
    if table[path].nunique() > 1 or not held:
        return Rows(results, table, under=path)
    return Rows(results, table.drop(columns=path), under=held[0] if len(held) == 1 else None)


def _shown(part: pd.DataFrame) -> list[tuple[str, str]]:
    """Give the quantities of a talk that change in some world, and the payoffs."""
    rows = part[part["what"] == TERM]
    if not rows["worlds"].any():
        return []
    moves = rows[["difference", "error", "p5", "p95"]].fillna(0).ne(0).any(axis=1)
    moving = set(rows["quantity"][moves]) | {"payoff"}
    keys = rows[rows["quantity"].isin(moving)][["quantity", "of"]].drop_duplicates()
    return list(keys.itertuples(index=False, name=None))


def _padded(keys: Sequence[tuple[str, str]], across: int) -> list[Key]:
    some: list[Key] = [*keys] or [TERM]
    return [DEAL, *some, *[None] * (across - 1 - len(some))]


def _title(results: Results, table: pd.DataFrame, path: str) -> str:
    before = results.value(path, table["before"].iloc[0])
    values = list(dict.fromkeys(table[path]))
    to = f" to “{results.value(path, values[0])}”" if len(values) == 1 else ""
    name = results.path(path)
    return f"What becomes of deals and their terms as the {name} changes from “{before}”{to}?"


def _head(results: Results, talk: str, key: Key, *, alone: bool) -> str:
    """Give the title of a panel, with the name of the partner where it is needed."""
    name = results.country(results.partner(talk))
    if key is None:
        return ""
    if isinstance(key, str):
        return f"{name}\n{'deals' if key == DEAL else 'terms'}"
    said = _name(results, *key, talk=talk)
    if key[0] == "payoff":
        return said if alone else f"{said}\n(talk with {results.naming.the(results.partner(talk))})"
    return said if alone else f"{name}\n{said}"


def _name(results: Results, quantity: str, of: str = "", talk: str = "") -> str:
    family, _, what = quantity.partition(".")
    if family == "payoff":
        return f"Payoff of {results.naming.the(of)}"
    return (results.measure if family == "rate" else results.concession)(what, talk)


def _unit(results: Results, quantity: str) -> str:
    family, _, name = quantity.partition(".")
    if family == "payoff":
        return results.money
    return "points\n← lower tariff" if family == "rate" else results.unit(name).partition(",")[0]


def _scale(quantity: str) -> str:
    """Name the axis of a quantity: rates share theirs, and payoffs."""
    family = quantity.partition(".")[0]
    return quantity if family == "give" else family


def _spans(part: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Give the limits of every axis of a talk, zero within."""
    rows = part[(part["what"] == TERM) & (part["worlds"] >= part["least"])]
    found = {}
    for scale in dict.fromkeys(part[part["what"] == TERM]["quantity"].map(_scale)):
        mine = rows[rows["quantity"].map(_scale) == scale]
        ends = pd.concat([mine["p5"], mine["p95"], mine["difference"] - mine["error"].fillna(0),
                          mine["difference"] + mine["error"].fillna(0)]).fillna(0)  # fmt: skip
        low, high = min([*ends, 0.0]), max([*ends, 0.0])
        spare = 0.08 * (high - low) or 1.0
        found[scale] = (low - spare, high + spare)
    return found


def _nothing(axes: Axes) -> None:
    """Say that there is no term to compare."""
    inches = axes.bbox.width / axes.figure.dpi
    axes.text(0, 0.5, wrapped(_NOTHING, inches, 7), fontsize=7, color=DARK, va="center",
              transform=axes.transAxes)  # fmt: skip
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _changes(axes: Axes, part: pd.DataFrame, rows: Rows, *, words: bool) -> None:
    """Draw the mean change with its interval, and the band over draws."""
    axes.axvline(0, color="#888888", linewidth=1)
    places = np.array(rows.places(part))
    some = (part["worlds"] >= part["least"]).to_numpy()
    if words:
        for y, count in zip(places[~some], part["worlds"][~some], strict=True):
            said = "few deals stay" if count else "no deal stays"
            axes.text(0.5, y, said, fontsize=6.5, va="center", ha="center", color=DARK,
                      transform=axes.get_yaxis_transform(),
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
    part, places = part[some], places[some]
    part = part.assign(y=places)
    band, computed = part[part["p5"].notna()], part[part["error"].notna()]
    axes.hlines(band["y"], band["p5"], band["p95"], color=BAND, linewidth=6)
    low, high = (computed["difference"] + sign * computed["error"] for sign in (-1, 1))
    axes.hlines(computed["y"], low, high, color=BLACK, linewidth=1.2)
    axes.plot(part["difference"], places, "o", color=BLACK, markersize=3.4)


def _legend(table: pd.DataFrame) -> list[Artist]:
    marks: list[Artist] = [
        Line2D([], [], color=BLACK, marker="o", markersize=3.4, linewidth=1.2,
               label=f"mean change, with its {PRECISION}"),
    ]  # fmt: skip
    if table["p5"].notna().any():
        marks.append(
            Line2D(
                [], [], color=BAND, linewidth=6, solid_capstyle="butt", label="5 to 95 % of draws"
            )
        )
    return [*fates.patches(table), *marks]


def _note(results: Results, table: pd.DataFrame, rows: Rows, path: str, lone: pd.DataFrame) -> str:
    """Say of which worlds the figure speaks, and what it leaves out."""
    before = results.value(path, table["before"].iloc[0])
    worlds = table[table["what"] == DEAL]["worlds"]
    among = (
        f"{worlds.min():,}" if worlds.nunique() == 1 else f"{worlds.min():,} to {worlds.max():,}"
    )
    said = [
        f"Left: percent of {among} worlds; beside a bar the number of worlds whose deal stays. "
        "All panels to the right speak of these worlds; they are empty where these are less than "
        f"{table['least'].iloc[0]}.",
        "Payoffs are of all talks together.",
        f"Left out, as not played with “{before}”: {settings_named(results, lone)}."
        if len(lone)
        else "",
        *(f"Worlds are not paired: {why}." for why in _other_luck(results, table, path)),
        *_still(results, table),
        rows.legend,
        _shut(results, table, path),
        results.pooled([*results.told(table), path]),
    ]
    return " ".join(part for part in said if part)


def _shut(results: Results, table: pd.DataFrame, path: str) -> str:
    """Name the settings that no deal can end, also of those that others are compared with."""
    told = list(dict.fromkeys([*results.told(table), path]))
    shown = pd.concat([table[told], table[told].assign(**{path: table["before"]})])
    return by_construction(results, told, shown, list(set(table["talk"])))


def _other_luck(results: Results, table: pd.DataFrame, path: str) -> list[str]:
    """Say why worlds have other luck under a value than under the one before."""
    held = [name for name in results.varied if name != path]
    sides = {
        value: [cell for cell in results.cells if cell.labels[path] == value]
        for value in (table["before"].iloc[0], *dict.fromkeys(table[path]))
    }
    plan, ((_, one), *others) = results.plan, sides.items()
    found = (why for _, cells in others for why in unpaired((plan, one), (plan, cells), held))
    return list(dict.fromkeys(found))


def _still(results: Results, table: pd.DataFrame) -> list[str]:
    """Name the terms that no deal that stays changes, by talk."""
    words = []
    for talk, part in table[table["what"] == TERM].groupby("talk", sort=False, observed=True):
        shown = {quantity for quantity, _ in _shown(part)}
        if not (part["worlds"] > 0).any():
            continue
        still = [name for name in dict.fromkeys(part["quantity"]) if name not in shown]
        if still:
            named = ", ".join(_name(results, name) for name in still)
            words.append(f"Unchanged for {results.country(results.partner(str(talk)))}: {named}.")
    return words
