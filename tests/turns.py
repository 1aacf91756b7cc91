"""What insisting turns on, for docs/talks_mechanisms.md: `python -m tests.turns`.

What it changes for Japan against dropping the rule at once, with an assumption turned.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from experiments.design.plan import Plan
from experiments.results.clustered import clustered_mean
from tests.sweeps import cell_of, load, play

DOSES = {
    "never yields": "drops the rule at 0.9 of the time",
    "yields at a price": "drops the rule at 0.9 of the time",
    "yields late": "never drops the rule",
}
LINES, EXPONENT = "payoffs.weights.usa.red_lines", "stances.usa.bargains.strategy.exponent"


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


def lines(plan: Plan) -> Iterator[str]:
    """Write the table."""
    for name, changes in turns(plan).items():
        found = (gain(plan, hub, changes) for hub in DOSES)
        cells = (f"{mean:+.2f} ± {error:.2f}" for mean, error in found)
        yield f"| {name} | {' | '.join(cells)} |".replace("-", "−")


if __name__ == "__main__":
    for line in lines(load("insistence", worlds=500, draws=250, replications=2)):
        sys.stdout.write(f"{line}\n")
