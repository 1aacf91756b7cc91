"""Given payoffs: tables instead of an economy, for pure negotiation research."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.config.places import table_text
from sim.config.schema.limits import MOST_DRAWS
from sim.errors import ConfigError, DataError, near_match
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import OutcomeSpace

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GivenTalk:
    """Payoffs of one talk.

    Attributes:
        hub, partner: (D, P) or (1, P) payoffs of every package.
        reservation: of the hub and of the partner without a deal, (D,) or (1,) each.
    """

    hub: Floats
    partner: Floats
    reservation: tuple[Floats, Floats]


def column(values: ArrayLike) -> Floats:
    """Read a number, or one for each draw, as (1,) or (D,)."""
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def additive(space: OutcomeSpace, values: Mapping[str, ArrayLike], path: str) -> Floats:
    """Sum payoffs by issue and level, (P,).

    Args:
        space: the outcome space.
        values: for every issue one payoff a level.
        path: path of the key, for sentences.

    Raises:
        ConfigError: an issue is missing or unknown, or has too few or too many payoffs.
    """
    names = [issue.name for issue in space.issues]
    for name in values:
        if name not in names:
            near = near_match(name, names) or f"; there is {', '.join(names)}"
            raise ConfigError(f"{path}.{name}: there is no issue '{name}'{near}")
    total = np.zeros(space.size)
    for k, issue in enumerate(space.issues):
        if issue.name not in values:
            raise ConfigError(f"{path}.{issue.name}: missing; give one payoff for each level")
        worth = np.asarray(values[issue.name], dtype=np.float64)
        if worth.shape != (len(issue.levels),):
            raise ConfigError(
                f"{path}.{issue.name}: {worth.size} payoffs for {len(issue.levels)} levels; "
                "give one for each level"
            )
        total += worth[space.levels[:, k]]
    return total


def table(space: OutcomeSpace, values: Any, path: str) -> Floats:
    """Read payoffs of a side, (1, P) or (D, P): a table, or payoffs by issue.

    Raises:
        ConfigError: the shape does not fit, or a number is not finite.
    """
    if isinstance(values, Mapping):
        array = additive(space, values, path)
    else:
        array = np.asarray(values, dtype=np.float64)
    rows = array[None, :] if array.ndim == 1 else array
    if rows.ndim != 2 or rows.shape[1] != space.size or not len(rows):
        raise ConfigError(
            f"{path}: a table of shape {array.shape} for {space.size} packages; "
            f"give ({space.size},) payoffs, or (draws, {space.size})"
        )
    if not np.isfinite(rows).all():
        raise ConfigError(f"{path}: a payoff is not finite; give finite numbers")
    return rows


def read_table(path: Path, space: OutcomeSpace) -> tuple[Floats, Floats]:
    """Read payoffs of hub and partner from a csv file, (D, P) each.

    Columns: every issue (values of its levels), `hub`, `partner`, and optionally `draw` from 0.

    Raises:
        DataError: it is no file of text, a column is missing, a cell is not a number or no
            level, or a package is missing or stands there twice.
    """
    try:
        rows = list(csv.DictReader(StringIO(table_text(path), newline="")))
    except csv.Error as problem:
        raise DataError(f"{path}: is no table: {problem}") from None
    if not rows:
        raise DataError(f"{path}: there is no row; give one for every package")
    for name in [*(issue.name for issue in space.issues), "hub", "partner"]:
        if name not in rows[0]:
            raise DataError(f"{path}: there is no column '{name}'{near_match(name, rows[0])}")
    number = np.array([_package(path, n, row, space) for n, row in enumerate(rows, 2)])
    draw = np.array([int(_cell(path, n, row, "draw")) for n, row in enumerate(rows, 2)])
    draws = int(draw.max()) + 1
    if draws > len(rows):
        raise DataError(
            f"{path}, line {int(draw.argmax()) + 2}, column draw: there is draw {draws - 1}, but "
            f"the file has {len(rows)} rows; count draws from 0, each with a row for every package"
        )
    count = np.bincount(draw * space.size + number, minlength=draws * space.size)
    if (count != 1).any():
        d, package = divmod(int(np.argmax(count != 1)), space.size)
        times = "is missing" if count[d * space.size + package] == 0 else "stands there twice"
        raise DataError(
            f"{path}: the package {space.decode(package)} of draw {d} {times}; "
            "give one row for every package and draw"
        )
    sides = []
    for side in ("hub", "partner"):
        values = np.empty((draws, space.size))
        values[draw, number] = [_cell(path, n, row, side) for n, row in enumerate(rows, 2)]
        sides.append(values)
    return sides[0], sides[1]


def _cell(path: Path, line: int, row: Mapping[str, str | None], name: str) -> float:
    text = row.get(name, "0" if name == "draw" else None)
    try:
        number = float(text or "")
        whole = name != "draw" or (0 <= number <= MOST_DRAWS and number == int(number))
    except (ValueError, OverflowError):
        whole, number = False, float("nan")
    if not whole or not np.isfinite(number):
        what = "a draw, counted from 0" if name == "draw" else "a finite number"
        raise DataError(f"{path}, line {line}, column {name}: '{text}' is not {what}")
    return number


def _package(path: Path, line: int, row: Mapping[str, str | None], space: OutcomeSpace) -> int:
    levels = []
    for issue in space.issues:
        value = _cell(path, line, row, issue.name)
        if value not in issue.levels:
            listed = ", ".join(f"{level:g}" for level in issue.levels)
            raise DataError(
                f"{path}, line {line}, column {issue.name}: {value:g} is no level; "
                f"the levels are {listed}"
            )
        levels.append(issue.levels.index(value))
    return space.encode(levels)


def given_payoffs(
    countries: Sequence[str], talks: Sequence[str], given: Sequence[GivenTalk], draws: int = 1
) -> Payoffs:
    """Put given tables together; what a hub gets in several talks adds up.

    Args:
        countries: the hub, then the partner of every talk (C).
        talks: names (T).
        given: payoffs of every talk.
        draws: number of draws, if no table has more.

    Raises:
        ConfigError: tables of different numbers of draws.
    """
    rows = {len(a) for g in given for a in (g.hub, g.partner, *g.reservation)}
    rows |= {draws}
    most = max(rows)
    strange = sorted(rows - {1, most})
    if strange:
        raise ConfigError(
            f"payoffs: tables of {strange[0]} and of {most} draws; give all the same number, or one"
        )
    main = []
    for c in range(len(countries)):
        tables = []
        for i, talk in enumerate(given):
            if c == 0:
                tables.append(_with_reservation(talk.hub, talk.reservation[0], most))
            elif c == i + 1:
                tables.append(_with_reservation(talk.partner, talk.reservation[1], most))
            else:
                tables.append(np.broadcast_to(0.0, (most, 1 + talk.hub.shape[1])))
        main.append(tuple(tables))
    return Payoffs(
        countries=tuple(countries),
        talks=tuple(talks),
        heads=tuple(talk.hub.shape[1] for talk in given),
        tails=(1,) * len(given),
        main=tuple(main),
        tail=tuple(tuple(np.zeros((most, 1)) for _ in given) for _ in countries),
    )


def _with_reservation(values: Floats, reservation: Floats, draws: int) -> Floats:
    """Give a table, (draws, 1 + P), no deal first; what all draws share lies there once."""
    out = np.empty((max(len(values), len(reservation)), 1 + values.shape[1]))
    out[:, 0], out[:, 1:] = reservation, values
    return np.broadcast_to(out, (draws, out.shape[1]))
