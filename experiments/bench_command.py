"""The command `bench`: the performance table of the README, on this machine."""

import argparse
import platform
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np

import experiments
import sim
from experiments.arguments import count
from experiments.bench import SINGLE, Case, alone, anew, cases, settled, timed
from experiments.processes import cores
from sim import Scenario
from sim.errors import ConfigError

_CHECKOUT = Path(*experiments.__path__).parent
_LOOP = _CHECKOUT / "benchmarks" / "scalar_loop.py"
_SCENARIO = _CHECKOUT / "configs" / "scenarios" / "us_japan_korea_2025.toml"

_REAL = {"payoffs.draws": 200, "payoffs.replications": 50}


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("bench", help="measure how fast the engine is on this machine")
    command.add_argument("--repeats", type=count, default=5, help="of every row (5)")
    command.add_argument(
        "--fresh", type=count, default=2_000, help="worlds with payoffs of their own (2000)"
    )
    command.add_argument(
        "--scenario", type=Path, default=_SCENARIO, help="of the last row (the shipped one)"
    )
    command.set_defaults(call=_bench)


def _bench(arguments: argparse.Namespace) -> int:
    loop = _scalar_loop()
    print(f"{platform.machine()}, {cores()} cores, Python {platform.python_version()}, "
          f"numpy {np.__version__}; one process, median of {arguments.repeats}\n")  # fmt: skip
    titles = ["ensemble", "seconds", "worlds/s", "to one model a world"]
    titles += ["to a compiled loop"] if loop is not None else []
    print(f"| {' | '.join(titles)} |\n|---|{'---:|' * (len(titles) - 1)}")
    for case in cases(arguments.fresh):
        print(_row(case, arguments.repeats, loop), flush=True)
    scenario = _real(arguments)
    print(_row_of(settled(scenario), "strategies the same in all", arguments.repeats), flush=True)
    print(_row_of(scenario, "strategies drawn for each", arguments.repeats), flush=True)
    if loop is None:
        print("\nA column more compares with a compiled scalar loop: in a checkout, with numba.")
    return 0


def _row(case: Case, repeats: int, loop: Any) -> str:
    scenario = case.make()
    calls: list[Callable[[], object]] = [partial(anew, scenario, case.worlds), alone]
    if loop is not None and case.looped:
        calls.append(loop.ScalarLoop.of(scenario, case.worlds).play)
    timing = timed(calls, repeats)
    taken = timing.median(0)
    cells = [case.label, f"{taken:.3f}", f"{case.worlds / taken:,.0f}"]
    cells.append(f"{timing.ratio(0, 1) * case.worlds / SINGLE:,.0f}")
    if loop is not None:
        cells.append(f"{timing.ratio(0, 2):.2f}" if case.looped else "–")
    return f"| {' | '.join(cells)} |"


def _real(arguments: argparse.Namespace) -> Scenario:
    """Load the scenario of a config: dockets, menus, talks that depend on each other."""
    if not arguments.scenario.is_file():
        raise ConfigError(
            f"--scenario {arguments.scenario}: there is no such file; name a scenario"
        )
    return Scenario.load(arguments.scenario, _REAL)


def _row_of(scenario: Scenario, label: str, repeats: int) -> str:
    """Measure a scenario whose packages have been ranked before, as in all but a first chunk."""
    worlds = _REAL["payoffs.draws"] * _REAL["payoffs.replications"]
    timing = timed([partial(sim.negotiate, scenario, worlds), alone], repeats)
    taken = timing.median(0)
    name = f"{worlds:,} worlds of {scenario.name}, {_REAL['payoffs.draws']} draws; {label}"
    return f"| {name} | {taken:.3f} | {worlds / taken:,.0f} | – | – |"


def _scalar_loop() -> Any:
    """Load the compiled loop of a checkout; None without it or without numba."""
    if find_spec("numba") is None or not _LOOP.is_file():
        return None
    spec = spec_from_file_location("scalar_loop", _LOOP)
    if spec is None or spec.loader is None:
        return None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
