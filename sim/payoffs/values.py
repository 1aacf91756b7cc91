"""What every package is worth to a seat, in every situation that it meets.

A situation is (draw, outlook); the outlook is all that lies outside the talk: the state of the
other talks, the step of the no-deal rates, what is expected of the shocks. Values are whole numbers
of the seat's grid (`Payoffs.grid`).
"""

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.growing import Columns, Growing
from sim.payoffs.ragged import runs
from sim.payoffs.tables import Payoffs
from sim.protocol.votes import Vote

Ints = NDArray[np.int64]

NEAR = 8
"""Situations of a draw share an order if their values differ by no more than a part 1 / NEAR of
the range, up to a constant."""

_FACTS = ("draw", "table", "lift", "none", "base", "least", "most")


class Situations:
    """What every package is worth to a seat, for every (draw, outlook) met.

    Most of what happens outside a talk moves the values of all its packages by the same amount, or
    by nearly the same. So values lie in tables, which situations share where they can: the value of
    a state in a situation is the one of its table plus a lift. And a draw has one table, its base,
    by which packages are ranked for all situations that are near it.

    Attributes:
        facts: by situation, (n,) each: its draw; its table, and what every state is worth beyond
            it (lift); the value of no deal; the table by which its packages may be ranked (base),
            and the least and the most that a state is worth beyond what it is there.
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
        self._draws = Growing(np.int64)
        self.facts = Columns(*_FACTS)
        self._base_of = np.full(payoffs.draws, -1, dtype=np.int64)
        self.floor = np.full(payoffs.draws, np.nan)
        self.span = np.ones(payoffs.draws)

    @property
    def states(self) -> NDArray[np.int32]:
        """(tables, 1 + H) value of every state of the talk, in grid steps; no deal first."""
        return self._states.rows

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
        facts = self.facts
        start = facts["table"][situation] * self.states.shape[1] + 1
        given = facts["draw"][situation] * self.tails
        lift, none = facts["lift"][situation], facts["none"][situation]
        return self.valued(start, given, lift, none, package)

    def valued(self, start: Ints, given: Ints, lift: Ints, none: Ints, package: Ints) -> Ints:
        """Give the value of packages, (n,), where it is known where their values lie.

        Args:
            start: of the heads, in the flat tables.
            given: of the tails, in the flat table of tails.
            lift: beyond the table.
            none: of no deal.
            package: numbers; -1: no deal.
        """
        if self.tails == 1:
            worth = self.states.take(start + package) + lift
        else:
            head = package // self.tails
            worth = self.states.take(start + head) + lift
            worth += self.tail.take(given + (package - head * self.tails))
        if len(package) and package.min() < 0:
            return np.where(package < 0, none, worth)
        return worth

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
        facts = {name: self.facts[name][calm] for name in _FACTS}
        struck = self.payoffs.struck(self.country, self.talk, draws, outlook)
        self.facts.append(**facts | {"none": facts["none"] + self._steps(struck)})
        return numbers

    def _add_calm(self, draws: Ints, outlook: Ints) -> Ints:
        unmet = self._base_of[draws] < 0
        if unmet.any():
            self._meet(np.unique(draws[unmet]))
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
        return self._steps(own) + self._steps(same)[:, None]

    def _meet(self, draws: Ints) -> None:
        """Set the base tables and the scales of draws: the values with nothing outside."""
        values = self.values(draws, np.zeros_like(draws))
        self._base_of[draws] = len(self.states) + np.arange(len(draws))
        self._append(values, draws)
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
        self.facts.append(
            draw=draws, table=base, lift=lift, none=worth, base=base, least=lift, most=lift
        )

    def _add_compared(self, draws: Ints, outlook: Ints) -> None:
        """Add situations whose values are compared with their bases; what differs is kept."""
        values = self.values(draws, outlook)
        base = self._base_of[draws]
        beyond = values[:, 1:] - self.states[base, 1:]
        least, most = beyond.min(axis=1), beyond.max(axis=1)
        other = most > least
        table = base.copy()
        table[other] = len(self.states) + np.arange(int(other.sum()))
        self._append(values[other], draws[other])
        far = (most - least) * NEAR > self.span[draws]
        self.facts.append(
            draw=draws,
            table=table,
            lift=np.where(other, 0, least),
            none=values[:, 0],
            base=np.where(far, table, base),
            least=np.where(far, 0, least),
            most=np.where(far, 0, most),
        )

    def _append(self, values: NDArray[np.int32], draws: Ints) -> None:
        self._states.append(values)
        self._draws.append(draws)

    def worth(self, tables: Ints, menu: Ints) -> NDArray[np.int32]:
        """Give what the packages of a menu are worth by tables, (n, packages)."""
        if self.tails == 1:
            first, last = menu[:1].sum(), menu[-1:].sum()
            if last - first + 1 == len(menu):
                return self.states[tables, first + 1 : last + 2]
            return np.take(self.states[tables], menu + 1, axis=1)
        head, tail = np.divmod(menu, self.tails)
        values = np.take(self.states[tables], head + 1, axis=1)
        values += np.take(self.tail[self._draws.rows[tables]], tail, axis=1)
        return values
