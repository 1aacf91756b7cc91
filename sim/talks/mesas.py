"""What differs between the Mesas that are in use: 3.3 (for Python 3.11), 3.5, and 4 as announced.

The model is written for Mesa 3.5, whose calendar it uses: round n is time n, and what has a date is
an event. An older Mesa gets here what it lacks.
"""

from collections.abc import Callable
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count
from typing import Any

import mesa
import numpy as np

from sim.errors import ModelError

SCHEDULES = hasattr(mesa.Model, "schedule_event")
"""Whether the installed Mesa has a calendar of its own."""


class _Priority(IntEnum):
    """What comes first of what happens at one time; Mesa's own numbers."""

    HIGH = 1
    DEFAULT = 5
    LOW = 10


class _TimedModel(mesa.Model):
    """A model of Mesa 3.3 with the calendar of Mesa 3.5: `time` and `schedule_event`.

    A step moves time on by 1 and plays what is due by then; `step` itself comes first of what
    happens at that time, unless something has the same priority and was written down before.
    """

    def __init__(self, **said: Any) -> None:
        super().__init__(**said)
        self.time = 0.0
        self._due: list[tuple[float, int, int, Callable[[], None]]] = []
        self._written = count()
        self._counted: Callable[[], None] = self.step
        self.step: Any = self._move_on

    def schedule_event(
        self, function: Callable[[], None], *, at: float, priority: IntEnum = _Priority.DEFAULT
    ) -> None:
        """Write an event into the calendar."""
        heappush(self._due, (at, int(priority), next(self._written), function))

    def _move_on(self) -> None:
        until = self.time + 1
        self.schedule_event(self._counted, at=until, priority=_Priority.HIGH)
        while self._due and self._due[0][0] <= until:
            self.time, _, _, function = heappop(self._due)
            function()
        self.time = until


Priority: Any = mesa.time.Priority if SCHEDULES else _Priority
TimedModel: Any = mesa.Model if SCHEDULES else _TimedModel


def seed_of(seed: Any, rng: Any) -> int:
    """Give the seed of all luck, from what Mesa passes as `seed` or as `rng`.

    Args:
        seed, rng: of which one decides. A whole number is the seed itself; from a generator, or
            what numpy makes one of, a seed is drawn, and from None a new one at every call.

    Raises:
        ModelError: both are given, or numpy cannot make a generator of it.
    """
    if rng is not None and not (seed is None or _is(seed, 0)):
        raise ModelError(f"seed = {seed!r} and rng = {rng!r}: one of them decides; pass rng alone")
    said = seed if rng is None else rng
    if isinstance(said, int | np.integer) and said >= 0:
        return int(said)
    try:
        return int(np.random.default_rng(said).integers(1 << 63))
    except (TypeError, ValueError) as problem:
        raise ModelError(
            f"seed = {said!r}: no luck can be drawn from that; pass a whole number from 0 on, a "
            "numpy generator, or None for a new seed"
        ) from problem


def _is(said: Any, number: int) -> bool:
    return isinstance(said, int | np.integer) and int(said) == number


def let_go(model: Any) -> None:
    """Remove the agents of a model, and what Mesa keeps of it beyond them.

    Mesa 3.3 counts the agents of every model in a dictionary of the class `Agent`, whose keys keep
    all models alive for good; it has no public way to take one out. Mesa 3.5 counts in the model.
    """
    model.remove_all_agents()
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
