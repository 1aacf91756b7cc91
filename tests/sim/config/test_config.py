import copy
from pathlib import Path

import pytest

from sim.chance.spreads import SHAPES
from sim.config import override, parse, read_toml
from sim.config.schema.numbers import Range
from sim.errors import ConfigError

RANGE = {"low": 0, "central": 0.3, "high": 1, "unit": "share", "source": "guess"}

BASE = {
    "name": "base",
    "hub": "hub",
    "countries": {
        "hub": {"label": "Hub", "region": "HHH"},
        "east": {"label": "East", "region": "EEE"},
        "west": {"label": "West", "region": "WWW"},
    },
    "calendar": {"rounds": 10, "start": "2025-05-04", "days_per_round": 2},
    "strategies": {"hub": "firm", "east": {"name": "soft", "exponent": 2}, "west": "soft"},
    "talks": {
        "east": {
            "partner": "east",
            "measures": {
                "cars": {"levels": [25, 15, 0], "goods": ["cars"]},
                "metals": {"levels": [25, 0], "goods": ["steel"]},
            },
            "concessions": {"pledge": {"levels": [0, 200], "worth": RANGE, "cost": 0.003}},
        },
        "west": {
            "partner": "west",
            "measures": {"cars": {"levels": [25, 0], "goods": ["cars"]}},
        },
    },
    "payoffs": {
        "kind": "economy",
        "draws": 5,
        "weights": {
            "hub": {
                "revenue": RANGE,
                "profits": {"all": {"sectors": ["cars", "steel"], "weight": 1}},
                "red_lines": {"cars": {"measures": ["cars"], "cost": RANGE}},
                "review": 1,
            },
        },
    },
    "economy": {
        "data": "data",
        "sigma": {"cars": 4, "steel": {"low": 3, "central": 4, "high": 5}},
        "third_country": {"others": {"cars": {"value": 25, "unit": "points", "source": "x"}}},
    },
}

GIVEN = {
    "name": "given",
    "hub": "hub",
    "countries": {"hub": {"label": "Hub"}, "east": {"label": "East"}},
    "calendar": {"rounds": 10},
    "strategies": {"hub": "firm", "east": "soft"},
    "talks": {"east": {"partner": "east", "concessions": {"price": {"levels": [0, 1]}}}},
    "payoffs": {
        "kind": "table",
        "given": {"east": {"hub": {"price": [0, 1]}, "partner": {"price": [1, 0]}}},
    },
}


def changed(base, path, value):
    """Write a value, or leave a key out (None), without any check."""
    config = copy.deepcopy(base)
    here = config
    *front, last = path.split(".")
    for key in front:
        here = here.setdefault(key, {})
    if value is None:
        del here[last]
    else:
        here[last] = value
    return config


def said(call, *arguments):
    with pytest.raises(ConfigError) as caught:
        call(*arguments)
    return str(caught.value)


@pytest.mark.fast
@pytest.mark.parametrize("base", [BASE, GIVEN])
def test_the_configs_of_these_tests_are_right(base):
    assert parse(base).name == base["name"]


