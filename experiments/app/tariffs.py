"""Tariffs then and now: what goods pay before the talks, without a deal, and under packages."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.app import words
from sim import Scenario
from sim.config import ScenarioConfig
from sim.dated import schedules_of
from sim.outcomes import Issue
from sim.rules import TalkRules

NONE = "–"


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

    @property
    def heads(self) -> list[str]:
        """Names of the columns before those of the packages."""
        begun, ends = self.config.calendar.start, self.config.calendar.deadline
        last = f"no deal, after {words.day(ends)}" if ends else "no deal"
        return [f"on {words.day(begun)}", last] if begun else [last]

    def lines(self, packages: Sequence[int]) -> list[Line]:
        """Give total rates, and concessions, before the talks, without a deal, under packages.

        Args:
            packages: a column for each; -1 is one that is not there.
        """
        known = self.rules.name in self.game.rates
        lines = self._goods(packages) if known else self._measures(packages)
        return lines + [self._concession(issue, packages) for issue in self.rules.space.concessions]

    def _goods(self, packages: Sequence[int]) -> list[Line]:
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
            lines.append(_line(f"{words.goods(self.rules, name)}, %", before, total[0], under))
        return lines

    def _measures(self, packages: Sequence[int]) -> list[Line]:
        """Give the level of every measure, if no economy tells what goods pay."""
        lines = []
        for issue in self.rules.space.measures:
            kept = issue.levels[0]
            before = [kept] if self.config.calendar.start else []
            lines.append(_line(words.about(issue), before, kept, self._levels(issue, packages)))
        return lines

    def _concession(self, issue: Issue, packages: Sequence[int]) -> Line:
        before = [0.0] * (len(self.heads) - 1)
        return _line(words.about(issue), before, issue.levels[0], self._levels(issue, packages))

    def _levels(self, issue: Issue, packages: Sequence[int]) -> list[float | None]:
        column = self.rules.space.levels[:, self.rules.space.issues.index(issue)]
        return [None if p < 0 else float(issue.levels[column[p]]) for p in packages]


def _line(name: str, before: Sequence[float], kept: float, under: Sequence[float | None]) -> Line:
    values = [*before, kept, *under]
    return Line(
        name,
        tuple(NONE if v is None else f"{v:.1f}".removesuffix(".0") for v in values),
        tuple(v is not None and n > len(before) and v != kept for n, v in enumerate(values)),
    )
