"""All comparisons under changes that change nothing, or only names, or only a scale."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, get_type_hints

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm as normal

import experiments.analysis
from experiments.analysis.compare import compare, compare_cells
from experiments.analysis.effect import effect, price_of_rule
from experiments.analysis.fate import fates
from experiments.analysis.grids import effects
from experiments.analysis.sensitivity.indices import indices, pairs
from experiments.analysis.tournament.game import Game
from experiments.analysis.tournament.shares import analyse
from experiments.backtest.scores import scores
from experiments.figures import difference
from experiments.results.clustered import clustered_mean
from experiments.results.quantities import (
    agreement,
    payoff_parts,
    payoff_spread,
    signing_times,
    status_shares,
    swept,
)
from experiments.results.results import Results
from experiments.runs.run import run
from experiments.runs.store import Store
from tests.experiments.analysis.test_sensitivity import ishigami, made
from tests.experiments.small import load

GRID = """
[sweep]
"rules.review" = ["all", "none"]
"strategies.east" = ["linear", "conceder"]
[overrides]
"rules.breakdown" = 0.03
[observed.east]
date = 2025-03-13
rate.cars = 15
source = "made up"
"""
RESULT = ["difference", "error", "p5", "p95", "worlds", "draws"]
SIZES = RESULT[:4]
"""Those that are zero where nothing changes."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("grid")
    return run(load(folder, GRID, worlds=36, **{"payoffs.draws": 9}), folder / "out").store


@pytest.fixture(scope="module")
def results(store: Store) -> Results:
    return Results.load(store.directory)


def permuted(frame: pd.DataFrame) -> pd.DataFrame:
    """Give cells, worlds and talks in another order."""
    return frame.sample(frac=1, random_state=7).reset_index(drop=True)


