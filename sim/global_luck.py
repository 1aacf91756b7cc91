"""The global random states of a process: a strategy that moves them is caught.

With them the same seed would not be the same play, and who is played beside whom would matter.
"""

import random
from typing import Any

import numpy as np

State = tuple[Any, ...]


def states() -> dict[str, State]:
    """Give the global random states, by the module that owns them."""
    numpy: Any = np.random.get_state(legacy=False)  # noqa: NPY002 - it is only looked at
    key = numpy["state"]["key"].tobytes()
    held = (numpy["state"]["pos"], key, numpy["has_gauss"], numpy["gauss"])
    return {"numpy.random": held, "random": random.getstate()}


def moved(before: dict[str, State]) -> list[str]:
    """Give the modules whose global random state is another one now."""
    return [module for module, state in states().items() if state != before[module]]
