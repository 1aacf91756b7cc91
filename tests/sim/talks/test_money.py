"""I3: choices hang on gains in money, and on nothing but the ratio of gains and sums of money.

Gains times k with all sums of money fixed: choices change. Gains and every sum times k, a power of
two, which rounds nothing: none does. So no constant of money is hidden anywhere.
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config import override, parse, read_toml
from sim.scenario.scenario import Scenario
from sim.talks.model import negotiate
from tests.generators import scenarios
from tests.money import Scaling, documented, in_config, kind

ROOT = Path(__file__).parents[3] / "configs"
FILE = ROOT / "scenarios" / "us_japan_korea_2025.toml"
MONEY = ("payoff.", "cost.", "flow.", "review_cost", "audience_cost", "extension_cost")
"""Beginnings of the columns that are money themselves."""

K = (2.0, 0.25, 8.0)


SHARES = ("utility.", "reservation.", "distance.")
"""Shares of the range of a side's values; without a range there is nothing to share."""


def same_choices(one: pd.DataFrame, two: pd.DataFrame, k: float, left: Any = ()) -> None:
    """All that is no money is the same to the byte; all that is, is k times as much."""
    one, two = (frame.drop(columns=list(left)) for frame in (one, two))
    plain = [column for column in one if not column.startswith(MONEY)]
    pd.testing.assert_frame_equal(one[plain], two[plain], check_exact=True)
    for column in one.columns.difference(plain):
        assert np.array_equal(k * one[column].to_numpy(float), two[column].to_numpy(float)), column


# --- over random scenarios ---------------------------------------------------------------------


@pytest.mark.slow
@given(scenarios(), st.sampled_from(K))
def test_gains_and_every_sum_of_money_times_k_change_no_choice(game: Scenario, k: float) -> None:
    scaled = Scaling(gains=k, sums=k).of(game)
    one, two = (negotiate(g, 4, seed=7, turns=True) for g in (game, scaled))
    pd.testing.assert_frame_equal(one.to_turns(), two.to_turns(), check_exact=True)
    frame = one.to_frame()
    left = [] if all_range(game) else [c for c in frame if c.startswith(SHARES)]
    same_choices(frame, two.to_frame(), k, left)


def all_range(game: Scenario) -> bool:
    """Tell whether every seat has packages of different worth in every draw."""
    payoffs = game.payoffs
    draws, nothing = np.arange(payoffs.draws), np.zeros(payoffs.draws, dtype=np.int64)
    return all(
        (np.ptp(payoffs.row(c, i, draws, nothing)[:, 1:], axis=1) > 0).all()
        or (np.ptp(payoffs.tail[c][i], axis=1) > 0).all()
        for i in range(len(payoffs.talks))
        for c in (0, i + 1)
    )


@given(scenarios(around=True))
def test_every_sum_of_money_of_a_scenario_is_listed(game: Scenario) -> None:
    """A new one has to be documented in USD bn a year, and to stand here."""
    scaling = Scaling(gains=1.0, sums=1.0)
    scaling.of(game)
    bands = {
        path for path in scaling.found if re.fullmatch(r"strategies(\.\w+)*\.(band|price_bn)", path)
    }
    assert scaling.found - bands <= SUMS
    assert {"payoffs.outside", "review_cost", "surroundings.extension_cost"} <= scaling.found


SUMS = {
    "audience_cost",
    "payoffs.holdouts.worth",
    "payoffs.outside",
    "payoffs.shocks",
    "review_cost",
    "surroundings.extension_cost",
    "surroundings.ratifiers.events",
    "surroundings.ratifiers.sd",
    "surroundings.ratifiers.threshold",
    "surroundings.threat_cost",
    "talks.band",
}


@pytest.mark.fast
def test_a_field_is_money_by_its_documentation() -> None:
    told = documented(Scenario)
    assert "USD bn a year" in told["audience_cost"]
    assert "USD bn a year" not in told["strategies"]
    assert told["name"] == told["title"]


# --- the scenario that ships -------------------------------------------------------------------

FEW: dict[str, Any] = {
    "economy.elasticity_draws": 1,
    "payoffs.draws": 10,
    "payoffs.replications": 2,
}
EVERYTHING: dict[str, Any] = {
    "ratification.*.*.active": True,
    "shocks.*.active": True,
    "threats.*.active": True,
    "calendar.mode": "extension",
    "payoffs.weights.usa.no_deal_shape": [0, 1, 2.7],
    "payoffs.weights.japan.audience": {
        "low": 0,
        "central": 0.5,
        "high": 1,
        "unit": "USD bn a year",
    },
    "strategies.japan": {"name": "relents", "at": 0.6, "inner": {"name": "boulware"}},
    "strategies.usa": {
        "name": "extender",
        "at": 0.8,
        "rounds": 4,
        "inner": {
            "name": "scope_refuser",
            "admits": ["suspended"],
            "until": {"uniform": [0.2, 1.4]},
            "inner": {"name": "boulware"},
        },
    },
    "payoffs.weights.*.outside": {"low": 0, "central": 0.1, "high": 0.3, "unit": "USD bn a year"},
}
PRICED: dict[str, Any] = {
    "strategies.usa": {
        "name": "scope_refuser",
        "admits": ["suspended"],
        "price_bn": {"uniform": [0.25, 1.0], "unit": "USD bn a year"},
        "inner": {"name": "boulware", "exponent": {"uniform": [0.1, 0.8]}},
    },
}
"""A hub that opens at a price."""
FILES = {"flows_2024.csv": "usd_bn", "totals_2024.csv": "usd_bn"}
"""Files of the trade data, with the column that is money."""


