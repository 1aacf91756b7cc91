"""Figures: the numbers of each, and its drawing, as two functions."""

from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import chain
from pathlib import Path
from types import ModuleType

from experiments.figures import payoff_plane, payoffs, price, rates, rounds, status, timing
from experiments.figures.canvas import save, style
from experiments.figures.results import Results
from experiments.store import Store

FIGURES: dict[str, ModuleType] = {
    "status": status,
    "rates": rates,
    "payoff_plane": payoff_plane,
    "timing": timing,
    "rounds": rounds,
    "payoffs": payoffs,
    "price": price,
}
"""Every figure by name: a module with `numbers(results)` and `draw(results, table)`."""

_SHARES = 2
"""Parts in which an executor draws the figures; each reads the results once."""


def draw_all(directory: Path, executor: Executor | None = None) -> list[Path]:
    """Draw every figure of a finished run; a figure without numbers is left out.

    Args:
        directory: of the run; `figures/` in it gets a PNG, an SVG, and the numbers as csv, each.
        executor: draws in parts; None draws in this process.

    Returns:
        The files.

    Raises:
        ConfigError: the directory holds no finished run.
    """
    Store.open(directory).figures.mkdir(exist_ok=True)
    names = list(FIGURES)
    if executor is None:
        return draw_some(directory, names)
    shares = [names[n::_SHARES] for n in range(_SHARES)]
    drawn = executor.map(draw_some, [directory] * _SHARES, shares)
    return sorted(chain.from_iterable(drawn), key=lambda file: names.index(file.stem))


def draw_some(directory: Path, names: Sequence[str]) -> list[Path]:
    """Draw some figures of a finished run; as `draw_all`."""
    results, folder = Results.load(directory), Store(directory).figures
    files: list[Path] = []
    with style():
        for name in names:
            table = FIGURES[name].numbers(results)
            if table.empty:
                continue
            table.to_csv(folder / f"{name}.csv", index=False)
            drawn = FIGURES[name].draw(results, table)
            files += [*save(drawn, folder / name), folder / f"{name}.csv"]
    return files