def redrawn(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the draws other numbers."""
    return frame.assign(draw=100 - 3 * frame["draw"])


def renamed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the labels other names."""
    return frame.assign(**{"strategies.east": "x " + frame["strategies.east"].astype(str)})


def doubled(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the payoffs in a unit of half the size."""
    return frame.assign(**{c: 2 * frame[c] for c in frame if str(c).startswith("payoff.")})


def again(frame: pd.DataFrame) -> pd.DataFrame:
    """Add a cell that is like another one, under a label of its own."""
    more = frame[frame["strategies.east"] == "linear"]
    more = more.assign(**{"strategies.east": "again"}, cell=more["cell"] + 100)
    return pd.concat([frame, more], ignore_index=True)


def rule(frame: pd.DataFrame, **more: Any) -> pd.DataFrame:
    """Give what the rule changes."""
    return effect(frame, "rules.review", "none", "all", **more)


BY = ["strategies.east"]
TABLES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "agreement": agreement,
    "statuses": status_shares,
    "times": signing_times,
    "payoffs": payoff_spread,
    "parts of payoffs": lambda frame: payoff_parts([frame], swept(frame)),
    "effect": rule,
    "signed": partial(rule, signed=["east", "west"]),
    "price": price_of_rule,
    "fates": partial(
        fates, path="rules.review", before="none", partners={"east": "east", "west": "west"}, by=BY
    ),
    "finer": lambda frame: effects((frame, frame), "rules.review", "none", "all", by=BY),
}
"""Every table of numbers by cell, what the rule changes, and what of that another run moves."""

ROWS = {
    "closed": "lists measures",
    "printed": "writes numbers",
    "change": "is what effect, fates and compare are made of",
    "in_own_units": "writes units",
    "in_order": "sorts",
    "only": "picks rows",
    "one_per_world": "picks rows",
    "answers": "picks rows",
    "league": "is a part of analyse",
    "tensor": "is a part of analyse",
}
"""Functions that give a table and compare nothing by themselves."""


def giving_tables() -> Iterator[Callable[..., Any]]:
    """Give all that makes a table in what analyses, tells and scores a run."""
    below = walk_packages(experiments.analysis.__path__, "experiments.analysis.")
    names = [module.name for module in below if not module.ispkg]
    for name in (*names, "experiments.results.quantities", "experiments.backtest.scores"):
        for found in vars(import_module(name)).values():
            own = inspect.isfunction(found) and found.__module__ == name
            if own and not found.__name__.startswith("_"):
                given = get_type_hints(found).get("return")
                parts = get_type_hints(given).values() if is_dataclass(given) else [given]
                if pd.DataFrame in parts:
                    yield found


def test_every_comparison_is_tried_here() -> None:
    """Whoever writes another one is sent here."""
    known = {id(value) for value in globals().values()}
    found = list(giving_tables())
    assert {effect, compare, scores, analyse, agreement} <= set(found)
    unknown = [f.__qualname__ for f in found if id(f) not in known and f.__name__ not in ROWS]
    assert not unknown, f"nobody tries these comparisons: {unknown}; add lines to TABLES, or a test"
    assert set(ROWS) <= {f.__name__ for f in found}


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    keys = [c for c in other if not pd.api.types.is_float_dtype(other[c])]
    left, right = (
        t.astype(dict.fromkeys(keys, str)).sort_values(keys, ignore_index=True)
        for t in (one, other)
    )
    pd.testing.assert_frame_equal(left[right.columns], right, check_dtype=False, rtol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("change", [permuted, redrawn], ids=["permuted", "redrawn"])
def test_order_and_numbers_of_draws_do_not_count(results: Results, change: Any, name: str) -> None:
    same(TABLES[name](change(results.frame)), TABLES[name](results.frame))


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_another_name_is_all_that_changes(results: Results, name: str) -> None:
    found = TABLES[name](renamed(results.frame))
    head = "strategies.east" if "strategies.east" in found else "east"
    found[head] = found[head].astype(str).str.removeprefix("x ")
    same(found, TABLES[name](results.frame))


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_one_more_cell_changes_nothing_of_the_others(results: Results, name: str) -> None:
    found = TABLES[name](again(results.frame))
    head = "strategies.east" if "strategies.east" in found else "east"
    same(found[found[head] != "again"], TABLES[name](results.frame))
    more = found[found[head] == "again"].assign(**{head: "linear"})
    same(more, found[found[head] == "linear"])


@pytest.mark.slow
def test_payoffs_of_twice_the_size_change_twice_as_much(results: Results) -> None:
    one, two = (effect(f, "rules.review", "none", "all")
                for f in (results.frame, doubled(results.frame)))  # fmt: skip
    factor = np.where(one["quantity"] == "payoff", 2, 1)
    for column in SIZES:
        np.testing.assert_allclose(two[column], factor * one[column])


def nothing(table: pd.DataFrame) -> None:
    """Check that nothing differs: exactly, but for a yes or no, on which few draws may agree."""
    assert (table[["difference", "p5", "p95"]].fillna(0) == 0).all(axis=None)
    votes = table["unit"] == "points"
    assert (table.loc[~votes, "error"].fillna(0) == 0).all()
    square = normal.ppf(0.95) ** 2  # nothing changed: only one side can miss
    agreed = 100 * square / (table.loc[votes, "draws"] + square)
    assert table.loc[votes, "error"].to_numpy() == pytest.approx(agreed.to_numpy(), nan_ok=True)


@pytest.mark.slow
def test_a_value_against_itself_is_zero(results: Results) -> None:
    for label in ("all", "none"):
        table = effect(results.frame, "rules.review", label, label)
        nothing(table[table["worlds"] > 0])
    for cell in range(4):
        table = difference.numbers(results, cell, cell)
        some = table["worlds"] > 0
        assert (table.loc[some, ["mean", "p5", "p95"]] == 0).all(axis=None)
        exact = some & (table["group"] != "deals")
        assert (table.loc[exact, ["low", "high"]] == 0).all(axis=None)


def test_back_is_the_opposite_of_there(results: Results) -> None:
    there, back = (effect(results.frame, "rules.review", *ends)
                   for ends in (("none", "all"), ("all", "none")))  # fmt: skip
    np.testing.assert_allclose(there["difference"], -back["difference"])
    np.testing.assert_allclose(there["error"], back["error"])
    np.testing.assert_allclose(there["p5"], -back["p95"])


@pytest.mark.slow
def test_compare_of_a_run_with_itself_and_with_each_of_its_cells(
    store: Store, results: Results, tmp_path: Path
) -> None:
    others = [store]
    for n, cell in enumerate(results.plan.cells):
        (tmp_path / str(n)).mkdir()
        rest = GRID.partition("[overrides]")[2]
        said = {**cell.values, "payoffs.draws": 9}
        plan = load(tmp_path / str(n), f"[overrides]{rest}", worlds=36, **said)
        others.append(run(plan, tmp_path / str(n) / "out").store)
    for other in others:
        found = compare(store, other)
        assert found.paired
        some = found.table[found.table["worlds"] > 0]
        assert len(some)
        nothing(some)
        back = compare(other, store).table
        same(back[["quantity", "of", *RESULT]], found.table[["quantity", "of", *RESULT]])


@pytest.mark.slow
def test_compare_is_effect(results: Results, tmp_path: Path) -> None:
    stores = []
    for rule in ("none", "all"):
        (tmp_path / rule).mkdir()
        rest = GRID.partition("[overrides]")[2]
        said = {"rules.review": rule, "strategies.east": "conceder", "payoffs.draws": 9}
        plan = load(tmp_path / rule, f"[overrides]{rest}", worlds=36, **said)
        stores.append(run(plan, tmp_path / rule / "out").store)
    table = compare(*stores).table.set_index(["quantity", "of"])
    wanted = effect(results.frame, "rules.review", "none", "all", given="payoff")
    wanted = wanted[wanted["strategies.east"] == "conceder"].set_index(["quantity", "of"])
    for column in RESULT:
        np.testing.assert_allclose(table.loc[wanted.index, column], wanted[column])


def test_scores_do_not_turn_on_order_or_on_other_cells(results: Results) -> None:
    whole = scores(results.frame, results.plan).table
    front = ["forecast", "talk", "target"]
    mixed = results.frame.sort_values(["world", "talk"], kind="stable")
    mixed = mixed.sort_values("cell", ascending=False, kind="stable", ignore_index=True)
    found = scores(mixed, results.plan).table.set_index(front)
    pd.testing.assert_frame_equal(found, whole.set_index(front).loc[found.index])
    alone = scores(results.frame[results.frame["cell"] == 2], results.plan).table
    alone = alone[alone["kind"] == "model"].set_index(front)
    pd.testing.assert_frame_equal(alone, whole.set_index(front).loc[alone.index])


def test_what_a_finer_run_moves_is_zero_if_it_is_the_same(store: Store, results: Results) -> None:
    found = compare_cells(store, store).table
    some = found[found["worlds"] > 0]
    assert set(some["cell"]) == {0, 1, 2, 3}
    nothing(some)
    moved = TABLES["finer"](results.frame)
    assert (moved["first"].abs() > 0).any()
    nothing(moved[moved["worlds"] > 0])


def test_the_price_of_the_rule_is_its_effect(results: Results) -> None:
    same(price_of_rule(results.frame), rule(results.frame))


@pytest.mark.slow
def test_fates_are_a_whole_and_turn_round(results: Results) -> None:
    there = TABLES["fates"](results.frame)
    back = fates(results.frame, "rules.review", "all", {"east": "east", "west": "west"}, BY)
    shares = []
    for table in (there, back):
        deals = table[table["what"] == "deal"].set_index([*BY, "talk", "quantity"])["share"]
        assert deals.groupby([*BY, "talk"]).sum().to_numpy() == pytest.approx(100)
        shares.append(deals)
    turned = shares[1].rename(index={"vanished": "appeared", "appeared": "vanished"})
    assert shares[0].to_dict() == pytest.approx(turned.to_dict())
    alike = fates(results.frame, "rules.review", "all", {"east": "east"}, BY)
    assert (alike["rules.review"] == "none").all(), "a value is not compared with itself"


def test_indices_of_pairs_under_a_scale_and_a_shift() -> None:
    one = pairs(made(ishigami, ["a", "b", "c"], "saltelli", 32, worlds=3))
    two = pairs(made(lambda unit: 2 * ishigami(unit) + 5, ["p", "q", "r"], "saltelli", 32))
    for column in ("path", "other"):
        assert two[column].tolist() == one[column].map({"a": "p", "b": "q", "c": "r"}).tolist()
    np.testing.assert_allclose(two["value"], one["value"], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("design", "scale"), [("saltelli", 1.0), ("morris", 2.0)])
def test_indices_under_a_scale_and_a_shift(design: str, scale: float) -> None:
    one = indices(made(ishigami, ["a", "b", "c"], design, 32, worlds=3))
    two = indices(made(lambda unit: 2 * ishigami(unit) + 5, ["p", "q", "r"], design, 32))
    assert two["path"].tolist() == one["path"].map({"a": "p", "b": "q", "c": "r"}).tolist()
    np.testing.assert_allclose(two["value"], scale * one["value"], rtol=1e-6, atol=1e-9)


@pytest.mark.slow
def test_a_tournament_under_names_order_and_scale() -> None:
    luck = np.random.default_rng(5)
    names = (("a", "b", "c"), ("d", "e"))
    samples = luck.normal(size=(2, 3, 2, 12))
    weights = np.full(12, 4.0)
    whole = analyse(Game(("hub", "east"), names, samples, weights), 50).league
    order = [2, 0, 1]
    mixed = (tuple(names[0][n] for n in order), names[1])
    found = analyse(Game(("hub", "east"), mixed, samples[:, order], weights), 50).league
    twice = analyse(Game(("hub", "east"), names, 2 * samples + 1, weights), 50).league
    key = ["player", "strategy"]
    columns = ["payoff", "low", "high", "regret", "first"]
    table = whole.set_index(key)[columns]
    pd.testing.assert_frame_equal(found.set_index(key).loc[table.index, columns], table)
    scaled = twice.set_index(key).loc[table.index]
    np.testing.assert_allclose(scaled["payoff"], 2 * table["payoff"] + 1)
    np.testing.assert_allclose(scaled["regret"], 2 * table["regret"], atol=1e-9)
    payoffs = samples.mean(axis=-1)
    for n, name in enumerate(names[0]):
        assert table.loc[("hub", name), "payoff"] == pytest.approx(payoffs[0, n].mean())


def test_intervals_do_not_turn_on_the_order_of_clusters() -> None:
    luck = np.random.default_rng(3)
    values, cluster = luck.normal(size=40), np.repeat(np.arange(10), 4)
    order = luck.permutation(40)
    assert clustered_mean(values, cluster) == pytest.approx(
        clustered_mean(values[order], 90 - 7 * cluster[order])
    )
