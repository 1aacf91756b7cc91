"""Print how many runs a second strategies play, in plain Python and with opponent models.

    python -m benchmarks.strategies [--repeats 3] [--library]

A run is one world. The domain has six issues with four values (4,096 packages), both sides add up
random payoffs; forty rounds, one process. Where it says so every world draws parameters of its own:
ten thousand worlds that are all alike would flatter. The last columns are ratios of runs a second:
to boulware against boulware without a model, and, with numba, to the compiled loop that
`tariff-talks bench` has (`benchmarks.scalar_loop`: two talks of the same size, boulware, shared
payoffs). Both take turns with every row.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from experiments.commands.games import Mirroring, game, timed
from sim import Scenario, Strategy, negotiate
from sim.chance.spreads import Drawn
from sim.strategies import BUILT_IN
from sim.strategies.parts import Bayesian, Combined, Frequency
from sim.testing.trials import opponents

ROUNDS = 40
ISSUES, VALUES = 6, 4
BATCH, SINGLE = 10_000, 1_000
"""Worlds of batch strategies, and of one-world strategies."""

REAL = Path(__file__).parent.parent / "configs" / "scenarios" / "us_japan_korea_2025.toml"

LATE = Drawn("uniform", (0.2, 1.0))


@dataclass(frozen=True)
class Yielding(Strategy):
    """Gives way evenly over time, in plain Python."""

    def propose(self, view: Any) -> int:
        target = view.best - (view.best - view.reservation) * view.time
        return view.at_least(target)


def domain(hub: Any, partner: Any, **more: Any) -> Scenario:
    """Give the domain of six issues with four values: a side gains where the other loses."""
    luck = np.random.default_rng(0)
    issues = {f"issue_{i}": VALUES for i in range(ISSUES)}
    rising = np.linspace(0, 1, VALUES)
    tables = [
        {name: weight * curve for name, weight in zip(issues, luck.random(ISSUES), strict=True)}
        for curve in (rising, 1 - rising)
    ]
    return Scenario.bilateral(issues, (tables[0], tables[1]), (hub, partner), ROUNDS, **more)


def real(player: Any) -> Scenario:
    """Give the real scenario with one strategy in every seat, 50 draws of the payoffs."""
    countries = ("usa", "japan", "korea")
    changes = {f"strategies.{country}": "linear" for country in countries}
    found = Scenario.load(REAL, {**changes, "payoffs.draws": 50, "payoffs.replications": 20})
    seats = dict.fromkeys(found.strategies, player)
    return Scenario(**{**vars(found), "strategies": seats})


def rows(library: bool) -> list[tuple[str, int, Callable[[], Scenario]]]:
    """Give the label, the worlds and the game of each row."""
    boulware = BUILT_IN["boulware"](LATE)
    seen = {
        "boulware, an exponent drawn for each world": boulware,
        "boulware with a frequency model": Combined(boulware, model=Frequency()),
        "boulware with a Bayesian model": Combined(boulware, model=Bayesian()),
        "hard-headed (frequency model)": BUILT_IN["hard_headed"](LATE),
        "nice tit for tat (Bayesian model)": BUILT_IN["nice_tit_for_tat"](
            Drawn("uniform", (0.02, 0.1))
        ),
    }
    listed = [
        (f"{label}, both sides", BATCH, lambda p=player: domain(p, p))
        for label, player in seen.items()
    ]
    listed += [
        ("one world at a time: concedes evenly", SINGLE, lambda: domain(Yielding(), Yielding())),
        ("one world at a time: mirrors", SINGLE, lambda: domain(Mirroring(), Mirroring())),
        ("the real scenario, one world at a time: mirrors", SINGLE, lambda: real(Mirroring())),
    ]
    if library:
        listed += [
            (f"{type(player).__name__} against linear, worlds alike", BATCH,
             lambda p=player: domain(p, "linear"))
            for player in opponents("partner")
        ]  # fmt: skip
    return listed


def compiled(worlds: int) -> list[Callable[[], object]]:
    """Give the compiled loop over so many worlds; nothing without numba."""
    if find_spec("numba") is None:
        return []
    from benchmarks.scalar_loop import ScalarLoop

    return [ScalarLoop.of(game(), worlds).play]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--library", action="store_true", help="every strategy of the library too")
    arguments = parser.parse_args()
    listed = rows(arguments.library)
    _, most, make = listed[0]
    yardstick = make()
    yardsticks = [lambda: negotiate(yardstick, most), *compiled(most)]
    titles = ["strategies, one process", "worlds", "seconds", "runs/s", "to boulware"]
    titles += ["to a compiled loop"] if len(yardsticks) > 1 else []
    print(f"| {' | '.join(titles)} |\n|---|{'---:|' * (len(titles) - 1)}")
    for label, worlds, make in listed:
        timing = timed([partial(negotiate, make(), worlds), *yardsticks], arguments.repeats)
        taken = timing.median(0)
        cells = [label, f"{worlds:,}", f"{taken:.3f}", f"{worlds / taken:,.0f}"]
        ratios = (timing.ratio(0, number) for number in range(1, len(yardsticks) + 1))
        cells += [f"{ratio * worlds / most:.2f}" for ratio in ratios]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
