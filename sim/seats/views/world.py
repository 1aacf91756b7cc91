"""What one seat may know now, in one world, as plain numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from sim.chance.spreads import Drawn
from sim.protocol.issues import OutcomeSpace
from sim.seats.views.bars import Bar
from sim.seats.views.memory import WorldHistory, WorldMemory
from sim.seats.views.sheet import Sheet
from sim.seats.views.visibility import Other

T = TypeVar("T")


@dataclass(frozen=True)
class OtherWorld:
    """What a seat sees of another talk in one world; the words are those of `visibility.Other`."""

    signed: bool
    package: int
    mirror: int
    offers: tuple[int, int] = (-1, -1)
    mirrors: tuple[int, int] = (-1, -1)

    @classmethod
    def of(cls, seen: Other, row: int) -> "OtherWorld":
        """Read one world."""
        offers, mirrors = seen.offers[:, row].tolist(), seen.mirrors[:, row].tolist()
        return cls(
            bool(seen.signed[row]), int(seen.package[row]), int(seen.mirror[row]),
            (offers[0], offers[1]), (mirrors[0], mirrors[1]),
        )  # fmt: skip


def _same(name: str, told: str) -> Any:
    """Give a property that is the same in all worlds of the batch."""
    return property(lambda one: getattr(one._view, name), doc=told)


def _one(name: str, told: str) -> Any:
    """Give a property that is a number in one world, and one for every world in the batch."""
    return property(lambda one: getattr(one._sheet, name)[one._row], doc=told)


def _flags(name: str, told: str) -> Any:
    """Give a property with a number for every measure."""
    return property(lambda one: list(getattr(one._sheet, name)[one._row]), doc=told)


class WorldView:
    """A `View` of one world: the same words, plain numbers instead of arrays."""

    __slots__ = ("_mine", "_row", "_sheet", "_theirs", "_view")

    me: str = _same("me", "Country of the seat.")
    talk: str = _same("talk", "Name of the talk.")
    round: int = _same("round", "Round of the talk, from 1.")
    is_hub: bool = _same("is_hub", "Whether this is the hub's seat.")
    space: OutcomeSpace = _same("space", "The outcome space.")
    measures: tuple[str, ...] = _same("measures", "Names of the measures.")
    rule: tuple[str, ...] = _same(
        "rule", "Measures that must be reviewed before a deal, as the talk began (`ruled`: now)."
    )
    review_test: str = _same("review_test", "What counts as reviewed.")
    review_period: int = _same("review_period", "Rounds that a measure has to be open.")
    position: tuple[str, ...] = _same(
        "position", "Measures that this seat requests, or admits, by default."
    )
    longest_extension: int = _same(
        "longest_extension", "Most rounds by which one extension moves the deadline."
    )
    threats: Mapping[str, int] = _same(
        "threats", "Names of the threats that this country can make, with their numbers."
    )
    discount: float = _same("discount", "Discount factor of this country for one round.")
    their_discount: float = _same(
        "their_discount", "Discount factor of the other side; needs complete information."
    )
    complete: bool = _same("complete", "Whether each side knows the other's payoffs.")
    modelled: bool = _same("modelled", "Whether the other side is seen through an opponent model.")

    world: int = _one("worlds", "Number of the world.")
    audience_cost: float = _one(
        "audience_cost",
        "What dropping a measure from the rule costs this seat, USD bn a year; else infinite.",
    )
    time: float = _one("time", "Relative time: 0 in the first round, 1 in the last.")
    deadline: int = _one("deadline", "The last round before the deadline, as it is announced now.")
    may_extend: bool = _one(
        "may_extend", "Whether this seat may move the deadline (`SideMove.extend`)."
    )
    shocks: float = _one(
        "shocks", "What shocks add to the value of no deal, USD bn a year, as it is expected now."
    )
    vetoed: int = _one("vetoed", "The package that was vetoed in the ratification, -1 if none.")
    standing: int = _one(
        "standing",
        "The other side's standing offer, or the package agreed in principle; -1 if none.",
    )
    agreed: int = _one(
        "agreed", "Package agreed in principle, -1 if none, or where it is judged `anew`."
    )
    anew: bool = _one(
        "anew", "Whether an agreement in principle is judged anew, as if it were a fresh offer."
    )
    inbox: int = _one("inbox", "The other side's latest message, -1 if none.")
    best: float = _one(
        "best", "Utility of the best package on the menu; of no deal if none is worth that."
    )
    best_package: int = _one(
        "best_package", "The best package on the menu, -1 if none is worth the reservation value."
    )
    hopeless: bool = _one(
        "hopeless", "Whether no package is worth no deal under the rule, whatever were open."
    )

    ruled: list[bool] = _flags("ruled", "Which measures the review rule names now.")
    may_relent: list[bool] = _flags(
        "may_relent", "Which measures this seat may drop from the rule now (`SideMove.relent`)."
    )
    review_cost: list[float] = _flags(
        "review_cost",
        "What each review still to come costs this seat, USD bn a year; 0 to a partner.",
    )
    docket: list[int] = _flags(
        "docket", "Review state of every measure, numbered as in `sim.protocol.docket`."
    )
    open: list[bool] = _flags("open", "Which measures are open or reviewed.")

    def __init__(self, sheet: Sheet, row: int) -> None:
        self._sheet, self._view, self._row = sheet, sheet.view, row
        self._mine: WorldHistory | None = None
        self._theirs: WorldHistory | None = None

    def round_of(self, day: date) -> int:
        """Give the first round that begins on a day or after it."""
        return self._view.round_of(day)

    def has_come(self, when: Any) -> bool:
        """Tell whether a time has come: a relative time, drawn or not, or a day."""
        return bool(self._view.has_come(when)[self._row])

    def heeded(self, name: str) -> bool:
        """Tell whether this talk meets the unless of an own threat now; never without one."""
        return bool(self._view.heeded(name)[self._row])

    @property
    def threats_due(self) -> Mapping[str, int]:
        """By name of a threat of any country, the round in which it falls due; 0: none."""
        return {name: int(rounds[self._row]) for name, rounds in self._view.threats_due.items()}

    def may_threaten(self, name: str) -> bool:
        """Tell whether a threat can still be made."""
        return bool(self._view.may_threaten(name)[self._row])

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What the ratifiers of either side have announced, for a package that is signed now."""
        return tuple(bar.one(self._row) for bar in self._sheet.bars)

    def best_without(self, dropped: Any) -> int:
        """Give what `best_package` would be without some measures (M flags) in the review rule."""
        return int(self._batch.best_without(dropped)[0])

    @property
    def reservation(self) -> float:
        """What no deal is worth now."""
        return self._sheet.scale.reservation[self._row]

    @property
    def others(self) -> Mapping[str, OtherWorld]:
        """What this seat sees of the other talks, by name."""
        return {name: OtherWorld.of(seen, self._row) for name, seen in self._sheet.others.items()}

    @property
    def mine(self) -> WorldHistory:
        """Own standing offers, one entry a turn."""
        if self._mine is None:
            self._mine = WorldHistory(*self._sheet.history(self._row, own=True))
        return self._mine

    @property
    def theirs(self) -> WorldHistory:
        """The other side's standing offers, one entry a turn."""
        if self._theirs is None:
            self._theirs = WorldHistory(*self._sheet.history(self._row, own=False))
        return self._theirs

    @property
    def memory(self) -> WorldMemory:
        """Scratch of this seat in this world."""
        return WorldMemory(*self._view.scratch(self._row))

    def demand(self, share: float) -> float:
        """Give the utility at a share of the way from no deal (0) to the best package (1)."""
        sheet, row = self._sheet, self._row
        none = sheet.scale.reservation[row]
        best: float = sheet.best[row]
        return none + share * (best - none)

    def through(self, model: Any) -> "WorldView":
        """Give the same view with an opponent model: `their_utility` answers by it."""
        return self if model is None else WorldView(self._sheet.through(model), self._row)

    def utility(self, package: int) -> float:
        """Give the own utility of a package; of -1: the reservation value."""
        return self._sheet.scale.utility(self._row, package)

    def gain(self, package: int) -> float:
        """Give what a package is worth beyond no deal, USD bn a year; of -1: nothing."""
        return self._sheet.scale.gain(self._row, package)

    def their_utility(self, package: int) -> float:
        """Give the other side's utility of a package: exact, or by the model of `through`."""
        return self._sheet.theirs.utility(self._row, package)

    @property
    def their_reservation(self) -> float:
        """What no deal is worth to the other side: exact, or by the model of `through`."""
        return self._sheet.theirs.reservation[self._row]

    def on_menu(self, package: int) -> bool:
        """Tell whether a package could be signed under today's docket."""
        return self._sheet.on_menu(self._row, package)

    def at_least(self, target: float) -> int:
        """Give the cheapest package on the menu worth a target utility, else the best."""
        return self._sheet.at_least(self._row, target)

    def below(self, package: int, steps: int = 1) -> int:
        """Give the package some ranks worse on the menu; -1 below the reservation value."""
        return self._sheet.below(self._row, package, steps)

    def near(self, target: float, package: int, band: float | None = None) -> int:
        """Give the package in the band above a target that is nearest to another.

        The band is USD bn a year wide with an economy, else of utility; as the scenario says if
        none is given.
        """
        return self._sheet.near(self._row, target, package, band)

    def candidates(self, target: float, n: int, band: float | None = None) -> list[int]:
        """Give up to n packages in the band above a target, the cheapest first.

        Where there are more they lie evenly; with an empty band it is the cheapest worth it.
        """
        return self._sheet.candidates(self._row, target, n, band)

    def spread(self, n: int) -> list[int]:
        """Give up to n packages evenly over the ranks of the menu, the best first."""
        return self._sheet.spread(self._row, n)

    def offer_at(self, target: float, band: float | None = None) -> int:
        """Give what to offer at a target: in the band above it what suits the other best.

        Through an opponent model the package that is worth most to the other side; without one the
        nearest to its standing offer.
        """
        return self._sheet.offer_at(self._row, target, band)

    def solution(self, name: str) -> int:
        """Give a solution of the bargaining problem of this menu; -1 if there is none."""
        return self._sheet.solution(self._row, name)

    def granting(self, utility: float) -> int:
        """Give the best package that gives the other side at least a utility; -1 if none."""
        return int(self._batch.granting(utility)[0])

    def suiting(self, utility: float) -> int:
        """Give what suits the other side best of all worth a utility to the own; -1 if none."""
        return int(self._batch.suiting(utility)[0])

    @property
    def _batch(self) -> Any:
        return self._view.narrow([self._row])

    def uniform(self) -> int:
        """Give a random package of the menu worth the reservation value."""
        return self._sheet.uniform(self._row)

    def luck(self, n: int = 1) -> list[float]:
        """Give n uniforms of this seat and turn; the same however often it is asked."""
        return self._sheet.luck(self._row, n)

    def wide(self, measures: Any = None, cut: Any = False) -> "WorldView":
        """Give a partner the view with these open, or all; packages lower what is to be cut."""
        if measures is None and cut is False:
            return WorldView(self._sheet.wide, self._row)
        return WorldView(Sheet(self._batch.wide(measures, cut)), 0)

    def is_in(self, names: Any) -> list[bool]:
        """Tell which measures are named."""
        return [bool(flag) for flag in self._view.is_in(names)]

    def of(self, field: Any) -> Any:
        """Give a field of the strategy: its draw in this world, or as it is."""
        value = self._view.of(field)
        return float(value[self._row]) if isinstance(field, Drawn) else value

    def resolve(self, strategy: T) -> T:
        """Give a strategy whose drawn fields are numbers: those of this world."""
        if not is_dataclass(strategy):
            return strategy
        drawn = {
            f.name: self.of(value)
            for f in fields(strategy)
            if isinstance(value := getattr(strategy, f.name), Drawn)
        }
        given: Any = strategy
        resolved: T = replace(given, **drawn) if drawn else given
        return resolved


def has_drawn(strategy: Any) -> bool:
    """Tell whether a field of a strategy is drawn per world."""
    return is_dataclass(strategy) and any(
        isinstance(getattr(strategy, f.name), Drawn) for f in fields(strategy)
    )
