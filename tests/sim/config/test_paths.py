"""Dotted paths: a new value is what is played, or the sentence names the path that was given."""

import pandas as pd
import pytest

from sim.config import override, parse, read_scenario
from sim.config.paths import MISSING, holds, named, overlap, value_at
from sim.errors import ConfigError
from sim.scenario.players.seating import strategies_of
from tests.experiments.small import OWN, SCENARIO
from tests.sim.config.test_config import BASE, GIVEN


def changed(changes, base=BASE):
    """Give a scenario with some values changed, as it is read."""
    return parse(override(base, changes))


def refused(changes, base=BASE):
    """Give the sentence that changes are refused with."""
    with pytest.raises(ConfigError) as caught:
        changed(changes, base)
    return str(caught.value)


COMBINED = {"offer": {"name": "boulware", "exponent": 0.2}, "accept": "next"}


# --- what stands there already -----------------------------------------------------------------


def test_a_strategy_of_components_can_be_replaced_in_one_talk():
    base = override(BASE, {"strategies.hub": COMBINED})
    config = changed({"strategies.hub.west": "linear"}, base)
    assert config.said_strategy("hub", "east") == ("strategies.hub.east", COMBINED)
    assert config.said_strategy("hub", "west") == ("strategies.hub.west", "linear")


def test_a_component_of_a_strategy_in_one_talk():
    base = override(BASE, {"strategies.hub": COMBINED})
    config = changed({"strategies.hub.west.offer.exponent": 0.5}, base)
    assert config.strategies["hub"]["west"]["offer"] == {"name": "boulware", "exponent": 0.5}
    assert config.strategies["hub"]["east"] == COMBINED


def test_a_list_of_positions_goes_to_the_talks_that_have_its_measures():
    base = override(BASE, {"positions.hub": ["cars", "metals"]})
    config = changed({"positions.hub.west": "none"}, base)
    assert (config.position("hub", "east"), config.position("hub", "west")) == (
        ("cars", "metals"),
        (),
    )
    config = changed({"positions.hub.east": "none"}, base)
    assert (config.position("hub", "east"), config.position("hub", "west")) == ((), ("cars",))
    wrong = override(BASE, {"positions.hub": ["cras"]})
    assert refused({"positions.hub.west": "none"}, wrong) == (
        "positions.hub.east: there is no measure 'cras'; did you mean 'cars'?"
    )


def test_a_partner_has_a_position_in_its_own_talk_only():
    config = changed({"positions.east.east": "none"})
    assert config.position("east", "east") == ()
    assert refused({"positions.east.west": "none"}) == (
        "positions.east.west: there is no talk 'west'; did you mean 'east'?"
    )


def test_what_is_seen_is_a_word_or_a_table():
    base = override(BASE, {"links.sees": {"east": {"west": "offers"}}})
    sight = changed({"links.sees.east.west.lag": 2}, base).links.sees["east"]["west"]
    assert (sight.level, sight.lag) == ("offers", 2)


def test_a_star_over_what_is_seen_leaves_own_talks_out():
    sees = changed({"links.sees.*.*.lag": 2}).links.sees
    assert {(c, t): said.lag for c, talks in sees.items() for t, said in talks.items()} == {
        ("hub", "east"): 2, ("hub", "west"): 2, ("east", "west"): 2, ("west", "east"): 2,
    }  # fmt: skip
    assert list(changed({"links.sees.*.east.lag": 1}).links.sees) == ["hub", "west"]
    assert list(changed({"links.sees.*.east": "offers"}).links.sees) == ["hub", "west"]
    assert refused({"links.sees.east.east.lag": 1}) == (
        "links.sees.east.east: east sits in this talk; leave it out"
    )


def test_a_star_at_two_places_stands_for_what_exists():
    config = changed({"talks.*.measures.*.inclusive": True})
    assert all(m.inclusive for talk in config.talks.values() for m in talk.measures.values())
    config = changed({"talks.*.concessions.*.worth": 2})
    assert config.talks["east"].concessions["pledge"].worth.central == 2
    assert not config.talks["west"].concessions


def test_an_end_of_a_number_that_was_changed_before():
    revenue = changed({"payoffs.weights.hub.revenue": 5, "payoffs.weights.hub.revenue.high": 9})
    revenue = revenue.payoffs.weights["hub"].revenue
    assert (revenue.low, revenue.central, revenue.high) == (5, 5, 9)
    base = override(BASE, {"payoffs.weights.hub.review": {"value": 3, "source": "said"}})
    review = changed({"payoffs.weights.hub.review.high": 4}, base).payoffs.weights["hub"].review
    assert (review.low, review.central, review.high, review.source) == (3, 3, 4, "said")


