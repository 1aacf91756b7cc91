"""Every mechanism of the talks shows: switched off, a shipped experiment ends otherwise (I5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from experiments.design.designs import CASE
from tests.sweeps import cell_of, changed, load, play

PAGE = (Path(__file__).parents[2] / "docs" / "odd.md").read_text(encoding="utf-8")
LATE, ALL = "yields late or never", "admits all"
LEAST = 0.01
"""Share of packages that a mechanism has to change."""


@dataclass(frozen=True)
class Shown:
    """Where a mechanism shows.

    Attributes:
        config: name of a shipped config.
        cell: labels of a cell in which it is on.
        off: what switches it off there (or on, where the cell is one without it).
    """

    config: str
    cell: Mapping[str, str]
    off: Mapping[str, Any] = field(default_factory=dict)


SHOWN = {
    "rules.review": Shown(
        "insistence",
        {"strategies.usa": "never yields", "strategies.japan": "drops the rule at 0.9 of the time"},
        {"rules.review": "none"},
    ),
    "rules.test": Shown(
        "by_answer",
        {
            "rules.test": "by_answer",
            "strategies.usa": LATE,
            "strategies.japan": "concedes in the last rounds",
        },
        {"rules.test": "by_exchange"},
    ),
    "rules.period": Shown(
        "around",
        {CASE: "reviews of 6 rounds"},
        {"rules.period": 2},
    ),
    "rules.clause": Shown(
        "clause",
        {"talks.japan.rules.clause": "both have one", "strategies.usa": LATE},
        {"talks.japan.rules.clause": False, "talks.korea.rules.clause": False},
    ),
    "rules.clause = issue": Shown(
        "clause",
        {"talks.japan.rules.clause": "an issue with both", "strategies.usa": LATE},
        {"talks.japan.rules.clause": False, "talks.korea.rules.clause": False},
    ),
    "rules.moves": Shown(
        "links",
        {"links.back_channel.active": "one scope move a turn", "strategies.usa": LATE},
        {"rules.moves": 9},
    ),
    "rules.breakdown": Shown(
        "around",
        {CASE: "breakdown of 2 % a round"},
        {"rules.breakdown": 0},
    ),
    "calendar.mode = overtime": Shown(
        "around",
        {CASE: "reviews of 6 rounds, overtime of 10"},
        {"calendar.mode": "hard"},
    ),
    "calendar.overtime": Shown(
        "around",
        {CASE: "reviews of 6 rounds, overtime of 10"},
        {"calendar.overtime": 1},
    ),
    "calendar.mode = extension": Shown(
        "extension",
        {"rules.review": "all", "strategies.usa": "announced at 0.9"},
        {"calendar.mode": "hard"},
    ),
    "shocks": Shown(
        "around",
        {CASE: "shocks of half a year"},
        {"shocks.*.active": False},
    ),
    "common_factor": Shown(
        "around",
        {CASE: "the same, all together"},
        {"common_factor": 0},
    ),
    "threats": Shown(
        "threats",
        {
            "shocks.bond_selloff.rounds": "half a year",
            "strategies.usa": ALL,
            "strategies.japan": "threatens",
        },
        {"threats.treasuries.active": False},
    ),
    "threats.NAME.unless": Shown(
        "threats",
        {
            "shocks.bond_selloff.rounds": "half a year",
            "strategies.usa": ALL,
            "strategies.japan": "threatens",
        },
        {"threats.treasuries.unless.signed_by": date(2025, 6, 29)},
    ),
    "ratification": Shown(
        "ratifiers",
        {"ratification.japan.diet.threshold": "8", "strategies.usa": ALL},
        {"ratification.japan.diet.active": False},
    ),
    "ratification.NAME.NAME.announced": Shown(
        "ratifiers",
        {"ratification.japan.diet.threshold": "4, announced", "strategies.usa": ALL},
        {"ratification.japan.diet.announced": False},
    ),
    "links.level": Shown(
        "links",
        {"links.back_channel.active": "nothing seen", "strategies.usa": LATE},
        {"links.level": "terms"},
    ),
    "links.sees.NAME.NAME.lag": Shown(
        "links",
        {"links.back_channel.active": "terms seen 8 rounds late", "strategies.usa": LATE},
        {"links.sees.japan.korea.lag": 0, "links.sees.korea.japan.lag": 0},
    ),
    "links.back_channel.share": Shown(
        "links",
        {"links.back_channel.active": "only shared offers", "strategies.usa": LATE},
        {"links.back_channel.share": False},
    ),
    "links.back_channel.ceiling": Shown(
        "links",
        {"links.back_channel.active": "only a ceiling of 15 on cars", "strategies.usa": ALL},
        {"links.back_channel.active": False},
    ),
    "payoffs.weights.NAME.audience": Shown(
        "insistence",
        {
            "strategies.usa": "never yields",
            "strategies.japan": "drops the rule at 0.9 of the time, cost 0.5",
        },
        {"payoffs.weights.japan.audience": 1000},
    ),
    "payoffs.weights.NAME.no_deal_shape": Shown(
        "coordination",
        {
            "payoffs.weights.usa.no_deal_shape": "a second hold-out frightens",
            "strategies.japan": "bargains",
            "strategies.korea": "bargains",
            "links.level": "as in the scenario",
        },
        {"payoffs.weights.usa.no_deal_shape": [0, 1, 2]},
    ),
    "payoffs.weights.NAME.outside": Shown(
        "links",
        {"links.back_channel.active": "outside options of 2", "strategies.usa": LATE},
        {"payoffs.weights.japan.outside": 0, "payoffs.weights.korea.outside": 0},
    ),
    "payoffs.band": Shown(
        "band",
        {
            "strategies.usa": ALL,
            "payoffs.band": "3.4",
            "strategies.japan.keeps": "may take back",
        },
        {"payoffs.band": 0},
    ),
    "payoffs.distance": Shown(
        "band",
        {
            "strategies.usa": ALL,
            "payoffs.band": "3.4",
            "strategies.japan.keeps": "may take back",
        },
        {"payoffs.distance": "levels"},
    ),
}
"""By mechanism, as the table in docs/odd.md names it."""

SMALL = ("rules.test", "calendar.mode = extension", "payoffs.weights.NAME.audience", "links.level")


def share(shown: Shown, worlds: int) -> float:
    """Give the share of talks whose package changes when the mechanism is switched off."""
    counts = {"worlds": worlds, "draws": worlds, "replications": 1}
    plan = load(shown.config, **counts)
    cell = cell_of(plan, shown.cell) if shown.cell else 0
    return changed(play(plan, cell), play(plan, cell, **shown.off))


@pytest.mark.parametrize("name", SMALL)
def test_a_mechanism_shows(name: str) -> None:
    assert share(SHOWN[name], 60) >= LEAST


@pytest.mark.nightly
@pytest.mark.parametrize("name", SHOWN)
def test_every_mechanism_shows_in_a_shipped_experiment(name: str) -> None:
    assert share(SHOWN[name], 1000) >= LEAST


def test_the_page_names_every_mechanism_and_the_experiment_that_shows_it() -> None:
    part = PAGE.partition("### 7.11 What is on")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|.*\| `configs/(\w+)\.toml` \|$", part, re.MULTILINE)
    assert dict(rows) == {name: shown.config for name, shown in SHOWN.items()}
