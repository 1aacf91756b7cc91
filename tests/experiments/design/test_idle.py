"""What a config switches on and nobody in it uses is said in a sentence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from experiments.design.idle import idle
from experiments.design.plan import Plan

pytestmark = pytest.mark.fast

CONFIGS = Path(__file__).parents[3] / "configs"
SCENARIO = str(CONFIGS / "scenarios" / "us_japan_korea_2025.toml")
EXTENDS = {"name": "extender", "inner": {"name": "boulware"}}
THREATENS = {"name": "threatener", "inner": {"name": "boulware"}}
ARMED = {"shocks.bond_selloff.active": True, "threats.treasuries.active": True}
MINE = """
from dataclasses import dataclass
from sim.seats.strategy import SideMove
from sim.strategies import Boulware

@dataclass(frozen=True)
class Mine(Boulware):
    def side_move(self, view):
        return SideMove(extend=0)
"""


def told(overrides: Mapping[str, Any], **sweep: list[Any]) -> list[str]:
    said = {"name": "a", "scenario": SCENARIO, "worlds": 1, "draws": 1, "overrides": overrides}
    return idle(Plan.of(said | {"sweep": sweep} if sweep else said, CONFIGS))


def test_the_mode_extension_needs_somebody_who_extends() -> None:
    mode = {"calendar.mode": "extension"}
    assert told(mode) == [
        "calendar.mode is 'extension', but no strategy of usa moves the deadline: wrap it in "
        "'extender', or leave the mode 'hard' (in the only cell)"
    ]
    assert told(mode | {"strategies.usa": EXTENDS}) == []
    deep = {"name": "scope_refuser", "admits": ["suspended"], "inner": EXTENDS}
    assert told(mode | {"strategies.usa": deep}) == []
    assert told({}) == []


def test_an_active_threat_needs_somebody_who_makes_it() -> None:
    assert told(ARMED) == [
        "threats.treasuries is active, but no strategy of japan makes it: wrap it in "
        "'threatener', or set active = false (in the only cell)"
    ]
    assert told(ARMED | {"strategies.japan": THREATENS}) == []


def test_the_cells_are_named() -> None:
    swept = {"calendar": {"mode": ["hard", "extension"]}, "rules": {"review": ["all", "none"]}}
    (sentence,) = told({}, **swept)
    assert sentence.endswith("(in cells 2, 3)")


def test_a_strategy_of_ones_own_that_writes_side_move_may_do_it(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    own = {"strategies.usa": f"{tmp_path / 'mine.py'}:Mine"}
    assert told({"calendar.mode": "extension"} | own) == []


def test_a_cooldown_that_is_swept_needs_somebody_who_refuses() -> None:
    (said,) = told({}, **{"rules.cooldown": [1, 5]})
    assert said == (
        "sweep.rules.cooldown: sets rules.cooldown, which nobody looks at: nothing is ever "
        "refused, as a request that is not admitted stays pending; set rules.silence = 'refuse', "
        "or leave this out (in every cell)"
    )
    assert told({"rules.silence": "refuse"}, **{"rules.cooldown": [1, 5]}) == []
    assert told({}, **{"rules.cooldown": [1, 5], "rules.silence": ["pending", "refuse"]}) == []


def test_a_country_without_weights_is_said() -> None:
    """Somebody added a partner and left out what it weighs: the run goes on, and says so."""
    plan = Plan.of(
        {"name": "a", "scenario": str(CONFIGS / "scenarios" / "us_eu_2025.toml"), "worlds": 1},
        CONFIGS,
        {"draws": 1},
    )
    assert idle(plan) == []
    weights = dict(plan.scenario["payoffs"]["weights"])
    weights.pop("eu")
    bare = {**plan.scenario, "payoffs": {**plan.scenario["payoffs"], "weights": weights}}
    said = {"name": "a", "scenario": bare, "worlds": 1, "directory": str(plan.directory)}
    (sentence,) = idle(Plan.of(said, CONFIGS))
    assert sentence.startswith("payoffs.weights.eu is not said: eu counts welfare alone")
    assert "[payoffs.weights.eu]" in sentence


OFF: dict[str, tuple[Any, dict[str, Any], str]] = {
    "calendar.overtime": (5, {"calendar.mode": "overtime"}, "calendar.mode is 'hard'"),
    "calendar.extension": (5, {"calendar.mode": "extension"}, "calendar.mode is 'hard'"),
    "calendar.extensions": (2, {"calendar.mode": "extension"}, "calendar.mode is 'hard'"),
    "payoffs.weights.usa.extension": (1, {"calendar.mode": "extension"}, "mode is 'hard'"),
    "payoffs.weights.japan.audience": (1, {"rules.review": "all"}, "nothing can be dropped"),
    "rules.period": (3, {"rules.test": "by_exchange"}, "by which nothing has to be open"),
    "talks.*.rules.period": (3, {"rules.test": "by_exchange"}, "by which nothing has to be open"),
    "rules.silence": ("refuse", {"rules.scope": True}, "every measure is open from the start"),
    "rules.moves": (1, {"rules.scope": True}, "every measure is open from the start"),
    "shocks.bond_selloff.hazard": (0.1, {"shocks.bond_selloff.active": True}, "is not active"),
    "threats.treasuries.cost": (0.1, ARMED, "threats.treasuries is not active"),
    "common_factor": (0.5, {"shocks.*.active": True}, "fewer than two shocks are active"),
}
"""By path a value, what makes it mean something, and why it means nothing otherwise."""

ELSE: dict[str, dict[str, Any]] = {
    "rules.period": {"rules.test": "by_change"},
    "talks.*.rules.period": {"rules.test": "by_admission"},
    "rules.silence": {"rules.scope": False},
    "rules.moves": {"rules.scope": False},
    "payoffs.weights.japan.audience": {"rules.review": "none"},
}
"""What switches it off, where the scenario does not."""


@pytest.mark.slow
@pytest.mark.parametrize("path", OFF)
def test_a_setting_of_what_is_switched_off_is_told(path: str) -> None:
    value, on, why = OFF[path]
    switched = ELSE.get(path, {})
    (said,) = told({path: value, **switched})
    assert said.startswith(f"overrides.{path}: sets {path}, which nobody looks at: ")
    assert why in said and said.endswith(", or leave this out (in the only cell)")
    (said,) = told(switched, **{path: [value]})
    assert said.startswith(f"sweep.{path}: sets {path}, which nobody looks at: ")
    mine = [line for line in told({path: value, **switched, **on}) if "nobody looks at" in line]
    assert mine == []
    plan = Plan.of({"name": "a", "scenario": SCENARIO, "worlds": 1, "draws": 1,
                    "overrides": switched}, CONFIGS, {path: value})  # fmt: skip
    assert idle(plan)[0].startswith(f"--set {path}: sets {path}, which nobody looks at: ")


def test_what_means_something_in_a_cell_is_not_told() -> None:
    """A value that only some cells look at is said of all."""
    assert told({"calendar.overtime": 5}, **{"calendar.mode": ["hard", "overtime"]}) == []
    assert told({"talks.japan.rules.test": "by_change"}, **{"rules.period": [2, 3]}) == []
    talk = "talks.japan.rules.period"
    (said,) = told({"talks.japan.rules.test": "by_change"}, **{talk: [2, 3]})
    assert "rules.test is 'by_change'" in said


def test_what_has_one_level_is_no_issue() -> None:
    assert told({"talks.korea.measures.metals.levels": [25]}) == [
        "talks.korea.measures.metals has one level, 25, so that no package lowers it and it is no "
        "issue; the rule names it all the same, and waits for its review; give it a second level, "
        "or name the other measures in rules.review (in the only cell)"
    ]
    free = {"rules.review": "none", "talks.japan.concessions.access.levels": [0]}
    assert told(free) == [
        "talks.japan.concessions.access has one level, 0, so that no package gives it and it is no "
        "issue; give it a second level (in the only cell)"
    ]


def test_a_sweep_says_in_which_cells_an_issue_has_one_level() -> None:
    swept = told({}, **{"talks.*.measures.parts.levels": [[25, 15, 0], [25]]})
    assert [each.rpartition(" (")[2] for each in swept] == ["in cell 1)"] * 2


def test_a_deadline_within_a_round_is_rounded_down() -> None:
    longer = {"calendar.rounds": 44}
    assert told(longer | {"calendar.deadline": "2025-08-01"}) == [
        "calendar.deadline, 2025-08-01, falls within a round of 2 days and is rounded down: the "
        "last of 44 rounds ends on 2025-07-31, and nothing is played after it; other "
        "calendar.days_per_round may fit (in the only cell)"
    ]
    assert told(longer | {"calendar.deadline": "2025-07-31"}) == []
    halves = {"calendar.rounds": 178, "calendar.days_per_round": 0.5}
    assert told(halves | {"calendar.deadline": "2025-08-01"}) == []
