"""Runs of two cells, and a run of each of these cells, by what is swept."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.design.plan import Plan
from experiments.figures import Results, numbers
from experiments.results.replay import keep_turns
from experiments.runs.run import run
from sim.errors import ConfigError
from tests.experiments.figures.conftest import EXPERIMENT, SCENARIO

SAID = tomllib.loads(EXPERIMENT.partition("[sweep]")[0])


def dated(settings: Mapping[str, tuple[Any, date]]) -> list[dict[str, Any]]:
    """Give values of a path that move the deadline, by label."""
    return [
        {"value": value, "label": label, "also": {"calendar.deadline": day}}
        for label, (value, day) in settings.items()
    ]


SWEPT: dict[str, list[Any]] = {
    "payoffs.given.east.partner": [
        {"label": "as it is", "value": {"duty": [0, 2, 4], "levy": [0, 1.5], "gift": [0, -1, -2]}},
        {"label": "twice", "value": {"duty": [0, 4, 8], "levy": [0, 3], "gift": [0, -1, -2]}},
    ],
    "payoffs.weights.hub.review": [0.1, 2.0],
    "calendar.rounds": dated({"short": (5, date(2025, 5, 14)), "long": (9, date(2025, 5, 22))}),
    "calendar.days_per_round": dated(
        {"quick": (1, date(2025, 5, 12)), "slow": (3, date(2025, 5, 28))}
    ),
    "calendar.start": dated(
        {
            "in May": (date(2025, 5, 4), date(2025, 5, 20)),
            "in June": (date(2025, 6, 1), date(2025, 6, 17)),
        },
    ),
    "talks.east.measures.duty.levels": [
        {"label": "high", "value": [25, 10, 0]},
        {"label": "low", "value": [15, 10, 0]},
    ],
    "rules.review": [{"label": "each", "value": "all"}, {"label": "free", "value": "none"}],
    "strategies.east": ["linear", {"label": "firm", "value": {"name": "boulware"}}],
    "positions.hub": [
        {"label": "no deal", "value": ["levy"]},
        {"label": "everything", "value": "all"},
    ],
    "rules.scope": [True, False],
}
"""What is swept: in payoffs, the calendar, what is on the table, the rule, who plays."""

SHARED = {"payoffs.draws": 10, "rules.breakdown": 0.06, "rules.review": "none"}
"""What both cells play; where the rule is swept, nobody signs under the strict one."""

OBSERVED = {"east": {"date": "2025-05-14", "rate": {"duty": 10}, "source": "made up"}}
PATTERNS = {
    "cut": {"kind": "only_together", "measures": ["duty"], "concessions": ["gift"]},
    "order": {"kind": "order", "first": "east", "then": "west"},
}


@dataclass(frozen=True, eq=False)
class Pair:
    """A run of two cells, and one of each.

    Attributes:
        path: what is swept.
        both: the run of two cells.
        alone: the runs of one.
    """

    path: str
    both: Results
    alone: tuple[Results, ...]

    @cached_property
    def labels(self) -> list[Any]:
        """The labels of both cells."""
        return [cell.labels[self.path] for cell in self.both.plan.cells]


def results(folder: Path, more: Mapping[str, Any]) -> Results:
    """Play an experiment; give what figures read."""
    folder.mkdir(exist_ok=True)
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    said = {**SAID, "worlds": 40, "observed": OBSERVED, "patterns": PATTERNS, **more}
    plan = Plan.of(said, folder)
    store = run(plan, folder / "out").store
    keep_turns(store, plan)
    return Results.load(store.directory)


def play(path: str, folder: Path) -> Pair:
    """Play both cells of a path together, and each alone."""
    cells = [said if isinstance(said, dict) else {"value": said} for said in SWEPT[path]]
    shared = {key: value for key, value in SHARED.items() if key != path}
    told = [{**shared, path: said["value"], **said.get("also", {})} for said in cells]
    both = results(folder / "both", {"sweep": {path: SWEPT[path]}, "overrides": shared})
    alone = [results(folder / str(n), {"overrides": said}) for n, said in enumerate(told)]
    return Pair(path, both, tuple(alone))


def lacking(pair: Pair) -> Pair:
    """Give a pair whose first cell has no levy in the talk with East."""
    return Pair(pair.path, _without(pair.both), (_without(pair.alone[0]), pair.alone[1]))


def _without(found: Results) -> Results:
    frame = found.frame.copy()
    frame.loc[(frame["cell"] == 0) & (frame["talk"] == "east"), ["rate.levy", "review.levy"]] = None
    return Results(frame, found.plan, found.log)


def table(found: Results, figure: str, **arguments: Any) -> pd.DataFrame | str:
    """Give the numbers of a figure; the sentence if it has none."""
    try:
        return numbers(found, figure, **arguments)
    except ConfigError as problem:
        return str(problem)
