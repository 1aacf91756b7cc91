"""A run of two cells says of each what a run of it alone says: the numbers of every figure."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.figures import FIGURES, Results, concessions, docket, make
from experiments.figures import heat_map as heat
from experiments.figures.status import KINDS
from experiments.results.intervals import known
from tests.experiments.figures import pairs
from tests.experiments.figures.drawn import READERS
from tests.experiments.figures.pairs import Pair, table
from tests.experiments.sentences import error

FEW = 1e-9


DAILY = ("payoffs.weights.hub.review", "calendar.start", "rules.review")
"""Paths that are swept by default: in payoffs, the calendar and the rule; the others nightly."""

SLOW = "payoffs.given.east.partner"
"""What moves the ideals by which the plane of payoffs is divided; no other path does."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            path,
            marks=()
            if path in DAILY
            else pytest.mark.slow
            if path == SLOW
            else pytest.mark.nightly,
        )
        for path in pairs.SWEPT
    ],
)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pairs.play(request.param, tmp_path_factory.mktemp("pair"))


def same(one: Any, other: Any, apart: tuple[str, ...] = ()) -> None:
    """Check that two tables have the same numbers, whatever the order of rows and columns."""
    if isinstance(one, str) or isinstance(other, str):
        assert isinstance(other, str), f"one has no numbers: {one}"
        assert one.empty if isinstance(one, pd.DataFrame) else one == other
        return
    columns = [c for c in other.columns if c not in ("cell", *apart)]
    assert set(columns) <= set(one.columns)
    keys = [c for c in columns if not pd.api.types.is_float_dtype(other[c])]
    left, right = (
        t[columns].astype(dict.fromkeys(keys, str)).sort_values(columns, ignore_index=True)
        for t in (one, other)
    )
    pd.testing.assert_frame_equal(left, right, check_dtype=False, check_exact=False, rtol=1e-9)


def by_path(pair: Pair, figure: str) -> None:
    """Each row says which cell it is of."""
    both = table(pair.both, figure)
    assert not isinstance(both, str), both
    assert pair.path in both.columns, (
        f"figure {figure}: the test does not know how it tells two cells apart; add a line to HOW"
    )
    for label, alone in zip(pair.labels, pair.alone, strict=True):
        same(both[both[pair.path] == label], table(alone, figure))


def hills(pair: Pair, figure: str) -> None:
    """Hills share a grid; their area, place and all that is beside them is that of each alone."""
    both = table(pair.both, figure)
    for label, alone in zip(pair.labels, pair.alone, strict=True):
        mine, lone = both[both[pair.path] == label], table(alone, figure)
        if isinstance(lone, str):
            assert (mine["signed"] == 0).all()
            assert (mine["density"] == 0).all()
            continue
        beside = ["country", "signed", "worlds", "mean", "low", "high"]
        same(mine[beside].drop_duplicates(), lone[beside].drop_duplicates())
        for (_, one), (_, other) in zip(
            mine.groupby("country"), lone.groupby("country"), strict=True
        ):
            step = np.diff(one["payoff"])[0]
            middles = [
                (t["payoff"] * t["density"]).sum() / t["density"].sum() for t in (one, other)
            ]
            assert one["density"].sum() * step == pytest.approx(1, abs=0.05), "a hill is a density"
            assert abs(middles[0] - middles[1]) < 2 * step


def held(pair: Pair, figure: str) -> Results:
    """Check that of two values that somebody decides one is shown; give them as nature's choice.

    It is the first of them, as the strict one of two rules is, if there are deals under it.
    """
    first, second = (table(alone, figure) for alone in pair.alone)
    same(table(pair.both, figure), second if isinstance(first, str) else first, ("cells",))
    config = pair.both.plan.config.model_copy(update={"uncertainties": {pair.path: None}})
    return replace(pair.both, plan=replace(pair.both.plan, config=config))


