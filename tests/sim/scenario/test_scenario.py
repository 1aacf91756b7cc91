import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim import negotiate
from sim.config import override, parse
from sim.config.schema.numbers import known
from sim.errors import ConfigError, DataError
from sim.protocol.issues import Issue
from sim.scenario.players.seating import strategies_of
from sim.scenario.scenario import Scenario
from sim.seats.strategy import BatchStrategy


@dataclass(frozen=True)
class Best(BatchStrategy):
    def propose(self, view):
        return view.best_package


BEST = f"{__name__}:Best"

PRICE = {"price": 3, "time": [0, 5]}
HUB = {"price": [0, 1, 2], "time": [0.0, 0.5]}
PARTNER = {"price": [4, 2, 0], "time": [1.0, 0.0]}


def bilateral(**changes):
    said = {
        "issues": PRICE,
        "payoffs": (HUB, PARTNER),
        "strategies": (Best(), Best()),
        "rounds": 5,
    }
    return Scenario.bilateral(**(said | changes))


@pytest.mark.fast
def test_additive_payoffs_are_summed_over_issues():
    scenario = bilateral(reservation=(0.25, 1.5))
    hub, partner = (scenario.payoffs.main[c][0] for c in (0, 1))
    assert hub.tolist() == [[0.25, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5]]
    assert partner.tolist() == [[1.5, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]]


def test_a_bilateral_talk_has_no_scope_play_unless_it_says_so():
    rules = bilateral().talks[0]
    assert (rules.name, rules.hub, rules.partner) == ("talk", "hub", "partner")
    assert (rules.scope, rules.review, rules.null_deal) == (False, (), True)
    assert bilateral(scope=True, period=4).talks[0].period == 4


def test_tables_may_have_draws():
    values = np.arange(12.0).reshape(2, 6)
    scenario = bilateral(payoffs=(values, values[0]), reservation=([1.0, 2.0], 0.0))
    assert scenario.payoffs.draws == 2
    assert scenario.payoffs.main[0][0][:, 0].tolist() == [1.0, 2.0]
    assert np.array_equal(scenario.payoffs.main[0][0][:, 1:], values)
    assert np.array_equal(scenario.payoffs.main[1][0][:, 1:], values[[0, 0]])


def test_payoffs_of_a_bilateral_talk_are_the_tables():
    payoffs = bilateral(reservation=(0.25, 1.5)).payoffs
    draws = np.zeros(3, dtype=np.int64)
    assert payoffs.payoff(draws, [np.array([-1, 0, 5])]).tolist() == [
        [0.25, 0.0, 2.5],
        [1.5, 5.0, 0.0],
    ]


def test_issues_may_be_measures():
    issue = Issue("duty", "measure", (10, 5, 0))
    scenario = bilateral(issues=[issue], payoffs=([0, 1, 2], [2, 1, 0]), scope=True)
    assert scenario.talks[0].space.measures == (issue,)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"payoffs": ([1, 2, 3], PARTNER)},
            "payoffs.hub: a table of shape (3,) for 6 packages; give (6,) payoffs, or (draws, 6)",
        ),
        (
            {"payoffs": (HUB, {"price": [1, 2, 3], "tine": [0, 1]})},
            "payoffs.partner.tine: there is no issue 'tine'; did you mean 'time'?",
        ),
        (
            {"payoffs": (HUB, {"price": [1, 2, 3]})},
            "payoffs.partner.time: missing; give one payoff for each level",
        ),
        (
            {"payoffs": ({"price": [1, 2], "time": [0, 1]}, PARTNER)},
            "payoffs.hub.price: 2 payoffs for 3 levels; give one for each level",
        ),
        (
            {"payoffs": ([0, 0, 0, 0, 0, np.nan], PARTNER)},
            "payoffs.hub: a payoff is not finite; give finite numbers",
        ),
        (
            {"payoffs": (np.zeros((2, 6)), np.zeros((3, 6)))},
            "payoffs: tables of 2 and of 3 draws; give all the same number, or one",
        ),
        (
            {"strategies": (Best(), 7)},
            "strategies.partner: 7 is neither a name nor a table with a name",
        ),
    ],
)
def test_what_is_wrong_with_a_bilateral_talk_is_one_sentence(changes, sentence):
    with pytest.raises(ConfigError) as caught:
        bilateral(**changes)
    assert str(caught.value) == sentence


@pytest.mark.fast
def test_a_bilateral_talk_can_be_played_to_its_end():
    scenario = bilateral(strategies=("linear", "linear"), reservation=(0.75, 1.5))
    frame = negotiate(scenario, worlds=8).to_frame()
    assert set(frame["status"]) == {"deal"}
    assert (frame["payoff.hub"] >= 0.75).all()
    assert (frame["payoff.partner"] >= 1.5).all()


