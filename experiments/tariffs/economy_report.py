"""What a tariff package does, as a text for a terminal."""

from collections.abc import Hashable, Iterator, Mapping
from math import isnan
from textwrap import wrap
from typing import Any

import pandas as pd

from experiments.tariffs.tariff_package import QUANTITIES, TariffPackage

_NARROW = 80
"""Columns below which every number gets a line of its own."""

_RATES = "Rates in all, percent"
_NAME, _CELL = 18, 12
_MOST_RATES = 15
_WHY = (
    "Terms of trade: prices of exports less those of imports, net of duty. Tariffs: the duty on "
    "every further unit imported. Markups: the profit on every further unit made. Plants: profits "
    "of plants abroad, less those of foreign plants. Added up along a path of tariffs."
)
_HEADS = {
    "terms of trade": "Terms",
    "tariff wedge": "Tariffs",
    "markup wedge": "Markups",
    "plants abroad": "Plants",
    "welfare": "Welfare",
}


def report(package: TariffPackage, effects: pd.DataFrame, width: int) -> str:
    """Say what a package does, in lines of at most `width` columns.

    Args:
        package: what was asked for.
        effects: as from `TariffPackage.effects`.
        width: columns of the terminal.
    """
    parts = [
        "\n".join(wrap(package.title, width)),
        *([] if package.against == "before" else [_rates(package, width)]),
    ]
    table = _table(effects) if width >= _NARROW else _list(effects)
    parts += ["\n".join(table), "\n".join(wrap(package.note, max(width, 20)))]
    return "\n\n".join(parts) + "\n"


def _rates(package: TariffPackage, width: int) -> str:
    changed = package.changed()
    if changed.empty:
        return "No rate differs; set some, such as --set TALK.MEASURE=15."
    long = max(len(f"{row.partner} {row.goods}") for row in changed.itertuples()) + 4
    room = max(min(long, width - 18), len(_RATES))
    lines = [f"{_RATES:{room}}{'against':>9}{'package':>9}"]
    for row in changed.head(_MOST_RATES).to_dict("records"):
        name = f"  {row['partner']} {row['goods']}"
        lines.append(f"{name:{room}.{room}}{row['against']:9.1f}{row['package']:9.1f}")
    more = len(changed) - _MOST_RATES
    return "\n".join([*lines, *([f"  and {more} more"] if more > 0 else [])])


def _table(effects: pd.DataFrame) -> Iterator[str]:
    heads = ("Welfare", "% of GDP", "Profits", "Revenue", "Prices, %")
    yield "".join([f"{'':{_NAME}}", *(f"{head:>{_CELL}}" for head in heads)])
    for region, rows in effects.groupby("region", sort=False):
        by_name = rows.set_index("quantity").loc[list(QUANTITIES)]
        values = [_said(row["central"]) for row in by_name.to_dict("records")]
        ends = [_between(row) for row in by_name.to_dict("records")]
        yield "".join([f"{region!s:{_NAME}.{_NAME}}", *(f"{cell:>{_CELL}}" for cell in values)])
        yield "".join([" " * _NAME, *(f"{cell:>{_CELL}}" for cell in ends)])


def _list(effects: pd.DataFrame) -> Iterator[str]:
    for region, rows in effects.groupby("region", sort=False):
        yield str(region)
        for row in rows.to_dict("records"):
            yield f"  {row['quantity']:8}{_said(row['central']):>8}  {_between(row)}"


def _between(row: Mapping[Hashable, Any]) -> str:
    if isnan(row["low"]):
        return ""
    return f"{_said(row['low'])}…{_said(row['high'])}"


def _said(number: float) -> str:
    """Write a number with its sign, and not more digits than matter."""
    if isnan(number):
        return "none"
    size = abs(number)
    return f"{number:+.{2 if size < 9.995 else 1 if size < 99.95 else 0}f}"


def why_report(why: pd.DataFrame, width: int) -> str:
    """Say why welfare changes as it does, in lines of at most `width` columns.

    Args:
        why: as from `TariffPackage.why`.
        width: columns of the terminal.
    """
    table = why.pivot(index="region", columns="part", values="usd_bn")
    table = table.loc[why["region"].drop_duplicates(), why["part"].drop_duplicates()]
    lines = [*wrap("Why: what welfare is made of, USD bn a year", width), ""]
    if width >= _NARROW:
        heads = [_HEADS.get(str(part), str(part)) for part in table]
        lines.append(" " * _NAME + "".join(f"{head:>{_CELL}}" for head in heads))
        for region, row in table.iterrows():
            cells = "".join(f"{value:+{_CELL}.2f}" for value in row)
            lines.append(f"{region!s:{_NAME}.{_NAME}}{cells}")
    else:
        for region, row in table.iterrows():
            lines.append(str(region))
            lines += [f"  {part:16}{value:+9.2f}" for part, value in row.items()]
    return "\n".join([*lines, "", *wrap(_WHY, max(width, 20))]) + "\n"
