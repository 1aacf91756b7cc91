"""Tables of docs/talks_mechanisms.md, of insisting and of walking: `python -m tests.dose DIR`."""

import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.results.clustered import band_of, clustered_mean, mean_of

NAMES = ("Japan", "United States", "Korea")
HEAD = f"| Japan | deals, % | pledge, USD bn | cars, points | {' | '.join(NAMES)} | paid |"


def read(directory: Path) -> pd.DataFrame:
    """Read the outcomes of a run."""
    return pd.read_parquet(directory / "outcomes.parquet")


def lines(frame: pd.DataFrame) -> Iterator[str]:
    """Write the dose tables, a heading for every stance of the hub."""
    japan = frame[frame["talk"] == "japan"]
    for stance, against in japan.groupby("strategies.usa", sort=False, observed=True):
        yield from ("", f"**A hub that {stance}**", "", HEAD, "|---" * 8 + "|")
        for dose, mine in against.groupby("strategies.japan", sort=False, observed=True):
            yield _row(str(dose), mine)


def walking(frame: pd.DataFrame) -> Iterator[str]:
    """Write the table of outside options."""
    japan = frame[frame["talk"] == "japan"]
    paths = ["rules.breakdown", "payoffs.weights.japan.outside", "strategies.japan"]
    yield f"| breakdown | option | Japan | deals | walked | broken down | {' | '.join(NAMES)} |"
    yield "|---" * 9 + "|"
    for (risk, option, player), mine in japan.groupby(paths, sort=False):
        cells = [f"{float(risk):g}", f"{float(option):g}", str(player)]
        ends = ("deal", "walked", "broken_down")
        cells += [_share(mine, mine["status"] == status) for status in ends]
        cells += [_told(mine, mine[f"payoff.{c}"], 2) for c in ("japan", "usa", "korea")]
        yield f"| {' | '.join(cells)} |"


def _row(dose: str, mine: pd.DataFrame) -> str:
    deals = mine[mine["status"] == "deal"]
    paid = mine["audience_cost"].fillna(0)
    cells = [
        _share(mine, mine["status"] == "deal"),
        _told(deals, deals["give.pledge"], 0),
        _told(deals, deals["rate.cars"], 1),
        *(_told(mine, mine[f"payoff.{c}"], 2) for c in ("japan", "usa", "korea")),
        f"{paid.mean():.2f}",
    ]
    return f"| {dose} | {' | '.join(cells)} |"


def _share(frame: pd.DataFrame, flags: pd.Series) -> str:
    """Write a share in percent with what it is computed to, clustered by draw."""
    (row,) = mean_of(frame, flags.astype(float), ["talk"], share=True).to_dict("records")
    mean, low, high = (100 * row[key] for key in ("mean", "low", "high"))
    return f"{_number(mean, 1)} ± {_number((high - low) / 2, 1)}"


def _told(frame: pd.DataFrame, values: pd.Series, digits: int) -> str:
    """Write a mean with what it is computed to, and between what 5 and 95 % of the draws lie."""
    if frame.empty:
        return "–"
    mean, _, high = clustered_mean(values.to_numpy(float), frame["draw"].to_numpy(float))
    (band,) = band_of(frame, values, []).to_dict("records")
    ends = [_number(band[key], digits) for key in ("p5", "p95")]
    told = _number(mean, digits)
    if ends == [told, told]:
        return told
    return f"{told} ± {_number(high - mean, digits)} ({' to '.join(ends)})"


def _number(value: float, digits: int) -> str:
    return "–" if np.isnan(value) else f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def copies(frame: pd.DataFrame) -> list[tuple[int, int]]:
    """Give the pairs of cells that are equal in all worlds."""
    told = [c for c in frame.columns if c.split(".")[0] not in ("cell", "strategies")]
    told = [c for c in told if not c.startswith(("payoffs.", "rules.", "talks."))]
    seen = {c: f[told].reset_index(drop=True) for c, f in frame.groupby("cell")}
    return [(a, b) for a, b in combinations(seen, 2) if seen[a].equals(seen[b])]


if __name__ == "__main__":
    found = read(Path(sys.argv[1]))
    told = walking(found) if "rules.breakdown" in found else lines(found)
    sys.stdout.write("\n".join(told) + "\n")
