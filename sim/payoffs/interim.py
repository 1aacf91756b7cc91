"""Before a deal: what the rates are worth that are in force while a talk goes on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.tables import Payoffs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BEFORE = -1
"""The state of a talk whose pause lasts and that has no deal; others are as in `Payoffs`."""


@dataclass(frozen=True, eq=False)
class Interim:
    """Values of the rates before a deal, USD bn a year against no deal in any talk.

    They are what trade does: no red lines, no cost of no deal. S steps: from some days on other
    rates are in force.

    Attributes:
        payoffs: what deals and no deal are worth, at the last step of the path of no-deal rates.
        since: days from which each step holds (S), rising; the first from the start.
        main: main[c][i] is (D, S): talk i before a deal, the others at no deal.
        beside: beside[i, j][c] is (E, n, S, 1 + H_j): what talk i before a deal and a state of
            talk j add together, by component with a weight in `Payoffs.weights`.
        both: both[i, j][c] is (E, n, S): what two talks before a deal add together, for i < j.
    """

    payoffs: Payoffs
    since: tuple[date, ...]
    main: tuple[tuple[Floats, ...], ...]
    beside: Mapping[tuple[int, int], tuple[Floats, ...]]
    both: Mapping[tuple[int, int], tuple[Floats, ...]]

    def value(self, country: int, draws: Ints, states: Sequence[Ints], step: Ints) -> Floats:
        """Give what the rates are worth while the talks stand as said, (n,), gifts apart.

        Args:
            country: its number.
            draws: (n,).
            states: by talk, (n,): `BEFORE`, 0 for no deal, else one more than the head of a deal.
            step: (n,) which rates are in force before a deal.
        """
        payoffs = self.payoffs
        known = [np.maximum(state, 0) for state in states]
        total = np.zeros(len(draws))
        for i, state in enumerate(states):
            table = payoffs.main[country][i]
            before = self.main[country][i][draws, step]
            total += np.where(state == BEFORE, before, table[draws, known[i]])
        for i, j in self.both:
            total += self._pair(country, (i, j), draws, (states[i], states[j]), step)
        total += payoffs.together(country, draws, known)
        if payoffs.holdouts is not None and country == 0:
            total += payoffs.holdouts.total(draws, known)
        return total

    def _pair(
        self, c: int, pair: tuple[int, int], draws: Ints, states: tuple[Ints, Ints], step: Ints
    ) -> Floats:
        """Give what two talks add together, (n,)."""
        here, there = states
        family, weights = self.payoffs.family[draws], self.payoffs.weights[c][draws]
        total = np.zeros(len(draws))
        for table, at, places in self._tables(c, pair, here, there, step):
            for k in range(table.shape[1]):
                total[at] += weights[at, k] * table[(family[at], k, *places)]
        return total

    def _tables(
        self, c: int, pair: tuple[int, int], here: Ints, there: Ints, step: Ints
    ) -> Iterator[tuple[Floats, Ints, tuple[Ints, ...]]]:
        """Give the tables that two talks need, with the rows (n,) that each is for, and where."""
        i, j = pair
        one, other = here == BEFORE, there == BEFORE
        at = np.flatnonzero(~one & ~other)
        yield self.payoffs.cross[i, j][c], at, (here[at], there[at])
        at = np.flatnonzero(one & ~other)
        yield self.beside[i, j][c], at, (step[at], there[at])
        at = np.flatnonzero(~one & other)
        yield self.beside[j, i][c], at, (step[at], here[at])
        at = np.flatnonzero(one & other)
        yield self.both[i, j][c], at, (step[at],)
