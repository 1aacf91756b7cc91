"""Forecasts without a model, on the scenario that ships with the project."""

from datetime import date

import numpy as np
import pytest

from experiments.backtest.naive import naive_forecasts
from experiments.backtest.targets import DATES, EVENTS, PATTERNS, RATES, Target
from sim.config import override, parse, read_scenario
from tests.docs.test_readme import CONFIGS
from tests.experiments.small import SCENARIO

FILE = CONFIGS / "scenarios" / "us_japan_korea_2025.toml"


@pytest.fixture(scope="module")
def said():
    config = parse(read_scenario(FILE), FILE.parent)
    return {naive.name: naive for naive in naive_forecasts(config, 15.0)}


def about(name, talk="japan"):
    family = "give.pledge" if name == "give.pledge" else RATES
    family = DATES if name == "date" else family
    family = EVENTS if name == "deal" or name.startswith("lowers") else family
    family = PATTERNS if name.startswith("pattern") else family
    return Target(talk, name, family, 0.0, date(2025, 5, 4))


@pytest.mark.parametrize(
    ("name", "quo", "announced", "half", "constant"),
    [
        ("applied.cars", 27.5, 27.5, 15.0, 15),
        ("applied.other_goods", 11.04, 25.04, 13.04, 15),
        ("rate.metals", 25, 25, 12.5, 15),
        ("give.pledge", 0, 0, np.nan, np.nan),
        ("date", np.nan, np.nan, 66, 66),
        ("deal", 0, 0, 1, 1),
        ("lowers.cars", 0, 0, 1, 1),
        ("lowers.metals", 0, 0, 1, 1),
        ("pattern.bunched", np.nan, np.nan, np.nan, np.nan),
    ],
)
def test_what_they_say_of_japan(said, name, quo, announced, half, constant):
    found = [naive.value(about(name)) for naive in said.values()]
    assert list(said) == [
        "status quo", "announced rates", "half of the announced", "15 percent on all"
    ]  # fmt: skip
    assert found == pytest.approx([quo, announced, half, constant], abs=0.01, nan_ok=True)


def test_the_announced_rate_of_korea_is_one_point_higher(said):
    announced = said["announced rates"]
    gap = announced.points["korea", "suspended"] - announced.points["japan", "suspended"]
    assert gap == 1
    assert said["status quo"].points["korea", "suspended"] == 0


def test_without_a_constant_dates_or_an_economy(tmp_path):
    (tmp_path / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    plain = override(read_scenario(tmp_path / "scenario.toml"), {"calendar.start": None})
    quo, announced, half = naive_forecasts(parse(plain))
    assert (quo.points, quo.rates, quo.lowered) == (
        announced.points, announced.rates, announced.lowered
    )  # fmt: skip
    assert half.value(about("rate.cars", "east")) == 12.5
    assert np.isnan(half.value(about("date", "east")))
    assert half.rates == {}


def test_a_constant_above_what_was_announced_lowers_nothing():
    *_, constant = naive_forecasts(parse(read_scenario(FILE), FILE.parent), 26.0)
    assert constant.name == "26 percent on all"
    assert constant.value(about("lowers.cars")) == 1
    assert constant.value(about("lowers.suspended")) == 0
