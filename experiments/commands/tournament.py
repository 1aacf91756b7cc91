"""The command `tournament`: the game that the profiles of a run make."""

from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import pandas as pd

from experiments.analysis.floors import Floors
from experiments.analysis.tournament.reading import game_of
from experiments.analysis.tournament.shares import RESAMPLES, Analysis, analyse
from experiments.analysis.tournament.told import report
from experiments.commands.arguments import Count, Directory, Only, pairs
from experiments.commands.as_json import Json, as_json
from experiments.results.export import for_spreadsheets
from experiments.results.words import Words
from experiments.runs.kept.whole import atomic
from experiments.runs.store import CONFIG, Store
from sim.config import read_toml

_FOLDER = "tournament"


def tournament(
    directory: Directory,
    /,
    *,
    only: Only = (),
    resamples: Count = RESAMPLES,
    seed: int = 0,
    out: Path | None = None,
    no_figures: bool = False,
    json: Json = None,
) -> int:
    """Say which strategies of a run do well, and which are in equilibrium.

    The empirical game of a run that sweeps the strategies of several countries: league tables,
    regrets, equilibria, replicator dynamics.

    Examples:
      tariff-talks tournament results/tournament-…
      tariff-talks tournament results/tournament-… --only rules.review=all

    Args:
        directory: of the run
        only: the cells with this value of a swept path, if more than strategies are swept
        resamples: of the bootstrap
        seed: of the resampling
        out: where tables and figures go (DIR/tournament)
        no_figures: draw nothing
        json: where the numbers are told
    """
    store = Store.open(directory)
    scenario = read_toml(store.directory / CONFIG)["scenario"]
    naming, floors = Words(scenario), Floors.of(store.manifest(), scenario)
    with as_json(json) as told:
        found = analyse(game_of(store, pairs("--only", only)), resamples, seed)
        print(report(found, naming, get_terminal_size().columns, floors))
        told |= {"profiles": found.profiles, **_tables(found)}
        folder = out or store.directory / _FOLDER
        print(*_write(found, folder), sep="\n")
        if not no_figures:
            print(*_draw(found, naming, folder), sep="\n")
    return 0


def _tables(found: Analysis) -> dict[str, pd.DataFrame]:
    """Give the tables that have rows, besides that of profiles."""
    tables = {"league": found.league, "equilibria": found.equilibria}
    tables |= {"dynamics": found.path, "ends": found.ends}
    return {name: table for name, table in tables.items() if len(table)}


def _write(found: Analysis, folder: Path) -> list[Path]:
    """Write the tables: profiles as parquet, the others as csv."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "profiles.parquet"]
    with atomic(files[0]) as file:
        found.profiles.to_parquet(file, index=False)
    for name, table in _tables(found).items():
        files.append(folder / f"{name}.csv")
        with atomic(files[-1]) as file:
            for_spreadsheets(table).to_csv(file, index=False)
    return files


def _draw(found: Analysis, naming: Words, folder: Path) -> list[Path]:
    """Draw the figures; give the pictures."""
    from experiments.figures import duels, dynamics, league
    from experiments.figures.canvas import save, style

    drawn: dict[str, tuple[Any, pd.DataFrame]] = {
        "league": (league, found.league),
        "duels": (duels, duels.numbers(found.game)),
        "dynamics": (dynamics, found.path),
    }
    files = []
    with style():
        for name, (figure, table) in drawn.items():
            if len(table):
                files.append(save(figure.draw(naming, table), folder / name)[0])
    return files
