"""The command `export`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from experiments.commands.arguments import Directory, Optional
from experiments.results.export import to_csv, to_xlsx
from experiments.runs.store import SCHEMA, Store
from sim.errors import ConfigError


def export(
    directory: Directory,
    /,
    *,
    csv: Annotated[list[Path] | None, Optional] = None,
    xlsx: Annotated[list[Path] | None, Optional] = None,
) -> int:
    """Write the table of a run as csv or xlsx.

    Examples:
      tariff-talks export results/quickstart-… --xlsx
      tariff-talks export results/quickstart-… --csv outcomes.csv

    Args:
        directory: of the run
        csv: as csv (outcomes.csv in the directory)
        xlsx: as xlsx (outcomes.xlsx in the directory)
    """
    store = Store.open(directory)
    if csv is None and xlsx is None:
        raise ConfigError("export: say in which form: --csv, --xlsx, or both")
    if csv is not None:
        path = _path(store, csv, "csv")
        print(f"{path}: {to_csv(store, path):,} rows")
    if xlsx is not None:
        path = _path(store, xlsx, "xlsx")
        described = json.loads(store.kept(SCHEMA).read_text(encoding="utf-8"))
        print(f"{path}: {to_xlsx(store, path, described):,} rows")
    return 0


def _path(store: Store, said: Sequence[Path], form: str) -> Path:
    path = said[0] if said else store.directory / f"outcomes.{form}"
    if not path.parent.is_dir():
        raise ConfigError(f"--{form} {path}: there is no directory {path.parent}; make it first")
    return path
