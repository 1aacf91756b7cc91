"""What a strategy can be put together from: the questions of each kind of component.

A component is a frozen dataclass like a strategy: its fields are its parameters, it holds no state.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.spreads import Drawn
from sim.protocol.docket import REQUESTED
from sim.seats import parameters
from sim.seats.strategy import check_names
from sim.seats.views.searches import LOOKS
from sim.seats.views.view import View

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Component:
    """A part of a strategy; its parameters are checked when it is made."""

    questions: tuple[str, ...] = ()

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        check_names(cls, cls.questions)

    def __post_init__(self) -> None:
        parameters.check(self)


class Acceptance(Component):
    """Says which standing offers are accepted.

    What is not on the menu, or worth less than no deal, is never accepted; an agreement in
    principle that is worth no deal is kept.
    """

    questions = ("accepts", "answer")

    def accepts(self, view: View, mine: Ints) -> ArrayLike:
        """Tell whether the standing offers are good enough, (W,); `mine` would be proposed."""
        raise TypeError(f"{type(self).__name__} does not say what it accepts: write accepts")

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Answer the standing offer, (W,) of `sim.seats.strategy.Answer`."""
        standing = view.standing
        good = view.on_menu(standing) & (view.utility(standing) >= view.reservation)
        good &= np.asarray(self.accepts(view, mine)) | (view.agreed >= 0)
        return good.astype(np.int64)


class OpponentModel(Component):
    """Believes what packages are worth to the other side, on its scale from 0 to 1.

    Attributes:
        looks: packages that a search through the model looks at.
        floor: what no deal is believed to be worth to it.
    """

    questions = ("utility", "no_deal", "levels", "table", "begin", "learn")
    looks: int = LOOKS
    floor: float | Drawn = 0.0

    def utility(self, view: View, package: Ints) -> Floats:
        """Give the believed utility of packages, (W,) or (W, n)."""
        raise TypeError(f"{type(self).__name__} does not say what it believes: write utility")

    def levels(self, view: View) -> Floats | None:
        """Give what every level of every issue is believed to be worth, (W, I, L).

        None if the utility of a package is not the sum of what its levels are worth.
        """
        return None

    def no_deal(self, view: View) -> Floats:
        """Give the believed utility of no deal, (W,)."""
        return np.broadcast_to(np.asarray(view.of(self.floor), dtype=np.float64), len(view))


class ScopeRule(Component):
    """Says which measures are wanted on the table."""

    questions = ("scope",)

    def scope(self, view: View) -> ArrayLike:
        """Give the wanted measures, flags that broadcast to (W, M), as a strategy does."""
        raise TypeError(f"{type(self).__name__} does not say what it wants: write scope")


def first_of(flags: Flags) -> Flags:
    """Keep the first flag that is set in every row, (W, M)."""
    return np.asarray(flags & (np.cumsum(flags, axis=1) == 1))


def requested(view: View) -> Flags:
    """Tell which measures stand requested, (W, M)."""
    return np.asarray(view.docket == REQUESTED)