def given(**changes):
    """Give a config with two talks and given payoffs."""
    values = {"duty": [0, -1, -2], "gift": [0, 3]}
    other = {"duty": [0, 2, 4], "gift": [0, -1]}
    talk = {
        "measures": {"duty": {"levels": [25, 10, 0]}},
        "concessions": {"gift": {"levels": [0, 1]}},
    }
    return {
        "name": "given",
        "hub": "hub",
        "countries": {c: {"label": c.title()} for c in ("hub", "east", "west")},
        "calendar": {"rounds": 8},
        "rules": {"review": ["duty"]},
        "positions": {"hub": {"east": "none", "west": "all"}},
        "strategies": {"hub": {"east": BEST, "west": {"name": BEST}}, "east": BEST, "west": BEST},
        "talks": {"east": {"partner": "east", **talk}, "west": {"partner": "west", **talk}},
        "payoffs": {
            "kind": "table",
            "draws": 3,
            "replications": 2,
            "weights": {"hub": {"review": {"low": 0.2, "central": 1, "high": 4}}},
            "given": {
                "east": {"hub": values, "partner": other, "reservation": {"hub": 0.5}},
                "west": {"hub": values, "partner": other},
            },
        },
    } | changes


@pytest.mark.fast
def test_a_config_with_given_payoffs_needs_no_economy():
    scenario = Scenario.from_config(parse(given()))
    assert scenario.countries == ("hub", "east", "west")
    assert scenario.labels["east"] == "East"
    assert scenario.replications == 2
    assert scenario.rates == {}
    payoffs = scenario.payoffs
    draws = np.zeros(2, dtype=np.int64)
    both = payoffs.payoff(draws, [np.array([5, -1]), np.array([0, 1])])
    assert both.tolist() == [[1.0, 3.5], [3.0, 0.0], [0.0, -1.0]]


def test_talks_with_given_payoffs_can_be_played_to_their_end():
    config = given(strategies=dict.fromkeys(("hub", "east", "west"), "linear"))
    frame = negotiate(Scenario.from_config(parse(config)), worlds=6).to_frame()
    assert len(frame) == 12
    refused = frame[frame["talk"] == "east"]
    assert set(refused["review.duty"]) == {"requested"}
    assert set(refused["status"]) == {"expired"}, "it was asked for, and never opened"
    open_talk = frame[frame["talk"] == "west"]
    deals = open_talk[open_talk["status"] == "deal"]
    assert len(deals)
    assert set(deals["review.duty"]) == {"reviewed"}
    assert (deals["review_cost"] == 0).all(), "the duty is in the hub's own position there"


def test_positions_may_differ_by_talk():
    talks = Scenario.from_config(parse(given())).talks
    assert [rules.positions for rules in talks] == [((), ("duty",)), (("duty",), ("duty",))]


def test_rules_of_a_talk_stand_before_those_of_every_talk():
    config = given()
    config["talks"]["west"]["rules"] = {"review": "none", "cooldown": 0}
    east, west = Scenario.from_config(parse(config)).talks
    assert (east.review, east.cooldown) == (("duty",), 3)
    assert (west.review, west.cooldown) == ((), 0)


def costs(**changes: Any):
    """What reviews cost the hub, (D, M) by talk, in a scenario of cars and metals."""
    config = override(given(), {"positions.hub": "none", **changes})
    return Scenario.from_config(parse(config), seed=4).review_cost


def test_a_review_costs_the_hub_the_same_in_every_talk():
    cost = costs()
    assert set(cost) == {("hub", "east"), ("hub", "west")}
    assert cost["hub", "east"].shape == (3, 1)
    assert np.array_equal(cost["hub", "east"], cost["hub", "west"])
    assert len(np.unique(cost["hub", "east"])) == 3


def test_what_is_in_the_position_of_the_hub_in_a_talk_costs_it_nothing_there():
    cost = costs(**{"positions.hub": {"east": "none", "west": ["duty"]}})
    assert (cost["hub", "east"] > 0).all()
    assert (cost["hub", "west"] == 0).all()


def test_a_review_may_cost_something_else_for_each_measure():
    ranged = {"low": 1, "central": 2, "high": 3}
    dear = costs(**{"payoffs.weights.hub.review": {"duty": ranged}})["hub", "east"]
    assert len(np.unique(dear)) == 3
    assert 1 <= dear.min() <= dear.max() <= 3
    config = override(given(), {"payoffs.weights.hub.review": {"duty": 2.5}})
    swept = parse(override(config, {"payoffs.weights.hub.review.duty": 4}))
    assert swept.payoffs.weights["hub"].review == {"duty": known(4)}
    told = costs(**{"payoffs.weights.hub.review": {"duty": 2.5}})
    assert told["hub", "west"].tolist() == [[2.5]] * 3


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"dutty": 1},
            "payoffs.weights.hub.review.dutty: there is no measure 'dutty'; did you mean 'duty'?",
        ),
        (
            {"duty": {"low": 1, "central": 2, "hihg": 3}},
            "payoffs.weights.hub.review.duty.hihg: there is no key 'hihg'; did you mean 'high'?",
        ),
        (
            {"low": 1, "central": 2, "hihg": 3},
            "payoffs.weights.hub.review.hihg: there is no key 'hihg'; did you mean 'high'?",
        ),
        (
            {"low": 1, "central": 2},
            "payoffs.weights.hub.review.high: missing; give the high end of the range",
        ),
        (
            {"duty": "dear"},
            "payoffs.weights.hub.review.duty: 'dear' is neither a number nor a table with low, "
            "central and high",
        ),
        (
            {},
            "payoffs.weights.hub.review.low: missing; give the low end of the range",
        ),
    ],
)
def test_a_wrong_cost_of_reviews_is_told(said, sentence):
    with pytest.raises(ConfigError) as caught:
        costs(**{"payoffs.weights.hub.review": said})
    assert str(caught.value) == sentence


