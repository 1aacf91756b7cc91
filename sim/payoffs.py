"""Payoffs: what the end state of all talks is worth to every country, draw by draw."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Payoffs:
    """Values of end states, USD bn a year against no deal in any talk (or utilities, if given).

    The *state* of talk i is 0 without a deal and 1 + h with one whose head is h; a package is
    head x tails[i] + tail. For a country c, draw d and states s, tails t

        v_c = sum_i main[c][i][d, s_i] + sum_{i with a deal} tail[c][i][d, t_i]
              + sum_{i<j} sum_k weights[c][d, k] cross[i, j][c][family[d], k, s_i, s_j]

    and v_c = 0 when no talk has a deal. With an economy the head is the tariff part and the tail
    the concession part; with a given table the head is the whole package and tails are 1.

    Attributes:
        countries: names, the hub first (C).
        talks: names (T).
        heads, tails: numbers of heads and tails, by talk.
        main: main[c][i] is (D, 1 + heads[i]).
        tail: tail[c][i] is (D, tails[i]).
        cross: cross[i, j][c] is (E, K, 1 + heads[i], 1 + heads[j]), for i < j; zero in row and
            column 0. Empty: the talks do not touch each other.
        weights: weights[c] is (D, K).
        family: (D,) which of the E solved economies a draw uses.
    """

    countries: tuple[str, ...]
    talks: tuple[str, ...]
    heads: tuple[int, ...]
    tails: tuple[int, ...]
    main: tuple[tuple[Floats, ...], ...]
    tail: tuple[tuple[Floats, ...], ...]
    cross: Mapping[tuple[int, int], tuple[Floats, ...]] = field(default_factory=dict)
    weights: tuple[Floats, ...] = ()
    family: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def draws(self) -> int:
        """Number of draws, D."""
        return len(self.main[0][0])
