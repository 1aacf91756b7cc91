"""What a seat can look for on its menu: the part of a view that values, ranks and estimates."""

from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.payoffs.appraisal import Appraisal, Look, Menu
from sim.payoffs.tradeoffs import Guessed, Known, Tradeoffs, chosen, once
from sim.payoffs.values import repeated, runs
from sim.protocol.docket import bits
from sim.protocol.issues import OutcomeSpace
from sim.protocol.state import Index, Ints, TalkState
from sim.seats.views.memory import frozen

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BAND = 0.05
"""Width, in own utility, of the band in which an offer at a target is chosen, if nobody says."""

LOOKS = 64
"""Packages that a search through an opponent model looks at, if the model does not say."""

PRIVATE = (
    "asks for the other side's {what}, which is private in this scenario; "
    'set information = "complete"'
)

NO_NUMBER = "asks for a package worth nan; a target has to be a number: is something divided by 0?"


NO_WIDTH = "asks for a band of width nan; a width has to be a number"


class SeatError(Exception):
    """A strategy asked or did something that its seat may not; the sentence says what."""


class Model(Protocol):
    """What a view needs of an opponent model: utilities of the other side, as it believes them.

    Attributes:
        looks: packages that a search looks at.
    """

    @property
    def looks(self) -> int: ...  # noqa: D102

    def utility(self, view: Any, package: Ints) -> Floats: ...  # noqa: D102

    def levels(self, view: Any) -> Floats | None: ...  # noqa: D102

    def no_deal(self, view: Any) -> Floats: ...  # noqa: D102


