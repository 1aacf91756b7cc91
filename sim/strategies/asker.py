"""A partner that asks from the start."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.strategy import Wrapper
from sim.seats.views.view import View

ALWAYS = float("inf")


@dataclass(frozen=True)
class Asker(Wrapper):
    """Asks for everything in its position that is not open yet, until a relative time.

    Until then it offers as its inner strategy would if that were open, with each closed measure of
    its position lowered at least a level unless that is worth less to it; so it requests
    them, and names its price. Afterwards it offers only what could be signed.

    Source: Fershtman (1990), The importance of the agenda in bargaining, Games and Economic
    Behavior 2, 224–238; Inderst (2000), Multi-issue bargaining with endogenous agenda, Games and
    Economic Behavior 30, 64–82.

    Attributes:
        inner: how it offers and answers.
        until: relative time until which it asks, above 1 always, 0 never; or a day.
    """

    seats: ClassVar[tuple[str, ...]] = ("partner",)
    until: float | Drawn | date = number(ALWAYS, least=0)

    def ask(self, view: View) -> ArrayLike:
        """Ask for its position while it is time."""
        asks = ~view.has_come(self.until)
        return np.asarray(view.is_in(view.position) & asks[:, None])
