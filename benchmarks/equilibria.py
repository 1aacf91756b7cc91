"""Print how fast equilibria of the scenario that ships are solved, and how fast it starts.

    python -m benchmarks.equilibria [--count 90000] [--workers 2]

An equilibrium is one tariff vector of the whole world: both talks at tariff parts drawn at random,
one sample of the elasticities. The last column is a ratio within one run: of seconds of a core to
those of damped steps alone, and of the start of the scenario to the one that solves its tables.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import Scenario
from sim.config import override, parse, read_scenario
from sim.economy.data.spec import EconomySpec
from sim.economy.equilibrium.effects import TradeModel
from sim.economy.equilibrium.equations import Calibration, Equations
from sim.economy.equilibrium.solve import MAX_ITERATIONS, TOLERANCE
from sim.economy.equilibrium.steps import damped
from sim.economy.rates.tariffs import TariffWorld, book
from sim.scenario import valuation
from sim.scenario.economy import economy_spec
from sim.scenario.scenario import talks_of

SCENARIOS = Path(__file__).parents[1] / "configs" / "scenarios"
PLAIN, LINKED = "us_japan_korea_2025.toml", "us_japan_korea_2025_links.toml"
FILE = SCENARIOS / PLAIN
SAMPLES = 10
"""Samples of the elasticities."""

CHUNK, TOGETHER, YARDSTICK = 1000, 128, 640
"""Vectors that are held at once, that are iterated together, and of the yardstick."""


class World(NamedTuple):
    """The economy of the scenario, its samples of the elasticities, and the tariffs of a state."""

    spec: EconomySpec
    sigma: NDArray[np.float64]
    tariffs: TariffWorld
    parts: int

    def vectors(self, luck: np.random.Generator, count: int) -> NDArray[np.float64]:
        """Give tariffs of random states."""
        return self.tariffs.vectors(list(luck.integers(0, self.parts, (2, count))))


@cache
def world(name: str = PLAIN) -> World:
    """Read a scenario."""
    said = override(read_scenario(SCENARIOS / name), {"economy.elasticity_draws": SAMPLES})
    config = parse(said, SCENARIOS)
    spec, talks = economy_spec(config, 0), talks_of(config)
    books = [book(rules, spec, spec.base) for rules in talks]
    sigma = np.stack([spec.sigma[name] for name in spec.base.sectors], axis=1)
    return World(spec, sigma, TariffWorld(spec.base, spec, talks, books), talks[0].space.parts[0])


def solve(sample: int, count: int, name: str = PLAIN) -> tuple[int, float, float]:
    """Solve so many equilibria of a scenario at one sample.

    Returns:
        The most iterations, seconds of a core, and MiB of this process at most.
    """
    here, luck, most = world(name), np.random.default_rng(sample), 0
    started = time.process_time()
    model = TradeModel(here.spec.base, here.spec.at(sample), here.sigma[sample])
    for start in range(0, count, CHUNK):
        found = model.effects(here.vectors(luck, min(CHUNK, count - start)))
        most = max(most, int(found.iterations.max()))
    taken = time.process_time() - started
    return most, taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def yardstick() -> float:
    """Give the seconds of a core that an equilibrium takes with damped steps alone."""
    here = world()
    base = Calibration(here.spec.base.flows, here.spec.base.tariffs, here.sigma[0])
    vectors = here.vectors(np.random.default_rng(0), YARDSTICK)

    def run() -> None:
        for start in range(0, YARDSTICK, TOGETHER):
            equations = Equations(base, vectors[start : start + TOGETHER])
            found = damped(equations, TOLERANCE, MAX_ITERATIONS)
            assert found.done.all()
            equations.results(found.hats)

    run()
    started = time.process_time()
    run()
    return (time.process_time() - started) / YARDSTICK


def seconds(call: Callable[[], object]) -> float:
    """Time a call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def starts() -> tuple[float, float]:
    """Give the seconds to load the scenario with an empty and with a warm cache."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TARIFF_TALKS_CACHE"] = folder
        first = seconds(lambda: Scenario.load(FILE))
        valuation.forget()
        return first, seconds(lambda: Scenario.load(FILE))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=90_000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    shares = [given.count // SAMPLES] * SAMPLES
    alone, shape = yardstick(), world().spec.base.flows.shape
    print(f"{shape[0]} regions x {shape[-1]} sectors")
    print("| what | seconds | seconds of a core | most steps | MiB a process | ratio |")
    print("|---|---:|---:|---:|---:|---:|")
    print(f"| {YARDSTICK} equilibria, damped steps alone | | {alone * YARDSTICK:.2f} | | | 1.0 |")
    kinds = [(PLAIN, w) for w in sorted({1, given.workers})] + [(LINKED, given.workers)]
    for name, workers in kinds:
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(solve, range(workers), [TOGETHER] * workers, [name] * workers))
            started = time.perf_counter()
            found = list(pool.map(solve, range(SAMPLES), shares, [name] * SAMPLES))
            taken = time.perf_counter() - started
        most, memory = max(f[0] for f in found), max(f[2] for f in found)
        core = sum(f[1] for f in found)
        what = "equilibria with links" if name == LINKED else "equilibria"
        label = f"{sum(shares):,} {what}, {workers} process{'es' if workers > 1 else ''}"
        ratio = alone * sum(shares) / core
        print(f"| {label} | {taken:.1f} | {core:.1f} | {most} | {memory:.0f} | {ratio:.1f} |")
    first, warm = starts()
    print(f"| start of the scenario, nothing kept | {first:.2f} | | | | 1.0 |")
    print(f"| start of the scenario, tables kept | {warm:.2f} | | | | {first / warm:.1f} |")


if __name__ == "__main__":
    main()
