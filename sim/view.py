"""What one seat may know at its turn."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.appraisal import Look, Menu, UtilityScale
from sim.docket import bits, mask
from sim.draws import Drawn
from sim.history import History, Memory, frozen
from sim.links import Other
from sim.luck import uniforms
from sim.outcomes import OutcomeSpace
from sim.place import Place
from sim.state import HUB, Index, Ints

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BAND = 0.05
"""Width, in own utility, of the band in which an offer at a target is chosen."""


class SeatError(Exception):
    """A strategy asked or did something that its seat may not; the sentence says what."""


class View:
    """What one seat may know now. Arrays have an axis of worlds (W) and are read-only.

    Attributes:
        me: country of the seat; talk: name of the talk; is_hub: whether it is the hub's seat.
        round: round of the talk, from 1.
        space: the outcome space; measures: names of its measures (M).
    """

    def __init__(
        self, place: Place, at: Index, round: int, seen: tuple[int, int], wide: bool = False
    ) -> None:
        self._place, self._state, self._at, self._wide = place, place.state, at, wide
        self._own = place.appraisals[place.side]
        self._seen = seen
        self.round = round

    def __len__(self) -> int:
        return len(self._at)

    @property
    def me(self) -> str:
        """Country of the seat."""
        return self._place.country

    @property
    def talk(self) -> str:
        """Name of the talk."""
        return self._state.rules.name

    @property
    def is_hub(self) -> bool:
        """Whether this is the hub's seat."""
        return self._place.side == HUB

    @property
    def space(self) -> OutcomeSpace:
        """The outcome space: issues, levels, `decode(package)`."""
        return self._state.rules.space

    @property
    def rows(self) -> Index:
        """(W,) places of the worlds in the ensemble."""
        return self._at

    @property
    def worlds(self) -> Ints:
        """(W,) numbers of the worlds."""
        return frozen(self._state.worlds[self._at])

    @property
    def time(self) -> Floats:
        """(W,) relative time: 0 in the first round, 1 in the last before the deadline."""
        return frozen(self._state.clock.time[self._at])

    @property
    def deadline(self) -> Ints:
        """(W,) the last round before the deadline, as it is announced now."""
        return frozen(self._state.clock.deadline[self._at])

    def round_of(self, day: date) -> int:
        """Give the first round that begins on a day or after it."""
        if self._state.clock.calendar.start is None:
            raise SeatError("asks for the round of a day, and the calendar of this game has none")
        return self._state.clock.calendar.round_of(day)

    @property
    def may_extend(self) -> Flags:
        """(W,) whether this seat may move the deadline (`SideMove.extend`)."""
        return frozen(self._state.clock.may_extend(self._at) & self.is_hub)

    @property
    def longest_extension(self) -> int:
        """Most rounds by which one extension moves the deadline."""
        return self._state.clock.calendar.extension

    @property
    def threats(self) -> Mapping[str, int]:
        """Names of the threats that this country can make, with their numbers for a `SideMove`."""
        return self._place.threats

    def may_threaten(self, name: str) -> Flags:
        """Tell where a threat can still be made, (W,)."""
        return frozen(self._place.weather.may_threaten(self._place.threats[name], self._at))

    @property
    def discount(self) -> float:
        """Discount factor of this country for one round."""
        return self._place.discounts[self._place.side]

    @property
    def their_discount(self) -> float:
        """Discount factor of the other side; needs complete information."""
        self.needs_complete("discount factor")
        return self._place.discounts[1 - self._place.side]

    @property
    def shocks(self) -> Floats:
        """(W,) what the shocks in force add to the value of no deal, USD bn a year."""
        sits, draw = self._own.situations, self._state.draw[self._at]
        weather = self._place.weather.bits[self._at]
        payoffs = sits.payoffs
        return payoffs.without_deal(sits.country, sits.talk, draw, weather, outside=False)

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, M."""
        return tuple(measure.name for measure in self.space.measures)

    @property
    def docket(self) -> NDArray[np.int8]:
        """(W, M) review states after this turn's scope moves, numbered as in `sim.docket`."""
        return frozen(self._state.docket.states(self._at))

    @property
    def open(self) -> Flags:
        """(W, M) which measures are open or reviewed."""
        held = self._state.docket.open[self._at][:, None] >> np.arange(len(self.measures))
        return frozen((held & 1).astype(bool))

    @property
    def rule(self) -> tuple[str, ...]:
        """Measures that must be reviewed before a deal."""
        return self._state.rules.review

    @property
    def review_test(self) -> str:
        """What counts as reviewed."""
        return self._state.rules.test

    @property
    def review_period(self) -> int:
        """Rounds that a measure has to be open."""
        return self._state.rules.period

    @property
    def position(self) -> tuple[str, ...]:
        """Measures that this seat requests, or admits, by default."""
        return self._state.rules.positions[self._place.side]

    @cached_property
    def standing(self) -> Ints:
        """(W,) the other side's standing offer, or the package agreed in principle; -1 if none."""
        offer = self._state.standing[1 - self._place.side][self._at]
        if self._state.waiting:
            offer = np.where(self.agreed >= 0, self.agreed, offer)
        return frozen(offer)

    @property
    def waiting(self) -> bool:
        """Whether in any world there has been an agreement in principle."""
        return self._state.waiting

    @cached_property
    def agreed(self) -> Ints:
        """(W,) the package agreed in principle, -1 if none."""
        return frozen(self._state.agreed[self._at])

    @property
    def vetoed(self) -> Ints:
        """(W,) the package that was vetoed in the ratification, -1 if none."""
        return frozen(self._state.vetoed[self._at])

    @property
    def inbox(self) -> Ints:
        """(W,) the other side's latest message, -1 if none."""
        return frozen(self._state.inbox[self._place.side, self._at])

    @property
    def mine(self) -> History:
        """Own standing offers, one entry a turn."""
        side = self._place.side
        return History(self._state.history[side], self._seen[side], self._at)

    @property
    def theirs(self) -> History:
        """The other side's standing offers, one entry a turn."""
        side = 1 - self._place.side
        return History(self._state.history[side], self._seen[side], self._at)

    @property
    def memory(self) -> Memory:
        """Scratch of this seat."""
        return Memory(self._place.memory, len(self._state.draw), self._at)

    def scratch(self, row: int) -> tuple[dict[str, NDArray[Any]], int, int]:
        """Give where a one-world memory lies: the store, the number of worlds, the row."""
        return self._place.memory, len(self._state.draw), int(self._at[row])

    @cached_property
    def _look(self) -> Look:
        return self._own.look(self._at)

    @cached_property
    def _menu(self) -> Menu:
        return self._own.wide_menu(self._at) if self._wide else self._own.menu(self._at)

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

    @property
    def others(self) -> Mapping[str, Other]:
        """What this seat sees of the other talks, by name."""
        return {
            state.rules.name: self._place.other(state, sight, self._at, self.round)
            for state, sight in self._place.others
        }

    def utility(self, package: ArrayLike) -> Floats:
        """Give the own utility of packages, (W,); of -1: the reservation value."""
        value = self._own.worth(self._look, self._column(package))
        return self._look.scale.utility(value)

    def their_utility(self, package: ArrayLike) -> Floats:
        """Give the other side's utility of packages, (W,); needs complete information."""
        self.needs_complete("utility")
        theirs = self._place.appraisals[1 - self._place.side]
        look = theirs.look(self._at)
        return look.scale.utility(theirs.worth(look, self._column(package)))

    def needs_complete(self, what: str) -> None:
        """Raise SeatError unless a side knows the other's payoffs."""
        if not self._place.complete:
            raise SeatError(
                f"asks for the other side's {what}, which is private in this scenario; "
                'set information = "complete" or use an opponent model'
            )

    @property
    def their_reservation(self) -> Floats:
        """(W,) what no deal is worth to the other side; needs complete information."""
        return self.their_utility(-1)

    def on_menu(self, package: ArrayLike) -> Flags:
        """Tell whether packages could be signed under today's docket, (W,)."""
        opened = self._state.every if self._wide else None
        return self._state.on_menu(self._at, self._column(package), opened)

    def at_least(self, target: ArrayLike) -> Ints:
        """Give the cheapest package on the menu worth a target utility, else the best, (W,)."""
        value = self._look.scale.least(self._target(target))
        return self._own.rankings.at_least(self._menu.rows, value)

    def below(self, package: ArrayLike, steps: ArrayLike = 1) -> Ints:
        """Give the package some ranks worse on the menu, (W,); -1 below the reservation value."""
        rows = self._menu.rows
        return self._own.rankings.below(rows, self._column(package), np.asarray(steps))

    def near(self, target: ArrayLike, package: ArrayLike) -> Ints:
        """Give the package worth target to target + 0.05 that is nearest to another, (W,).

        Nearest: the fewest level steps; ties by lower own utility, then number. Without another
        package (-1), or with an empty band, the cheapest worth the target.
        """
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        rows, targets, packages = self._menu.rows, self._target(target), self._column(package)
        new = np.empty(len(self), dtype=bool)
        new[0] = True
        np.not_equal(rows[1:], rows[:-1], out=new[1:])
        new[1:] |= targets[1:] != targets[:-1]
        new[1:] |= packages[1:] != packages[:-1]
        if new.all():
            return self._near(rows, targets, packages, self._look.scale)
        some = np.flatnonzero(new)
        scale = self._look.scale.some(some)
        found = self._near(rows[some], targets[some], packages[some], scale)
        return found.take(np.cumsum(new) - 1)

    def _near(self, rows: Ints, targets: Floats, packages: Ints, scale: UtilityScale) -> Ints:
        low, high = scale.least(targets), scale.most(targets + BAND)
        return self._own.rankings.near(rows, low, high, packages)

    def _column(self, packages: ArrayLike) -> Ints:
        array = np.asarray(packages)
        return array if array.shape == (len(self),) else np.broadcast_to(array, len(self))

    def _target(self, target: ArrayLike) -> Floats:
        array = np.asarray(target, dtype=np.float64)
        return array if array.shape == (len(self),) else np.broadcast_to(array, len(self))

    def uniform(self) -> Ints:
        """Give a random package of the menu worth the reservation value, (W,)."""
        rows = self._menu.rows
        return self._own.rankings.among(rows, self._luck("uniform", 1)[:, 0])

    def luck(self, n: int = 1) -> Floats:
        """Give n uniforms of this seat and turn, (W, n); the same however often it is asked."""
        return self._luck("luck", n)

    def _luck(self, purpose: str, n: int) -> Floats:
        state = self._state
        drawn = uniforms(
            state.seed,
            self._place.name,
            purpose,
            len(state.draw),
            first=state.first,
            turn=self.round,
            n=n,
        )
        return drawn[self._at]

    def wide(self) -> "View":
        """Give a partner the same view with every package as its menu, open or not."""
        if self.is_hub:
            raise SeatError("asks for the wide view; a hub offers only from the menu")
        return View(self._place, self._at, self.round, self._seen, wide=True)

    def narrow(self, keep: ArrayLike) -> "View":
        """Give the same view in some worlds: (W,) flags, or row numbers."""
        return View(self._place, self._at[np.asarray(keep)], self.round, self._seen, self._wide)

    def is_in(self, names: ArrayLike) -> Flags:
        """Tell which measures are named, (M,)."""
        wanted = mask([str(name) for name in np.atleast_1d(np.asarray(names))], self.measures)
        return ((wanted >> np.arange(len(self.measures))) & 1).astype(bool)

    def named(self, flags: Flags) -> Ints:
        """Pack (..., M) flags of measures into bit sets."""
        return bits(flags)

    def of(self, field: Any) -> Any:
        """Give a field of the strategy: (W,) if it is drawn per world, else as it is."""
        if not isinstance(field, Drawn):
            return field
        return frozen(self._place.parameters[field.name][self._at])
