"""When a standing offer is accepted: conditions of Baarslag, Hindriks and Jonker."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.parts.base import Acceptance, Flags, Floats, Ints


@dataclass(frozen=True)
class Next(Acceptance):
    """Accepts what is worth at least its own next offer.

    With another factor or bonus the standing offer is scaled first: factor · u + bonus has to
    reach the own next offer.

    Source: Baarslag, Hindriks and Jonker (2014), Effective acceptance conditions in real-time
    automated negotiation, Decision Support Systems 60, 68–77: AC_next.

    Attributes:
        factor: of the utility of the standing offer.
        bonus: utility added to it.
    """

    factor: float | Drawn = number(1.0, above=0)
    bonus: float | Drawn = number(0.0, least=-1, most=1)

    def accepts(self, view: View, mine: Ints) -> ArrayLike:
        """Compare with the own next offer."""
        worth = view.of(self.factor) * view.utility(view.standing) + view.of(self.bonus)
        return np.asarray(worth >= view.utility(mine))


@dataclass(frozen=True)
class Constant(Acceptance):
    """Accepts what is worth a share of the way from no deal to its best package.

    Source: Baarslag, Hindriks and Jonker (2014), Effective acceptance conditions in real-time
    automated negotiation, Decision Support Systems 60, 68–77: AC_const.

    Attributes:
        share: of the way.
    """

    share: float | Drawn = number(0.8, least=0, most=1)

    def accepts(self, view: View, mine: Ints) -> ArrayLike:
        """Compare with the share."""
        gap = view.best - view.reservation
        return np.asarray(
            view.utility(view.standing) >= view.reservation + view.of(self.share) * gap
        )


@dataclass(frozen=True)
class Time(Acceptance):
    """Accepts everything from a time on that is worth no deal; nothing before.

    Source: Baarslag, Hindriks and Jonker (2014), Effective acceptance conditions in real-time
    automated negotiation, Decision Support Systems 60, 68–77: AC_time.

    Attributes:
        after: relative time; or a day.
    """

    after: float | Drawn | date = number(0.95, least=0, most=1)

    def accepts(self, view: View, mine: Ints) -> ArrayLike:
        """Look at the clock."""
        return view.has_come(self.after)


@dataclass(frozen=True)
class Combi(Acceptance):
    """Accepts its own next offer; late also the best that it may still hope for.

    Before a time as `next`. From then on also what is worth at least all that the other side has
    offered in a window as long as the time that is left: more is not expected any longer.

    Source: Baarslag, Hindriks and Jonker (2014), Effective acceptance conditions in real-time
    automated negotiation, Decision Support Systems 60, 68–77: AC_combi with the maximum over the
    window.

    Attributes:
        after: relative time from which it lowers its sights; or a day.
    """

    after: float | Drawn | date = number(0.8, least=0, most=1)

    def accepts(self, view: View, mine: Ints) -> ArrayLike:
        """Compare with the own next offer, and late with the window."""
        worth = view.utility(view.standing)
        good: Flags = worth >= view.utility(mine)
        late = view.has_come(self.after)
        if late.any():
            good |= late & (worth >= self._hope(view))
        return good

    @staticmethod
    def _hope(view: View) -> Floats:
        """Give the best own utility of the other side's offers in the window."""
        turns = len(view.theirs)
        left = np.maximum(view.deadline - view.round, 0)
        longest = min(int(left.max()) + 1, turns)
        hope = np.full(len(view), -np.inf)
        for back in range(1, longest + 1):
            offer = view.theirs[-back]
            seen = (offer >= 0) & (back <= left + 1)
            hope = np.where(seen, np.maximum(hope, view.utility(offer)), hope)
        return hope
