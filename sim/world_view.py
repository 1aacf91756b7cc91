"""What one seat may know now, in one world, as plain numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.draws import Drawn
from sim.outcomes import OutcomeSpace
from sim.view import View

T = TypeVar("T")


@dataclass(frozen=True)
class OtherWorld:
    """What a seat sees of another talk: whether it is signed, its package, the own mirror."""

    signed: bool
    package: int
    mirror: int


class WorldHistory:
    """A side's standing offer after each of its turns, in one world."""

    def __init__(self, packages: list[int]) -> None:
        self.all = packages

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, turn: int) -> int:
        return self.all[turn]


class WorldMemory:
    """Scratch of one seat in one world: `m["x"] = 3`, `m.get("x", 0)`, `"x" in m`."""

    def __init__(self, store: dict[str, NDArray[Any]], worlds: int, row: int) -> None:
        if "worlds" not in store:
            store["worlds"] = np.array([{} for _ in range(worlds)], dtype=object)
        self._values: dict[str, Any] = store["worlds"][row]

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def get(self, name: str, default: Any = None) -> Any:
        """Give what was written under a name, else the default."""
        return self._values.get(name, default)


class WorldView:
    """A `View` of one world: the same words, plain numbers instead of arrays.

    Attributes:
        me, talk, round, is_hub, space, measures, rule, review_test, review_period, position: as in
            `View`.
    """

    def __init__(self, view: View, row: int) -> None:
        self._view, self._row = view, row
        self.me, self.talk, self.round, self.is_hub = view.me, view.talk, view.round, view.is_hub

    @cached_property
    def _one(self) -> View:
        return self._view.narrow([self._row])

    @property
    def space(self) -> OutcomeSpace:
        """The outcome space."""
        return self._view.space

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures."""
        return self._view.measures

    @property
    def rule(self) -> tuple[str, ...]:
        """Measures that must be reviewed before a deal."""
        return self._view.rule

    @property
    def review_test(self) -> str:
        """What counts as reviewed."""
        return self._view.review_test

    @property
    def review_period(self) -> int:
        """Rounds that a measure has to be open."""
        return self._view.review_period

    @property
    def position(self) -> tuple[str, ...]:
        """Measures that this seat requests, or admits, by default."""
        return self._view.position

    @property
    def world(self) -> int:
        """Number of the world."""
        return int(self._view.worlds[self._row])

    @property
    def time(self) -> float:
        """Relative time: 0 in the first round, 1 in the last."""
        return float(self._view.time[self._row])

    @property
    def deadline(self) -> int:
        """The last round."""
        return int(self._view.deadline[self._row])

    @property
    def docket(self) -> list[int]:
        """Review state of every measure."""
        return [int(state) for state in self._one.docket[0]]

    @property
    def open(self) -> list[bool]:
        """Which measures are open or reviewed."""
        return [bool(flag) for flag in self._one.open[0]]

    @property
    def standing(self) -> int:
        """The other side's standing offer, or the package agreed in principle; -1 if none."""
        return int(self._view.standing[self._row])

    @property
    def agreed(self) -> int:
        """Package agreed in principle, -1 if none."""
        return int(self._view.agreed[self._row])

    @property
    def inbox(self) -> int:
        """The other side's latest message, -1 if none."""
        return int(self._one.inbox[0])

    @property
    def best(self) -> float:
        """Utility of the best package on the menu; of no deal if none is worth that."""
        return float(self._view.best[self._row])

    @property
    def best_package(self) -> int:
        """The best package on the menu, -1 if none is worth the reservation value."""
        return int(self._view.best_package[self._row])

    @property
    def reservation(self) -> float:
        """What no deal is worth now."""
        return float(self._view.reservation[self._row])

    @property
    def others(self) -> Mapping[str, OtherWorld]:
        """What this seat sees of the other talks, by name."""
        return {
            name: OtherWorld(bool(seen.signed[0]), int(seen.package[0]), int(seen.mirror[0]))
            for name, seen in self._one.others.items()
        }

    @property
    def mine(self) -> WorldHistory:
        """Own standing offers, one entry a turn."""
        return WorldHistory(self._one.mine.all[:, 0].tolist())

    @property
    def theirs(self) -> WorldHistory:
        """The other side's standing offers, one entry a turn."""
        return WorldHistory(self._one.theirs.all[:, 0].tolist())

    @property
    def memory(self) -> WorldMemory:
        """Scratch of this seat in this world."""
        return WorldMemory(*self._view.scratch(self._row))

    def utility(self, package: int) -> float:
        """Give the own utility of a package; of -1: the reservation value."""
        return float(self._one.utility(package)[0])

    def their_utility(self, package: int) -> float:
        """Give the other side's utility of a package; needs complete information."""
        return float(self._one.their_utility(package)[0])

    @property
    def their_reservation(self) -> float:
        """What no deal is worth to the other side; needs complete information."""
        return float(self._one.their_reservation[0])

    def on_menu(self, package: int) -> bool:
        """Tell whether a package could be signed under today's docket."""
        return bool(self._one.on_menu(package)[0])

    def at_least(self, target: float) -> int:
        """Give the cheapest package on the menu worth a target utility, else the best."""
        return int(self._one.at_least(target)[0])

    def below(self, package: int, steps: int = 1) -> int:
        """Give the package some ranks worse on the menu; -1 below the reservation value."""
        return int(self._one.below(package, steps)[0])

    def near(self, target: float, package: int) -> int:
        """Give the package worth target to target + 0.05 that is nearest to another."""
        return int(self._one.near(target, package)[0])

    def uniform(self) -> int:
        """Give a random package of the menu worth the reservation value."""
        return int(self._one.uniform()[0])

    def luck(self, n: int = 1) -> list[float]:
        """Give n uniforms of this seat and turn; the same however often it is asked."""
        return [float(u) for u in self._one.luck(n)[0]]

    def wide(self) -> "WorldView":
        """Give a partner the same view with every package as its menu, open or not."""
        return WorldView(self._view.wide(), self._row)

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