BAD = [
    # keys
    ("titel", "x", "titel: there is no key 'titel'; did you mean 'title'?"),
    (
        "countries.east.zone",
        "x",
        "countries.east.zone: there is no key 'zone'; there is label, region, discount",
    ),
    (
        "talks.east.measures.cars.lvels",
        [1],
        "talks.east.measures.cars.lvels: there is no key 'lvels'; did you mean 'levels'?",
    ),
    (
        "talks.west.rules.perod",
        1,
        "talks.west.rules.perod: there is no key 'perod'; did you mean 'period'?",
    ),
    (
        "calendar.rounds",
        None,
        "calendar.rounds: missing; give the number of rounds to the deadline",
    ),
    (
        "countries.east.label",
        None,
        "countries.east.label: missing; give the name of the country for readers",
    ),
    ("talks.east.partner", None, "talks.east.partner: missing; give the key of a country"),
    (
        "talks.east.measures.cars.levels",
        None,
        "talks.east.measures.cars.levels: missing; give the list of levels that can be agreed",
    ),
    # types
    ("calendar.rounds", 2.5, "calendar.rounds: 2.5 is not a whole number"),
    ("calendar.rounds", True, "calendar.rounds: true is not a whole number"),
    ("calendar.rounds", "ten", "calendar.rounds: 'ten' is not a whole number"),
    ("calendar.rounds", 0, "calendar.rounds: 0 is out of range; it has to be at least 1"),
    ("rules.cooldown", -1, "rules.cooldown: -1 is out of range; it has to be at least 0"),
    ("calendar.start", "May", "calendar.start: 'May' is not a date; write 2025-05-04"),
    (
        "calendar.rounds",
        {"value": 10, "units": "rounds"},
        "calendar.rounds: there is no key 'units'; beside a value stand only unit and source",
    ),
    (
        "calendar.rounds",
        {"unit": "rounds"},
        "calendar.rounds: the value is missing; write {value = …, unit = …, source = …}",
    ),
    ("rules.scope", "yes", "rules.scope: 'yes' is neither true nor false"),
    ("name", 3, "name: 3 is not a text in quotes"),
    ("talks.east", [1], "talks.east: [1] is not a table"),
    ("talks.east.measures.cars.levels", 25, "talks.east.measures.cars.levels: 25 is not a list"),
    (
        "talks.east.measures.cars.levels",
        [25, "x"],
        "talks.east.measures.cars.levels.1: 'x' is not a number",
    ),
    (
        "talks.east.measures.cars.levels",
        [float("inf"), 0],
        "talks.east.measures.cars.levels.0: inf is not a finite number",
    ),
    # choices
    (
        "rules.test",
        "by_exchang",
        "rules.test: 'by_exchang' is not one of by_exchange, by_admission, by_change, by_answer; "
        "did you mean 'by_exchange'?",
    ),
    ("calendar.mode", "soft", "calendar.mode: 'soft' is not one of hard, overtime, extension"),
    (
        "payoffs.kind",
        "tables",
        "payoffs.kind: 'tables' is not one of economy, table; did you mean 'table'?",
    ),
    ("information", 3, "information: 3 is not one of private, complete"),
    # ranges
    (
        "payoffs.weights.hub.revenue",
        "high",
        "payoffs.weights.hub.revenue: 'high' is neither a number nor a table with low, central "
        "and high",
    ),
    (
        "payoffs.weights.hub.revenue",
        {"low": 1, "central": 0, "high": 2},
        "payoffs.weights.hub.revenue: low 1, central 0, high 2 are out of order; they may not fall",
    ),
    (
        "payoffs.weights.hub.revenue",
        {"low": 1, "high": 2},
        "payoffs.weights.hub.revenue.central: missing; give the median of the range",
    ),
    (
        "payoffs.weights.hub.revenue",
        {"value": "x"},
        "payoffs.weights.hub.revenue: the value 'x' is not a number",
    ),
    (
        "payoffs.weights.hub.revenue",
        {"low": 0, "centre": 1, "high": 2},
        "payoffs.weights.hub.revenue.centre: there is no key 'centre'; did you mean 'central'?",
    ),
    # levels
    (
        "talks.east.measures.cars.levels",
        [0, 25],
        "talks.east.measures.cars: the levels [0.0, 25.0] do not fall; the first is the rate "
        "without a deal, each next one is lower",
    ),
    (
        "talks.east.measures.cars.levels",
        [],
        "talks.east.measures.cars.levels: [] has no level; give those that can be agreed, such as "
        "[25, 15], or { from = 25, to = 0, step = 2.5 }",
    ),
    (
        "talks.east.concessions.pledge.levels",
        [100, 200],
        "talks.east.concessions.pledge: the levels [100.0, 200.0] do not rise from 0; "
        "the first is 0, nothing given, each next one is higher",
    ),
    # names
    (
        "rules.review",
        "al",
        "rules.review: 'al' is neither 'all', 'none' nor a list of measures; did you mean 'all'?",
    ),
    (
        "rules.review",
        "cars",
        "rules.review: 'cars' is neither 'all', 'none' nor a list of measures; "
        "for one measure write ['cars']",
    ),
    ("rules.review", 3, "rules.review: 3 is neither 'all', 'none' nor a list of measures"),
    (
        "rules.review",
        ["cars", "cars"],
        "rules.review: ['cars', 'cars'] names a measure twice",
    ),
    ("rules.review", ["car"], "rules.review: there is no measure 'car'; did you mean 'cars'?"),
    (
        "talks.west.rules.review",
        ["metals"],
        "talks.west.rules.review: there is no measure 'metals'; there is cars",
    ),
    (
        "positions.east",
        ["metal"],
        "positions.east: there is no measure 'metal'; did you mean 'metals'?",
    ),
    (
        "positions.west",
        ["metals"],
        "positions.west: there is no measure 'metals'; there is cars",
    ),
    ("positions.est", "all", "positions.est: there is no country 'est'; did you mean 'west'?"),
    (
        "positions.hub",
        {"eats": "all"},
        "positions.hub.eats: there is no talk 'eats'; did you mean 'east'?",
    ),
    (
        "positions.hub",
        {"west": ["metals"]},
        "positions.hub.west: there is no measure 'metals'; there is cars",
    ),
    # countries and talks
    ("hub", "hubb", "hub: there is no country 'hubb'; did you mean 'hub'?"),
    (
        "talks.east.partner",
        "eas",
        "talks.east.partner: there is no country 'eas'; did you mean 'east'?",
    ),
    (
        "talks.east.partner",
        "hub",
        "talks.east.partner: 'hub' is the hub; a talk is with another country",
    ),
    (
        "talks.west.partner",
        "east",
        "talks.west.partner: 'east' is already the partner of talks.east; "
        "a country has one talk with the hub",
    ),
    (
        "talks.west",
        None,
        "countries.west: 'west' sits in no talk; give it one ([talks.west] with "
        "partner = 'west') or leave it out",
    ),
    ("talks", {}, "talks: there is no talk; give a table [talks.NAME] with a partner"),
    (
        "talks.west.measures",
        {},
        "talks.west: there is nothing on the table; give a measure",
    ),
    (
        "talks.west.concessions.cars",
        {"levels": [0, 1], "worth": 1, "cost": 1},
        "talks.west.concessions.cars: 'cars' is a measure of this talk too; "
        "an issue has a name of its own",
    ),
    # strategies
    (
        "strategies.west",
        None,
        "strategies.west: missing; give the strategy of west, such as 'linear'",
    ),
    (
        "strategies.wets",
        "soft",
        "strategies.wets: there is no country 'wets'; did you mean 'west'?",
    ),
    (
        "strategies.hub",
        {"exponent": 2},
        "strategies.hub: the name is missing; give a strategy as a table with a name, "
        "as components (offer = …), or one for each talk (east, west)",
    ),
    (
        "strategies.hub",
        {"east": "firm"},
        "strategies.hub.west: missing; give the strategy in talk west",
    ),
    (
        "strategies.hub",
        {"east": "firm", "wets": "firm"},
        "strategies.hub.wets: there is no talk 'wets'; did you mean 'west'?",
    ),
    # calendar
    (
        "calendar.deadline",
        "2025-05-30",
        "calendar.rounds: 10 rounds of 2 days from 2025-05-04 end on 2025-05-24, but "
        "calendar.deadline is 2025-05-30; give 13 rounds, or deadline = 2025-05-24",
    ),
    # economy
    (
        "economy",
        None,
        "economy: missing; payoffs.kind is 'economy', so give the trade data and elasticities",
    ),
    (
        "countries.east.region",
        None,
        "countries.east.region: missing; give the region of east in the trade data",
    ),
    (
        "economy.sigma.cars",
        1,
        "economy.sigma.cars: 1 is out of range; an elasticity has to be more than 1",
    ),
    (
        "talks.east.measures.cars.goods",
        [],
        "talks.east.measures.cars.goods: missing; give the sectors that pay it",
    ),
    (
        "talks.east.concessions.pledge.cost",
        None,
        "talks.east.concessions.pledge.cost: missing; give USD bn a year per unit of level",
    ),
    (
        "payoffs.weights.est",
        {},
        "payoffs.weights.est: there is no country 'est'; did you mean 'west'?",
    ),
    (
        "payoffs.weights.east",
        {"review": 1},
        "payoffs.weights.east.review: only the hub has one; leave it out",
    ),
    (
        "payoffs.weights.east",
        {"no_deal_shape": [0, 1, 2.7]},
        "payoffs.weights.east.no_deal_shape: only the hub has one; leave it out",
    ),
    (
        "payoffs.weights.hub.no_deal_shape",
        [0, 1],
        "payoffs.weights.hub.no_deal_shape: [0.0, 1.0] has 2 numbers for 2 talks; "
        "give 3, for 0, 1, 2 open at the end",
    ),
    (
        "payoffs.weights.hub.no_deal_shape",
        [1, 1, 2],
        "payoffs.weights.hub.no_deal_shape: [1.0, 1.0, 2.0] does not start at 0; the first number "
        "is for no open talk, and that costs nothing",
    ),
    (
        "payoffs.weights.hub.no_deal_shape",
        [0, 2.7, 1],
        "payoffs.weights.hub.no_deal_shape: [0.0, 2.7, 1.0] falls from 2.7 to 1; one more open "
        "talk costs as much or more, so give numbers that do not fall",
    ),
    (
        "payoffs.weights.hub.audience",
        1,
        "payoffs.weights.hub.audience: only a partner has one, as the review rule is the "
        "partner's; leave it out",
    ),
    (
        "payoffs.weights.east",
        {"audience": {"low": -1, "central": 0, "high": 1}},
        "payoffs.weights.east.audience: -1 is out of range; giving up the rule costs at least 0",
    ),
    (
        "payoffs.weights.east",
        {"audience": "never"},
        "payoffs.weights.east.audience: 'never' is neither a number nor a table with low, central "
        "and high",
    ),
    (
        "payoffs.weights.hub.red_lines.cars.measures",
        ["cards"],
        "payoffs.weights.hub.red_lines.cars.measures: there is no measure 'cards'; "
        "did you mean 'cars'?",
    ),
    (
        "payoffs.given.east",
        {},
        "payoffs.given: not used, because payoffs.kind is 'economy'",
    ),
]

