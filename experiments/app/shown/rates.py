"""Tariffs then and now: what goods pay before the talks, without a deal, and under packages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from experiments.app import called
from sim import Scenario
from sim.config import ScenarioConfig
from sim.protocol.issues import Issue
from sim.protocol.rules import TalkRules
from sim.scenario.dated import schedules_of
from sim.talks.charges import by_clause

NONE = "–"

Fallen = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes:
        name: goods, a measure or a concession, with its unit.
        cells: a text for every column.
        moved: for every column, whether it differs from no deal.
    """

    name: str
    cells: tuple[str, ...]
    moved: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Tariffs:
    """The tariffs of one talk.

    Attributes:
        game, config: the scenario.
        rules: of the talk.
    """

    game: Scenario
    config: ScenarioConfig
    rules: TalkRules

    def heads(self, deadline: int) -> list[str]:
        """Name the columns before those of the packages.

        Args:
            deadline: the last round before the deadline, as it is announced now.
        """
        begun = self.config.calendar.start
        last = ", ".join(filter(None, ("no deal", self._since(deadline))))
        return [f"on {called.day(begun)}", last] if begun else [last]

    def _since(self, deadline: int) -> str:
        """Say when the last rates without a deal begin; nothing if the talks have no dates."""
        ends = called.snap_back(self.game.calendar, deadline)
        if ends is None:
            return ""
        measures = schedules_of(self.config)[self.rules.name].measures
        last = max((day for each in measures for day, _ in each.steps), default=date.min)
        return f"from {called.day(last)} on" if last > ends else f"after {called.day(ends)}"

    def lines(self, packages: Sequence[int], signed: Sequence[int] = ()) -> list[Line]:
        """Give total rates, and concessions, before the talks, without a deal, under packages.

        Args:
            packages: a column for each; -1 is one that is not there.
            signed: deals of all talks, -1 without one, by which a most-favoured clause lowers the
                rates under a package; no talk has one if nothing is said.
        """
        known = self.rules.name in self.game.rates
        fallen = self._fallen(packages, signed)
        lines = self._goods(packages, fallen) if known else self._measures(packages, fallen)
        return lines + [self._concession(issue, packages) for issue in self.rules.space.concessions]

    def _fallen(self, packages: Sequence[int], signed: Sequence[int]) -> Fallen:
        """Give the points by which a clause lowers the rates under packages, by goods group."""
        talk = self.game.talks.index(self.rules)
        ends = [np.full(len(packages), number, dtype=np.int64) for number in signed]
        ends = ends or [np.full(len(packages), -1, dtype=np.int64) for _ in self.game.talks]
        ends[talk] = np.asarray(packages, dtype=np.int64)
        fallen = by_clause(self.game, talk, ends) if packages else {}
        return {name: points.tolist() for name, points in fallen.items()}

    def _goods(self, packages: Sequence[int], fallen: Fallen) -> list[Line]:
        """Give the total rate on every goods group."""
        book, lines = self.game.rates[self.rules.name], []
        begun = self.config.calendar.start
        schedule = schedules_of(self.config)[self.rules.name]
        for g, name in enumerate(book.goods):
            total = book.applied(name)
            before = [] if begun is None else [book.ordinary[g] + schedule.points(begun, [name])[0]]
            under = [
                None if p < 0 else float(total[p // self.rules.space.parts[1]]) for p in packages
            ]
            under = _less(under, fallen.get(name))
            lines.append(_line(f"{called.goods(self.rules, name)}, %", before, total[0], under))
        return lines

    def _measures(self, packages: Sequence[int], fallen: Fallen) -> list[Line]:
        """Give the level of every measure, if no economy tells what goods pay."""
        lines = []
        for issue in self.rules.space.measures:
            kept = issue.levels[0]
            before = [kept] if self.config.calendar.start else []
            under = _less(self._levels(issue, packages), fallen.get(issue.name))
            lines.append(_line(called.about(issue), before, kept, under))
        return lines

    def _concession(self, issue: Issue, packages: Sequence[int]) -> Line:
        before = [0.0] if self.config.calendar.start else []
        return _line(called.about(issue), before, issue.levels[0], self._levels(issue, packages))

    def _levels(self, issue: Issue, packages: Sequence[int]) -> list[float | None]:
        column = self.rules.space.levels[:, self.rules.space.issues.index(issue)]
        return [None if p < 0 else float(issue.levels[column[p]]) for p in packages]


def _less(under: Sequence[float | None], points: Sequence[float] | None) -> list[float | None]:
    """Take off what a clause lowers, where it lowers something."""
    fallen = [0.0] * len(under) if points is None else points
    return [None if v is None else v - p for v, p in zip(under, fallen, strict=True)]


def _line(name: str, before: Sequence[float], kept: float, under: Sequence[float | None]) -> Line:
    values = [*before, kept, *under]
    return Line(
        name,
        tuple(NONE if v is None else f"{v:.1f}".removesuffix(".0") for v in values),
        tuple(v is not None and n > len(before) and v != kept for n, v in enumerate(values)),
    )
