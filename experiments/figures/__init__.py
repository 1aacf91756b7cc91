"""Figures: the numbers of each, and its drawing, as two functions."""

from pathlib import Path
from types import ModuleType

from experiments.figures import payoff_plane, payoffs, price, rates, status, timing
from experiments.figures.canvas import save, style
from experiments.figures.results import Results
from experiments.store import Store

FIGURES: dict[str, ModuleType] = {
    "status": status,
    "rates": rates,
    "timing": timing,
    "payoff_plane": payoff_plane,
    "payoffs": payoffs,
    "price": price,
}
"""Every figure by name: a module with `numbers(results)` and `draw(results, table)`."""


def draw_all(directory: Path) -> list[Path]:
    """Draw every figure of a finished run; a figure without numbers is left out.

    Args:
        directory: of the run; `figures/` in it gets a PNG, an SVG, and the numbers as csv, each.

    Returns:
        The files.

    Raises:
        ConfigError: the directory holds no finished run.
    """
    results = Results.load(directory)
    folder = Store(directory).figures
    folder.mkdir(exist_ok=True)
    files: list[Path] = []
    with style():
        for name, module in FIGURES.items():
            table = module.numbers(results)
            if table.empty:
                continue
            table.to_csv(folder / f"{name}.csv", index=False)
            files += [*save(module.draw(results, table), folder / name), folder / f"{name}.csv"]
    return files