BAD_GIVEN = [
    ("payoffs.given.east", None, "payoffs.given.east: missing; give the payoffs of talk east"),
    (
        "payoffs.given.eats",
        {},
        "payoffs.given.eats: there is no talk 'eats'; did you mean 'east'?",
    ),
    (
        "payoffs.given.east.hub.price",
        [1, 2, 3],
        "payoffs.given.east.hub.price: 3 payoffs for 2 levels; give one for each level",
    ),
    (
        "payoffs.given.east.partner",
        {},
        "payoffs.given.east.partner.price: missing; give one payoff for each level",
    ),
    (
        "payoffs.given.east.partner.prize",
        [1],
        "payoffs.given.east.partner.prize: there is no issue 'prize'; did you mean 'price'?",
    ),
    (
        "payoffs.given.east.file",
        "x.csv",
        "payoffs.given.east.file: give a file or payoffs by issue, not both",
    ),
    (
        "economy",
        {"data": "x", "sigma": {}},
        "economy: not used, because payoffs.kind is 'table'; leave it out",
    ),
    (
        "payoffs.weights.hub",
        {"price": 3},
        "payoffs.weights.hub.price: not used with given payoffs; "
        "only review, extension, audience, outside are",
    ),
    (
        "payoffs.weights.east",
        {"review": 3},
        "payoffs.weights.east.review: only the hub has one; leave it out",
    ),
]


