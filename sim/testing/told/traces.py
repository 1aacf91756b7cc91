"""What a process is like: what a strategy changes of it, it changes for all that play there."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

_OTHERS = ("builtins", "math", "numpy", "numpy.linalg", "numpy.random", "os", "random", "time")
_OURS = ("sim", "experiments")

Traces = dict[str, object]


def traces() -> Traces:
    """Give what can be seen of this process, by what it is called."""
    found: Traces = {"the working directory": _directory()}
    found |= {f"the environment ({key})": value for key, value in os.environ.items()}
    found["numpy's error state"] = tuple(np.geterr().items())
    found["the recursion limit"] = sys.getrecursionlimit()
    found["where modules are found (sys.path)"] = tuple(sys.path)
    for number in signal.valid_signals():
        if number not in (signal.SIGALRM, signal.SIGPROF):
            found[f"the handler of {_name(number)}"] = signal.getsignal(number)
    found["threads"] = frozenset(t.ident for t in threading.enumerate() if t.is_alive())
    found["children"] = frozenset(_children())
    return found | {f"the attribute {name}": id(value) for name, value in _attributes()}


def differences(before: Traces, after: Traces) -> list[str]:
    """List what is otherwise now; modules that were imported since do not count."""
    lost = [name for name in before if name not in after]
    new = [name for name in after if name not in before and not name.startswith("the attribute")]
    other = [name for name in before if name in after and before[name] != after[name]]
    more = [name for name in _added(before, after) if name not in new]
    return [*other, *lost, *new, *more]


def _added(before: Traces, after: Traces) -> Iterator[str]:
    """Give attributes that are new in a module or class that was there."""
    owners = {name.rpartition(".")[0] for name in before if name.startswith("the attribute")}
    modules = {f"the attribute {name}" for name in sys.modules}
    for name in after:
        new = name.startswith("the attribute") and name not in before and name not in modules
        if new and name.rpartition(".")[0] in owners and not _loaded(name, after[name]):
            yield name


def _loaded(name: str, value: object) -> bool:
    """Tell whether a package has taken an attribute from one of its modules when it was asked."""
    owner, _, key = name.removeprefix("the attribute ").rpartition(".")
    inner = [sys.modules[each] for each in list(sys.modules) if each.startswith(f"{owner}.")]
    names = [vars(module) for module in inner if isinstance(module, ModuleType)]
    return any(key in known and id(known[key]) == value for known in names)


def _directory() -> str:
    try:
        return str(Path.cwd())
    except OSError:
        return "gone"


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _children() -> Iterator[int]:
    """Give the processes that this one has started, where the system tells."""
    for listed in Path("/proc/self/task").glob("*/children"):
        try:
            yield from map(int, listed.read_text(encoding="ascii").split())
        except OSError:
            continue


def _attributes() -> Iterator[tuple[str, object]]:
    """Give the attributes of modules, and of classes in ours, by their dotted names."""
    for name, module in list(sys.modules.items()):
        ours = name.partition(".")[0] in _OURS
        if not isinstance(module, ModuleType) or not (ours or name in _OTHERS):
            continue
        for key, value in list(vars(module).items()):
            if key.startswith("__") or isinstance(value, ModuleType):
                continue
            yield f"{name}.{key}", value
            if ours and isinstance(value, type) and value.__module__ == name:
                yield from _of_class(f"{name}.{key}", value)


def _of_class(name: str, cls: type) -> Iterator[tuple[str, object]]:
    own: dict[str, Any] = dict(vars(cls))
    for key, value in own.items():
        if not key.startswith(("__", "_abc_")) or key in ("__init__", "__setattr__"):
            yield f"{name}.{key}", value
