"""Below what an effect is none."""

import pandas as pd
import pytest

from experiments.analysis.floors import Floors
from sim.errors import ConfigError

TRADE = {"economy": {"data": "trade"}}
MANIFEST = {
    "economy": [
        {"cells": [0, 1], "table": {"error_bn": {"hub": 0.05, "east": 0.3}}},
        {"cells": [2], "table": {"error_bn": {"hub": 0.7, "east": 0.2}}},
    ]
}
BN = "USD bn a year"


@pytest.mark.parametrize(
    ("value", "unit", "none"),
    [
        (0.99, "points", True),
        (-0.99, "points", True),
        (1.0, "points", False),
        (-2.45, "percentage points", False),
        (0.06, "percentage points", True),
        (0.099, BN, True),
        (-0.1, BN, False),
        (0.01, "rounds", False),
        (0.01, "USD bn", False),
        (0.01, "unit of the concession", False),
        (0.0, "rounds", True),
        (float("nan"), "points", False),
    ],
)
def test_only_points_and_usd_bn_a_year_have_a_smallest_effect(value, unit, none):
    assert Floors().none(value, unit) is none


def test_the_tables_are_a_floor_of_the_payoffs_of_each_country():
    floors = Floors.of(MANIFEST, TRADE)
    assert floors.none(0.6, BN, "payoff", "hub")
    assert not floors.none(0.6, BN, "review_cost", "hub")
    assert floors.none(-0.29, BN, "payoff", "east")
    assert not floors.none(-0.31, BN, "payoff", "east")
    assert not floors.none(0.15, BN, "payoff", "west")


def test_the_tables_of_the_cells_that_are_spoken_of_count():
    few = Floors.of(MANIFEST, TRADE, cells=[0])
    assert few.tables == {"hub": 0.05, "east": 0.3}
    assert few.joined(Floors.of(MANIFEST, TRADE, cells=[2])).tables == {"hub": 0.7, "east": 0.3}


def test_given_payoffs_have_no_floor():
    floors = Floors.of({"economy": []}, {"economy": None}, "bn=5,points=3")
    assert not floors.none(0.001, "payoff", "payoff", "hub")
    assert not floors.none(0.001, BN, "payoff", "hub")
    assert floors.none(2.9, "points")
    assert floors.told(["points", BN]) == "none: less than 3 points"


def test_the_smallest_effect_is_an_option():
    floors = Floors.of({}, TRADE, "bn=0")
    assert (floors.points, floors.bn) == (1, 0)
    assert not floors.none(1e-9, BN, "payoff", "hub")
    assert floors.none(0.0, BN, "payoff", "hub"), "0.00 (0.00 to 0.00) is never an effect"
    for said in ("bn", "bn=x", "bn=-1", "rounds=1", "points=inf", "points=nan"):
        with pytest.raises(ConfigError, match=f"--least {said}: .* is no smallest effect"):
            Floors.of({}, TRADE, said)


def test_what_is_none_is_said_with_its_numbers():
    floors = Floors.of(MANIFEST, TRADE)
    said = "none: less than 1 point or 0.1 USD bn a year, or than the payoff tables may be off "
    assert floors.told(["points", BN]) == said + "(hub 0.7, east 0.3 USD bn a year)"
    assert floors.told(["points"]) == "none: less than 1 point"
    assert floors.told(["rounds"]) == "none: no change at all"


def test_rows_below_the_floors_are_told():
    table = pd.DataFrame(
        {
            "quantity": ["agreement", "payoff", "payoff"],
            "unit": ["points", BN, BN],
            "of": ["east", "hub", "west"],
            "difference": [-0.5, 0.6, 0.6],
        }
    )
    assert Floors.of(MANIFEST, TRADE).below(table) == [True, True, False]
