"""The command `export`."""

import argparse
import json
from pathlib import Path
from typing import Any

from experiments.results.export import to_csv, to_xlsx
from experiments.runs.store import SCHEMA, Store
from sim.errors import ConfigError


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("export", help="write the table of a run as csv or xlsx")
    command.add_argument("directory", type=Path, metavar="DIR")
    for form in ("csv", "xlsx"):
        command.add_argument(
            f"--{form}",
            nargs="?",
            type=Path,
            const=Path(),
            metavar="FILE",
            help=f"as {form} (outcomes.{form} in the directory)",
        )
    command.set_defaults(call=_export)


def _export(arguments: argparse.Namespace) -> int:
    store = Store.open(arguments.directory)
    if arguments.csv is None and arguments.xlsx is None:
        raise ConfigError("export: say in which form: --csv, --xlsx, or both")
    if arguments.csv is not None:
        path = _path(store, arguments.csv, "csv")
        print(f"{path}: {to_csv(store, path):,} rows")
    if arguments.xlsx is not None:
        path = _path(store, arguments.xlsx, "xlsx")
        described = json.loads((store.directory / SCHEMA).read_text(encoding="utf-8"))
        print(f"{path}: {to_xlsx(store, path, described):,} rows")
    return 0


def _path(store: Store, said: Path, form: str) -> Path:
    path = store.directory / f"outcomes.{form}" if said == Path() else said
    if not path.parent.is_dir():
        raise ConfigError(f"--{form} {path}: there is no directory {path.parent}; make it first")
    return path
