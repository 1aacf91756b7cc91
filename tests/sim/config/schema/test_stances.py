"""Strategies with names: what they are, what they change, and what is refused."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from sim import Scenario
from sim.config import override, parse, read_scenario
from sim.config.add import without
from sim.errors import ConfigError
from sim.scenario.players.seating import strategies_of
from sim.scenario.scenario import check
from sim.strategies import Boulware, Linear, ScopeRefuser
from tests.experiments.small import SCENARIO

STANCES: dict[str, Any] = {
    "hub": {
        "calm": {"strategy": {"name": "boulware", "exponent": 0.5}, "label": "keeps calm"},
        "late": {"strategy": {"name": "scope_refuser", "until": 0.8, "inner": "calm"}},
        "open": {"strategy": "calm", "position": "all"},
        "apart": {"strategy": {"east": "late", "west": "linear"}},
    },
    "east": {"calm": {"strategy": "linear"}},
}
BASE = tomllib.loads(SCENARIO) | {"stances": STANCES}


def played(said: Any, **changes: Any) -> Any:
    """What the hub plays with East if its strategy is this."""
    return strategies_of(parse(override(BASE, {"strategies.hub": said, **changes})))["hub", "east"]


def test_a_stance_stands_for_what_it_says_in_its_country() -> None:
    assert played("calm") == played({"name": "boulware", "exponent": 0.5}) == Boulware(0.5)
    east = parse(override(BASE, {"strategies.east": "calm"}))
    assert strategies_of(east)["east", "east"] == Linear()


def test_one_stands_inside_another_and_inside_a_strategy() -> None:
    assert played("late") == ScopeRefuser(inner=Boulware(0.5), until=0.8)
    said = {"name": "wait_and_see", "inner": "late"}
    assert played(said).inner == played("late")


@pytest.mark.parametrize("path", ["strategies.hub", "stances.hub.late.strategy"])
def test_numbers_in_a_stance_are_set_whatever_the_order(path: str) -> None:
    for order in (1, -1):
        changes = {"strategies.hub": "late", f"{path}.until": 0.3, f"{path}.inner.exponent": 0.9}
        found = strategies_of(parse(override(BASE, dict(list(changes.items())[::order]))))
        assert found["hub", "west"] == ScopeRefuser(inner=Boulware(0.9), until=0.3)


def test_what_stands_inside_may_be_another_one() -> None:
    assert played("late", **{"strategies.hub.inner": "linear"}).inner == Linear()
    both = {"name": "late", "until": {"uniform": [0.1, 0.2]}, "inner": {"name": "calm"}}
    assert played(both).inner == Boulware(0.5)
    assert played(both).until.args == (0.1, 0.2)


def test_a_stance_may_differ_by_talk_and_be_set_in_one() -> None:
    built = strategies_of(parse(override(BASE, {"strategies.hub": "apart"})))
    assert (built["hub", "east"].until, built["hub", "west"]) == (0.8, Linear())
    built = strategies_of(parse(override(BASE, {"strategies.hub.west": "late"})))
    assert built["hub", "west"] == played("late") != built["hub", "east"]


def test_its_position_comes_with_it_and_goes_with_it() -> None:
    config = parse(override(BASE, {"strategies.hub": "open"}))
    assert config.position("hub", "east") == ("cars", "metals")
    back = override(override(BASE, {"strategies.hub": "open"}), {"strategies.hub": "late"})
    assert parse(back).position("hub", "east") == ("metals",)
    one = parse(override(BASE, {"strategies.hub.west": "open"}))
    assert (one.position("hub", "west"), one.position("hub", "east")) == (
        ("cars", "metals"),
        ("metals",),
    )
    fewer = override(BASE, {"strategies.hub": "open", "stances.hub.open.position": ["cars"]})
    assert parse(fewer).position("hub", "east") == ("cars",)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"strategies.hub": "lat"}, "there is no strategy or stance 'lat'; did you mean 'late'"),
        ({"strategies.hub": "xyzzy"}, "there is calm, late, open, apart, boulware"),
        ({"strategies.hub": {"name": "salami", "inner": "cal"}}, "did you mean 'calm'"),
        ({"strategies.east": "late"}, "strategies.east: there is no strategy or stance 'late'"),
        ({"strategies.hub": "late", "strategies.hub.til": 1}, "strategies.hub.til: there is no"),
        ({"strategies.hub": {"name": "salami", "inner": "open"}}, "name one without"),
        ({"strategies.hub": "open", "positions.hub": "none"}, "stances.hub.open.position"),
        ({"stances.hub.late.strategy.inner": "late"}, "names itself, by late -> late"),
        ({"stances.hub.late.strategy.until": "x"}, "stances.hub.late.strategy.until: 'x' is not"),
        ({"stances.hub.late.position": ["car"]}, "stances.hub.late.position: there is no measure"),
        ({"stances.hub.lat.label": "x"}, "did you mean 'late'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as problem:
        check(parse(override(BASE, changes)))
    assert sentence in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("name", ["linear", "my_file.py:Mine", "package.module", "a b"])
def test_a_stance_has_a_name_of_its_own(name: str) -> None:
    said = BASE | {"stances": {"hub": {name: {"strategy": "boulware"}}}}
    with pytest.raises(ConfigError, match=r"^stances\.hub\."):
        parse(said)


def test_two_stances_of_a_country_that_read_alike_are_refused() -> None:
    for label in ("late", "apart_from", "apart from"):
        with pytest.raises(ConfigError, match=r"stances\.hub\.\w+ is; give it a label of its own"):
            parse(
                override(BASE, {"stances.hub.open.label": label, "stances.hub.late.label": label})
            )
    both = {"stances.hub.apart.label": "a b", "stances.hub.open.label": "a_b"}
    with pytest.raises(ConfigError, match=r"is called 'a b', as stances\.hub\."):
        parse(override(BASE, both))


def test_a_config_cannot_add_a_stance_and_says_where_one_is_written() -> None:
    with pytest.raises(ConfigError, match=r"extends it \(\[add\.stances\.hub\.mine\]\)"):
        override(BASE, {"stances.hub.mine.strategy": "linear"})


def test_stances_that_go_round_in_a_circle_are_refused() -> None:
    said = {"hub": {"a": {"strategy": "b"}, "b": {"strategy": {"name": "salami", "inner": "a"}}}}
    with pytest.raises(ConfigError, match=r"names itself, by"):
        check(parse(BASE | {"stances": said}))


def test_a_scenario_that_extends_another_has_its_stances(tmp_path: Path) -> None:
    lines = ['[stances.hub.late]\nstrategy = { name = "own.py:Best" }\n']
    (tmp_path / "base.toml").write_text(SCENARIO + lines[0], encoding="utf-8")
    (tmp_path / "own.py").write_text("", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "more.toml").write_text(
        'extends = "../base.toml"\nname = "more"\n[add.stances.hub.soft]\nstrategy = "linear"\n'
        '[changes]\n"strategies.hub" = "soft"\n',
        encoding="utf-8",
    )
    said = read_scenario(tmp_path / "in" / "more.toml")
    assert said["stances"]["hub"]["late"]["strategy"]["name"] == "../own.py:Best"
    assert strategies_of(parse(said))["hub", "east"] == Linear()


def test_a_country_that_is_left_out_takes_its_stances_along() -> None:
    rest = without(BASE, ["east"])
    assert set(rest["stances"]) == {"hub"}
    assert rest["stances"]["hub"]["apart"]["strategy"] == {"west": "linear"}


def test_a_drawn_number_is_the_same_one_by_whatever_name() -> None:
    drawn = {"name": "boulware", "exponent": {"uniform": [0.3, 0.9]}}
    direct = Scenario.from_config(parse(override(BASE, {"strategies.hub": drawn})))
    stances = {**STANCES, "hub": {"calm": {"strategy": drawn}}}
    by_name = Scenario.from_config(
        parse(override(BASE | {"stances": stances}, {"strategies.hub": "calm"}))
    )
    assert direct.strategies == by_name.strategies
