"""The game that the benchmarks play: two talks of six measures with four levels, forty rounds."""

from typing import Any

import numpy as np

from sim import Scenario
from sim.outcomes import Issue, OutcomeSpace
from sim.payoffs import Payoffs
from sim.rules import Calendar, TalkRules
from sim.strategies import BUILT_IN

ROUNDS = 40
PARTNERS = ("east", "west")
SPACE = OutcomeSpace(tuple(Issue(f"measure_{i}", "measure", (25, 15, 5, 0)) for i in range(6)))


def game(
    strategy: Any = None, *, draws: int = 1, replications: int = 1 << 40, **rules: Any
) -> Scenario:
    """Give the game with random additive payoffs.

    Args:
        strategy: of every seat; boulware if not given.
        draws: draws of the payoffs.
        replications: worlds per draw.
        rules: fields of `TalkRules`; without scope play unless they say otherwise.
    """
    luck = np.random.default_rng(0)
    share = SPACE.levels / 3
    nothing = np.zeros((draws, 1 + SPACE.size))

    def table(values: Any) -> Any:
        return np.concatenate([np.zeros((draws, 1)), values], axis=1)

    def loss() -> Any:
        cost, relief = luck.random((2, draws, 6))
        return table(0.9 * relief @ np.sqrt(share.T) - cost @ share.T)

    def gain() -> Any:
        return table(luck.random((draws, 6)) @ share.T)

    hub = tuple(loss() for _ in PARTNERS)
    partners = [tuple(gain() if i == k else nothing for i in range(2)) for k in range(2)]
    payoffs = Payoffs(
        ("hub", *PARTNERS),
        PARTNERS,
        (SPACE.size,) * 2,
        (1,) * 2,
        (hub, *partners),
        ((np.zeros((draws, 1)),) * 2,) * 3,
    )
    settings: dict[str, Any] = {"scope": False, "review": (), **rules}
    strategy = strategy or BUILT_IN["boulware"]()
    return Scenario(
        name="benchmark",
        title="",
        countries=("hub", *PARTNERS),
        labels={},
        talks=tuple(TalkRules(n, "hub", n, SPACE, **settings) for n in PARTNERS),
        calendar=Calendar(ROUNDS),
        strategies={(c, n): strategy for n in PARTNERS for c in ("hub", n)},
        payoffs=payoffs,
        information="private",
        replications=replications,
        rates={},
        review_cost={},
    )