@pytest.mark.fast
@pytest.mark.parametrize(("path", "value", "sentence"), BAD)
def test_what_is_wrong_with_a_config_is_one_sentence(path, value, sentence):
    assert said(parse, changed(BASE, path, value)) == sentence


@pytest.mark.parametrize(("path", "value", "sentence"), BAD_GIVEN)
def test_what_is_wrong_with_given_payoffs_is_one_sentence(path, value, sentence):
    assert said(parse, changed(GIVEN, path, value)) == sentence


def test_a_misspelt_key_is_told_before_the_missing_one():
    config = changed(changed(BASE, "calendar.rounds", None), "calendar.ronds", 10)
    assert said(parse, config) == (
        "calendar.ronds: there is no key 'ronds'; did you mean 'rounds'?"
    )


def test_a_number_may_stand_bare_or_with_unit_and_source():
    for written in (0.3, {"value": 0.3}, {"value": 0.3, "unit": "share", "source": "guess"}):
        revenue = parse(changed(BASE, "payoffs.weights.hub.revenue", written))
        assert revenue.payoffs.weights["hub"].revenue.spread.known
    read = Range.model_validate({"value": 2, "unit": "share", "source": "guess"})
    assert (read.central, read.unit, read.source) == (2.0, "share", "guess")


def test_rules_of_a_talk_stand_before_those_of_every_talk():
    config = changed(changed(BASE, "rules.period", 4), "talks.west.rules.review", "none")
    parsed = parse(config)
    assert (parsed.rules_of("west").period, parsed.rules_of("west").review) == (4, "none")
    assert parsed.rules_of("east").review == "all"


