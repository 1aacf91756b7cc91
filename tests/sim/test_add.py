"""Scenarios that leave countries out and add others."""

from copy import deepcopy

import pytest

from sim.config import parse, read_scenario, read_toml
from sim.config.add import added, without
from sim.errors import ConfigError
from tests.test_readme import CONFIGS

SCENARIOS = CONFIGS / "scenarios"


@pytest.fixture(scope="module")
def base():
    return read_toml(SCENARIOS / "us_japan_korea_2025.toml")


def test_nothing_of_a_country_is_left(base):
    before = deepcopy(base)
    rest = without(base, ["japan"])
    assert "'japan'" not in str(rest)
    assert list(rest["talks"]) == ["korea"]
    assert rest["talks"]["korea"] == base["talks"]["korea"]
    assert rest["payoffs"]["weights"]["usa"] == base["payoffs"]["weights"]["usa"]
    assert rest["threats"] == {}
    assert parse(rest, SCENARIOS).hub == "usa"
    assert base == before


def test_new_tables_stand_beside_those_that_are_there(base):
    both = added(base, {"positions": {"eu": "all"}, "title2": "x"})
    assert both["positions"] == base["positions"] | {"eu": "all"}
    assert added(both, {"title3": "y"})["title2"] == "x"


def test_the_example_is_a_page_and_keeps_the_hub(base):
    file = SCENARIOS / "us_eu_2025.toml"
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 66
    config = parse(read_scenario(file), file.parent)
    assert list(config.talks) == ["eu"]
    assert list(config.countries) == ["usa", "eu"]
    whole = parse(base, SCENARIOS)
    assert config.payoffs.weights["usa"] == whole.payoffs.weights["usa"]
    assert config.strategies["usa"] == whole.strategies["usa"]


@pytest.mark.parametrize(
    ("countries", "sentence"),
    [
        ("japan", "without: 'japan' is not a list of countries"),
        (["japn"], "without: there is no country 'japn'; did you mean 'japan'?"),
        (["usa"], "without: 'usa' is the hub, which sits in every talk; keep it"),
    ],
)
def test_who_cannot_be_left_out(base, countries, sentence):
    with pytest.raises(ConfigError) as problem:
        without(base, countries)
    assert str(problem.value) == sentence


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ({"positions": {"usa": "all"}}, "add.positions.usa: is there already; change it with "
                                        "[changes] 'positions.usa'"),
        ("eu", "add: 'eu' is not a table"),
    ],
)  # fmt: skip
def test_what_cannot_be_added(base, new, sentence):
    with pytest.raises(ConfigError) as problem:
        added(base, new)
    assert str(problem.value) == sentence
