"""Threats: who can make which, what they depend on, and which of them stand in every world."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.protocol.state import Status, TalkState

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Unless:
    """What makes a threat void: a deal signed in time, or measures opened; one of them is enough.

    Attributes:
        signed_by: last round in which a deal has to be signed; 0: that does not count.
        opened: measures that have to be open, all that the talk has of them; none: that does not
            count.
        within: rounds after it was made in which it falls due; 0: on its round.
        due: round in which it falls due, if not `within` rounds after it was made; 0: `signed_by`.
    """

    signed_by: int = 0
    opened: tuple[str, ...] = ()
    within: int = 0
    due: int = 0

    def due_in(self, round: int) -> int:
        """Give the round at whose end a threat that is made in a round falls due."""
        return round + self.within if self.within else max(round, self.due or self.signed_by)

    def met(self, state: TalkState) -> Flags:
        """Tell in which worlds a talk meets it now, (W,)."""
        signed = (state.status == Status.DEAL) | (state.ratifying >= 0)
        met: Flags = signed & (state.signed_in <= self.signed_by)
        if self.opened:
            names = [measure.name for measure in state.rules.space.measures]
            wanted = sum(1 << k for k, name in enumerate(names) if name in self.opened)
            met |= ((state.docket.open & wanted) == wanted) & (wanted > 0)
        return met


@dataclass(frozen=True)
class Threat:
    """A side move that makes a shock likelier.

    Attributes:
        name: key.
        country: who can make it.
        shock: number of the shock.
        hazard: what it adds to the hazard of the shock in each of the rounds after it was made, or
            has fallen due.
        rounds: for how many rounds.
        most: how often it can be made.
        label: name for readers.
        unless: what makes it void; None: it holds as it is made.
    """

    name: str
    country: str
    shock: int
    hazard: float
    rounds: int = 1
    most: int = 1
    label: str = ""
    unless: Unless | None = None


class Threats:
    """Which threats were made, and which hold, in every world (W) for every threat (K).

    A threat is made once a world and round, in however many talks its country makes it. One that
    has an unless stands until it falls due, and cannot be made again meanwhile.

    Attributes:
        made: (K, W) how often.
        due: (K, W) round at whose end it falls due; 0 where none stands.
    """

    def __init__(self, listed: Sequence[Threat], worlds: int, talks: int) -> None:
        self.listed = tuple(listed)
        shape = (len(self.listed), worlds)
        self.made, self.due = np.zeros((2, *shape), dtype=np.int64)
        self._begins, self._ends, self._made_in = np.zeros((3, *shape), dtype=np.int64)
        self._met = np.zeros(shape, dtype=bool)
        self._where = np.zeros((len(self.listed), talks, worlds), dtype=bool)

    def may(self, threat: int, at: Index, round: int) -> Flags:
        """Tell where a threat can be made, (n,); every seat of its country may in one round."""
        left = (self.made[threat, at] < self.listed[threat].most) & (self.due[threat, at] == 0)
        free: Flags = left | (self._made_in[threat, at] == round)
        return free

    def make(self, moves: Iterable[tuple[int, Index, Ints]], round: int) -> None:
        """Make threats.

        Args:
            moves: talk, worlds (n,), and numbers of threats (n,), -1 for none.
            round: the round.
        """
        for talk, at, numbers in moves:
            for k, threat in enumerate(self.listed):
                some = at[numbers == k]
                fresh = some[self._made_in[k, some] != round]
                self._begin(k, threat, fresh, round)
                self._where[k, talk, some] = True

    def _begin(self, k: int, threat: Threat, at: Index, round: int) -> None:
        self.made[k, at] += 1
        self._made_in[k, at] = round
        self._where[k][:, at] = False
        if threat.unless is None:
            self._raise(k, at, round)
        else:
            self.due[k, at] = threat.unless.due_in(round)

    def _raise(self, k: int, at: Index, round: int) -> None:
        self._begins[k, at], self._ends[k, at] = round + 1, round + self.listed[k].rounds

    def look(self, states: Sequence[TalkState]) -> None:
        """Take note of where the conditions are met: in every talk in which the threat was made."""
        for k, threat in enumerate(self.listed):
            if threat.unless is not None and self.due[k].any():
                self._met[k] = True
                for state in states:
                    here = ~self._where[k, state.number] | threat.unless.met(state)
                    self._met[k] &= here

    def fall_due(self, round: int) -> list[tuple[int, Flags, Flags]]:
        """End a round: what falls due and is not void holds from the next one on.

        Returns:
            For threats of which some fell due: number, and where they hold and are void, (W,).
        """
        fallen = []
        for k in range(len(self.listed)):
            due = self.due[k] == round
            if due.any():
                holds = due & ~self._met[k]
                self._raise(k, np.flatnonzero(holds), round)
                self.due[k, due] = 0
                fallen.append((k, holds, due & self._met[k]))
        return fallen

    def stands_in(self, threat: int, talk: int) -> Flags:
        """Tell where a threat was last made in a talk, (W,)."""
        here: Flags = self._where[threat, talk]
        return here

    def adds(self, shock: int, round: int | Ints) -> Floats:
        """Give what threats add to the hazard of a shock in a round, (W,).

        What stands and is not met now is taken to fall due.
        """
        total = np.zeros(self.made.shape[1])
        for k, threat in enumerate(self.listed):
            if threat.shock == shock:
                holds = (self._begins[k] <= round) & (self._ends[k] >= round)
                due = self.due[k]
                waits = (due > 0) & ~self._met[k]
                holds |= waits & (due < round) & (due + threat.rounds >= round)
                total += np.where(holds, threat.hazard, 0.0)
        return total
