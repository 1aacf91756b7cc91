"""The command `tournament`: the game that the profiles of a run make."""

import argparse
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import pandas as pd

from experiments.analysis.floors import Floors
from experiments.analysis.tournament.reading import game_of
from experiments.analysis.tournament.shares import RESAMPLES, Analysis, analyse
from experiments.analysis.tournament.told import report
from experiments.commands.arguments import count, pairs
from experiments.results.words import Words
from experiments.runs.store import CONFIG, Store, atomic
from sim.config import read_toml

_FOLDER = "tournament"


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser(
        "tournament",
        help="say which strategies of a run do well, and which are in equilibrium",
        description="The empirical game of a run that sweeps the strategies of several countries: "
        "league tables, regrets, equilibria, replicator dynamics.",
    )
    command.add_argument("directory", type=Path, metavar="DIR")
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="the cells with this value of a swept path, if more than strategies are swept",
    )
    command.add_argument(
        "--resamples", type=count, default=RESAMPLES, help=f"of the bootstrap ({RESAMPLES})"
    )
    command.add_argument("--seed", type=int, default=0, help="of the resampling (0)")
    command.add_argument("--out", type=Path, help="where tables and figures go (DIR/tournament)")
    command.add_argument("--no-figures", action="store_true", help="draw nothing")
    command.set_defaults(call=_tournament)


def _tournament(arguments: argparse.Namespace) -> int:
    store = Store.open(arguments.directory)
    scenario = read_toml(store.directory / CONFIG)["scenario"]
    naming, floors = Words(scenario), Floors.of(store.manifest(), scenario)
    game = game_of(store, pairs("--only", arguments.only))
    found = analyse(game, arguments.resamples, arguments.seed)
    print(report(found, naming, get_terminal_size().columns, floors))
    folder = arguments.out or store.directory / _FOLDER
    print(*_write(found, folder), sep="\n")
    if not arguments.no_figures:
        print(*_draw(found, naming, folder), sep="\n")
    return 0


def _write(found: Analysis, folder: Path) -> list[Path]:
    """Write the tables: profiles as parquet, the others as csv."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"league": found.league, "equilibria": found.equilibria}
    tables |= {"dynamics": found.path, "ends": found.ends}
    files = [folder / "profiles.parquet"]
    with atomic(files[0]) as file:
        found.profiles.to_parquet(file, index=False)
    for name, table in tables.items():
        if len(table):
            files.append(folder / f"{name}.csv")
            with atomic(files[-1]) as file:
                table.to_csv(file, index=False)
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
