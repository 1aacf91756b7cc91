"""Helpers that lie beside a strategy's file: it imports them as a script does, wherever it plays.

Nothing is put on the path where modules are looked for: two files in two folders may each have a
helper of the same name.
"""

import ast
import builtins
import importlib
import sys
import sysconfig
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

_OURS = ("sim", "experiments")
_INSTALLED = Path(sysconfig.get_path("purelib")).resolve()

Load = Callable[[Path], ModuleType]


def importer(folder: Path, load: Load) -> dict[str, Any]:
    """Give the built-in names for a module whose imports look into a folder first.

    Args:
        folder: where its helpers lie.
        load: imports a file as a module of its own.
    """

    def imported(name: str, *rest: Any, **more: Any) -> ModuleType:
        given = dict(zip(("globals", "locals", "fromlist", "level"), rest, strict=False)) | more
        top, _, inside = name.partition(".")
        file = helper(folder, top) if not given.get("level") else None
        if file is None or _comes_anyway(top, file):
            return builtins.__import__(name, *rest, **more)
        module, wanted = load(file), given.get("fromlist") or ()
        inner = importlib.import_module(f"{module.__name__}.{inside}") if inside else module
        for each in wanted if hasattr(inner, "__path__") else ():
            if each != "*" and not hasattr(inner, each):
                importlib.import_module(f"{inner.__name__}.{each}")
        return inner if wanted else module

    return {**vars(builtins), "__import__": imported}


def helper(folder: Path, name: str) -> Path | None:
    """Give the file of a helper in a folder: a module, or what begins a package; None if none.

    What comes with Python or with this package is never a helper.
    """
    if name in sys.stdlib_module_names or name in _OURS:
        return None
    for file in (folder / f"{name}.py", folder / name / "__init__.py"):
        if file.is_file():
            return file
    return None


def _comes_anyway(name: str, file: Path) -> bool:
    """Tell whether a file is what an import would find without us, as where Python is at work."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None and Path(spec.origin) == file.resolve()


def helpers(file: Path) -> list[Path]:
    """List the files beside a file that it imports, and those that these import, each once.

    Also those that an import finds here anyway, as in a notebook that lies beside them: it finds
    them nowhere else. Not what is installed.
    """
    found: dict[Path, None] = {}
    todo = [file]
    while todo:
        here = todo.pop()
        for name in _names(here):
            beside = helper(file.parent, name)
            if beside is None or beside.resolve().is_relative_to(_INSTALLED):
                continue
            package = beside.name == "__init__.py"
            parts = sorted(beside.parent.rglob("*.py")) if package else [beside]
            new = [part for part in parts if part not in found and part != file]
            found |= dict.fromkeys(new)
            todo += new
    return sorted(found)


def _names(file: Path) -> Iterator[str]:
    """Give the first words of what a file imports, anywhere in it."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError, OSError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]