def test_a_strategy_that_is_said_for_one_talk_only_is_missing_in_the_others():
    base = {**GIVEN, "strategies": {"east": "linear"}, "talks": BASE["talks"]}
    with pytest.raises(ConfigError) as caught:
        override({k: v for k, v in base.items() if k != "payoffs"}, {"strategies.hub.east": "x"})
    assert "payoffs: missing" in str(caught.value)
    bare = override(BASE, {})
    del bare["strategies"]["hub"]
    assert refused({"strategies.hub.east": "linear"}, bare) == (
        "strategies.hub.west: missing; give the strategy in talk west"
    )


def test_a_whole_comes_before_its_part_whatever_the_order():
    part, whole = {"strategies.hub.exponent": 2}, {"strategies.hub": {"name": "soft"}}
    for changes in (part | whole, whole | part):
        assert override(BASE, changes)["strategies"]["hub"] == {"name": "soft", "exponent": 2}
    star, one = {"talks.*.rules.period": 4}, {"talks.west.rules.period": 7}
    for changes in (star | one, one | star):
        config = changed(changes)
        assert [config.rules_of(talk).period for talk in ("east", "west")] == [4, 7]


# --- what a scenario holds ---------------------------------------------------------------------


@pytest.mark.fast
@pytest.mark.parametrize(
    ("path", "value", "true"),
    [
        ("calendar.rounds", 10, True),
        ("calendar.rounds", 10.0, True),
        ("calendar.rounds", 9, False),
        ("calendar.rounds", MISSING, False),
        ("calendar.rouns", MISSING, True),
        ("strategies.east", "soft", True),
        ("strategies.east", {"name": "soft"}, True),
        ("strategies.east", {"name": "soft", "exponent": 3}, False),
        ("strategies.hub", "soft", False),
        ("talks.*.measures.cars.levels", [25, 15, 0], False),
        ("talks.*.measures.cars.goods", ["cars"], True),
        ("payoffs.weights.hub.review", True, False),
    ],
)
def test_what_a_scenario_holds(path, value, true):
    assert holds(BASE, path, value) is true


@pytest.mark.fast
def test_paths_that_overlap():
    assert overlap("strategies.hub", "strategies.hub.exponent")
    assert overlap("talks.*.rules.period", "talks.west.rules")
    assert not overlap("talks.*.rules.period", "talks.west.rules.review")
    assert not overlap("strategies.hub", "strategies.hubs")
    assert named(BASE, "talks.*.rules.period") == (
        "talks.east.rules.period",
        "talks.west.rules.period",
    )
    assert value_at(BASE, "calendar.rounds.x") is MISSING


# --- files -------------------------------------------------------------------------------------


def test_paths_of_a_scenario_that_is_extended_start_where_it_lies(tmp_path, monkeypatch):
    base, mine = tmp_path / "base", tmp_path / "mine" / "deep"
    base.mkdir()
    mine.mkdir(parents=True)
    scenario = SCENARIO.replace("draws = 3", 'draws = "draws.parquet"')
    scenario = scenario.replace('east = "linear"', 'east = { offer = "own.py:Best" }')
    scenario = scenario[: scenario.index("[payoffs.given.west]")]
    (base / "base.toml").write_text(scenario + '[payoffs.given.west]\nfile = "west.csv"\n')
    (base / "own.py").write_text(OWN)
    (base / "west.csv").write_text("")
    review = {"payoffs.weights.hub.review": [0.1, 0.2]}
    pd.DataFrame(review).to_parquet(base / "draws.parquet")
    (mine / "mine.toml").write_text('extends = "../../base/base.toml"\nname = "mine"\n')
    monkeypatch.chdir(tmp_path)
    config = parse(read_scenario("mine/deep/mine.toml"), mine)
    assert config.payoffs.draws == 2
    found = config.find(config.payoffs.given["west"].file)
    assert found.resolve() == (base / "west.csv").resolve()
    assert type(strategies_of(config)["east", "east"].offering).__name__ == "Best"
    assert read_scenario("mine/deep/mine.toml")["payoffs"]["draws"] == "../../base/draws.parquet"


def test_trade_data_of_a_scenario_that_is_extended(tmp_path):
    (tmp_path / "data").mkdir()
    for name in ("base", "mine"):
        (tmp_path / name).mkdir()
    text = 'name = "b"\n[economy]\ndata = "../data"\n'
    (tmp_path / "base" / "b.toml").write_text(text)
    (tmp_path / "m.toml").write_text('extends = "base/b.toml"\n')
    assert read_scenario(tmp_path / "m.toml")["economy"]["data"] == "data"
    (tmp_path / "mine" / "m.toml").write_text('extends = "../base/b.toml"\n')
    assert read_scenario(tmp_path / "mine" / "m.toml")["economy"]["data"] == "../data"
    (tmp_path / "base" / "b.toml").write_text(text.replace("../data", "nowhere"))
    assert read_scenario(tmp_path / "m.toml")["economy"]["data"] == "base/nowhere"
