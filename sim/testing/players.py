"""Players for tests: one that plays from a script, one that opens from it, one at random."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.seats.strategy import Answer, BatchStrategy, SideMove, Wrapper
from sim.seats.views.view import View

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Scripted(BatchStrategy):
    """Plays from a script: entry n - 1 is for round n, the last one holds on.

    Attributes:
        offers: packages; -1 passes.
        wants: names of the measures wanted on the table.
        answers: answers; None plays the default.
    """

    rational: ClassVar[bool] = False
    presents: ClassVar[bool] = True
    offers: tuple[int, ...] = (-1,)
    wants: tuple[tuple[str, ...], ...] = ((),)
    answers: tuple[Answer | None, ...] = (None,)

    def scope(self, view: View) -> ArrayLike:
        """Want what the script says."""
        return view.is_in(self._now(self.wants, view))

    def ask(self, view: View) -> ArrayLike:
        """Offer as the script says, and no more."""
        return False

    def propose(self, view: View) -> ArrayLike:
        """Offer what the script says."""
        return np.full(len(view), self._now(self.offers, view))

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Answer what the script says, if there is an offer; what is not open it cannot accept."""
        scripted = self._now(self.answers, view)
        if scripted is None:
            return super().answer(view, mine)
        accepts = scripted == Answer.ACCEPT
        good = view.on_menu(view.standing) if accepts else view.standing >= 0
        return np.where(good, scripted, Answer.REJECT)

    @staticmethod
    def _now(script: tuple[Any, ...], view: View) -> Any:
        return script[min(view.round, len(script)) - 1]


@dataclass(frozen=True)
class Eager(Scripted):
    """Plays from a script, and accepts whatever could be signed."""

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Accept."""
        return view.on_menu(view.standing).astype(np.int64)


def silent(*offers: int) -> Scripted:
    """Give a player that makes these offers, the last one on and on, and rejects everything."""
    return Scripted(offers or (-1,), answers=(Answer.REJECT,))


@dataclass(frozen=True)
class Opening(Wrapper):
    """Makes some given offers in the first rounds, then plays the strategy inside."""

    presents: ClassVar[bool] = True
    offers: tuple[int, ...] = ()

    def ask(self, view: View) -> ArrayLike:
        """Offer as given, then ask as inside."""
        return super().ask(view) if view.round > len(self.offers) else False

    def propose(self, view: View) -> ArrayLike:
        """Offer what is given, then as inside."""
        if view.round > len(self.offers):
            return super().propose(view)
        return np.full(len(view), self.offers[view.round - 1])


@dataclass(frozen=True)
class Chaotic(BatchStrategy):
    """Does at random what a seat may do, sensible or not.

    Attributes:
        walks: probability of walking away in a turn.
        accepts: probability of accepting what could be signed.
        passes: probability of offering nothing.
    """

    rational: ClassVar[bool] = False
    presents: ClassVar[bool] = True
    walks: float = 0.02
    accepts: float = 0.3
    passes: float = 0.1

    def scope(self, view: View) -> ArrayLike:
        """Want each measure or not."""
        return view.luck(4 + len(view.measures))[:, 4:] < 0.5

    def ask(self, view: View) -> ArrayLike:
        """Ask for each measure or not."""
        return view.luck(8 + len(view.measures))[:, 8:] < 0.2

    def side_move(self, view: View) -> SideMove:
        """Extend the pause, threaten, give up the rule, or open something, now and then."""
        luck = view.luck(8)[:, 4:8]
        extends = view.may_extend & (luck[:, 0] < 0.15)
        longest = max(view.longest_extension, 1)
        threat = np.full(len(view), -1)
        for name, number in view.threats.items():
            threat[view.may_threaten(name) & (luck[:, 2] < 0.2)] = number
        rounds = 1 + (luck[:, 1] * longest).astype(int)
        count = len(view.measures)
        flags = view.luck(8 + 2 * count)[:, 8:]
        relent = view.may_relent & (flags[:, :count] < 0.1)
        opens = ~view.open & (flags[:, count:] < 0.05) & view.is_hub
        return SideMove(-1, np.where(extends, rounds, 0), threat, relent, opens)

    def propose(self, view: View) -> ArrayLike:
        """Offer any package that is on the menu, or pass."""
        luck, menu = view.luck(4), view if view.is_hub else view.wide()
        levels = view.space.levels[(luck[:, 0] * view.space.size).astype(int)].astype(int)
        if view.is_hub:
            levels[:, : len(view.measures)] *= view.open
        any_package = np.ravel_multi_index(tuple(levels.T), view.space.shape)
        offer = np.where(luck[:, 1] < 0.8, any_package, menu.best_package)
        return np.where(menu.on_menu(offer) & (luck[:, 2] >= self.passes), offer, -1)

    def answer(self, view: View, mine: Ints) -> ArrayLike:
        """Accept, walk or reject."""
        luck = view.luck(4)
        accepts = view.on_menu(view.standing) & (luck[:, 3] < self.accepts)
        return np.where(
            luck[:, 3] > 1 - self.walks,
            Answer.WALK,
            np.where(accepts, Answer.ACCEPT, Answer.REJECT),
        )
