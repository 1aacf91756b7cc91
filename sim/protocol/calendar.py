"""The deadline and the relative time in every world: all talks of a world share them."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.protocol.rules import Calendar

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
            on. An extension that is announced in round r is news: from round r + 1 on time goes on
            from where it was in round r - 1 and reaches 1 at the new deadline. So it may fall once,
            at the announcement, and never below that of the round before it. (If round r - 1 was at
            1, as the last one that was announced then: from the round where time went on before.)
        extensions: (W,) how often the hub has moved the deadline, at most once a round.
    """

    def __init__(self, calendar: Calendar, worlds: int) -> None:
        self.calendar, self.round = calendar, 0
        self.deadline = np.full(worlds, calendar.rounds, dtype=np.int64)
        self.extensions = np.zeros(worlds, dtype=np.int64)
        self.time, self._earlier = np.zeros((2, worlds))
        self._from = np.ones(worlds, dtype=np.int64)
        self._start = np.zeros(worlds)
        self._moved_in, self._added = np.zeros((2, worlds), dtype=np.int64)

    def begin(self, round: int) -> None:
        """Begin a round."""
        self.round, self._earlier = round, self.time
        share = np.ones(len(self.time))
        rounds = self.deadline - self._from
        np.divide((1 - self._start) * (round - self._from), rounds, out=share, where=rounds > 0)
        self.time = np.where(self.deadline > round, self._start + share, 1.0)

    def may_extend(self, at: NDArray[np.intp]) -> Flags:
        """Tell where the hub may move the deadline, (n,); all its seats may in the same round."""
        if self.calendar.mode != "extension":
            return np.zeros(len(at), dtype=bool)
        left = self.extensions[at] < self.calendar.extensions
        now: Flags = left | (self._moved_in[at] == self.round)
        return now

    def extend(self, moves: Iterable[tuple[NDArray[np.intp], Ints]]) -> None:
        """Move deadlines: one extension a world and round, however many seats of the hub ask.

        Args:
            moves: pairs of worlds (n,) and rounds to add, (n,), 0 for none; of several moves in
                one world and round, in whichever half of it, the longest counts.
        """
        longest = np.zeros(len(self.deadline), dtype=np.int64)
        for at, rounds in moves:
            longest[at] = np.maximum(longest[at], rounds)
        moved = longest > 0
        if not moved.any():
            return
        fresh = moved & (self._moved_in != self.round)
        added = np.where(fresh, 0, self._added)
        more = np.maximum(longest - added, 0)
        self.deadline += more
        self.extensions += fresh
        self._added = np.where(moved, added + more, self._added)
        self._moved_in[fresh] = self.round
        anew = fresh & (self._earlier < 1) & (self.round > 1)
        self._from[anew], self._start[anew] = self.round - 1, self._earlier[anew]

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
