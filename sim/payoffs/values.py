"""What every package is worth to a seat, in every situation that it meets.

A situation is (draw, outlook); the outlook is all that lies outside the talk: the state of the
other talks, the step of the no-deal rates, what is expected of the shocks. Values are whole numbers
of the seat's grid (`Payoffs.grid`).
"""

import numpy as np
from numpy.typing import NDArray

from sim import kernels
from sim.payoffs.growing import Growing
from sim.payoffs.ragged import runs
from sim.payoffs.tables import Payoffs
from sim.protocol.votes import Vote

Ints = NDArray[np.int64]

TABLE, DRAW, LIFT, NONE = range(4)
"""Columns of the facts of a situation."""


class Situations:
    """What every package is worth to a seat, for every (draw, outlook) met.

    Much of what happens outside a talk moves the values of all its packages by the same amount. So
    values lie in tables, which situations share where they can: the value of a state in a situation
    is the one of its table plus a lift.

    Attributes:
        tail: (D, tails) values of concession parts.
        floor, span: (D,) smallest value and range over the whole outcome space with nothing
            outside; not a number and 1 for draws that were not met.
        votes: announced votes by which values are weighed; here none.
    """

    votes: tuple[Vote, ...] = ()

    def __init__(self, payoffs: Payoffs, country: int, talk: int) -> None:
        self.payoffs, self.country, self.talk = payoffs, country, talk
        self.grid = payoffs.grid(country, talk)
        self.tails = payoffs.tails[talk]
        self.tail = np.rint(payoffs.tail[country][talk] / self.grid).astype(np.int32)
        self._begin(payoffs.heads[talk])

    def _begin(self, heads: int) -> None:
        """Begin without any situation; a table has no deal and so many states."""
        payoffs = self.payoffs
        self._number: dict[int, int] = {}
        self._states = Growing(np.int32, 1 + heads)
        self._facts = Growing(np.int64, 4)
        self._base_of = np.full(payoffs.draws, -1, dtype=np.int64)
        self.floor = np.full(payoffs.draws, np.nan)
        self.span = np.ones(payoffs.draws)

    @property
    def states(self) -> NDArray[np.int32]:
        """(tables, 1 + H) value of every state of the talk, in grid steps; no deal first."""
        return self._states.rows

    @property
    def facts(self) -> Ints:
        """(n, 4) by situation: table, draw, what states are worth beyond the table, no deal."""
        return self._facts.rows

    @property
    def still(self) -> bool:
        """Whether no deal stays as it is against a table of whole packages, whatever happens."""
        moved = self.payoffs.shocks or self.payoffs.outside or self.tails > 1
        return self._lifted and not moved and not self.tail.any()

    def outlook(self, outside: Ints, round: int) -> Ints:
        """Give the outlook of a seat in a round from what lies outside its talk, (n,)."""
        return outside

    def find(self, draws: Ints, outlook: Ints) -> Ints:
        """Give the numbers of these situations, (n,), making those that are new."""
        keys = outlook * self.payoffs.draws + draws
        some, run = runs(keys)
        unique, first, back = np.unique(keys[some], return_index=True, return_inverse=True)
        known = self._number.get
        numbers = np.array([known(k, -1) for k in unique.tolist()], dtype=np.int64)
        new = np.flatnonzero(numbers < 0)
        if len(new):
            fresh = some[first[new]]
            numbers[new] = self._add(unique[new], draws[fresh], outlook[fresh])
        found: Ints = numbers[back].take(run)
        return found

    def value(self, situation: Ints, package: Ints) -> Ints:
        """Give the value of a package in each situation, in grid steps; of -1: of no deal."""
        found = np.empty(len(package), dtype=np.int64)
        packages = np.ascontiguousarray(package, dtype=np.int64)
        kernels.values(self.states, self.tail, self.facts, situation, packages, found)
        return found

    def utility(self, situation: Ints, packages: Ints) -> NDArray[np.float64]:
        """Give utilities of packages, (n,) or (n, m), in n situations; of -1: of no deal."""
        each = packages.shape[1] if packages.ndim > 1 else 1
        asked = np.ascontiguousarray(packages, dtype=np.int64).reshape(len(situation), each)
        found = np.empty(asked.shape)
        scale = self.floor, self.span
        kernels.utilities(self.states, self.tail, self.facts, *scale, situation, asked, found)
        return found.reshape(packages.shape)

    def _add(self, keys: Ints, draws: Ints, outlook: Ints) -> Ints:
        numbers = np.empty(len(keys), dtype=np.int64)
        struck = self._calm(outlook) != outlook
        for some, add in ((~struck, self._add_calm), (struck, self._add_struck)):
            if some.any():
                numbers[some] = add(draws[some], outlook[some])
        self._number.update(zip(keys.tolist(), numbers.tolist(), strict=True))
        return numbers

    def _calm(self, outlook: Ints) -> Ints:
        """Give outlooks, (n,), without shocks, where only the value of no deal differs."""
        return self.payoffs.calm(outlook)

    def _add_struck(self, draws: Ints, outlook: Ints) -> Ints:
        """Add situations with shocks: what no deal is worth differs from the same without them."""
        calm = self.find(draws, self._calm(outlook))
        numbers = len(self.facts) + np.arange(len(draws))
        facts = self.facts[calm]
        struck = self.payoffs.struck(self.country, self.talk, draws, outlook)
        facts[:, NONE] += self._steps(struck)
        self._facts.append(facts)
        return numbers

    def _add_calm(self, draws: Ints, outlook: Ints) -> Ints:
        self.meet(np.unique(draws))
        numbers = len(self.facts) + np.arange(len(draws))
        if self._lifted:
            self._add_lifted(draws, outlook)
        else:
            self._add_compared(draws, outlook)
        return numbers

    @property
    def _lifted(self) -> bool:
        """Whether what lies outside moves the values of all states alike."""
        return self.payoffs.separable

    def values(self, draws: Ints, outlook: Ints) -> NDArray[np.int32]:
        """Give what every state is worth in some situations, (n, 1 + H); no deal first."""
        own, same = self.payoffs.parts(self.country, self.talk, draws, outlook)
        own /= self.grid
        values = np.rint(own, out=own).astype(np.int32)
        values += self._steps(same)[:, None]
        return values

    def meet(self, draws: Ints) -> None:
        """Set the base tables and the scales of draws, (n,) each once, that were not met before."""
        unmet = draws[self._base_of[draws] < 0]
        if len(unmet):
            self._meet(unmet)

    def _meet(self, draws: Ints) -> None:
        """Set the base tables and the scales of draws: the values with nothing outside."""
        values = self.values(draws, np.zeros_like(draws))
        self._base_of[draws] = len(self.states) + np.arange(len(draws))
        self._states.append(values)
        alone, tail = values[:, 1:], self.tail[draws]
        least = alone.min(axis=1) + tail.min(axis=1)
        self.floor[draws] = least
        self.span[draws] = np.maximum(alone.max(axis=1) + tail.max(axis=1) - least, 1)

    def _steps(self, values: NDArray[np.float64]) -> NDArray[np.int32]:
        steps = values / self.grid
        return np.rint(steps, out=steps).astype(np.int32)

    def _add_lifted(self, draws: Ints, outlook: Ints) -> None:
        """Add situations where talks do not touch each other: they need no table of their own.

        What is the same in every state is rounded apart, so that it moves no order.
        """
        base, nothing = self._base_of[draws], np.zeros_like(draws)
        none, same = self.payoffs.around(self.country, self.talk, draws, outlook)
        _, alone = self.payoffs.around(self.country, self.talk, draws, nothing)
        lift = self._steps(same) - self._steps(alone)
        worth = self._steps(none) + self._steps(same)
        self._facts.append(np.stack([base, draws, lift, worth], axis=1))

    def _add_compared(self, draws: Ints, outlook: Ints) -> None:
        """Add situations whose values are compared with their bases; what differs is kept."""
        values = self.values(draws, outlook)
        table = self._base_of[draws]
        beyond = values[:, 1:] - self.states[table, 1:]
        least = beyond.min(axis=1)
        other = beyond.max(axis=1) > least
        table[other] = len(self.states) + np.arange(int(other.sum()))
        self._states.append(values[other])
        lift = np.where(other, 0, least)
        self._facts.append(np.stack([table, draws, lift, values[:, 0]], axis=1))
