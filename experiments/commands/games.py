"""How fast the engine is: games of known size, timed against a yardstick in the same run.

The game is two talks of six measures with four levels (4,096 packages each), forty rounds,
time-dependent strategies. Absolute figures belong to their machine; what counts are the ratios to
yardsticks that play the same worlds: a Mesa model by the book in a batch run
(`benchmarks/by_the_book.py`), a plain loop over worlds (`benchmarks/scalar_loop.py`), and the same
loop compiled (both need numba).
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from sim import Scenario
from sim.chance.spreads import Drawn
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import Calendar, TalkRules
from sim.seats.strategy import Strategy
from sim.seats.views.world import WorldView
from sim.strategies import BUILT_IN

ROUNDS = 40
PARTNERS = ("east", "west")
SPACE = OutcomeSpace(tuple(Issue(f"measure_{i}", "measure", (25, 15, 5, 0)) for i in range(6)))


@dataclass(frozen=True)
class Mirroring(Strategy):
    """Gives what the other side gave in its last step, in plain Python; evenly at least."""

    def propose(self, view: WorldView) -> int:
        """Give what was given."""
        if len(view.theirs) < 2 or view.theirs[-2] < 0 or view.mine[-1] < 0:
            return view.best_package
        given = view.utility(view.theirs[-1]) - view.utility(view.theirs[-2])
        demand = view.utility(view.mine[-1]) - max(given, 0)
        return view.at_least(min(demand, view.demand(1 - view.time)))


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


@dataclass(frozen=True)
class Case:
    """One row of the table.

    Attributes:
        label: what is played.
        worlds: how many worlds.
        make: builds the scenario.
        looped: whether the yardsticks can play it.
    """

    label: str
    worlds: int
    make: Callable[[], Scenario]
    looped: bool = True


def _late() -> Any:
    boulware: Any = BUILT_IN["boulware"]
    return boulware(Drawn("uniform", (0.1, 1.0)))


def cases(fresh: int = 2_000) -> list[Case]:
    """Give the rows of the table; `fresh` is the number of worlds with payoffs of their own."""
    return [
        Case("1 world", 1, game),
        Case("100 worlds", 100, game),
        Case("10,000 worlds, shared payoffs", 10_000, game),
        Case("10,000 worlds, an exponent drawn for each", 10_000, lambda: game(_late())),
        Case(
            "10,000 worlds, 64 draws of the payoffs",
            10_000,
            partial(game, draws=64, replications=157),
        ),
        Case(
            f"{fresh:,} worlds, payoffs drawn for each",
            fresh,
            partial(game, draws=fresh, replications=1),
        ),
        Case(
            "100 worlds, one-world strategies",
            100,
            lambda: game(Mirroring()),
            looped=False,
        ),
    ]


@dataclass(frozen=True)
class Timing:
    """Seconds of some calls that took turns, repeat by repeat.

    Attributes:
        seconds: for every call, its times.
    """

    seconds: tuple[tuple[float, ...], ...]

    def median(self, call: int) -> float:
        """Give the median time of a call."""
        return statistics.median(self.seconds[call])

    def ratio(self, call: int, to: int) -> float:
        """Give how many times faster a call is than another: the median over repeats."""
        pairs = zip(self.seconds[call], self.seconds[to], strict=True)
        return statistics.median(other / mine for mine, other in pairs)


def timed(calls: Sequence[Callable[[], object]], repeats: int) -> Timing:
    """Time calls in turns, after one of each that warms up, so that noise meets all alike."""
    for call in calls:
        call()
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(repeats):
        for call, times in zip(calls, taken, strict=True):
            started = time.perf_counter()
            call()
            times.append(time.perf_counter() - started)
    return Timing(tuple(map(tuple, taken)))


def settled(scenario: Scenario) -> Scenario:
    """Give a scenario with every drawn number of its strategies at its median."""
    strategies = {seat: _settled(played) for seat, played in scenario.strategies.items()}
    return replace(scenario, strategies=strategies)


def _settled(strategy: Any) -> Any:
    changed: dict[str, Any] = {}
    for item in fields(strategy):
        value = getattr(strategy, item.name)
        if isinstance(value, Drawn):
            changed[item.name] = float(value.quantile(np.array([0.5]))[0])
        elif is_dataclass(value):
            changed[item.name] = _settled(value)
    return replace(strategy, **changed)