def plane(pair: Pair, figure: str) -> None:
    """Counts of deals add up; frontiers lie between those of each alone."""
    found = pair.both if pair.path == "rules.review" else held(pair, figure)
    both, lone = table(found, figure), [table(alone, figure) for alone in pair.alone]
    place = ["talk", "hub", "partner"]
    deals = [t[t["what"] == "deal"].groupby(place)["count"].sum() for t in (both, *lone)]
    pd.testing.assert_series_equal(
        deals[0], deals[1].add(deals[2], fill_value=0), check_dtype=False
    )
    if pair.path == "rules.review":
        for label, alone in zip(pair.labels, lone, strict=True):
            kept = both[(both["what"] == "deal") & (both["rule"] == label)]
            same(kept[[*place, "count"]], alone.loc[alone["what"] == "deal", [*place, "count"]])
    lines = [t[t["what"] != "deal"].reset_index(drop=True) for t in (both, *lone)]
    for side in ("hub", "partner"):
        low, high = (f(lines[1][side], lines[2][side]) for f in (np.minimum, np.maximum))
        assert lines[0][side].between(low - FEW, high + FEW).all()


def fields(pair: Pair, figure: str) -> None:
    """Each field of a heat map is its mean alone, for every quantity that there is."""
    frames = [found.frame for found in (pair.both, *pair.alone)]
    for name in known(pair.both.frame):
        both = heat.numbers(_halved(pair.both), name, pair.path, "half")
        for label, alone, frame in zip(pair.labels, pair.alone, frames[1:], strict=True):
            if name not in known(frame):
                assert both.loc[both["at_row"] == label, "of"].tolist() != [], name
                continue
            halved = _halved(alone)
            halved.frame.insert(1, pair.path, label)
            lone = heat.numbers(halved, name, pair.path, "half")
            same(both[both["at_row"] == label], lone)


def _halved(found: Results) -> Results:
    frame = found.frame.copy()
    frame.insert(1, "half", frame["world"] % 2)
    return Results(frame, found.plan, found.log)


def areas(pair: Pair, figure: str) -> None:
    """The shares at a value are those that the figure of ends has of it alone."""
    both = table(pair.both, figure)
    if all(isinstance(label, str) for label in pair.labels):
        assert isinstance(both, str)
        return
    shown = ["talk", *KINDS, "worlds", "deals", "low", "high"]
    for label, alone in zip(pair.labels, pair.alone, strict=True):
        ends = table(alone, "status").rename(columns={"deals_low": "low", "deals_high": "high"})
        same(both.loc[both["at"] == label, shown], ends[shown])


def measures(pair: Pair, figure: str) -> None:
    """A cell's docket is its own; that of both, where nobody decides, is their mean."""
    states, place = list(docket.STATES), ["talk", "measure", "round"]
    lone = [table(alone, figure) for alone in pair.alone]
    for n, alone in enumerate(lone):
        same(table(pair.both, figure, cell=n), alone, ("cells",))
    nature = held(pair, figure)
    if pair.path == "rules.review":
        return
    both = table(nature, figure).set_index(place)
    parts = [t.set_index(place) for t in lone]
    for key, row in both.iterrows():
        mine = [t.loc[key] for t in parts if key in t.index]
        total = sum(one["worlds"] for one in mine)
        if len(mine) == sum(key[:2] in t.index.droplevel("round") for t in parts):
            mean = sum(one[states].astype(float) * one["worlds"] for one in mine) / total
            np.testing.assert_allclose(row[states].astype(float), mean, atol=1e-9)
            assert row["worlds"] == total


def bands(pair: Pair, figure: str) -> None:
    """The offers at a value are those of its cell alone."""
    both = table(pair.both, figure, by=pair.path)
    shown = ["talk", "side", "round", "talks", "share", *(f"p{q}" for q in concessions.LEVELS)]
    for label, alone in zip(pair.labels, pair.alone, strict=True):
        same(both.loc[both["at"] == label, shown], table(alone, figure)[shown])


def rivals(pair: Pair, figure: str) -> None:
    """A cell of both shows what it shows alone; so does the one that stands for both."""
    lone = [table(alone, figure, least=1) for alone in pair.alone]
    for n, alone in enumerate(lone):
        same(table(pair.both.only(cells=[n]), figure, least=1), alone)
    both = table(pair.both, figure, least=1)
    if len(pair.both.calendars) > 1:
        return
    if pair.path in both.columns:
        for label, alone in zip(pair.labels, lone, strict=True):
            kept = both[both[pair.path] == label]
            if isinstance(alone, str):
                assert (kept["first"] == 0).all()
            else:
                same(kept, alone)
        return
    (held,) = pair.both.unmixed([pair.both.rule or ""]).frame["cell"].unique()
    same(both, lone[held])


