"""Scenarios that leave countries out and add others."""

from copy import deepcopy

import pytest

from sim.config import parse, read_scenario, read_toml
from sim.config.add import added, without
from sim.errors import ConfigError
from tests.docs.test_readme import CONFIGS

SCENARIOS = CONFIGS / "scenarios"


@pytest.fixture(scope="module")
def base():
    return read_toml(SCENARIOS / "us_japan_korea_2025.toml")


def test_nothing_of_a_country_is_left(base):
    before = deepcopy(base)
    rest = without(base, ["japan"])
    assert "'japan'" not in str({key: said for key, said in rest.items() if key != "economy"})
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


NAMED = {
    "hub": "hub",
    "countries": {key: {"label": key} for key in ("hub", "east", "west", "north")},
    "talks": {f"with_{key}": {"partner": key} for key in ("east", "west", "north")},
    "positions": {"hub": {"with_east": "all", "with_west": "none"}, "east": "all"},
    "strategies": {
        "hub": {"with_east": "linear", "with_west": "linear", "with_north": "linear"},
        "east": "linear",
        "west": {"name": "linear", "east": "a parameter"},
        "north": {"name": "own", "first": "east"},
    },
    "payoffs": {
        "weights": {
            "hub": {"red_lines": {"east": {"measures": ["cars"]}}, "profits": {"east": {}}},
            "east": {"price": 1},
        },
        "given": {"with_east": {}, "with_west": {"hub": {"east": [0, 1]}}},
    },
    "economy": {
        "plants": {"east": {"host": "hub", "parent": "east"}},
        "regions": {"east": ["east", "other"]},
        "third_country": {"east": {"cars": 1}},
    },
    "ratification": {"east": {"diet": {}}, "west": {"east": {}}},
    "shocks": {"east": {"effects": {"east": 1, "west": 2}}},
    "threats": {"east": {"by": "west", "shock": "east"}, "sell": {"by": "east", "shock": "east"}},
    "links": {
        "sees": {"east": {"with_west": "offers"}, "hub": {"with_east": "terms"}},
        "back_channel": {"partners": ["east", "west", "north"]},
    },
}


def test_only_a_country_and_its_talk_are_left_out_not_what_bears_its_name():
    rest = without(NAMED, ["east"])
    assert list(rest["countries"]) == ["hub", "west", "north"]
    assert list(rest["talks"]) == ["with_west", "with_north"]
    assert rest["positions"] == {"hub": {"with_west": "none"}}
    assert rest["strategies"] == {
        "hub": {"with_west": "linear", "with_north": "linear"},
        "west": {"name": "linear", "east": "a parameter"},
        "north": {"name": "own", "first": "east"},
    }
    weights = rest["payoffs"]["weights"]
    assert weights == {"hub": NAMED["payoffs"]["weights"]["hub"]}
    assert rest["payoffs"]["given"] == {"with_west": {"hub": {"east": [0, 1]}}}
    assert rest["economy"] == NAMED["economy"]
    assert rest["ratification"] == {"west": {"east": {}}}
    assert rest["shocks"] == {"east": {"effects": {"west": 2}}}
    assert list(rest["threats"]) == ["east"]
    assert rest["links"]["sees"] == {"hub": {}}
    assert rest["links"]["back_channel"]["partners"] == ["west", "north"]
    assert "back_channel" not in without(NAMED, ["east", "north"])["links"]


def test_plants_abroad_stay_when_their_owner_has_no_seat(base):
    assert without(base, ["japan"])["economy"] == base["economy"]
