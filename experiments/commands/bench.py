"""The command `bench`: the performance table of the README, on this machine."""

import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from cyclopts import Parameter

import sim
from experiments.commands.arguments import Count
from experiments.commands.as_json import Json, as_json
from experiments.commands.games import Case, cases, settled, timed
from experiments.runs.processes import cores
from sim import Scenario
from sim.errors import ConfigError

_CHECKOUT = Path(__file__).parents[2]
_SCENARIO = _CHECKOUT / "configs" / "scenarios" / "us_japan_korea_2025.toml"

_REAL = {"payoffs.draws": 200, "payoffs.replications": 50}

START, END = "<!-- written by tariff-talks bench -->", "<!-- until here -->"
"""Between these lines of a file, `--write` puts the table."""


@dataclass(frozen=True)
class Yardstick:
    """Something else that plays the same worlds.

    Attributes:
        title: of its column.
        worlds: how many it plays at most; the ratio is of worlds a second.
        lay_out: gives what plays some worlds of a scenario.
    """

    title: str
    worlds: int
    lay_out: Callable[[Scenario, int], Callable[[], object]]


def bench(
    *,
    repeats: Count = 5,
    fresh: Count = 2_000,
    scenario: Path | None = None,
    write: Annotated[tuple[Path, ...], Parameter(metavar="FILE")] = (),
    json: Json = None,
) -> int:
    """Measure how fast the engine is on this machine.

    Examples:
      tariff-talks bench
      tariff-talks bench --repeats 1 --json bench.json
      tariff-talks bench --write README.md

    Args:
        repeats: of every row
        fresh: worlds with payoffs of their own
        scenario: of the last rows (the shipped one)
        write: put the table into a file, between the lines '<!-- written by tariff-talks bench -->'
            and '<!-- until here -->'; may be repeated
        json: where the numbers are told
    """
    parts = [_parts(path) for path in write]
    with as_json(json) as told:
        lines = list(_measured(repeats, fresh, scenario or _SCENARIO))
        told |= _rows(lines)
    for path, (before, after) in zip(write, parts, strict=True):
        text = "\n".join([START, *lines, END])
        path.write_text(before + text + after, encoding="utf-8")
    return 0


def _measured(repeats: int, fresh: int, path: Path) -> Iterator[str]:
    """Measure, and print each line as soon as it is there."""
    sticks = yardsticks()
    titles = ["ensemble", "seconds", "worlds/s", *(stick.title for stick in sticks)]
    real = _real(path)
    for line in chain(
        [
            f"{platform.machine()}, {cores()} cores, Python {platform.python_version()}, numpy "
            f"{np.__version__}, {date.today()}; one process, median of {repeats}; how many "
            "times as many worlds a second as:\n",
            f"| {' | '.join(titles)} |\n|---|{'---:|' * (len(titles) - 1)}",
        ],
        (_row(case, repeats, sticks) for case in cases(fresh)),
        (
            _row_of(played, label, repeats, len(sticks))
            for played, label in (
                (settled(real), "strategies the same in all"),
                (real, "strategies drawn for each"),
            )
        ),
    ):
        print(line, flush=True)
        yield line
    if len(sticks) < 3:
        print("\nMore columns compare with other ways to play: in a checkout, with numba.")


def _rows(lines: Sequence[str]) -> dict[str, Any]:
    """Give what is told as JSON of the table: numbers where it has numbers."""
    about, head, *rows = lines
    titles = [cell.strip() for cell in head.splitlines()[0].strip("|").split("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    told = [[label, *(_number(cell) for cell in rest)] for label, *rest in cells]
    return {"about": about.strip(), "rows": [dict(zip(titles, row, strict=True)) for row in told]}


def _number(cell: str) -> float | None:
    return None if cell == "–" else float(cell.replace(",", ""))


def _parts(path: Path) -> tuple[str, str]:
    """Give what stands in a file before and after the table."""
    if not path.is_file():
        raise ConfigError(f"--write {path}: there is no such file")
    before, _, rest = path.read_text(encoding="utf-8").partition(START)
    _, found, after = rest.partition(END)
    if not found:
        raise ConfigError(
            f"--write {path}: has no line '{START}' with a line '{END}' below it; put them where "
            "the table belongs"
        )
    return before, after


def _row(case: Case, repeats: int, sticks: Sequence[Yardstick]) -> str:
    scenario = case.make()
    worlds = [min(case.worlds, stick.worlds) for stick in sticks if case.looped]
    others = [stick.lay_out(scenario, n) for stick, n in zip(sticks, worlds, strict=False)]
    timing = timed([partial(sim.negotiate, scenario, case.worlds), *others], repeats)
    taken = timing.median(0)
    cells = [case.label, f"{taken:.3f}", f"{case.worlds / taken:,.0f}"]
    ratios = [timing.ratio(0, 1 + k) * case.worlds / n for k, n in enumerate(worlds)]
    cells += [f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2f}" for ratio in ratios]
    cells += ["–"] * (len(sticks) - len(worlds))
    return f"| {' | '.join(cells)} |"


def _real(path: Path) -> Scenario:
    """Load the scenario of a config: dockets, menus, talks that depend on each other."""
    if not path.is_file():
        raise ConfigError(f"--scenario {path}: there is no such file; name a scenario")
    return Scenario.load(path, _REAL)


def _row_of(scenario: Scenario, label: str, repeats: int, sticks: int) -> str:
    """Measure a scenario that has been played before: its payoffs are there."""
    worlds = _REAL["payoffs.draws"] * _REAL["payoffs.replications"]
    taken = timed([partial(sim.negotiate, scenario, worlds)], repeats).median(0)
    name = f"{worlds:,} worlds of {scenario.name}, {_REAL['payoffs.draws']} draws; {label}"
    return f"| {name} | {taken:.3f} | {worlds / taken:,.0f} |{' – |' * sticks}"


def yardsticks() -> list[Yardstick]:
    """Give the yardsticks of a checkout: none outside, without numba the model by the book only."""
    if not (_CHECKOUT / "benchmarks").is_dir():
        return []
    book = _module("by_the_book")
    found = [Yardstick("a Mesa model by the book", 50, lambda s, n: book.Book(s, n).play)]
    if find_spec("numba") is not None:
        plain, loop = _module("scalar_loop", compiled=False), _module("scalar_loop")
        found += [
            Yardstick("a plain loop", 20, lambda s, n: plain.ScalarLoop.of(s, n).play),
            Yardstick("the loop compiled", 10_000, lambda s, n: loop.ScalarLoop.of(s, n).play),
        ]
    return found


def _module(name: str, compiled: bool = True) -> Any:
    """Load a file of `benchmarks`; without compiling, if numba is used and should not be."""
    spec = spec_from_file_location(name, _CHECKOUT / "benchmarks" / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = module_from_spec(spec)
    if compiled:
        spec.loader.exec_module(module)
        return module
    settings: Any = import_module("numba").config
    before, settings.DISABLE_JIT = settings.DISABLE_JIT, True
    try:
        spec.loader.exec_module(module)
    finally:
        settings.DISABLE_JIT = before
    return module