def paired(pair: Pair, figure: str) -> None:
    """What changes is what changes between both runs, world by world, in plain pandas."""
    both = table(pair.both, figure)
    frames = [alone.frame.set_index(["world", "talk"]) for alone in pair.alone]
    assert set(both["quantity"]) >= {"deals", "round", *(f"payoff.{c}" for c in ("hub", "east"))}
    for row in both.to_dict("records"):
        talk = row["of"] if row["group"] != "payoff" else "east"
        before, after = (_number(frame.xs(talk, level="talk"), row["quantity"]) for frame in frames)
        gap = (after - before).dropna()
        assert row["worlds"] == len(gap)
        if len(gap):
            assert row["mean"] == pytest.approx(gap.mean(), abs=FEW)
            assert row["p95"] == pytest.approx(np.percentile(gap, 95), abs=FEW)


def _number(frame: pd.DataFrame, name: str) -> Any:
    if name == "deals":
        return (frame["status"] == "deal").astype(float)
    return frame[name].astype(float) if name in frame else pd.Series(np.nan, frame.index)


def ruled(pair: Pair, figure: str) -> None:
    """The price of the rule is what changes between both runs."""
    both = table(pair.both, figure)
    if pair.path != "rules.review":
        assert isinstance(both, str)
        return
    strict, free = (alone.frame.set_index(["world", "talk"]) for alone in pair.alone)
    columns = {"agreement": "deals", "time of signing": "round"}
    for row in both.to_dict("records"):
        talk = row["of"] if row["quantity"] != "payoff" else "east"
        name = columns.get(row["quantity"], f"payoff.{row['of']}")
        with_it, without = (_number(f.xs(talk, level="talk"), name) for f in (strict, free))
        gap = (with_it - without).dropna()
        assert row["worlds"] == len(gap)
        scale = 100 if name == "deals" else 1
        assert row["difference"] == pytest.approx(scale * gap.mean(), abs=FEW, nan_ok=True)


_DAYS = ["observed", "mean", *(f"{share} %" for share in (5, 25, 50, 75, 95))]


def forecasts(pair: Pair, figure: str) -> None:
    """A cell's forecast is its own; skills are against forecasts that are those of every cell."""
    both = table(pair.both, figure)
    naive = [str(name) for name in both if name not in ("forecast", "kind", "family")]
    for label, alone in zip(pair.labels, pair.alone, strict=True):
        lone = table(alone, figure)
        lone, mine = lone[lone["kind"] == "model"], both[both["forecast"] == str(label)]
        if figure == "forecast":
            later = (alone.calendar.start - pair.both.config.calendar.start).days
            dates = lone["family"] == "dates"
            lone = lone.assign(**{c: lone[c] + later * dates for c in _DAYS})
        else:
            naive = [c for c in naive if c not in ("targets", "score", "low", "high")]
            for name in naive:
                known = mine[name].notna().to_numpy()
                np.testing.assert_allclose(mine[name][known], lone[name].to_numpy()[known])
        same(mine, lone, ("forecast", *(naive if figure == "scores" else [])))


def patterns(pair: Pair, figure: str) -> None:
    """Cells are pooled, as equally likely."""
    both, lone = table(pair.both, figure), [table(alone, figure) for alone in pair.alone]
    if isinstance(both, str):
        assert "draws other numbers than the first cell" in both
        assert pair.path.startswith("payoffs.weights")
        return
    for column in ("share", "others"):
        mean = (lone[0][column] + lone[1][column]) / 2
        np.testing.assert_allclose(both[column], mean)


def moved(pair: Pair, figure: str) -> None:
    """Cells are pooled: priors are the same, and accepted worlds add up."""
    both, lone = table(pair.both, figure), [table(alone, figure) for alone in pair.alone]
    if isinstance(both, str):
        assert "draws other numbers than the first cell" in both
        return
    prior = [column for column in both if column.startswith("prior")]
    lone = [alone for alone in lone if not isinstance(alone, str)]
    for alone in lone:
        shared = both.merge(alone, on="number", suffixes=("", " alone"))
        assert len(shared)
        drawn = ~shared["number"].str.startswith("strategies.")
        for column in prior:
            np.testing.assert_allclose(
                shared.loc[drawn, column], shared.loc[drawn, f"{column} alone"]
            )
    assert both["worlds"].iloc[0] == sum(alone["worlds"].iloc[0] for alone in lone)


