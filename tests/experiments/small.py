"""A small experiment with given payoffs: nothing is solved, and a run takes a moment."""

from pathlib import Path
from textwrap import dedent
from typing import Any

from experiments.design.plan import Plan

SCENARIO = """
name = "small"
title = "A hub and two partners"
hub = "hub"
countries = { hub = { label = "Hub" }, east = { label = "East" }, west = { label = "West" } }
calendar = { start = 2025-03-01, rounds = 12, days_per_round = 2 }
rules = { review = "all", period = 1 }
positions = { hub = ["metals"] }

[strategies]
east = "linear"
west = { name = "linear" }

[strategies.hub]
name = "scope_refuser"
admits = ["metals"]
until = { uniform = [0.1, 1.4] }
inner = { name = "boulware", exponent = { uniform = [0.3, 0.9] } }

[talks.east]
partner = "east"
measures = { cars = { levels = [25, 15, 0] }, metals = { levels = [25, 0] } }
concessions.pledge = { levels = [0, 200, 400], unit = "USD bn, face value" }
concessions.access = { levels = [0, 1, 2], unit = "steps" }

[talks.west]
partner = "west"
measures = { cars = { levels = [25, 15, 0] }, metals = { levels = [25, 0] } }
concessions.pledge = { levels = [0, 200, 400], unit = "USD bn, face value" }
concessions.access = { levels = [0, 1, 2], unit = "steps" }

[payoffs]
kind = "table"
draws = 3
replications = 2
weights = { hub = { review = { low = 0.05, central = 0.1, high = 0.3 } } }

[payoffs.given.east]
hub = { cars = [0, -1, -3], metals = [0, -2], pledge = [0, 2, 3], access = [0, 1, 2] }
partner = { cars = [0, 3, 5], metals = [0, 4], pledge = [0, -1, -2], access = [0, -1, -3] }

[payoffs.given.west]
hub = { cars = [0, -1, -3], metals = [0, -2], pledge = [0, 2, 3], access = [0, 1, 2] }
partner = { cars = [0, 2, 3], metals = [0, 3], pledge = [0, -1, -2], access = [0, -2, -3] }
"""

EXPERIMENT = """
name = "small"
question = "What does the rule do?"
scenario = "scenario.toml"
worlds = 12
seed = 5
"""

SWEEP = """
[sweep]
"rules.review" = ["all", "none"]
"strategies.east" = [
  { label = "linear", value = "linear" },
  { label = "boulware", value = { name = "boulware", exponent = { uniform = [0.2, 0.8] } } },
]
"""


def write(directory: Path, more: str = SWEEP, scenario: str = SCENARIO) -> Path:
    """Write the scenario and a config that names it; give the path of the config.

    Args:
        directory: where both are written.
        more: what stands in the config below the scenario, worlds and seed.
        scenario: text of the scenario.
    """
    (directory / "scenario.toml").write_text(scenario, encoding="utf-8")
    config = directory / "config.toml"
    config.write_text(EXPERIMENT + dedent(more), encoding="utf-8")
    return config


OWN = """\
import os
import signal
import threading
from dataclasses import dataclass

from sim.seats.strategy import BatchStrategy, Strategy


@dataclass(frozen=True)
class Best(BatchStrategy):
    '''Offers its best package.'''

    def propose(self, view):
        return view.best_package


@dataclass(frozen=True)
class Breaks(Strategy):
    '''Offers its best package, and breaks in one round of one world.'''

    world: int = 7
    how: str = "raise"

    def propose(self, view):
        if view.world == self.world and view.round == 3:
            if self.how == "raise":
                raise RuntimeError("no more ideas")
            if self.how == "exit":
                os._exit(3)
            while self.how == "loop":
                pass
            if self.how == "hang":
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
                lock = threading.Lock()
                lock.acquire()
                lock.acquire()
            return {"type": "a word", "menu": 10**6}[self.how]
        return view.best_package
"""


def load(directory: Path, more: str = SWEEP, scenario: str = SCENARIO, **changes: Any) -> Plan:
    """Write an experiment with strategies of its own, and load it."""
    (directory / "own.py").write_text(OWN, encoding="utf-8")
    return Plan.load(write(directory, more, scenario), changes)


def breaking(said: str, others: str = '"linear", "own.py:Best"') -> str:
    """Give a sweep over strategies of which the last one breaks."""
    return f'[sweep]\n"strategies.east" = [{others}, {said}]\n'
