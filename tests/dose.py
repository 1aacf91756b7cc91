"""Tables of docs/talks_tables.md on insisting and walking: `python -m tests.dose DIR`.

Without a directory: what insisting changes for Japan against dropping the rule at once, with an
assumption turned.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.design.plan import Plan
from experiments.results.clustered import band_of, clustered_mean, mean_of
from tests.sweeps import cell_of, load, play

NAMES = ("Japan", "United States", "Korea")
HEAD = f"| Japan | deals, % | pledge, USD bn | cars, points | {' | '.join(NAMES)} | paid |"

DOSES = {
    "never yields": "drops the rule at 0.9 of the time",
    "yields at a price": "drops the rule at 0.9 of the time",
    "yields late": "never drops the rule",
}
LINES, EXPONENT = "payoffs.weights.usa.red_lines", "stances.usa.bargains.strategy.exponent"


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


def turns(plan: Plan) -> dict[str, Mapping[str, Any]]:
    """Give what is set for each turn; red lines double what is left of them."""
    return {
        "as shipped": {},
        "red lines cost by touching alone": _lines(plan, cost=2, per_point=0),
        "red lines cost by the point alone": _lines(plan, cost=0, per_point=2),
        "a hub that concedes late (exponent 0.1)": {EXPONENT: 0.1},
        "a hub that concedes nearly evenly (0.8)": {EXPONENT: 0.8},
        "a band of 0.5 bn instead of 1.7": {"payoffs.band": 0.5},
    }


def _lines(plan: Plan, **factors: float) -> dict[str, float]:
    lines = plan.scenario["payoffs"]["weights"]["usa"]["red_lines"]
    return {
        f"{LINES}.{name}.{part}.{end}": factor * line[part][end]
        for name, line in lines.items()
        for part, factor in factors.items()
        for end in ("low", "central", "high")
    }


def gain(plan: Plan, hub: str, changes: Mapping[str, Any]) -> tuple[float, float]:
    """Give what insisting changes for Japan, world by world, and what that is computed to."""
    once, later = (
        play(plan, cell_of(plan, {"strategies.usa": hub, "strategies.japan": dose}), **changes)
        for dose in ("drops the rule at once", DOSES[hub])
    )
    mine = once["talk"] == "japan"
    change = (later["payoff.japan"] - once["payoff.japan"])[mine].to_numpy(float)
    mean, _, high = clustered_mean(change, once["draw"][mine].to_numpy(float))
    return mean, high - mean


def turned(plan: Plan) -> Iterator[str]:
    """Write the table of what insisting turns on."""
    for name, changes in turns(plan).items():
        found = (gain(plan, hub, changes) for hub in DOSES)
        cells = (f"{mean:+.2f} ± {error:.2f}" for mean, error in found)
        yield f"| {name} | {' | '.join(cells)} |".replace("-", "−")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        told = turned(load("insistence", worlds=500, draws=250, replications=2))
    else:
        found = read(Path(sys.argv[1]))
        told = walking(found) if "rules.breakdown" in found else lines(found)
    sys.stdout.write("\n".join(told) + "\n")