def scaled_data(into: Path, k: float) -> Path:
    """Write the trade data with all flows times k."""
    for file in (ROOT / "data").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        for row in rows:
            if file.name in FILES:
                row[FILES[file.name]] = repr(float(row[FILES[file.name]]) * k)
        with (into / file.name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return into


def written(k: Mapping[str, float], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario's config with its numbers of money times a factor of their kind."""
    config = override(read_toml(FILE), changes)
    found = in_config(config)
    for path, unit in found.items():
        here = config
        for key in path.split("."):
            here = here[key]
        for key in ("value", "low", "central", "high", "uniform", "choice"):
            if key in here:
                here[key] = np.multiply(here[key], k.get(kind(unit), 1.0)).tolist()
    return config


def game(
    into: Path, changes: Mapping[str, Any], *, gains: float = 1.0, sums: float = 1.0
) -> Scenario:
    """The scenario with its gains and its sums of money times a factor each."""
    config = written({"gain": gains, "sum": sums}, changes)
    config["economy"]["data"] = str(scaled_data(into, gains))
    return Scenario.from_config(parse(config, FILE.parent), seed=1)


@pytest.mark.fast
def test_every_number_of_money_of_the_scenario_has_a_unit_that_says_of_what_kind() -> None:
    found = in_config(read_toml(FILE))
    kinds = {path: kind(unit) for path, unit in found.items()}
    last = {(path.rpartition(".")[2], said) for path, said in kinds.items()}
    assert {word for word, said in last if said == "ratio"} == {"weight", "revenue"}
    assert {word for word, said in last if said == "gain"} == {"worth", "cost", "price"}
    assert {path for path, said in kinds.items() if said == "sum"} >= {
        "payoffs.band",
        "payoffs.weights.usa.extension",
        "payoffs.weights.usa.no_deal",
        "payoffs.weights.usa.review",
        "shocks.bond_selloff.effects.usa",
        "threats.treasuries.cost",
    }


def in_other_units(into: Path, changes: Mapping[str, Any], k: float, worlds: int) -> None:
    (into / "one").mkdir()
    (into / "two").mkdir()
    plain = game(into / "one", changes)
    scaled = game(into / "two", changes, gains=k, sums=k)
    one, two = (negotiate(g, worlds, seed=1, turns=True) for g in (plain, scaled))
    pd.testing.assert_frame_equal(one.to_turns(), two.to_turns(), check_exact=True)
    same_choices(one.to_frame(), two.to_frame(), k)


@pytest.mark.slow
@pytest.mark.parametrize("changes", [EVERYTHING, PRICED], ids=["everything on", "at a price"])
def test_the_scenario_in_other_units_of_money_plays_the_same(
    tmp_path: Path, changes: Mapping[str, Any]
) -> None:
    in_other_units(tmp_path, FEW | changes, 4.0, 20)


@pytest.mark.slow
def test_gains_against_a_fixed_price_change_what_is_opened(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    dear, cheap = (
        negotiate(game(tmp_path / name, FEW | PRICED, gains=gains), 20, seed=1).to_frame()
        for name, gains in (("one", 1.0), ("two", 8.0))
    )
    shut = ["off", "requested", "refused"]
    closed = [frame["review.cars"].isin(shut).mean() for frame in (dear, cheap)]
    assert closed[0] > closed[1] + 0.2


@pytest.mark.nightly
@pytest.mark.parametrize("k", [0.25, 2.0, 32.0])
@pytest.mark.parametrize(
    "changes", [{}, EVERYTHING, PRICED], ids=["as it is", "everything on", "at a price"]
)
def test_the_whole_scenario_in_other_units_of_money_plays_the_same(
    tmp_path: Path, changes: Mapping[str, Any], k: float
) -> None:
    in_other_units(tmp_path, changes, k, 1000)


@pytest.mark.slow
@pytest.mark.parametrize("k", [0.25, 4.0])
def test_gains_against_fixed_sums_of_money_change_choices(tmp_path: Path, k: float) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    plain, moved = (
        negotiate(game(tmp_path / name, FEW, gains=gains), 20, seed=1).to_frame()
        for name, gains in (("one", 1.0), ("two", k))
    )
    assert (plain.package != moved.package).mean() > 0.2
