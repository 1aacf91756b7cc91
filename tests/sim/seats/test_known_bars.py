"""With a known bar without noise no seat signs what its own ratifier vetoes, as known then."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, seed
from hypothesis import strategies as st

from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from tests.generators import GRID, scenarios
from tests.plays import played

Moment = tuple[int, dict[str, int]]
"""A signed package, and by country the round in which it was decided on."""


def known(scenario: Scenario, number: int) -> Scenario:
    """Let there be a ratifier or two, with known bars without noise; and let no shock strike."""
    rng, around, (rules,) = np.random.default_rng(number), scenario.surroundings, scenario.talks
    draws = scenario.payoffs.draws
    houses = tuple(
        Ratifier(
            f"house {k}",
            rules.partner if k or number % 2 else rules.hub,
            GRID * rng.integers(-4, 6, draws),
            sd=0.0,
            delay=int(rng.integers(0, 4)),
            tariffs=float(rng.choice((1.0, 0.5))),
            concessions=float(rng.choice((1.0, 2.0))),
            events=((int(rng.integers(1, 8)), GRID * rng.integers(-4, 5, draws)),),
            announced=True,
        )
        for k in range(1 + number % 3 % 2)
    )
    homes = {rules.name: houses}
    calm = replace(around, ratifiers=homes, shocks=(), threats=(), threat_cost=None)
    return replace(
        scenario, surroundings=calm, payoffs=replace(scenario.payoffs, shocks=())
    )  # fmt: skip


def signatures(log: list[Any], countries: tuple[str, str]) -> list[Moment]:
    """Give what was signed in a talk, and when each side decided on it."""
    offered: dict[str, tuple[int, int]] = {}
    signed, agreed = [], -1
    for turn in log:
        if turn.event.startswith("vetoed"):
            offered = {}
        if turn.seat and turn.answer == "accept":
            other = countries[1 - countries.index(turn.seat)]
            agreed, since = offered[other]
            moments = {turn.seat: turn.round, other: since}
        if turn.offer >= 0:
            offered[turn.seat] = turn.offer, turn.round
        if turn.event in ("deal", "signed"):
            moments = moments if turn.seat else dict.fromkeys(countries, turn.round)
            signed.append((agreed, moments))
    return signed


def worth(scenario: Scenario, country: str, draw: int, package: int) -> float:
    """Give what a package is worth to a country in the only talk, no deal: its outside option."""
    c, payoffs = scenario.countries.index(country), scenario.payoffs
    value = payoffs.payoff(np.array([draw]), [np.array([package])])[c, 0]
    turned = payoffs.outside[c][0][draw] if payoffs.outside and package < 0 else 0.0
    return float(value + turned)


def check(scenario: Scenario) -> int:
    """Check every signature against the bars known when it was decided on; give how many."""
    play, rules = played(scenario), scenario.talks[0]
    draws, count = play.frame.set_index("world")["draw"], 0
    for (world, talk), log in play.logs.items():
        draw = int(draws[world])
        for package, moments in signatures(log, (rules.hub, rules.partner)):
            bare = package - package % rules.space.parts[1]
            for house in scenario.surroundings.ratifiers.get(talk, ()):
                none, kept, full = (
                    worth(scenario, house.country, draw, p) for p in (-1, bare, package)
                )
                counted = house.tariffs * (kept - none) + house.concessions * (full - kept)
                vote = moments[house.country] + house.delay
                assert counted >= house.bar(np.array([draw]), vote)[0]
                count += 1
    return count


def test_no_seat_signs_what_its_own_ratifier_vetoes_as_known_at_signing() -> None:
    signed = []

    @seed(8)
    @given(scenarios(rational=True, around=True, talks=(1, 1)), st.integers(0, 99))
    def some(scenario: Scenario, number: int) -> None:
        signed.append(check(known(scenario, number)))

    some()
    assert sum(signed) > 20
