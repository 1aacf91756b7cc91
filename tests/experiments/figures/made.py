"""Results that no engine has played: a table of outcomes and a log, made by a rule.

Pictures are compared with pictures, so what they show may not change when the talks do.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.design.plan import Plan
from experiments.results.results import Results
from tests.experiments.figures.conftest import EXPERIMENT, SCENARIO

OBSERVED = """
[naive]
constant = 12
[observed.east]
date = 2025-05-18
rate = { duty = 12 }
give = { gift = 1 }
lowers = { duty = true, levy = false }
source = "made up"

[observed.west]
date = 2025-05-12
rate = { duty = 10 }

[patterns.duty_for_a_gift]
kind = "only_together"
label = "the duty is lowered only together with a gift"
measures = ["duty"]
concessions = ["gift"]

[patterns.not_early]
kind = "not_before"
date = 2025-05-08

[patterns.east_first]
kind = "order"
label = "East signs before West"
first = "east"
then = "west"
"""
NUMBER = """
name = "small"
question = "Does the review period matter?"
scenario = "scenario.toml"
worlds = 24
[sweep]
"rules.period" = [1, 2, 4]
"""
ARGUMENTS = {
    "rivalry": {"least": 2},
    "chance_and_terms": {"least": 2},
    "difference": {"a": 4, "b": 1},
}
"""By figure, arguments that suit so few worlds."""

START, DAYS, LAST = date(2025, 5, 4), 2, 8
_MOVES = ("requested", "withdrawn", "admitted", "refused", "reviewed")


def plan(folder: Path, experiment: str = EXPERIMENT + OBSERVED) -> Plan:
    """Write an experiment and resolve it."""
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    file = folder / "experiment.toml"
    file.write_text(experiment, encoding="utf-8")
    return Plan.load(file)


def results(made: Plan) -> Results:
    """Make up the outcomes of every cell of a plan, and the turns of ten worlds of each."""
    frames = {cell.index: _cell(cell.index) for cell in made.cells}
    log = pd.concat([_turns(number, frame) for number, frame in frames.items()], ignore_index=True)
    whole = Results.of(made, frames)
    return Results(whole.frame, made, log)


def _cell(cell: int) -> pd.DataFrame:
    """Make 24 worlds of six draws; the higher the number of a cell, the more deals."""
    luck = np.random.default_rng(cell)
    parts = []
    for n, talk in enumerate(("east", "west")):
        world = np.arange(24)
        deal = luck.random(24) < 0.3 + 0.1 * cell
        cut = luck.random(24) < 0.8
        walked = ~deal & (luck.random(24) < 0.3)
        rounds = luck.integers(2, LAST + 1, 24)
        duty = np.where(deal & cut, luck.choice([10.0, 0.0], 24), 25.0)
        parts.append(
            pd.DataFrame(
                {
                    "world": world,
                    "draw": world // 4,
                    "talk": talk,
                    "status": np.where(deal, "deal", np.where(walked, "walked", "expired")),
                    "lowers": deal & cut,
                    "round": np.where(deal, rounds, np.nan),
                    "date": pd.to_datetime(
                        [_day(r) if d else None for r, d in zip(rounds, deal, strict=True)]
                    ),
                    "in_principle": np.where(deal, rounds - 1.0, np.nan),
                    "package": np.where(deal, 1, -1),
                    "refusals": rounds,
                    "review.duty": np.where(deal, "reviewed", "off"),
                    "review.levy": np.where(deal, "reviewed", "requested"),
                    "rate.duty": duty,
                    "rate.levy": np.where(deal & (duty == 0), 0.0, 10.0),
                    "give.gift": np.where(deal, luck.integers(0, 3, 24), 0.0),
                    "talk_number": n,
                    **{f"utility.{s}": np.where(deal, luck.random(24), 0.2) for s in _SIDES},
                    **{f"reservation.{s}": np.full(24, 0.2) for s in _SIDES},
                }
            )
        )
    frame = pd.concat(parts).sort_values(["world", "talk_number"], ignore_index=True)
    signed = frame.groupby("world")["lowers"].transform("sum").to_numpy()
    for n, country in enumerate(("hub", "east", "west")):
        luck_of = np.repeat(luck.normal(0, 1, 24), 2)
        frame[f"payoff.{country}"] = np.where(signed > 0, signed * (n + 0.5) + luck_of, 0.0)
    return frame.drop(columns="talk_number")


_SIDES = ("hub", "partner")


def _day(number: int) -> date:
    return START + timedelta(int(DAYS * (number - 1)))


def _turns(cell: int, frame: pd.DataFrame) -> pd.DataFrame:
    """Make the turns of the first ten worlds: both sides give way by a tenth a round.

    The duty is requested in round 1, admitted in round 2 and reviewed at the end of round 3; the
    levy is requested in round 2 and, in odd worlds, refused in round 4.
    """
    rows = []
    for row in frame[frame["world"] < 10].to_dict("records"):
        last = LAST if np.isnan(row["round"]) else int(row["round"])
        for number in range(1, last + 1):
            common = {"cell": cell, "world": row["world"], "talk": row["talk"], "round": number}
            common |= dict.fromkeys(_MOVES, "") | {"date": pd.Timestamp(_day(number))}
            worth = 1 - 0.1 * (number - 1) - 0.02 * (row["world"] % 3)
            rows += [
                common
                | {"mover": 1, "seat": row["talk"], "offer": 1, "own_utility": worth - 0.1}
                | {"requested": {1: "duty", 2: "levy"}.get(number, "")},
                common
                | {"mover": 2, "seat": "hub", "offer": 1, "own_utility": worth}
                | {"admitted": "duty" if number == 2 else ""}
                | {"refused": "levy" if number == 4 and row["world"] % 2 else ""},
            ]
            if number == 3:
                end = {"mover": 3, "seat": "", "offer": -1, "own_utility": np.nan}
                rows.append(common | end | {"reviewed": "duty"})
    return pd.DataFrame(rows)
