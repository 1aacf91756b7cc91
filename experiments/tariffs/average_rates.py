"""What imports of the hub pay on average on any day, beside published series."""

from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.tariffs.asked import average_setup
from experiments.tariffs.tariff_package import in_words
from sim.config.places import table_text, there
from sim.economy.data.graded import first_fault
from sim.errors import DataError

ALL = "all partners"

PUBLISHED = "average_rates.csv"
"""Within the directory of the trade data: columns date, partner, added_pct, source."""


@dataclass(frozen=True, eq=False)
class AverageRates:
    """Average added rates of a scenario.

    Attributes:
        hub: the name of the importer.
        rates: columns date, partner, region, added, published (not a number where there is none),
            in percent of the base year's imports.
        goods: columns date, partner, goods, added: the points by goods behind them.
        sources: of what is published.
    """

    hub: str
    rates: pd.DataFrame
    goods: pd.DataFrame
    sources: tuple[str, ...]


def average_rates(path: Path, changes: dict[str, object], days: list[date]) -> AverageRates:
    """Give the trade-weighted average added rate by partner and day, without a deal.

    That is revenue of the added points over imports of goods in the base year; goods are the
    sectors on which somebody charges a tariff then.

    Args:
        path: of a scenario file.
        changes: values of the scenario by dotted path.
        days: on which; the first day of the talks if none.

    Raises:
        ConfigError, DataError: as `tariff_package`.
    """
    setup = average_setup(path, changes)
    base, hub = setup.spec.base, setup.hub
    published = _published(setup.data / PUBLISHED)
    cells = zip(published["date"], published["partner"], published["added_pct"], strict=True)
    known = {(day, region): float(value) for day, region, value in cells}
    rows, goods = [], []
    goods_only = base.tariffs.any(axis=(0, 1))
    weights = base.flows[:, hub] * goods_only
    weights[hub] = 0
    for day in days or [setup.start]:
        added = 100 * (setup.on(day) - base.tariffs)[:, hub]
        for r, region in enumerate(base.regions):
            if r == hub:
                continue
            name = setup.names.get(r, region)
            mean = np.average(added[r], weights=weights[r])
            there = known.get((day.isoformat(), region), np.nan)
            rows.append((day.isoformat(), name, region, float(mean), there))
            goods += [
                (day.isoformat(), name, in_words([sector]), float(added[r, s]))
                for s, sector in enumerate(base.sectors)
                if added[r, s]
            ]
        mean = np.average(added, weights=weights)
        rows.append((day.isoformat(), ALL, "", float(mean), np.nan))
    rates = pd.DataFrame(rows, columns=["date", "partner", "region", "added", "published"])
    seen = set(rates.loc[rates["published"].notna(), "date"])
    sources = tuple(dict.fromkeys(published.loc[published["date"].isin(seen), "source"]))
    columns = ["date", "partner", "goods", "added"]
    return AverageRates(setup.name, rates, pd.DataFrame(goods, columns=columns), sources)


def _published(path: Path) -> pd.DataFrame:
    if not there(path):
        return pd.DataFrame(columns=["date", "partner", "added_pct", "source"])
    try:
        words = {"date": str, "partner": str, "source": str}
        table = pd.read_csv(StringIO(table_text(path)), dtype=words)
    except ValueError as problem:
        raise DataError(f"{path} is no table: {str(problem).strip()}") from None
    for column in ("date", "partner", "added_pct", "source"):
        if column not in table:
            raise DataError(f"{path}: the column '{column}' is missing")
    numbers = pd.to_numeric(table["added_pct"], errors="coerce")
    first_fault(table, path, "added_pct", ~np.isfinite(numbers.to_numpy()), "is not a number")
    return table.assign(added_pct=numbers)


def report(found: AverageRates, width: int) -> str:
    """Say the rates, in lines of at most `width` columns.

    Args:
        found: what to say.
        width: columns of the terminal.
    """
    room = max(min(max(len(p) for p in found.rates["partner"]) + 2, width - 22), 12)
    lines = []
    for day, rows in found.rates.groupby("date", sort=False):
        lines += [f"Average added rates of {found.hub} on {day}, percent of imports", ""]
        lines.append(f"{'':{room}}{'here':>10}{'published':>12}")
        for row in rows.to_dict("records"):
            there = "" if np.isnan(row["published"]) else f"{row['published']:.2f}"
            name = str(row["partner"])
            lines.append(f"{name:{room}.{room}}{row['added']:10.2f}{there:>12}".rstrip())
        lines.append("")
    lines += [f"published: {source}" for source in found.sources]
    return "\n".join(line[:width] for line in lines).rstrip() + "\n"
