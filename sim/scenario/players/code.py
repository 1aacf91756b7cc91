"""Classes of users: from a module that is installed, or from a file anywhere."""

import importlib
import importlib.util
import os
import sys
from hashlib import blake2b
from importlib.abc import SourceLoader
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

from sim.config.schema.sentences import unknown
from sim.errors import BrokenStrategyError, ConfigError, is_ctrl_c, said_of
from sim.scenario.players.beside import helpers, importer
from sim.scenario.players.in_time import LIMIT, in_time, survived

ONLY = "TARIFF_TALKS_ONLY"
"""Environment variable that names the one folder whose files are run, with the folders in it."""

_OF_PYTHON = {*sys.stdlib_module_names, "test", "__hello__", "__phello__"}
"""Modules of Python itself: to import some of them does something."""


def from_entry_point(point: EntryPoint, path: str) -> Any:
    """Load what an entry point names.

    Raises:
        BrokenStrategyError: it cannot be loaded.
    """
    try:
        return point.load()
    except BaseException as problem:
        if is_ctrl_c(problem):
            raise
        raise BrokenStrategyError(
            f"{path}: the entry point {point.name} = {point.value} cannot be loaded: "
            f"{said_of(problem)}"
        ) from problem


def from_code(
    name: str, path: str, directory: Path | None, bases: tuple[type, ...], what: str
) -> Any:
    """Give what `package.module:Class` or `path/to/file.py:Class` names.

    Args:
        name: the name.
        path: path of the key, for sentences.
        directory: where relative paths of files start; then in the working directory.
        bases: classes of which it should be; for a near match.
        what: what they are called.

    Raises:
        ConfigError: there is no such module, file or class.
        BrokenStrategyError: the module or file cannot be imported.
    """
    where, _, member = name.rpartition(":")
    module = _module(where, name, path, directory)
    if hasattr(module, member):
        return getattr(module, member)
    classes = [
        key
        for key, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, bases)
        and value.__module__ == module.__name__
    ]
    file = module.__spec__.origin if module.__spec__ and module.__spec__.origin else ""
    raise unknown(path, member, classes, f"{what} in {Path(file).name or module.__name__} named")


def _module(where: str, name: str, path: str, directory: Path | None) -> ModuleType:
    if where.endswith(".py"):
        return _file(where, path, directory)
    if where.partition(".")[0] in _OF_PYTHON:
        raise ConfigError(
            f"{path}: '{name}' names the module '{where}' of Python itself, and no strategy is "
            f"there; name a file: '{where.replace('.', '/')}.py:Class'"
        )
    try:
        if where not in sys.modules and where.partition(".")[0] != "sim":
            ended = survived(lambda: importlib.import_module(where), LIMIT)
            if ended:
                raise _unimportable(where, path, ended)
        with in_time(LIMIT):
            return importlib.import_module(where)
    except ConfigError:
        raise
    except ModuleNotFoundError as problem:
        if problem.name is None or not (where + ".").startswith(problem.name + "."):
            raise _unimportable(where, path, problem) from problem
        raise ConfigError(
            f"{path}: '{name}' needs a module '{where}', and there is none; "
            "install it, or name a file: 'path/to/file.py:Class'"
        ) from None
    except BaseException as problem:
        if is_ctrl_c(problem):
            raise
        raise _unimportable(where, path, problem) from problem


class _AsRead(SourceLoader):
    """Loads a file as it was read.

    What Python keeps of a file in compiled form goes by its size and the second of its change: it
    may be of another content.
    """

    def __init__(self, file: Path, content: bytes) -> None:
        self._file, self._content = file, content

    def get_filename(self, fullname: str) -> str:
        """Give the path of the file."""
        return str(self._file)

    def get_data(self, path: object) -> bytes:
        """Give its content."""
        return self._content


def _file(where: str, path: str, directory: Path | None) -> ModuleType:
    """Import a file once for each content, under a name that depends on both."""
    places = [*([directory / where] if directory else []), Path(where)]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        looked = ", ".join(str(place) for place in dict.fromkeys(places))
        raise ConfigError(f"{path}: there is no file '{where}' (looked for {looked})")
    return _loaded(found, path)


def _check_allowed(file: Path, path: str) -> None:
    """Check that a file may be run here; what a link leads to counts."""
    only = os.environ.get(ONLY)
    if only and not file.resolve().is_relative_to(Path(only).resolve()):
        raise ConfigError(
            f"{path}: '{file}' lies outside {only}, and only strategy files from there are run "
            "here; copy it there, or start in the folder where it lies"
        )


def _loaded(file: Path, path: str) -> ModuleType:
    """Import a file once for each content of it and of its helpers, as a module of its own."""
    _check_allowed(file, path)
    try:
        content = [each.read_bytes() for each in (file, *helpers(file))]
    except OSError as problem:
        raise _unimportable(str(file), path, problem) from problem
    told = [str(file.resolve()).encode(), *content]
    key = blake2b(b"\0".join(told), digest_size=8).hexdigest()
    name = f"tariff_talks_file_{file.parent.name if _begins(file) else file.stem}_{key}"
    if name in sys.modules:
        return sys.modules[name]
    ended = survived(lambda: _executed(file, name, content[0], path), LIMIT)
    if ended:
        raise _unimportable(str(file), path, ended)
    try:
        with in_time(LIMIT):
            return _executed(file, name, content[0], path)
    except BaseException as problem:
        if is_ctrl_c(problem):
            raise
        raise _unimportable(str(file), path, problem) from problem


def _begins(file: Path) -> bool:
    """Tell whether a file begins a package."""
    return file.name == "__init__.py"


def _executed(file: Path, name: str, content: bytes, path: str) -> ModuleType:
    """Import a file under a name; its helpers are looked for beside it."""
    loader = _AsRead(file.absolute(), content)
    within = [str(file.parent.absolute())] if _begins(file) else None
    spec = importlib.util.spec_from_file_location(
        name, file, loader=loader, submodule_search_locations=within
    )
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    folder = file.parent.parent if _begins(file) else file.parent
    vars(module)["__builtins__"] = importer(folder, lambda beside: _loaded(beside, path))
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _unimportable(where: str, path: str, problem: BaseException | str) -> ConfigError:
    said = problem if isinstance(problem, str) else said_of(problem)
    if isinstance(problem, ModuleNotFoundError) and where.endswith(".py") and problem.name:
        lacks = problem.name.partition(".")[0]
        said += (
            f"; a helper lies beside the file that imports it ({Path(where).parent / lacks}.py), "
            "or is installed"
        )
    return BrokenStrategyError(f"{path}: '{where}' cannot be imported: {said}")
