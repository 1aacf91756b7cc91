"""Many worlds in memory: played in parts, so that figures can be drawn while they come."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.app.engine import play_worlds
from experiments.design.plan import Plan
from experiments.design.sweep import percent
from experiments.figures import Results
from experiments.results.intervals import Quantity, estimate

RULE = "rules.review"
PART = 2_500
"""Worlds that are played between two looks at the figures."""

QUESTIONS = {
    "status": "How do the talks end?",
    "payoffs": "What does each country end with?",
    "timing": "When is there a deal?",
    "terms": "Which terms do the deals have?",
    "payoff_plane": "Who gains how much in the deals?",
    "ridges": "How are the payoffs spread?",
    "rivalry": "What does the other partner's deal do?",
    "price": "What does the rule cost or bring?",
    "chance_and_terms": "What does the rule do to deals and their terms?",
}
"""Figures that a page of many worlds offers, by their name in `experiments.figures`."""

COMPARED = ("price", "chance_and_terms")
"""Figures that need worlds with the rule and without it."""


@dataclass(frozen=True)
class Share:
    """A share of worlds for readers.

    Attributes:
        name: of what.
        value: in percent.
        between: its interval.
        about: of how many worlds, and what the interval says.
    """

    name: str
    value: str
    between: str
    about: str


SURE = (
    "The interval holds the share in 19 of 20 such computations: it says how sure more worlds and "
    "draws would make it, and nothing of assumptions that are wrong."
)


def between(low: float, high: float) -> str:
    """Write the interval of a share."""
    return f"between {percent(low)} and {percent(high)} %"


def comparison(rule: Any) -> dict[str, list[Any]]:
    """Give a sweep of the rule that was chosen and of what it is compared with.

    Args:
        rule: `all`, `none`, or a list of measures.
    """
    other = "all" if rule == "none" else "none"
    return {RULE: [rule, other]}


def results(plan: Plan) -> Iterator[tuple[Results, int]]:
    """Play the worlds of a plan; give the results so far, and how many worlds that is.

    Raises:
        TariffTalksError: the economy has no solution, or a strategy breaks a rule.
    """
    parts: list[dict[int, pd.DataFrame]] = []
    for first in range(0, plan.worlds, PART):
        parts.append(play_worlds(plan, first, min(PART, plan.worlds - first)))
        frames = {
            cell: pd.concat([part[cell] for part in parts], ignore_index=True) for cell in parts[0]
        }
        yield Results.of(plan, frames), min(first + PART, plan.worlds)


def shares(found: Results) -> list[Share]:
    """Give the share of worlds with a deal, by rule and talk, and what it is computed to."""
    keys = [*([found.rule] if found.rule else []), "talk"]
    listed = []
    table = estimate(found.frame, Quantity.named("deals", found.frame), keys)
    for row in table.to_dict("records"):
        rule = f", {_rule(found, row[found.rule])}" if found.rule else ""
        listed.append(
            Share(
                f"deals of {found.talk(str(row['talk']))}{rule}",
                f"{percent(row['mean'])} %",
                between(row["low"], row["high"]),
                f"Of {row['worlds']:,} worlds. {SURE}",
            )
        )
    return listed


def _rule(found: Results, value: Any) -> str:
    said = found.value(RULE, value)
    return said if said == "no rule" else f"rule: {said}"
