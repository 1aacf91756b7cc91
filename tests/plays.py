"""Random scenarios, played: what properties of the model are checked on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pickle import dumps, loads
from typing import Any

import pandas as pd
from hypothesis import given, seed, settings

from sim.protocol.rules import TalkRules
from sim.scenario.scenario import Scenario
from sim.talks.model import negotiate
from tests.generators import scenarios

WORLDS = 6


@dataclass(frozen=True, eq=False)
class Played:
    """A scenario, and what became of it."""

    scenario: Scenario
    frame: pd.DataFrame
    turns: pd.DataFrame

    @cached_property
    def rows(self) -> list[tuple[TalkRules, dict[str, Any]]]:
        """The rules of a talk with each of its rows."""
        rules = {talk.name: talk for talk in self.scenario.talks}
        return [(rules[row["talk"]], row) for row in self.frame.to_dict("records")]

    @cached_property
    def logs(self) -> dict[tuple[int, str], list[Any]]:
        """The turns of every talk of every world, in their order."""
        logs: dict[tuple[int, str], list[Any]] = {}
        for turn in self.turns.itertuples():
            logs.setdefault((turn.world, turn.talk), []).append(turn)
        return logs


def played(scenario: Scenario) -> Played:
    record = negotiate(scenario, WORLDS, seed=7, turns=True)
    return Played(scenario, record.to_frame(), record.to_turns())


@lru_cache(maxsize=settings.default.max_examples + 10)
def _known(pickled: bytes) -> Played:
    return played(loads(pickled))


def every_play(test: Callable[[Played], None], number: int = 1) -> Any:
    """Run a test over plays; by default all these tests share the same ones."""
    over = given(scenarios().map(lambda scenario: _known(dumps(scenario))))(test)
    return seed(number)(over) if settings.default.derandomize else over


def named(rules: Any, row: dict[str, Any]) -> set[str]:
    """Give the measures that the rule names in the end: the partner may have dropped some."""
    return set(rules.review) - set(filter(None, row.get("relented", "").split(",")))


def rates(rules: Any, row: dict[str, Any]) -> dict[str, bool]:
    """Tell for every measure whether its rate is another than without a deal."""
    return {m.name: row[f"rate.{m.name}"] != m.levels[0] for m in rules.space.measures}
