"""The files that a run carries with it, so that its directory stands by itself."""

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from experiments.design.plan import Plan
from experiments.runs.kept.whole import atomic


def files_of(plan: Plan) -> dict[str, Path]:
    """Give the files of a plan by the names that they have in the directory of its run.

    Data are the tables of their directory. What a file of a strategy imports from beside it lies
    beside it there, too.
    """
    found: dict[str, Path] = {}
    for name, file in plan.carried[1].items():
        if file.is_dir():
            tables = [table for table in sorted(file.glob("*.csv")) if table.is_file()]
            found |= {f"{name}/{table.name}": table for table in tables}
        else:
            found[name] = file
    beside = {file.parent: PurePosixPath(name).parent for name, file in found.items()}
    for file in plan.files:
        above = next((folder for folder in file.parents if folder in beside), None)
        if file not in found.values() and above is not None:
            found[(beside[above] / file.relative_to(above).as_posix()).as_posix()] = file
    return found


def carry(files: Mapping[str, Path], directory: Path) -> None:
    """Copy files into the directory of a run, those that are there as they are left alone."""
    for name, file in files.items():
        to, content = directory / name, file.read_bytes()
        if not to.is_file() or to.read_bytes() != content:
            to.parent.mkdir(parents=True, exist_ok=True)
            with atomic(to) as partial:
                partial.write_bytes(content)


def sources(files: Mapping[str, Path], directory: Path) -> dict[str, str]:
    """Say where files come from, as seen from the directory of a run; its own come from nowhere."""
    found = {}
    for name, file in files.items():
        try:
            path = Path(os.path.relpath(file, directory.resolve())).as_posix()
        except ValueError:
            continue
        if path != name:
            found[name] = path
    return found


def changed(said: Mapping[str, str], directory: Path) -> dict[str, Path]:
    """Give the files that are not any more what a run has of them, if they are where they were."""
    found = {name: directory.resolve() / path for name, path in said.items()}
    return {
        name: file
        for name, file in found.items()
        if file.is_file() and _content(directory / name) != file.read_bytes()
    }


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