def test_all_none_and_a_list_name_measures_in_their_order():
    config = parse(BASE)
    assert config.names("all", "east") == ("cars", "metals")
    assert config.names("none", "east") == ()
    assert config.names(("metals", "cars"), "east") == ("cars", "metals")
    assert config.names(("metals", "cars"), "west") == ("cars",)


def test_a_country_without_a_position_wants_every_measure():
    assert parse(BASE).position("east", "east") == ("cars", "metals")


# --- files -------------------------------------------------------------------------------------


def test_a_missing_file_is_named_with_the_nearest_one(tmp_path):
    (tmp_path / "quick.toml").write_text("")
    assert said(read_toml, tmp_path / "quik.toml") == (
        f"{tmp_path / 'quik.toml'}: there is no such file; "
        f"did you mean '{tmp_path / 'quick.toml'}'?"
    )


def test_a_directory_is_not_a_config(tmp_path):
    assert said(read_toml, tmp_path) == f"{tmp_path}: is a directory; name a .toml file in it"


def test_a_syntax_error_is_given_with_its_line(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("name = 'x'\nrounds = = 3\n")
    sentence = said(read_toml, path)
    assert sentence.startswith(f"{path}: not valid TOML: ")
    assert "line 2" in sentence


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_bytes(b"name = '\xff'\n")
    assert said(read_toml, path) == f"{path}: byte 8 is not UTF-8; save the file as UTF-8"


def test_files_are_found_beside_the_config_first(tmp_path, monkeypatch):
    beside, here = tmp_path / "beside", tmp_path / "here"
    for place in (beside, here):
        place.mkdir()
        (place / "both.csv").write_text("")
    (here / "only.csv").write_text("")
    monkeypatch.chdir(here)
    config = parse(GIVEN, beside)
    assert config.find("both.csv") == beside / "both.csv"
    assert config.find("only.csv") == Path("only.csv")
    assert config.find("neither.csv") == beside / "neither.csv"


# --- overrides ---------------------------------------------------------------------------------


def put(path, value, base=BASE):
    return parse(override(base, {path: value}))


@pytest.mark.fast
def test_an_override_changes_one_value_and_leaves_the_mapping_alone():
    before = copy.deepcopy(BASE)
    assert put("calendar.rounds", 7).calendar.rounds == 7
    assert before == BASE


def test_a_default_can_be_overridden_although_the_file_does_not_say_it():
    assert put("rules.review", "none").rules.review == "none"
    assert put("talks.west.rules.period", 5).rules_of("west").period == 5
    assert put("payoffs.weights.east.price", 2).payoffs.weights["east"].price.central == 2


def test_a_range_can_become_a_number_and_a_number_a_range():
    assert put("payoffs.weights.hub.revenue", 2).payoffs.weights["hub"].revenue.low == 2
    review = put("payoffs.weights.hub.review.high", 9).payoffs.weights["hub"].review
    assert (review.low, review.central, review.high) == (1, 1, 9)


def test_an_end_of_a_range_can_be_overridden():
    revenue = put("payoffs.weights.hub.revenue.low", 0.1).payoffs.weights["hub"].revenue
    assert (revenue.low, revenue.central, revenue.source) == (0.1, 0.3, "guess")


def test_a_strategy_can_be_replaced_and_its_parameters_overridden():
    assert put("strategies.east", "firm").strategies["east"] == "firm"
    assert put("strategies.east.exponent", 3).strategies["east"] == {"name": "soft", "exponent": 3}
    assert put("strategies.hub.inner.exponent", 3).strategies["hub"] == {
        "name": "firm",
        "inner": {"exponent": 3},
    }


def test_what_is_said_for_all_talks_can_be_overridden_for_one():
    config = parse(override(BASE, {"strategies.hub.west": "soft", "positions.hub.west": "none"}))
    assert config.said_strategy("hub", "east") == ("strategies.hub.east", "firm")
    assert config.said_strategy("hub", "west") == ("strategies.hub.west", "soft")
    assert config.position("hub", "east") == ("cars", "metals")
    assert config.position("hub", "west") == ()


def test_a_star_stands_for_every_key_that_fits():
    config = parse(override(BASE, {"talks.*.measures.cars.levels": [30, 20]}))
    assert [talk.measures["cars"].levels for talk in config.talks.values()] == [(30, 20)] * 2
    config = parse(override(BASE, {"talks.*.measures.metals.levels": [30, 20]}))
    assert config.talks["east"].measures["metals"].levels == (30, 20)
    assert list(config.talks["west"].measures) == ["cars"]
    config = parse(override(BASE, {"payoffs.weights.*.no_deal.high": 2}))
    assert {w.no_deal.high for w in config.payoffs.weights.values()} == {2}


def test_overrides_are_made_in_their_order():
    config = override(
        BASE, {"strategies.hub": {"name": "soft", "exponent": 1}, "strategies.hub.exponent": 2}
    )
    assert config["strategies"]["hub"] == {"name": "soft", "exponent": 2}


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("rules.reviw", "rules.reviw: there is no key 'reviw' at rules; did you mean 'review'?"),
        ("rule.review", "rule.review: there is no key 'rule'; did you mean 'rules'?"),
        (
            "talks.eats.rules.review",
            "talks.eats.rules.review: there is no key 'eats' at talks; did you mean 'east'?",
        ),
        (
            "talks.east.measures.car.levels",
            "talks.east.measures.car.levels: there is no key 'car' at talks.east.measures; "
            "did you mean 'cars'?",
        ),
        (
            "calendar.rounds.value",
            "calendar.rounds.value: calendar.rounds is 10, which has no key 'value'",
        ),
        (
            "strategies.eats.exponent",
            "strategies.eats.exponent: there is no key 'eats' at strategies; did you mean 'east'?",
        ),
        (
            "talks.*.measures.car.levels",
            "talks.*.measures.car.levels: no key of the scenario fits this path",
        ),
        ("*.x", "*.x: no key of the scenario fits this path"),
        (
            "talks.east.rules.review.cars",
            "talks.east.rules.review.cars: talks.east.rules.review is empty, "
            "which has no key 'cars'",
        ),
    ],
)
def test_a_wrong_path_is_one_sentence(path, sentence):
    assert said(override, BASE, {path: 1}) == sentence


