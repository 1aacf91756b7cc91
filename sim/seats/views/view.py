"""What one seat may know at its turn."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.chance.luck import uniforms
from sim.chance.spreads import Drawn
from sim.protocol.docket import bits, flags, mask
from sim.protocol.reviews import TESTS
from sim.protocol.state import HUB, Index, Ints
from sim.seats.views.bars import Bar
from sim.seats.views.memory import History, Memory, frozen
from sim.seats.views.searches import Flags, Floats, Model, Searches, SeatError
from sim.seats.views.seat import Seat
from sim.seats.views.visibility import Other

T = TypeVar("T")


class View(Searches):
    """What one seat may know now. Arrays have an axis of worlds (W) and are read-only."""

    def __init__(
        self,
        place: Seat,
        at: Index,
        round: int,
        seen: tuple[int, int],
        wide: Ints | None = None,
        model: Model | None = None,
    ) -> None:
        self._place, self._state, self._at, self._wide = place, place.state, at, wide
        self._own = place.appraisals[place.side]
        self._theirs = place.appraisals[1 - place.side] if place.complete else None
        self._seen, self._round, self._model = seen, round, model
        self._made: dict[Any, Any] = {}

    @property
    def round(self) -> int:
        """Round of the talk, from 1."""
        return self._round

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

    def has_come(self, when: Any) -> Flags:
        """Tell where a time has come, (W,): a relative time, drawn or not, or a day.

        A day has come in the first round that begins on it or later, whatever becomes of the
        deadline.
        """
        if isinstance(when, date):
            return np.full(len(self), self.round >= self.round_of(when))
        return np.asarray(self.time >= self.of(when))

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
        threats = self._place.weather.threats
        return frozen(threats.may(self._place.threats[name], self._at, self.round))

    def heeded(self, name: str) -> Flags:
        """Tell where this talk meets the unless of an own threat now, (W,); never without one."""
        threat = self._place.weather.threats.listed[self._place.threats[name]]
        if threat.unless is None:
            return np.zeros(len(self), dtype=bool)
        return frozen(threat.unless.met(self._state)[self._at])

    @property
    def threats_due(self) -> Mapping[str, Ints]:
        """By name of a threat of any country, the round in which it falls due, (W,); 0: none."""
        threats = self._place.weather.threats
        return {
            threat.name: frozen(threats.due[k, self._at]) for k, threat in enumerate(threats.listed)
        }

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
    def bars(self) -> tuple[Bar, ...]:
        """What the ratifiers of either side have announced, for a package that is signed now."""
        draw = self._state.draw[self._at]
        return tuple(Bar.of(vote, draw, self.round) for vote in self._place.votes)

    @property
    def shocks(self) -> Floats:
        """(W,) what shocks add to the value of no deal, USD bn a year, as it is expected now.

        The chance that each is in force at the deadline as announced now, times its effect, times
        its share of the year.
        """
        sits, draw = self._own.situations, self._state.draw[self._at]
        chances = self._place.weather.chances[self._at]
        payoffs = sits.payoffs
        return payoffs.without_deal(sits.country, sits.talk, draw, chances, outside=False)

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, M."""
        return tuple(measure.name for measure in self.space.measures)

    @property
    def docket(self) -> NDArray[np.int8]:
        """(W, M) review states after this turn's scope moves, as numbered in `protocol.docket`."""
        return frozen(self._state.docket.states(self._at))

    @property
    def open(self) -> Flags:
        """(W, M) which measures are open or reviewed."""
        return frozen(flags(self._state.docket.open[self._at], self._state.width))

    @property
    def rule(self) -> tuple[str, ...]:
        """Measures that must be reviewed before a deal, as the talk began (`ruled`: now)."""
        return self._state.rules.review

    @property
    def ruled(self) -> Flags:
        """(W, M) which measures the review rule names now."""
        return frozen(flags(self._state.named[self._at], self._state.width))

    @property
    def may_relent(self) -> Flags:
        """(W, M) which measures this seat may drop from the rule now (`SideMove.relent`)."""
        return frozen(self.ruled & np.isfinite(self.audience_cost)[:, None])

    @property
    def review_cost(self) -> Floats:
        """(W, M) what each review still to come costs this seat, USD bn a year; 0 to a partner."""
        cost, shape = self._place.review_cost, (len(self), len(self.measures))
        if cost is None:
            return frozen(np.zeros(shape))
        done = self._state.docket.reviewed[self._at][:, None] >> np.arange(shape[1]) & 1
        return frozen(np.where(done == 1, 0.0, cost[self._state.draw[self._at]]))

    @property
    def audience_cost(self) -> Floats:
        """(W,) what dropping a measure from the rule costs this seat at home, USD bn a year.

        Infinite where the rule cannot be given up, and for a hub.
        """
        cost, draw = self._place.audience, self._state.draw[self._at]
        return frozen(np.full(len(draw), np.inf) if cost is None else cost[draw])

    @property
    def review_test(self) -> str:
        """What counts as reviewed."""
        return self._state.rules.test

    @property
    def review_period(self) -> int:
        """Rounds that a measure has to be open; 1 where the test asks for no period."""
        rules = self._state.rules
        return TESTS[rules.test].takes(rules.period)

    @property
    def position(self) -> tuple[str, ...]:
        """Measures that this seat requests, or admits, by default."""
        return self._state.rules.positions[self._place.side]

    @cached_property
    def standing(self) -> Ints:
        """(W,) the other side's standing offer, or the package agreed in principle; -1 if none."""
        offer = self._state.standing[1 - self._place.side][self._at]
        if self._state.waiting:
            agreed = self._state.agreed[self._at]
            offer = np.where(agreed >= 0, agreed, offer)
        return frozen(offer)

    @property
    def waiting(self) -> bool:
        """Whether in any world there has been an agreement in principle."""
        return self._state.waiting

    @cached_property
    def agreed(self) -> Ints:
        """(W,) the package agreed in principle, -1 if none, or where it is judged `anew`."""
        agreed = self._state.agreed[self._at]
        return frozen(np.where(self.anew, -1, agreed) if self._state.waiting else agreed)

    @cached_property
    def anew(self) -> Flags:
        """(W,) where an agreement in principle is judged anew, as if it were a fresh offer.

        Something that the rule names, or that the partner requested, has opened that this seat has
        not seen open in an earlier turn. `standing` is the agreed package then, and `agreed` -1:
        accepting stands by it, rejecting reopens it.
        """
        if not self._state.waiting:
            return frozen(np.zeros(len(self), dtype=bool))
        flags = self._state.agreed[self._at] >= 0
        some = np.flatnonzero(flags)
        flags[some] = self._state.unheard(self._at[some], self._place.side) != 0
        return frozen(flags)

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

    @property
    def others(self) -> Mapping[str, Other]:
        """What this seat sees of the other talks, by name."""
        return {
            state.rules.name: self._place.other(state, sight, self._at, self.round)
            for state, sight in self._place.others
        }

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

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """Give what was made under a key in this view before; else make it, and keep it."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made

    def through(self, model: Model | None) -> "View":
        """Give the same view with an opponent model: `their_utility` answers by it.

        With complete information the exact utility stays; None changes nothing.
        """
        if model is None:
            return self
        return self._again(self._at, self._wide, model)

    def wide(self, measures: ArrayLike | None = None, cut: ArrayLike = False) -> "View":
        """Give a partner the same view with the menu that it would have if more were open.

        A view that is wide already stays as wide, and its packages lower what they lowered.

        Args:
            measures: these, flags that broadcast to (W, M); every measure if not given.
            cut: measures that every package of that menu lowers, flags that broadcast to (W, M).
        """
        if self.is_hub:
            raise SeatError("asks for the wide view; a hub offers only from the menu")
        shape = (len(self), len(self.measures))
        opened = True if measures is None else measures
        both = (bits(np.broadcast_to(said, shape)) for said in (opened, cut))
        return self.wider(*both)

    def wider(self, measures: Ints | int, cut: Ints | int = 0) -> "View":
        """Give the same as `wide`, with measures as bits, (W,)."""
        had = self._state.docket.open[self._at] if self._wide is None else self._wide
        wider = had | measures | (cut << self._state.width)
        return self._again(self._at, wider, self._model)

    def narrow(self, keep: ArrayLike) -> "View":
        """Give the same view in some worlds: (W,) flags, or row numbers."""
        rows = np.asarray(keep)
        wide = None if self._wide is None else self._wide[rows]
        return self._again(self._at[rows], wide, self._model)

    def _again(self, at: Index, wide: Ints | None, model: Model | None) -> "View":
        return View(self._place, at, self._round, self._seen, wide, model)

    def alike(self) -> tuple[Ints, Ints]:
        """Give rows that stand for all others, and for every row the place of its own among them.

        Rows are alike if both sides are in the same situation, with the same menu and deadline.
        Without complete information every row stands for itself.
        """
        if self._theirs is None:
            return np.arange(len(self)), np.arange(len(self))
        other = self._theirs.look(self._at).situation
        told = np.stack([self._look.situation, self._menus, other, self.deadline])
        _, first, back = np.unique(told, axis=1, return_index=True, return_inverse=True)
        return first, back.ravel()

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
