"""The deadline and the relative time in every world: all talks of a world share them."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.rules import Calendar

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Clock:
    """What time it is in every world.

    Attributes:
        calendar: rounds and dates.
        round: the round that is played, from 1.
        deadline: (W,) the deadline as it is announced now: the last round before the snap-back.
        time: (W,) relative time: 0 in the first round, 1 from the last round before the deadline
            on; it never falls.
        extensions: (W,) how often the hub has moved the deadline.
    """

    def __init__(self, calendar: Calendar, worlds: int) -> None:
        self.calendar, self.round = calendar, 0
        self.deadline = np.full(worlds, calendar.rounds, dtype=np.int64)
        self.extensions = np.zeros(worlds, dtype=np.int64)
        self.time = np.zeros(worlds)

    def begin(self, round: int) -> None:
        """Begin a round."""
        self.round = round
        share = np.ones(len(self.time))
        np.divide(round - 1, self.deadline - 1, out=share, where=self.deadline > 1)
        self.time = np.maximum(self.time, np.minimum(share, 1.0))

    def may_extend(self, at: NDArray[np.intp]) -> Flags:
        """Tell where the hub may move the deadline, (n,)."""
        if self.calendar.mode != "extension":
            return np.zeros(len(at), dtype=bool)
        left: Flags = self.extensions[at] < self.calendar.extensions
        return left

    def extend(self, moves: Iterable[tuple[NDArray[np.intp], Ints]]) -> None:
        """Move deadlines: one extension a world, however many seats of the hub ask for it.

        Args:
            moves: pairs of worlds (n,) and rounds to add, (n,), 0 for none; of several moves in
                one world the longest counts.
        """
        longest = np.zeros(len(self.deadline), dtype=np.int64)
        for at, rounds in moves:
            longest[at] = np.maximum(longest[at], rounds)
        self.deadline += longest
        self.extensions += longest > 0

    @property
    def snaps_back(self) -> Flags:
        """(W,) whether the suspended part snaps back at the end of this round."""
        now: Flags = self.deadline == self.round
        return now

    @property
    def over(self) -> Flags:
        """(W,) whether nothing can be agreed after this round."""
        done: Flags = self.deadline + self.calendar.after <= self.round
        return done