def test_a_wrong_value_is_told_with_its_path():
    assert said(put, "rules.review", ["car"]) == (
        "rules.review: there is no measure 'car'; did you mean 'cars'?"
    )


@pytest.mark.fast
def test_a_range_has_a_shape():
    ends = {"low": 1, "high": 4}
    read = {shape: Range(**ends, central=2, shape=shape).spread for shape in SHAPES}
    assert {name: type(spread) for name, spread in read.items()} == SHAPES
    assert {name: float(spread.quantile(0.5)) for name, spread in read.items()} == pytest.approx(
        {"two_piece": 2.0, "triangular": 4 - 3**0.5, "uniform": 2.5}
    )


def test_a_uniform_range_may_leave_its_central_value_out():
    uniform = {"low": 1, "high": 4, "shape": "uniform"}
    assert Range.model_validate(uniform).central == 2.5
    assert Range.model_validate({**uniform, "central": 3}).central == 3
    config = changed(BASE, "payoffs.weights.hub.revenue", {"low": 1, "high": 4})
    assert said(parse, config) == (
        "payoffs.weights.hub.revenue.central: missing; give the median of the range"
    )
    config = changed(BASE, "payoffs.weights.hub.revenue", {**uniform, "shape": "normal"})
    assert said(parse, config).startswith("payoffs.weights.hub.revenue.")


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("payoffs.band", -1, "payoffs.band: -1 is out of range; it has to be at least 0"),
        (
            "payoffs.distance",
            "steps",
            "payoffs.distance: 'steps' is not one of levels, ranges",
        ),
        (
            "payoffs.sampling",
            "sobol",
            "payoffs.sampling: 'sobol' is not one of latin_hyper",
        ),
        (
            "economy.imbalance",
            "hold",
            "economy.imbalance: 'hold' is not one of held, purged",
        ),
        (
            "economy.totals",
            "chek",
            "economy.totals: 'chek' is not one of check, balance",
        ),
        ("economy.grades", {"D": 2}, "economy.grades.D: 'D' is not one of A, B, C"),
        ("economy.grades.C", 0, "economy.grades.C: 0 is out of range; it has to be more than 0"),
        ("economy.pass_through.cars", 0, "economy.pass_through.cars: 0 is out of range; it has to"),
        ("economy.plants.abroad", {"host": "A"}, "economy.plants.abroad.parent: missing; give the"),
    ],
)
def test_what_is_wrong_with_a_setting_of_the_economy(path, value, sentence):
    assert said(parse, changed(BASE, path, value)).startswith(sentence)