def test_strategies_of_a_config_are_built_by_seat():
    built = strategies_of(parse(given()))
    assert set(built) == {("hub", "east"), ("east", "east"), ("hub", "west"), ("west", "west")}
    assert set(built.values()) == {Best()}


CSV = "duty,gift,hub,partner\n" + "".join(
    f"{duty},{gift},{25 - duty},{gift}\n" for duty in (25, 10, 0) for gift in (0, 1)
)


def from_csv(directory, text):
    (directory / "values.csv").write_text(text)
    config = given()
    config["payoffs"]["given"]["east"] = {"file": "values.csv"}
    return Scenario.from_config(parse(config, directory))


def test_given_payoffs_may_come_from_a_file_beside_the_config(tmp_path):
    main = from_csv(tmp_path, CSV).payoffs.main
    assert main[0][0][0].tolist() == [0, 0, 0, 15, 15, 25, 25]
    assert main[1][0][0].tolist() == [0, 0, 1, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("duty,gift,hub,partner\n", "there is no row; give one for every package"),
        (
            CSV.replace("partner", "partnr"),
            "there is no column 'partner'; did you mean 'partnr'?",
        ),
        (
            CSV.replace("10,0,15,0\n", ""),
            "the package {'duty': 10.0, 'gift': 0.0} of draw 0 is missing; "
            "give one row for every package and draw",
        ),
        (
            CSV + "0,0,1,1\n",
            "the package {'duty': 0.0, 'gift': 0.0} of draw 0 stands there twice; "
            "give one row for every package and draw",
        ),
    ],
)
def test_what_is_wrong_with_a_file_of_payoffs_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(DataError) as caught:
        from_csv(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'values.csv'}: {sentence}"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("10,0,15", "10,0,x", "line 4, column hub: 'x' is not a finite number"),
        ("10,0,15", "12,0,15", "line 4, column duty: 12 is no level; the levels are 25, 10, 0"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(tmp_path, old, new, sentence):
    with pytest.raises(DataError) as caught:
        from_csv(tmp_path, CSV.replace(old, new))
    assert str(caught.value) == f"{tmp_path / 'values.csv'}, {sentence}"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_of_payoffs_may_begin_with_a_byte_order_mark(tmp_path, end):
    file = tmp_path / "marked.csv"
    file.write_bytes(CSV.replace("\n", end).encode("utf-8-sig"))
    config = given()
    config["payoffs"]["given"]["east"] = {"file": file.name}
    marked = Scenario.from_config(parse(config, tmp_path)).payoffs
    assert marked.main[0][0].tolist() == from_csv(tmp_path, CSV).payoffs.main[0][0].tolist()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("10,0,15", "10,0,1\0005", ", line 4: holds a null byte; save the file as UTF-8 text"),
        ("duty,", "d\0uty,", ", line 1: holds a null byte; save the file as UTF-8 text"),
        ("10,0,15", f"10,0,{'1' * 200_000}", ": is no table: field larger than field limit"),
    ],
)
def test_a_damaged_file_of_payoffs_is_one_sentence(tmp_path, old, new, sentence):
    with pytest.raises(DataError) as caught:
        from_csv(tmp_path, CSV.replace(old, new))
    assert str(caught.value).startswith(f"{tmp_path / 'values.csv'}{sentence}")


@pytest.mark.parametrize("draw", ["1000000", "7", "1e300", "-1", "0.5"])
def test_a_draw_that_cannot_be_is_one_sentence(tmp_path, draw):
    lines = [f"{line},0" for line in CSV.split()]
    text = "\n".join(["duty,gift,hub,partner,draw", *lines[1:-1], f"0,1,25,1,{draw}"])
    with pytest.raises(DataError, match=r"values\.csv, line 7, column draw: .*count") as caught:
        from_csv(tmp_path, text)
    assert len(str(caught.value)) < len(str(tmp_path)) + 200


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_or_a_folder_in_place_of_payoffs_is_one_sentence(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name, words in (("pipe", "is a device or a pipe"), ("folder", "is a directory")):
        config = given()
        config["payoffs"]["given"]["east"] = {"file": f"{name}.csv"}
        with pytest.raises(DataError, match=f"{name}.csv: {words}"):
            Scenario.from_config(parse(config, tmp_path))


def test_a_file_that_is_not_there_is_named(tmp_path):
    config = given()
    config["payoffs"]["given"]["east"] = {"file": "values.csv"}
    with pytest.raises(ConfigError, match=r"payoffs.given.east.file: there is no file 'values"):
        Scenario.from_config(parse(config, tmp_path))
