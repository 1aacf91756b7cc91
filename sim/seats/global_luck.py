"""The global random states of a process: a strategy that moves them is caught.

With them the same seed would not be the same play, and who is played beside whom would matter.
"""

import random
import threading
from typing import Any

import numpy as np

State = tuple[Any, ...]

WATCH = "watch"
"""Name of threads that wait for a time or a process to end; they draw nothing."""


def states() -> dict[str, State]:
    """Give the global random states, by the module that owns them.

    That of `random` is left out where other threads run, as on a worker of a cluster or behind a
    page: they draw from it, and whoever moved it cannot be told.
    """
    numpy: Any = np.random.get_state(legacy=False)  # noqa: NPY002 - it is only looked at
    key = numpy["state"]["key"].tobytes()
    held = (numpy["state"]["pos"], key, numpy["has_gauss"], numpy["gauss"])
    found: dict[str, State] = {"numpy.random": held}
    return found | {"random": random.getstate()} if _alone() else found


def moved(before: dict[str, State]) -> list[str]:
    """Give the modules whose global random state is another one now."""
    now = states()
    return [module for module in before if module in now and now[module] != before[module]]


def _alone() -> bool:
    others = [t for t in threading.enumerate() if t is not threading.current_thread()]
    return all(thread.name == WATCH for thread in others)
