"""Counter-based random numbers: row k of a stream is world k, whatever the batch."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_PAGE = 4
"""Philox gives four 64-bit numbers per counter step: one world, one page."""


def _word(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def uniforms(
    seed: int, owner: str, purpose: str, worlds: int, *, first: int = 0, turn: int = 0, n: int = 1
) -> NDArray[np.float64]:
    """Draw n uniforms in [0, 1) for each world, keyed by what they are for, never by call order.

    Philox 4x64 (Salmon et al. 2011): the key is (seed, owner), the counter (world, turn, page,
    purpose).

    Args:
        seed: seed of the run.
        owner: whose luck it is, for example a seat.
        purpose: what it is used for.
        worlds: number of rows, W.
        first: number of the world in row 0.
        turn: turn of the talk.
        n: columns.

    Returns:
        (W, n) uniforms; row k depends on world first + k only.
    """
    pages = []
    for page in range(-(-n // _PAGE)):
        bits = np.random.Philox(
            key=np.array([seed, _word(owner)], dtype=np.uint64),
            counter=np.array([first, turn, page, _word(purpose)], dtype=np.uint64),
        )
        raw = bits.random_raw(_PAGE * worlds).reshape(worlds, _PAGE)
        pages.append((raw >> np.uint64(11)) * 2.0**-53)
    return np.concatenate(pages, axis=1)[:, :n]
