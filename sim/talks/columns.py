"""Columns of result tables: codes as words, rounds as dates, what is unknown left empty."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.protocol.rules import Calendar
from sim.protocol.state import Ints


def labels(codes: NDArray[Any], names: Sequence[str]) -> Any:
    """Give names for codes (n,); empty for -1."""
    return pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(list(names)))


def nullable(values: Ints, known: NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    """Give whole numbers (n,), empty where they are not known."""
    return pd.arrays.IntegerArray(values.astype(np.int32), ~known)


def dates(calendar: Calendar, rounds: Ints, known: NDArray[np.bool_]) -> NDArray[np.datetime64]:
    """Give the first day of rounds (n,), empty where they are not known."""
    none = np.full(len(rounds), np.datetime64("NaT", "s"))
    if calendar.start is None:
        return none
    days = np.asarray(calendar.days_before(rounds))
    first = np.datetime64(calendar.start, "D") + days.astype("timedelta64[D]")
    return np.where(known, first.astype("datetime64[s]"), none)


def listed(held: int, names: Sequence[str]) -> str:
    """Give the names in a bit set, with commas."""
    return ",".join(name for m, name in enumerate(names) if held >> m & 1)
