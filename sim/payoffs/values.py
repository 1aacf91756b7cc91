"""What every package is worth to a seat, in every situation that it meets.

A situation is (draw, outlook); the outlook is all that lies outside the talk: the state of the
other talks, the step of the no-deal rates, what is expected of the shocks. Values are whole numbers
of the seat's grid (`Payoffs.grid`).

Where those at home have announced by what they vote, a seat decides by values weighed by the chance
that they say yes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sim import kernels
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import OutcomeSpace
from sim.protocol.votes import Vote

Ints = NDArray[np.int64]

TABLE, DRAW, LIFT, NONE = range(4)
"""Columns of the facts of a situation."""

_TOGETHER = 256
"""Situations that are weighed at once."""


class Growing:
    """Rows that are appended now and then; the space for them doubles when it is full.

    Attributes:
        rows: (n, ...) what it holds: a view, void after the next `append`.
    """

    def __init__(self, dtype: DTypeLike, *row: int) -> None:
        self._space: NDArray[Any] = np.empty((0, *row), dtype=dtype)
        self.rows = self._space

    def __len__(self) -> int:
        return len(self.rows)

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows (m, ...) at the end."""
        if not len(self.rows):
            self._space = self.rows = np.array(rows, dtype=self._space.dtype, order="C", copy=None)
        else:
            self.room(len(rows))[:] = rows

    def room(self, count: int) -> NDArray[Any]:
        """Give so many new rows at the end, to be written."""
        used, need = len(self.rows), len(self.rows) + count
        if need > len(self._space):
            space = np.empty((max(need, 2 * used), *self._space.shape[1:]), self._space.dtype)
            space[:used] = self.rows
            self._space = space
        self.rows = self._space[:need]
        return self.rows[used:]


def runs(*columns: NDArray[Any]) -> tuple[Ints, Ints]:
    """Give the first of every run of worlds alike in all columns, (W,) each; for a world its run.

    Neighbours are often alike: they are asked once.
    """
    new = np.zeros(len(columns[0]), dtype=bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new), np.cumsum(new) - 1


def repeated(array: NDArray[Any], run: Ints) -> NDArray[Any]:
    """Give every world the row, (n,), of its run."""
    return np.broadcast_to(array, (len(run), *array.shape[1:])) if len(array) == 1 else array[run]


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


class Weighed(Situations):
    """Situations of a seat whose ratifiers have announced by what they vote.

    What it decides by is no deal + chance · (value − no deal), with the chance that all of them say
    yes to a package signed now. That is not a sum of a tariff part and a concession part: it is
    worked out package by package.

    An outlook holds, beyond what lies outside the talk, which events the vote comes after. What is
    as good as vetoed is worth one step of the grid less than no deal: nobody signs it because it
    makes no difference. Utilities keep the scale of the values as they are.

    Attributes:
        votes: of the seat's country, announced.
    """

    def __init__(
        self, payoffs: Payoffs, country: int, talk: int, space: OutcomeSpace, votes: Sequence[Vote]
    ) -> None:
        super().__init__(payoffs, country, talk)
        self.votes = tuple(votes)
        self._true = Situations(payoffs, country, talk)
        self._gives = space.parts[1]
        self._turns = sorted({turn for vote in self.votes for turn in vote.turns})
        self.tails, self.tail = 1, np.zeros((payoffs.draws, 1), dtype=np.int32)
        self._begin(space.size)

    @property
    def _lifted(self) -> bool:
        return False

    def _calm(self, outlook: Ints) -> Ints:
        """Give the outlooks as they are: what no deal is worth moves the votes, and all values."""
        return outlook

    def outlook(self, outside: Ints, round: int) -> Ints:
        """Give the outlook of a seat in a round from what lies outside its talk, (n,)."""
        return outside * (len(self._turns) + 1) + sum(turn <= round for turn in self._turns)

    def values(self, draws: Ints, outlook: Ints) -> NDArray[np.int32]:
        """Give what every package is worth in some situations, (n, 1 + P); no deal first."""
        values = np.empty((len(draws), self._states.rows.shape[1]), dtype=np.int32)
        outside, phase = np.divmod(outlook, len(self._turns) + 1)
        for number in np.unique(phase).tolist():
            some = np.flatnonzero(phase == number)
            for start in range(0, len(some), _TOGETHER):
                part = some[start : start + _TOGETHER]
                values[part] = self._weighed(draws[part], outside[part], number)
        return values

    def _weighed(self, draws: Ints, outside: Ints, phase: int) -> NDArray[np.int32]:
        """Weigh the packages of some situations, all after the same events."""
        heads = self._true.values(draws, outside)
        none, tails = heads[:, :1], self._true.tail[draws]
        every = (heads.shape[1] - 1) * tails.shape[1]
        full = (heads[:, 1:, None] + tails[:, None, :]).reshape(len(draws), every)
        bare = np.repeat(full[:, :: self._gives], self._gives, axis=1)
        chance = np.ones(full.shape)
        round = self._turns[phase - 1] if phase else -(1 << 30)
        for vote in self.votes:
            bar = vote.bar(draws, round + vote.delay)
            chance *= vote.chance(vote.gain(none, bare, full, self.grid), bar[:, None])
        steps = np.rint(chance * (full - none)).astype(np.int32)
        steps[(steps == 0) & (chance < 1)] = -1
        return np.concatenate([none, none + steps], axis=1)

    def _meet(self, draws: Ints) -> None:
        super()._meet(draws)
        self._true._meet(draws)
        self.floor[draws], self.span[draws] = self._true.floor[draws], self._true.span[draws]
