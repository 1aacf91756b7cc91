"""Small scenarios with given payoffs, and strategies that play from a script."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.outcomes import Issue, OutcomeSpace
from sim.payoffs import Payoffs
from sim.rules import Calendar, TalkRules
from sim.scenario import Scenario
from sim.strategy import Answer, BatchStrategy

CARS = Issue("cars", "measure", (25, 15, 0))
METALS = Issue("metals", "measure", (25, 0))
PLEDGE = Issue("pledge", "concession", (0, 200, 400))
SPACE = OutcomeSpace((CARS, METALS, PLEDGE))


@dataclass(frozen=True)
class Scripted(BatchStrategy):
    """Plays from a script: entry n - 1 is for round n, the last one holds on.

    Attributes:
        offers: packages; -1 passes.
        wants: names of the measures wanted on the table.
        answers: answers; None plays the default.
    """

    offers: tuple[int, ...] = (-1,)
    wants: tuple[tuple[str, ...], ...] = ((),)
    answers: tuple[Answer | None, ...] = (None,)

    def scope(self, view: Any) -> Any:
        return view.is_in(self._now(self.wants, view))

    def propose(self, view: Any) -> Any:
        return np.full(len(view), self._now(self.offers, view))

    def answer(self, view: Any, mine: Any) -> Any:
        scripted = self._now(self.answers, view)
        if scripted is None:
            return super().answer(view, mine)
        return np.where(view.standing >= 0, scripted, Answer.REJECT)

    @staticmethod
    def _now(script: tuple[Any, ...], view: Any) -> Any:
        return script[min(view.round, len(script)) - 1]


def additive(space: OutcomeSpace, worth: Mapping[str, tuple[float, ...]]) -> np.ndarray:
    """Give the value of every package as a sum over its levels, (P,)."""
    return sum(
        np.array(worth.get(issue.name, (0.0,) * len(issue.levels)))[space.levels[:, k]]
        for k, issue in enumerate(space.issues)
    ) + np.zeros(space.size)


HUB_WORTH = {"cars": (0, -1, -3), "metals": (0, -4), "pledge": (0, 3, 5)}
PARTNER_WORTH = {"cars": (0, 3, 5), "metals": (0, 2), "pledge": (0, -1, -2)}


def game(
    hub: Any,
    partner: Any,
    *,
    talks: int = 1,
    rounds: int = 6,
    space: OutcomeSpace = SPACE,
    hub_worth: Mapping[str, tuple[float, ...]] = HUB_WORTH,
    partner_worth: Mapping[str, tuple[float, ...]] = PARTNER_WORTH,
    reservation: tuple[float, float] = (0.0, 0.0),
    information: Any = "private",
    replications: int = 1,
    **rules: Any,
) -> Scenario:
    """Give a hub that talks with partners, all alike, about cars, metals and a pledge."""
    names = ("east", "west", "north")[:talks]
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
        rates={},
        review_cost={},
    )
