"""Cells of a run that end alike in every world: one of them says all that the others do."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import pandas as pd

_WORLD = ("world", "talk", "status", "round", "package")
_MORE = ("payoff.", "review.")

_FEW = 2
"""Seats of a game at least."""

_MOST = 5
"""Groups of cells, and cells of a group, that a sentence names."""


def looked_at(frame: pd.DataFrame) -> list[str]:
    """Give the columns of a table of outcomes in which copies are alike: how, when, what for."""
    return [c for c in map(str, frame) if c in _WORLD or c.startswith(_MORE)]


def copies(frames: Iterable[pd.DataFrame]) -> list[tuple[int, ...]]:
    """Find the cells that are equal in all talks of all worlds.

    Args:
        frames: a table of outcomes, whole or in parts: the rows of a cell in the order of worlds.

    Returns:
        Groups of two cells or more, by number.
    """
    marks: dict[int, Any] = {}
    for frame in frames:
        rows = pd.util.hash_pandas_object(frame[looked_at(frame)], index=False)
        for cell, group in rows.groupby(frame["cell"], sort=False):
            mark = marks.setdefault(int(str(cell)), blake2b(digest_size=16))
            mark.update(group.to_numpy().tobytes())
    alike: dict[bytes, list[int]] = {}
    for cell, mark in marks.items():
        alike.setdefault(mark.digest(), []).append(cell)
    return [tuple(group) for group in alike.values() if len(group) > 1]


def a_game(levers: Iterable[str], crossed: str) -> bool:
    """Tell whether levers cross the strategies of several seats: a game needs every profile."""
    seats = [path for path in levers if path.count(".") == 1 and path.startswith("strategies.")]
    return crossed == "grid" and len(seats) >= _FEW


def told(groups: Sequence[tuple[int, ...]], game: bool = False) -> str:
    """Say in a line which cells are copies; nothing if none is. A game needs all: it has ties."""
    if not groups:
        return ""
    named = "; ".join(_listed(group) for group in groups[:_MOST])
    more = f"; and {len(groups) - _MOST} more such groups" if len(groups) > _MOST else ""
    nothing = "what tells them apart changes nothing"
    so = "leave out all but one, or ask what was meant to differ"
    if game:
        so = "a game needs every profile, and 'tournament' counts these as ties"
    return f"equal in every world are cells {named}{more}: {nothing}; {so}"


def _listed(group: tuple[int, ...]) -> str:
    first = ", ".join(map(str, group[:_MOST]))
    return f"{first} and {len(group) - _MOST} more" if len(group) > _MOST else _and(group)


def _and(group: tuple[int, ...]) -> str:
    return f"{', '.join(map(str, group[:-1]))} and {group[-1]}"
