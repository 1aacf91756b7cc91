"""What is shown of one negotiation at the end of a round, as rows of texts and numbers."""

from dataclasses import dataclass

import pandas as pd

from experiments.app import called
from experiments.app.negotiation import Negotiation
from sim import Scenario
from sim.protocol.reviews import TESTS


@dataclass(frozen=True)
class Measure:
    """A measure on the docket.

    Attributes:
        name: for readers.
        state: its review state, a key of `called.STATES`.
        since: since when, in words; empty from the start.
        named: whether the rule wants it reviewed before a deal.
    """

    name: str
    state: str
    since: str
    named: bool


@dataclass(frozen=True)
class Worth:
    """What a package on the table is worth to both sides, in the unit of the payoffs.

    Attributes:
        what: whose it is.
        terms: what it says.
        hub, partner: gains over no deal.
    """

    what: str
    terms: str
    hub: float
    partner: float


def docket(shown: Negotiation, round: int, talk: int) -> list[Measure]:
    """Give the docket of a talk at the end of a round."""
    game, rules, table = shown.game, shown.game.talks[talk], shown.tables[round][talk]
    found = []
    for measure, state, since in zip(rules.space.measures, table.docket, table.since, strict=True):
        when = called.day(game.calendar.date(since)) if since else ""
        told = f"since {when}" if when else f"since round {since}" if since else ""
        found.append(Measure(called.issue(measure), state, told, measure.name in table.named))
    return found


def on_the_table(shown: Negotiation, round: int, talk: int) -> list[tuple[str, int]]:
    """Name the packages on the table of a talk, and give them; -1 before any offer."""
    game, rules, table = shown.game, shown.game.talks[talk], shown.tables[round][talk]
    hub, partner = (called.country(game, c) for c in (rules.hub, rules.partner))
    found = [(f"{hub} offers", table.offers[0]), (f"{partner} offers", table.offers[1])]
    if table.package >= 0:
        found.append(("the deal", table.package))
    elif table.agreed >= 0:
        found.append((called.AGREED, table.agreed))
    elif table.ratifying >= 0:
        found.append((called.SIGNED, table.ratifying))
    return found


def worths(shown: Negotiation, round: int, talk: int) -> list[Worth]:
    """Give what the packages on the table of a talk are worth to both sides."""
    hub, partner = shown.values(round, talk)
    rules = shown.game.talks[talk]
    return [
        Worth(what, called.package(rules, number), hub.one(number), partner.one(number))
        for what, number in on_the_table(shown, round, talk)
        if number >= 0
    ]


def standing(shown: Negotiation, round: int, talk: int) -> str:
    """Say how a talk stands at the end of a round."""
    table, rules = shown.tables[round][talk], shown.game.talks[talk]
    if table.status != "open":
        said = called.ENDINGS[table.status]
        when = called.day(shown.game.calendar.date(table.ended_in))
        return f"{said}, {when}" if when else f"{said}, in round {table.ended_in}"
    if table.ratifying >= 0:
        return "signed: it becomes a deal once it is ratified"
    if table.agreed >= 0:
        return "an agreement in principle: it becomes a deal once the reviews are done"
    missing = [
        called.issue(measure)
        for measure, state in zip(rules.space.measures, table.docket, strict=True)
        if measure.name in table.named and state != "reviewed"
    ]
    if TESTS[rules.test].by_cut:
        return "open: a deal has to lower every measure that the rule names"
    if missing:
        return f"open: the rule still waits for {'; '.join(missing)}"
    return "open: all that the rule wants reviewed is reviewed" if table.named else "open"


def story(shown: Negotiation, round: int, talk: int) -> list[tuple[int, str]]:
    """Tell what happened to the end of a round, the latest first: round and sentence."""
    return [(n, said) for n, said in shown.told[talk][::-1] if n <= round]


PARTS = ("country", "trade and politics", "reviews and other assumed costs", "together")
"""The head of the table of payoffs."""


def parts(game: Scenario, outcomes: pd.DataFrame) -> list[tuple[str, ...]]:
    """Give every country's payoff in the first world in its two parts; as `PARTS` names them."""
    rows: list[tuple[str, ...]] = []
    first = outcomes.iloc[0]
    for country in game.countries:
        whole, cost = (float(first[f"{family}.{country}"]) for family in ("payoff", "cost"))
        numbers = (called.signed(value + 0.0) for value in (whole + cost, -cost, whole))
        rows.append((called.country(game, country), *numbers))
    return rows


def payoffs(game: Scenario, outcomes: pd.DataFrame) -> tuple[list[tuple[str, float]], str]:
    """Give what every country ends with in the first world, and what is in it beside the deals.

    Args:
        game: the scenario.
        outcomes: table of one world.
    """
    first = outcomes.iloc[0]
    ends = [(called.country(game, c), float(first[f"payoff.{c}"])) for c in game.countries]
    note = f"In {called.money(game)} against no deal in any talk."
    cost = float(outcomes["review_cost"].sum())
    if cost:
        hub = called.country(game, game.talks[0].hub)
        note += f" In it: reviews cost {hub} {cost:.2f}, as precedents."
    for rules, paid in zip(game.talks, outcomes.get("audience_cost", ()), strict=False):
        if paid:
            partner = called.country(game, rules.partner)
            note += f" In it: giving up its rule cost {partner} {paid:.2f} at home."
    if game.interim is not None:
        got = [f"{called.country(game, c)} {first[f'flow.{c}']:+.2f}" for c in game.countries]
        note += f" Over the days of the talks, in USD bn: {', '.join(got)}."
    return ends, note
