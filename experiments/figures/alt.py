"""What a figure shows, in words for those who do not see it."""

from typing import Any

import pandas as pd

_MOST, _NUMBERS = 24, 3
"""Rows of a table, and numbers of a row, that a text without a picture tells."""

_CHIEF = ("difference", "share", "mean", "cumulated", "value", "median", "p50", "rate", "worlds")
"""Columns that say most, the first ones first."""


def told(title: str, table: pd.DataFrame) -> str:
    """Say what a figure shows, for those who do not see it: its title, and its first numbers."""
    words = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    numbers = [name for name in table if name not in words]
    rest = [name for name in numbers if table[name].nunique() > 1] or numbers
    chief = [name for name in _CHIEF if name in rest] or [str(name) for name in rest]
    shown = [name for name in (*words, *chief[:_NUMBERS]) if table[name].notna().any()]
    rows = [
        ", ".join(_cell(name, value, name in words) for name, value in row.items() if _is(value))
        for row in table[shown].head(_MOST).to_dict("records")
    ]
    more = f"; and {len(table) - _MOST} more rows" if len(table) > _MOST else ""
    return f"{title} {'; '.join(row for row in rows if row)}{more}."


def _is(value: Any) -> bool:
    return not pd.api.types.is_scalar(value) or not pd.isna(value)


def _cell(name: Any, value: Any, plain: bool) -> str:
    text = str(value).replace("_", " ") if plain else f"{value:.3g}".replace("-", "−")
    return text if plain else f"{str(name).replace('_', ' ')} {text}"
