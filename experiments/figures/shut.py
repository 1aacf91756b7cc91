"""Settings in which no deal is possible, for the notes of figures."""

from collections.abc import Sequence

import pandas as pd

from experiments.analysis.closed import BY_CONSTRUCTION, is_closed
from experiments.results.results import Results

_MOST = 8
"""Settings that a note names."""


def by_construction(
    results: Results,
    paths: Sequence[str],
    settings: pd.DataFrame | None = None,
    talks: Sequence[str] = (),
) -> str:
    """Name the settings in which a talk can have no deal, by construction; nothing if none has.

    Args:
        results: of a run.
        paths: swept paths that a figure tells apart.
        settings: of these, the ones that are shown; all if not given.
        talks: that are shown; all if not given.
    """
    held = list(paths)
    frame = results.unmixed(held).frame
    frame = frame[frame["talk"].isin(talks)] if talks else frame
    if settings is not None and held:
        wanted, shown = set(_words(settings, held)), _words(frame, held)
        frame = frame[[each in wanted for each in shown]]
    rows = frame[[*held, "talk"]].assign(closed=is_closed(frame))
    found = rows.groupby([*held, "talk"], sort=False, observed=True)["closed"].all()
    shut = found[found].reset_index()
    if shut.empty:
        return ""
    every, named = frame["talk"].nunique(), list[str]()
    for _, part in shut.groupby(held, sort=False, observed=True) if held else [((), shut)]:
        said = results.setting(held, part.iloc[0], named=True) if held else "anywhere"
        some = ", ".join(results.talk(str(talk)) for talk in part["talk"])
        named.append(said if len(part) == every else f"{said} ({some})")
    more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
    return f"No deal is possible, {BY_CONSTRUCTION}: {'; '.join(named[:_MOST])}{more}."


def _words(frame: pd.DataFrame, paths: Sequence[str]) -> list[tuple[str, ...]]:
    """Give the values of some paths in every row, as words."""
    return list(zip(*(frame[path].astype(str) for path in paths), strict=True))
