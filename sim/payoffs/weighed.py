"""Values weighed by the chance that those at home say yes, as far as that was announced.

What a seat decides by, in steps of its grid, is no deal + chance · (value − no deal), with the
chance that all its announced ratifiers say yes to a package signed now. That is not a sum of a
tariff part and a concession part: it is worked out package by package.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.tables import Payoffs
from sim.payoffs.values import Situations
from sim.protocol.issues import OutcomeSpace
from sim.protocol.votes import Vote

Ints = NDArray[np.int64]

_TOGETHER = 256
"""Situations that are weighed at once."""


class Weighed(Situations):
    """Situations of a seat whose ratifiers have announced by what they vote.

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