class Searches:
    """Values and searches of a view; arrays have an axis of worlds (W).

    Packages are (W,), or (W, n) for several in every world, where that is said.
    """

    _at: Index
    _state: TalkState
    _own: Appraisal
    _theirs: Appraisal | None
    _wide: Ints | None
    _model: Model | None

    def __len__(self) -> int:
        return len(self._at)

    @property
    def space(self) -> OutcomeSpace:
        """The outcome space: issues, levels, `decode(package)`."""
        return self._state.rules.space

    @property
    def standing(self) -> Ints:
        """(W,) the other side's standing offer, or the package agreed in principle; -1 if none."""
        raise NotImplementedError

    def _luck(self, purpose: str, n: int) -> Floats:
        """Give n uniforms of this seat, turn and purpose, (W, n)."""
        raise NotImplementedError

    @cached_property
    def _look(self) -> Look:
        return self._own.look(self._at)

    @cached_property
    def _menu(self) -> Menu:
        return self._own.menu(self._at, self._wide)

    @property
    def best(self) -> Floats:
        """(W,) utility of the best package on the menu; of no deal if none is worth that."""
        return frozen(self._menu.best)

    @property
    def best_package(self) -> Ints:
        """(W,) the best package on the menu, -1 if none is worth the reservation value."""
        return frozen(self._menu.best_package)

    @property
    def reservation(self) -> Floats:
        """(W,) what no deal is worth now."""
        return frozen(self._look.reservation)

    def demand(self, share: ArrayLike) -> Floats:
        """Give the utility at a share of the way from no deal (0) to the best package (1), (W,)."""
        return self.reservation + np.asarray(share) * (self.best - self.reservation)

    @property
    def complete(self) -> bool:
        """Whether each side knows the other's payoffs."""
        return self._theirs is not None

    @property
    def modelled(self) -> bool:
        """Whether the other side is seen through an opponent model."""
        return self._model is not None

    def utility(self, package: ArrayLike) -> Floats:
        """Give the own utility of packages, (W,) or (W, n); of -1: the reservation value."""
        return self._own.situations.utility(self._look.situation, self._column(package))

    def gain(self, package: ArrayLike) -> Floats:
        """Give what packages are worth beyond no deal, (W,) or (W, n); of -1: nothing.

        USD bn a year in a scenario with an economy, else in the unit of the given payoffs.
        """
        packages = self._column(package)
        look, values = self._look, self.utility(packages)
        if packages.ndim == 1:
            over = values * look.span + look.floor - look.none
        else:
            over = values * look.span[:, None] + (look.floor - look.none)[:, None]
        worth: Floats = np.rint(over) * self._own.situations.grid
        return worth

    def their_utility(self, package: ArrayLike) -> Floats:
        """Give the other side's utility of packages, (W,) or (W, n); of -1: of no deal.

        Exact with complete information, else by the opponent model of `View.through`.

        Raises:
            SeatError: neither is there.
        """
        packages = self._column(package)
        if self._theirs is not None:
            look = self._theirs.look(self._at)
            return self._theirs.situations.utility(look.situation, packages)
        model = self.their_model()
        guess = model.utility(self, packages)
        if not packages.size or once(packages).min() >= 0:
            return guess
        none = self.their_reservation
        return np.where(packages < 0, none if packages.ndim == 1 else none[:, None], guess)

    def their_model(self) -> Model:
        """Give the opponent model; raises SeatError if there is none."""
        if self._model is None:
            raise SeatError(
                f"{PRIVATE.format(what='utility')}, or look through an opponent model: "
                "view.through(self.model)"
            )
        return self._model

    def needs_complete(self, what: str) -> None:
        """Raise SeatError unless a side knows the other's payoffs."""
        if self._theirs is None:
            raise SeatError(PRIVATE.format(what=what))

    @property
    def their_reservation(self) -> Floats:
        """(W,) what no deal is worth to the other side; known or guessed as `their_utility`."""
        if self._theirs is not None:
            return self._theirs.look(self._at).reservation
        return self.their_model().no_deal(self)

    def on_menu(self, package: ArrayLike) -> Flags:
        """Tell whether packages could be signed under today's docket, (W,)."""
        return self._state.on_menu(self._at, self._column(package), self._wide)

    def at_least(self, target: ArrayLike) -> Ints:
        """Give the cheapest package on the menu worth a target utility, else the best, (W,)."""
        value, menu = self._look.least(self._target(target)), self._menu
        return self._own.menus.at_least(*self._where, menu.best_package, value)

    def below(self, package: ArrayLike, steps: ArrayLike = 1) -> Ints:
        """Give the package some ranks worse on the menu, (W,); -1 below the reservation value."""
        return self._own.menus.below(*self._where, self._column(package), np.asarray(steps))

    def near(self, target: ArrayLike, package: ArrayLike, band: ArrayLike | None = None) -> Ints:
        """Give the package in the band above a target that is nearest to another, (W,).

        Nearest: the fewest level steps, with an economy the smallest sum over issues of shares of
        their ranges; ties by lower own utility, then number. Without another package (-1), or with
        an empty band, the cheapest worth the target.

        Args:
            target: least own utility.
            package: the other package.
            band: width of the band, USD bn a year with an economy, else of utility; the scenario's
                if none is given.
        """
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        targets, packages = self._target(target), self._column(package)
        width, look = self._width(band), self._look
        each = [width] if isinstance(width, np.ndarray) else []
        some, run = runs(*self._where, targets, packages, *each)
        situation, menus, best = *self._where, self._menu.best_package
        if len(some) < len(targets):
            targets, packages, best = targets[some], packages[some], best[some]
            situation, menus, look = situation[some], menus[some], look.some(some)
            width = width[some] if isinstance(width, np.ndarray) else width
        low, high = look.least(targets), self._highest(targets, look, width)
        found = self._own.menus.near(situation, menus, best, low, high, packages)
        return found if len(found) == len(run) else found.take(run)

    @property
    def _where(self) -> tuple[Ints, Ints]:
        """Situations and menus."""
        return self._menu.look.situation, self._menu.keys

    def _highest(self, targets: Floats, look: Look, width: Floats | float | None) -> Ints:
        """Give the largest value in the bands above targets."""
        if width is not None and self._state.rules.in_money:
            return look.most(targets, width / self._own.situations.grid)
        return look.most(targets + (BAND if width is None else width))

    def _width(self, band: ArrayLike | None) -> Floats | float | None:
        """Give the width of a band: one number, or one for every world; None for `BAND`."""
        if band is None:
            return self._state.rules.band
        width = np.asarray(band, dtype=np.float64)
        if np.isnan(width).any():
            raise SeatError(NO_WIDTH)
        return width if width.shape == (len(self),) else float(width)

    def uniform(self) -> Ints:
        """Give a random package of the menu worth the reservation value, (W,)."""
        return self._own.menus.among(*self._where, self._luck("uniform", 1)[:, 0])

    def candidates(self, target: ArrayLike, n: int, band: ArrayLike | None = None) -> Ints:
        """Give up to n packages in the band above a target, the cheapest first, (W, n).

        Where there are more they lie evenly over the ranks of the band; where there are fewer
        some stand there twice; with an empty band it is the cheapest worth the target. `band` as
        in `near`.
        """
        targets, look = self._target(target), self._look
        low, high = look.least(targets), self._highest(targets, look, self._width(band))
        found = self._own.menus.band(*self._where, low, high, n)
        return np.where(found < 0, self.best_package[:, None], found)

    def spread(self, n: int) -> Ints:
        """Give n packages evenly over the ranks of the menu, the best first, (W, n)."""
        some, run = runs(*self._where)
        situation, menus = self._where
        found = self._own.menus.spread(situation[some], menus[some], n)
        return frozen(repeated(found, run))

    def offer_at(self, target: ArrayLike, band: ArrayLike | None = None) -> Ints:
        """Give what to offer at a target, (W,): in the band above it what suits the other best.

        Through an opponent model the package that is worth most to the other side, ties by lower
        own utility; without one the nearest to its standing offer (`near`); `band` as there.
        """
        if self._model is None:
            return self.near(target, self.standing, band)
        packages = self.candidates(target, self._model.looks, band)
        pick = self.their_utility(packages).argmax(axis=1)
        return chosen(packages, pick)

    @cached_property
    def tradeoffs(self) -> Tradeoffs:
        """The packages of the menu on which nobody gains without loss to the other side.

        Exact with complete information; through an opponent model among some packages that lie
        evenly over the own ranks.
        """
        if self._theirs is not None:
            frontiers = self._own.frontiers(self._theirs)
            other = self._theirs.look(self._at).situation
            return Known(frontiers, frontiers.find(self._look.situation, self._menus, other))
        some, run = runs(*self._where)
        looks = self._model.looks if self._model else LOOKS
        situation, menus = self._where[0][some], self._where[1][some]
        packages = self._own.menus.spread(situation, menus, looks)
        none = self.reservation[some][:, None]
        own = self._own.situations.utility(situation, packages) - none
        packages, floor = repeated(packages, run), self.their_reservation
        theirs = np.asarray(self.their_utility(packages), dtype=np.float64)
        theirs = np.broadcast_to(theirs, packages.shape)
        if floor.any():
            theirs = theirs - floor[:, None]
        return Guessed(packages, repeated(own, run), theirs, (self.reservation, floor))

    def solution(self, name: str) -> Ints:
        """Give a solution of the bargaining problem of this menu, (W,); -1 where there is none.

        Args:
            name: `"nash"`, `"kalai_smorodinsky"` or `"egalitarian"`, as in `sim.payoffs.frontier`.
        """
        return self.tradeoffs.solution(name)

    def suiting(self, utility: ArrayLike) -> Ints:
        """Give what suits the other side best of all worth a utility to the own, (W,); else -1."""
        return self.tradeoffs.suiting(self._target(utility))

    def granting(self, utility: ArrayLike) -> Ints:
        """Give the best package that gives the other side at least a utility, (W,); -1 if none."""
        return self.tradeoffs.granting(self._target(utility))

    def best_without(self, dropped: ArrayLike) -> Ints:
        """Give what `best_package` would be without some measures in the review rule, (W,).

        Args:
            dropped: flags that broadcast to (W, M).
        """
        shape = (len(self), len(self.space.measures))
        lost = bits(np.broadcast_to(np.asarray(dropped, dtype=bool), shape))
        menus = self._state.menus(self._at, self._wide, lost)
        return frozen(self._own.menus.best(self._look.situation, menus)[1])

    @property
    def hopeless(self) -> Flags:
        """(W,) where no package is worth no deal under the rule, whatever were open."""
        return frozen(self._own.wide_menu(self._at).best_package < 0)

    @property
    def _menus(self) -> Ints:
        """(W,) what this menu depends on, as `TalkState.menus` writes it."""
        return self._menu.keys

    def _column(self, packages: ArrayLike) -> Ints:
        array = np.asarray(packages)
        if array.ndim == 2 or array.shape == (len(self),):
            return array
        return np.broadcast_to(array, len(self))

    def _target(self, target: ArrayLike) -> Floats:
        array = np.asarray(target, dtype=np.float64)
        if np.isnan(array).any():
            raise SeatError(NO_NUMBER)
        return array if array.shape == (len(self),) else np.broadcast_to(array, len(self))
