"""How countries, packages, rounds and money are called on the page."""

from datetime import date, timedelta
from typing import Any

from sim import Scenario
from sim.protocol.issues import Issue
from sim.protocol.rules import Calendar, TalkRules

STATES = {
    "off": "not asked for",
    "requested": "requested",
    "open": "open",
    "reviewed": "reviewed",
    "refused": "refused",
}
"""The review states of a measure for readers."""

ENDINGS = {
    "open": "still open",
    "deal": "a deal",
    "expired": "no deal: time ran out",
    "silent": "no deal: time ran out, and one side never made an offer",
    "walked": "no deal: one side walked away",
    "broken_down": "no deal: the talk broke down",
    "vetoed": "no deal: vetoed in the ratification",
}
"""How a talk stands or ended."""

AGREED, SIGNED = "agreed in principle", "signed, not yet ratified"
"""What a package on the table may be, beside an offer."""

_SHORT = (
    ("percentage points", "points"),
    ("USD bn a year", "bn a year"),
    ("USD bn", "bn"),
)
"""Units as they are shortened beside a number; what follows a comma is left out."""


def country(game: Scenario, key: str) -> str:
    """Give a country's name for readers."""
    return game.labels.get(key) or key


def talk(game: Scenario, rules: TalkRules) -> str:
    """Give a talk's name for readers."""
    return f"{country(game, rules.hub)} – {country(game, rules.partner)}"


def money(game: Scenario) -> str:
    """Give the unit of payoffs."""
    return game.unit or "payoff points"


def issue(of: Issue) -> str:
    """Give an issue's name for readers."""
    return of.label or of.name


def about(of: Issue) -> str:
    """Give an issue's name with its unit in full."""
    return f"{issue(of)} ({of.unit})" if of.unit else issue(of)


def amount(of: Issue, level: int) -> str:
    """Give a level of an issue with a short unit."""
    if of.kind == "concession" and level == 0:
        return "nothing"
    if of.kind == "clause":
        return "granted" if level else "none"
    unit = of.unit.partition(",")[0]
    for long, short in _SHORT:
        if unit.startswith(long):
            unit = short
            break
    value = of.levels[level]
    if value == 1 and " " not in unit:
        unit = unit.removesuffix("s")
    return f"{value:g} {unit}".rstrip()


def change(of: Issue, level: int) -> str:
    """Say what a level of an issue changes against no deal."""
    if of.kind == "measure":
        return f"{issue(of)} {of.levels[0]:g} → {amount(of, level)}"
    return f"{issue(of)} {amount(of, level)}"


def package(rules: TalkRules, number: int) -> str:
    """Say what a package changes against no deal; -1 is no package."""
    if number < 0:
        return "nothing yet"
    levels = rules.space.levels[number]
    told = [change(i, int(n)) for i, n in zip(rules.space.issues, levels, strict=True) if n]
    return "; ".join(told) or "no change"


def listed(rules: TalkRules, names: Any) -> str:
    """Name measures for readers; all of them are every measure."""
    labels = [issue(m) for m in rules.space.measures if m.name in set(names)]
    if len(labels) == len(rules.space.measures) > 1:
        return "every measure"
    return "; ".join(labels) or "nothing"


def goods(rules: TalkRules, name: str) -> str:
    """Name a goods group as the one measure on it alone, else by its own name."""
    on_it = [measure for measure in rules.space.measures if name in measure.goods]
    if len(on_it) == 1 and on_it[0].goods == (name,):
        return issue(on_it[0])
    return name.replace("_", " ").capitalize()


def day(when: date | None) -> str:
    """Write a date; nothing if there is none."""
    return "" if when is None else f"{when.day} {when:%B %Y}"


def snap_back(calendar: Calendar, deadline: int) -> date | None:
    """Give the day of the deadline, which need not be one on which a round ends.

    An extension moves the day by its rounds: as long as the talks go on, a pause lasts.

    Args:
        calendar: of the talks.
        deadline: the last round before it, as it is announced now.

    Returns:
        None if no day is said.
    """
    if calendar.deadline is None:
        return None
    return calendar.deadline + timedelta(calendar.days * (deadline - calendar.rounds))


def moment(calendar: Calendar, round: int, deadline: int) -> str:
    """Say which round it is, its date, and how far the deadline is."""
    when = calendar.date(round)
    dated = f" · {day(when)}" if when else ""
    if round > deadline:
        return f"Round {round}{dated} · {round - deadline} after the deadline"
    left = deadline - round
    rest = "the last round before the deadline" if left == 0 else f"{count(left, 'round')} left"
    return f"Round {round} of {deadline}{dated} · {rest}"


def count(number: int, what: str) -> str:
    """Count something: 1 round, 2 rounds."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def signed(value: float, digits: int = 2) -> str:
    """Write a number with its sign; a zero has none."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def worth(game: Scenario, value: float) -> str:
    """Write a value with its sign and unit."""
    return f"{signed(value)} {money(game)}"
