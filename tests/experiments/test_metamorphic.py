"""Comparisons under changes that change nothing, or only names, or only a scale."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from experiments.analysis.compare import compare
from experiments.analysis.effect import effect
from experiments.analysis.sensitivity.indices import indices
from experiments.analysis.tournament.game import Game
from experiments.analysis.tournament.shares import analyse
from experiments.backtest.scores import scores
from experiments.figures import difference
from experiments.results.clustered import clustered_mean
from experiments.results.quantities import agreement, payoff_spread, signing_times, status_shares
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


TABLES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "agreement": agreement,
    "statuses": status_shares,
    "times": signing_times,
    "payoffs": payoff_spread,
    "effect": rule,
    "signed": partial(rule, signed=["east", "west"]),
}
"""Every table of numbers by cell, and what the rule changes."""


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
    square = student.ppf(0.975, table.loc[votes, "draws"].to_numpy(float) - 1) ** 2
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
