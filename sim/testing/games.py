"""Small scenarios with given payoffs: a pie, and tariff talks about two measures and a pledge."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import Calendar, TalkRules
from sim.scenario.scenario import Information, Scenario
from sim.strategies.hardliner import Hardliner

Floats = NDArray[np.float64]

CARS = Issue("cars", "measure", (25, 15, 0))
METALS = Issue("metals", "measure", (25, 0))
PLEDGE = Issue("pledge", "concession", (0, 200, 400))
SPACE = OutcomeSpace((CARS, METALS, PLEDGE))
"""18 packages: two measures of the hub, and what a partner gives."""

HUB_WORTH = {"cars": (0, -1, -3), "metals": (0, -4), "pledge": (0, 3, 5)}
PARTNER_WORTH = {"cars": (0, 3, 5), "metals": (0, 2), "pledge": (0, -1, -2)}
TALKS = ("east", "west", "north")
NOBODY = Hardliner()
"""Sits where a scenario is made for its rules and payoffs only."""


def pie(
    rounds: int,
    slices: int = 10,
    reservation: tuple[float, float] = (0.0, 0.0),
    players: tuple[Any, Any] = (NOBODY, NOBODY),
    **more: Any,
) -> Scenario:
    """Give two sides that share a pie: package k is k slices for the hub, the rest for the partner.

    Args:
        rounds: rounds to the deadline; the hub moves first.
        slices: number of slices; a side's utility is its share of them.
        reservation: slices that no deal is worth to the hub and to the partner.
        players: strategies of the hub and of the partner.
        more: further arguments of `Scenario.bilateral`.
    """
    share = np.arange(slices + 1)
    return Scenario.bilateral(
        {"share": slices + 1},
        (share, slices - share),
        players,
        rounds,
        reservation,
        **{"first_mover": "hub", **more},
    )


def additive(space: OutcomeSpace, worth: Mapping[str, Sequence[float]]) -> Floats:
    """Give the value of every package as a sum over its levels, (P,)."""
    total = np.zeros(space.size)
    for k, issue in enumerate(space.issues):
        total += np.array(worth.get(issue.name, (0.0,) * len(issue.levels)))[space.levels[:, k]]
    return total


def tariff_game(
    hub: Any = NOBODY,
    partner: Any = NOBODY,
    *,
    talks: int = 1,
    rounds: int = 6,
    space: OutcomeSpace = SPACE,
    hub_worth: Mapping[str, Sequence[float]] = HUB_WORTH,
    partner_worth: Mapping[str, Sequence[float]] = PARTNER_WORTH,
    reservation: tuple[float, float] = (0.0, 0.0),
    information: Information = "private",
    replications: int = 1,
    **rules: Any,
) -> Scenario:
    """Give a hub that talks with partners, all alike, about cars, metals and a pledge.

    Args:
        hub, partner: strategies.
        talks: number of talks, 1 to 3; they are called east, west and north, as are the partners.
        rounds: rounds to the deadline; the hub moves first.
        space: what is on the table.
        hub_worth, partner_worth: by issue, what its levels are worth.
        reservation: what no deal is worth to the hub and to a partner.
        information: whether a side knows the other's payoffs.
        replications: worlds per draw.
        rules: fields of `TalkRules`.
    """
    names = TALKS[:talks]
    zero = np.zeros((1, 1 + space.size))
    own = [
        np.concatenate([[none], additive(space, worth)])[None, :]
        for worth, none in zip((hub_worth, partner_worth), reservation, strict=True)
    ]
    main = [(own[0],) * talks]
    main += [tuple(own[1] if i == k else zero for i in range(talks)) for k in range(talks)]
    payoffs = Payoffs(
        ("hub", *names),
        names,
        (space.size,) * talks,
        (1,) * talks,
        tuple(main),
        ((np.zeros((1, 1)),) * talks,) * (1 + talks),
    )
    settings: dict[str, Any] = {"first_mover": "hub", **rules}
    return Scenario(
        name="game",
        title="",
        countries=("hub", *names),
        labels={},
        talks=tuple(TalkRules(n, "hub", n, space, **settings) for n in names),
        calendar=Calendar(rounds),
        strategies={("hub", n): hub for n in names} | {(n, n): partner for n in names},
        payoffs=payoffs,
        information=information,
        replications=replications,
    )
