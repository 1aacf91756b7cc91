"""Scenarios that leave countries out and add others."""

from copy import deepcopy

import pytest

from sim.config import parse, read_scenario, read_toml
from sim.config.add import added, without, without_measures
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


def test_nothing_of_a_measure_is_left(base):
    before = deepcopy(base)
    rest = without_measures(base, ["metals", "suspended"])
    assert "'metals'" not in str(rest)
    assert "'suspended'" not in str(rest)
    assert [list(talk["measures"]) for talk in rest["talks"].values()] == [
        ["cars", "parts", "baseline"], ["cars", "parts", "baseline"],
    ]  # fmt: skip
    assert rest["economy"] == base["economy"]
    assert rest["talks"]["japan"]["concessions"] == base["talks"]["japan"]["concessions"]
    assert base == before
    assert parse(rest, SCENARIOS).rules.review == "all"


BY_MEASURE = {
    "rules": {"review": ["cars"], "period": 2},
    "talks": {
        "east": {"measures": {"cars": {"path": {"cars": 1}}, "steel": {}},
                 "concessions": {"pledge": {}}, "rules": {"review": ["cars", "steel"]}},
        "cars": {"measures": {"steel": {}}, "partner": "cars"},
    },
    "positions": {"hub": ["cars", "steel"], "east": "all", "west": {"east": ["cars"]}},
    "strategies": {
        "hub": {"name": "scope_refuser", "admits": ["cars"], "inner": {"wants": ["steel", "cars"]}},
        "east": {"cars": {"name": "cars", "admits": {"cars": 0.2, "steel": 1}, "exponent": 0.5}},
        "west": "cars",
    },
    "stances": {"hub": {"cars": {"strategy": {"admits": ["cars"]}, "position": ["cars"]}}},
    "payoffs": {
        "weights": {"hub": {"review": {"cars": 1, "steel": 2}, "profits": {"cars": {}},
                            "red_lines": {"cars": {"measures": ["cars", "steel"]},
                                          "one": {"measures": ["cars"]}}},
                    "east": {"review": {"low": 1, "high": 2}}},
        "given": {"east": {"hub": {"cars": [0], "steel": [0]}}, "cars": {"hub": {"steel": [1]}}},
    },
    "economy": {"sigma": {"cars": 2}},
    "threats": {"cars": {"unless": {"opened": "cars", "within": 2}},
                "both": {"unless": {"opened": ["cars"], "signed_by": "2025-06-29"}}},
    "links": {"back_channel": {"ceiling": {"cars": 20}}},
}  # fmt: skip
"""A measure is called cars, and so are a talk, a stance, a group, a red line, a threat, goods."""


def test_only_a_measure_is_left_out_not_what_bears_its_name():
    rest = without_measures(BY_MEASURE, ["cars"])
    assert rest["rules"] == {"review": "none", "period": 2}
    assert rest["talks"]["east"]["measures"] == {"steel": {}}
    assert rest["talks"]["east"]["rules"] == {"review": ["steel"]}
    assert rest["talks"]["cars"] == BY_MEASURE["talks"]["cars"]
    assert rest["positions"] == {"hub": ["steel"], "east": "all", "west": {"east": []}}
    assert rest["strategies"] == {
        "hub": {"name": "scope_refuser", "admits": [], "inner": {"wants": ["steel"]}},
        "east": {"cars": {"name": "cars", "admits": {"steel": 1}, "exponent": 0.5}},
        "west": "cars",
    }
    assert rest["stances"] == {"hub": {"cars": {"strategy": {"admits": []}, "position": []}}}
    assert rest["payoffs"]["weights"] == {
        "hub": {"review": {"steel": 2}, "profits": {"cars": {}},
                "red_lines": {"cars": {"measures": ["steel"]}}},
        "east": {"review": {"low": 1, "high": 2}},
    }  # fmt: skip
    assert rest["payoffs"]["given"]["east"] == {"hub": {"steel": [0]}}
    assert rest["payoffs"]["given"]["cars"] == {"hub": {"steel": [1]}}
    assert (rest["economy"], rest["links"]) == (BY_MEASURE["economy"], BY_MEASURE["links"])
    assert rest["threats"] == {"cars": {}, "both": {"unless": {"signed_by": "2025-06-29"}}}


@pytest.mark.parametrize(
    ("measures", "sentence"),
    [
        ("cars", "without_measures: 'cars' is not a list of measures"),
        (["carz"], "without_measures: there is no measure 'carz'; did you mean 'cars'?"),
        ([3], "without_measures: [3] is not a list of measures"),
    ],
)
def test_what_is_no_measure_is_told(base, measures, sentence):
    with pytest.raises(ConfigError) as problem:
        without_measures(base, measures)
    assert str(problem.value) == sentence


@pytest.mark.parametrize("odd", [3, "cars", [], [["cars"], {"cars": 1}], {"cars": ["cars"]}])
@pytest.mark.parametrize("where", [
    "rules", "positions", "positions.hub", "strategies", "strategies.hub", "stances.hub",
    "payoffs", "payoffs.weights.hub.red_lines", "payoffs.weights.hub.red_lines.cars", "threats",
    "threats.cars", "threats.cars.unless", "talks.cars", "talks.cars.measures",
    "talks.east.rules", "payoffs.given",
])  # fmt: skip
def test_what_a_scenario_says_wrongly_is_left_to_its_checks(where, odd):
    said = deepcopy(BY_MEASURE)
    table, _, key = where.rpartition(".")
    here = said
    for name in filter(None, table.split(".")):
        here = here[name]
    here[key] = odd
    assert without_measures(said, ["steel"])["links"] == BY_MEASURE["links"]


def test_a_file_leaves_measures_out_after_countries(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'extends = "us_japan_korea_2025"\nname = "mine"\nwithout = ["korea"]\n'
        'without_measures = ["metals"]\n[changes]\n"rules.review" = ["cars"]\n',
        encoding="utf-8",
    )
    config = parse(read_scenario(file), tmp_path)
    assert list(config.talks) == ["japan"]
    assert list(config.talks["japan"].measures) == ["cars", "parts", "baseline", "suspended"]
    assert list(config.rules.review) == ["cars"]
