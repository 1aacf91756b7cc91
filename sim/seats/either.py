"""Two strategies in one: each plays its worlds."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.seats.views.view import View

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


def either(
    view: View,
    flags: Flags,
    then: Callable[[View, Flags], ArrayLike],
    otherwise: Callable[[View, Flags], ArrayLike],
) -> Ints:
    """Ask one question where a flag is set and another one elsewhere; give the answers, (W,).

    Each is asked only about its worlds, so that no memory moves in those of the other.

    Args:
        view: all worlds.
        flags: (W,).
        then, otherwise: get the view of their worlds, and which of all worlds they are.
    """
    answers = np.empty(len(view), dtype=np.int64)
    for ask, some in ((then, flags), (otherwise, ~flags)):
        if some.all():
            return np.broadcast_to(np.asarray(ask(view, some)), len(view))
        if some.any():
            answers[some] = ask(view.narrow(some), some)
    return answers


def either_flags(
    view: View,
    flags: Flags,
    then: Callable[[View, Flags], ArrayLike],
    otherwise: Callable[[View, Flags], ArrayLike],
) -> Flags:
    """Ask as `either` for flags of measures, which broadcast to (W, M)."""
    answers = np.zeros((len(view), len(view.measures)), dtype=bool)
    for ask, some in ((then, flags), (otherwise, ~flags)):
        if some.all():
            return np.broadcast_to(np.asarray(ask(view, some)), answers.shape)
        if some.any():
            answers[some] = ask(view.narrow(some), some)
    return answers
