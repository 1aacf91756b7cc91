"""The docket of a talk: the review state of every measure, in every world.

States are bit sets over the measures (bit m is measure m), one integer a world. A measure that is
in no set is *off*. The arrows of a docket are off to requested; requested to off, open or
refused; refused to requested; open to reviewed; and off and refused to open, where the hub opens
what nobody asks for. Reviewed is absorbing.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.protocol.reviews import TESTS
from sim.protocol.rules import Silence

Ints = NDArray[np.int64]
Index = NDArray[np.intp]

OFF, REQUESTED, OPEN, REVIEWED, REFUSED = range(5)
_FEW = 12
"""Measures of which every set is listed."""

STATES = ("off", "requested", "open", "reviewed", "refused")


def bits(flags: NDArray[np.bool_]) -> Ints:
    """Pack (..., M) flags into integers (...,); one measure after another, as that is faster."""
    if flags.ndim == 2 and len(flags) > 1 and not flags.strides[0]:
        return np.repeat(bits(flags[:1]), len(flags))
    packed: Ints = np.zeros(flags.shape[:-1], dtype=np.int64)
    for m in range(flags.shape[-1]):
        packed |= flags[..., m].astype(np.int64) << m
    return packed


def flags(held: Ints, measures: int) -> NDArray[np.bool_]:
    """Unpack integers (...,) into flags (..., M)."""
    if measures <= _FEW:
        return _sets(measures).take(held, axis=0)
    unpacked: NDArray[np.bool_] = ((held[..., None] >> np.arange(measures)) & 1).astype(bool)
    return unpacked


@cache
def _sets(measures: int) -> NDArray[np.bool_]:
    """Give every set of a few measures as flags, (2**M, M)."""
    numbers = np.arange(1 << measures)
    return ((numbers[:, None] >> np.arange(measures)) & 1).astype(bool)


def mask(names: Iterable[str], measures: Iterable[str]) -> int:
    """Give the bit set of the measures that are named."""
    wanted = set(names)
    return sum(1 << m for m, measure in enumerate(measures) if measure in wanted)


def _first(held: Ints, most: Ints | int) -> Ints:
    """Give the first measures of bit sets, at most so many, (n,)."""
    kept, left = np.zeros_like(held), held.copy()
    for taken in range(int(np.bitwise_count(held).max(initial=0))):
        lowest = left & -left
        kept |= np.where(taken < np.asarray(most), lowest, 0)
        left ^= lowest
    return kept


class Docket:
    """Review states over an ensemble of worlds, and the moves that change them.

    Attributes:
        requested, open, reviewed, refused: (W,) bit sets; `open` holds the reviewed measures too.
        asked: (W,) requests that a scope move wanted; the others last while an offer holds them.
        wished: (W,) measures that were opened because the partner had requested them.
        exchanged: (2, W) measures on which the hub, and the partner, have spoken as the test wants
            it. By exchange: made an offer since the opening. By answer: the partner has named it in
            an offer, the hub has taken a position on it since the opening.
    """

    def __init__(
        self,
        worlds: int,
        measures: int,
        *,
        test: str = "by_exchange",
        period: int = 2,
        cooldown: int = 3,
        silence: Silence = "pending",
        moves: int | None = None,
        all_open: bool = False,
    ) -> None:
        self.measures, self.test, self.period = measures, TESTS[test], period
        self.cooldown, self.silence, self.moves = cooldown, silence, moves
        self.requested, self.reviewed, self.refused = np.zeros((3, worlds), dtype=np.int64)
        self.asked, self.wished = np.zeros((2, worlds), dtype=np.int64)
        self.open = np.full(worlds, (1 << measures) - 1 if all_open else 0, dtype=np.int64)
        self.exchanged = np.zeros((2, worlds), dtype=np.int64)
        self.opened_in = np.ones((worlds, measures), dtype=np.int32)
        self.refused_in = np.zeros((worlds, measures), dtype=np.int32)
        if all_open and self.test.on_opening:
            self.reviewed = self.open.copy()
        self._done = not self.test.exchange

    def states(self, at: Index) -> NDArray[np.int8]:
        """Give the state of every measure, (n, M), in the worlds `at`."""
        out = np.zeros((len(at), self.measures), dtype=np.int8)
        for state, held in (
            (REQUESTED, self.requested),
            (OPEN, self.open),
            (REVIEWED, self.reviewed),
            (REFUSED, self.refused),
        ):
            some = held[at]
            if some.any():
                np.copyto(out, state, where=flags(some, self.measures))
        return out

    def request(self, at: Index, wanted: Ints, held: Ints, round: int) -> tuple[Ints, Ints]:
        """Let the partner request what it wants and withdraw the rest.

        If scope moves are limited, the first ones are made, requests before withdrawals and each
        in the order of the measures; a request that an offer makes does not count.

        Args:
            at: (n,) worlds.
            wanted: (n,) measures wanted on the table.
            held: (n,) measures that the standing offer touches: requested whatever is wanted.
            round: the round.

        Returns:
            What it wants and did not want before, and what was withdrawn, (n,) each. What only the
            standing offer requests is not among the former.
        """
        both, asked = wanted | held, self.asked[at]
        requested, refused = self.requested[at], self.refused[at]
        new, withdrawn = both & self._askable(at, round), requested & ~both
        if self.moves is not None:
            first = _first(new & ~held, self.moves)
            withdrawn = _first(withdrawn, self.moves - np.bitwise_count(first).astype(np.int64))
            new = first | (new & held)
        own = (requested | new) & wanted & ~asked
        if new.any() or withdrawn.any():
            self.requested[at] = (requested | new) & ~withdrawn
            self.refused[at] = refused & ~new
        if own.any() or withdrawn.any():
            self.asked[at] = (asked | own) & ~withdrawn
        return own, withdrawn

    def hold(self, at: Index, touched: Ints | int, round: int) -> None:
        """Let the partner's offer request what it touches, as long as it stands.

        What only an earlier offer requested, and this one does not touch, lapses at once.

        Args:
            at: (n,) worlds.
            touched: (n,) measures that the offer touches; 0 where none stands any more.
            round: the round.
        """
        requested = self.requested[at]
        new, lapsed = touched & self._askable(at, round), requested & ~touched & ~self.asked[at]
        if new.any() or lapsed.any():
            self.requested[at] = (requested | new) & ~lapsed
            self.refused[at] &= ~new

    def unlock(self, at: Index, wanted: Ints, round: int) -> Ints:
        """Let the hub open measures whether they are requested or not; give those it opened, (n,).

        If scope moves are limited, the first measures are opened.
        """
        opened = wanted & ~self.open[at]
        if self.moves is not None:
            opened = _first(opened, self.moves)
        if opened.any():
            self._open(at, opened, round)
            self.wished[at] |= opened & (self.requested[at] | self.refused[at])
            self.requested[at] &= ~opened
            self.refused[at] &= ~opened
            self.asked[at] &= ~opened
        return opened

    def admit(
        self, at: Index, wanted: Ints, round: int, moved: Ints | int = 0
    ) -> tuple[Ints, Ints]:
        """Let the hub admit the requests that it wants; the rest is left, or refused.

        If scope moves are limited, the first measures are admitted; what is wanted and has to wait
        is not refused.

        Args:
            at: (n,) worlds.
            wanted: (n,) measures wanted on the table.
            round: the round.
            moved: (n,) scope moves that it has made in this turn.

        Returns:
            What was admitted, and what was refused, (n,) each.
        """
        requested = self.requested[at]
        admitted = requested & wanted
        if self.moves is not None:
            admitted = _first(admitted, self.moves - moved)
        refused = requested & ~wanted if self.silence == "refuse" else np.zeros_like(requested)
        if admitted.any():
            self._open(at, admitted, round)
            self.wished[at] |= admitted
        if refused.any():
            self.refused[at] |= refused
            self._stamp(self.refused_in, at, refused, round)
        if admitted.any() or refused.any():
            self.requested[at] = requested & ~admitted & ~refused
            self.asked[at] &= ~admitted & ~refused
        return admitted, refused

    def _open(self, at: Index, opened: Ints, round: int) -> None:
        """Open measures that are not open, (n,)."""
        self.open[at] |= opened
        self._stamp(self.opened_in, at, opened, round)
        if self.test.on_opening:
            self.reviewed[at] |= opened

    def offered(self, at: Index, side: int, touched: Ints | int = 0) -> None:
        """Note that a side made an offer in these worlds.

        Args:
            at: (n,) worlds.
            side: 0 the hub, 1 the partner.
            touched: (n,) measures on which the offer takes a position, for the test by answer.
        """
        if not self._done:
            exchanged = self.exchanged[side]
            exchanged[at] |= self.test.spoken(self.open[at], touched)

    def accepted(self, at: Index, side: int, touched: Ints) -> None:
        """Note that a side accepted a package, or stood by it, in these worlds.

        By answer the hub has then taken a position on all that is open, and the partner has named
        what the package lowers (`touched`).
        """
        self.offered(at, side, self.open[at] if side == 0 else touched)

    def settle(self, at: Index, round: int) -> Ints:
        """Settle the reviews at the end of a round; give what became reviewed, (n,)."""
        done = np.zeros(len(at), dtype=np.int64)
        if self._done:
            return done
        named = self.test.named(self.exchanged[1, at], self.wished[at])
        ready = self.open[at] & ~self.reviewed[at] & self.exchanged[0, at] & named
        some = np.flatnonzero(ready)
        if not len(some):
            return done
        rested = round >= self.opened_in[at[some]] + self.period - 1
        done[some] = ready[some] & bits(rested)
        self.reviewed[at] |= done
        self._done = bool((self.reviewed == (1 << self.measures) - 1).all())
        return done

    def sign(self, at: Index, lowered: Ints) -> None:
        """Settle the reviews of a signing under the test by change: a cut is the review."""
        if self.test.by_cut:
            self.reviewed[at] |= lowered

    def unreviewed(self, at: Index, named: Ints, lowered: Ints) -> Ints:
        """Give what still keeps a package from being a deal: named or lowered, not reviewed."""
        return self.test.missing((named | lowered) & ~self.reviewed[at], lowered)

    def _askable(self, at: Index, round: int) -> Ints:
        """Give the measures that are off, or refused and cooled down."""
        refused = self.refused[at]
        off = ~(self.requested[at] | self.open[at] | refused)
        return off | self._cooled(at, refused, round)

    def _cooled(self, at: Index, refused: Ints, round: int) -> Ints:
        """Give the refused measures that may be requested again."""
        if not refused.any():
            return refused
        return refused & bits(round >= self.refused_in[at] + self.cooldown)

    def _stamp(self, stamps: NDArray[np.int32], at: Index, which: Ints, round: int) -> None:
        rows, columns = np.nonzero((which[:, None] >> np.arange(self.measures)) & 1)
        stamps[at[rows], columns] = round