def fated(pair: Pair, figure: str) -> None:
    """What becomes of deals is what both runs have, world by world, in plain pandas."""
    both = table(pair.both, figure)
    if isinstance(both, str):
        assert len(pair.both.varied) == 0
        return
    order = (1, 0) if pair.path == "rules.review" else (0, 1)
    assert both["before"].unique().tolist() == [str(pair.labels[order[0]])]
    for talk in pair.both.talks:
        before, after = (pair.alone[n].frame.set_index(["talk", "world"]).loc[talk] for n in order)
        terms = [c for c in before if c.startswith(("rate.", "give."))]
        deals = before["status"] == "deal", after["status"] == "deal"
        alike = (before[terms].fillna(-1) == after[terms].fillna(-1)).all(axis=1)
        stays = deals[0] & deals[1]
        wanted = {
            "same": stays & alike,
            "changed": stays & ~alike,
            "vanished": deals[0] & ~deals[1],
            "appeared": ~deals[0] & deals[1],
            "none": ~deals[0] & ~deals[1],
        }
        mine = both[both["talk"] == talk]
        found = mine[mine["what"] == "deal"].set_index("quantity")["share"]
        assert found.to_dict() == pytest.approx({k: 100 * v.mean() for k, v in wanted.items()})
        for row in mine[mine["what"] == "term"].to_dict("records"):
            name = row["quantity"]
            name = f"payoff.{row['of']}" if name == "payoff" else name
            gap = (after[name].astype(float) - before[name].astype(float))[stays].dropna()
            assert row["worlds"] == len(gap)
            if len(gap):
                assert row["difference"] == pytest.approx(gap.mean(), abs=FEW)
                wide = error(before.loc[gap.index].reset_index(), gap.reset_index(drop=True))
                assert row["error"] == pytest.approx(wide, abs=FEW, nan_ok=True)


def stems(pair: Pair, figure: str) -> None:
    """Deals of both cells are told together; where values are not put into parts, they add up."""
    both, *lone = (table(found, figure) for found in (held(pair, figure), *pair.alone))
    lone = [alone for alone in lone if not isinstance(alone, str)]
    if isinstance(both, str):
        assert not lone
        return
    keys = ["talk", "column"]
    both, *lone = (t[t["what"] == "deals"] for t in (both, *lone))
    np.testing.assert_allclose(both.groupby(keys)["share"].sum(), 1)
    deals = pd.concat([t.drop_duplicates(keys) for t in lone]).groupby(keys)["deals"].sum()
    found = both.drop_duplicates(keys).set_index(keys)["deals"]
    assert found.to_dict() == deals[deals > 0].to_dict()
    for key, part in both.groupby(keys):
        counts = [t[(t[keys] == list(key)).all(axis=1)].set_index("at") for t in lone]
        if all(set(t.index) <= set(part["at"]) for t in counts):
            parts = [t["share"] * t["deals"] for t in counts]
            total = pd.concat(parts).groupby(level=0).sum()
            mine = part.set_index("at")
            np.testing.assert_allclose(mine["share"] * mine["deals"], total[mine.index])
        else:
            assert key[1] == "date"


HOW: dict[str, Callable[[Pair, str], None]] = {
    "ridges": hills,
    "payoff_plane": plane,
    "heat_map": fields,
    "chance_and_terms": fated,
    "terms": stems,
    "shares": areas,
    "docket": measures,
    "concessions": bands,
    "rivalry": rivals,
    "difference": paired,
    "price": ruled,
    "forecast": forecasts,
    "scores": forecasts,
    "patterns": patterns,
    "marginals": moved,
}
"""How figures tell two cells apart, or pool them; the others have a column with the swept path."""


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.one_in(3)
def test_two_cells_are_each_alone(pair: Pair, figure: str) -> None:
    HOW.get(figure, by_path)(pair, figure)


@pytest.mark.slow
def test_one_payoff_in_all_worlds_is_a_hill(made: Results) -> None:
    frame = made.frame.assign(**{f"payoff.{name}": 2.0 for name in made.countries})
    table, drawn = make(Results(frame, made.plan), "ridges")
    READERS["ridges"](made, table, drawn)
    step = np.diff(table["payoff"])[0]
    areas_ = table.groupby([*made.varied, "country"])["density"].sum() * step
    np.testing.assert_allclose(areas_, 1)
    assert table.loc[table["density"].idxmax(), "payoff"] == pytest.approx(2.0, abs=step)


def test_every_line_is_of_a_figure() -> None:
    assert set(HOW) <= set(FIGURES)
