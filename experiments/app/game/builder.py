"""The package builder: what every level of every issue is worth to the person."""

from collections.abc import Mapping
from dataclasses import dataclass

from experiments.app import called
from experiments.app.game.sight import SeenTalk
from sim.protocol.issues import Issue


@dataclass(frozen=True)
class Level:
    """A level of an issue, as a choice.

    Attributes:
        number: of the level.
        text: for readers.
        worth: what it adds to the package, against the first level of the issue, while the other
            issues stay as they are; in the unit of the payoffs.
    """

    number: int
    text: str
    worth: float

    @property
    def caption(self) -> str:
        """Say what it is worth; of the first level, that it is as without a deal."""
        return called.signed(self.worth) if self.number else "no deal"


def levels(sight: SeenTalk, chosen: Mapping[str, int], issue: Issue) -> list[Level]:
    """Give the levels of an issue with what each is worth.

    Args:
        sight: of the talk.
        chosen: number of the level by issue.
        issue: which one.
    """
    packages = [package_of(sight, {**chosen, issue.name: n}) for n in range(len(issue.levels))]
    gains = sight.values.gain(packages)
    return [
        Level(n, _text(issue, n), float(gain - gains[0])) for n, gain in enumerate(gains.tolist())
    ]


def _text(issue: Issue, level: int) -> str:
    return f"{issue.levels[level]:g}" if issue.kind == "measure" else called.amount(issue, level)


def package_of(sight: SeenTalk, chosen: Mapping[str, int]) -> int:
    """Give the package with these levels; issues that are not named stay at their first."""
    return sight.rules.space.encode([chosen.get(i.name, 0) for i in sight.rules.space.issues])


def chosen_of(sight: SeenTalk, package: int) -> dict[str, int]:
    """Give the levels of a package; the first ones for -1."""
    space = sight.rules.space
    numbers = [0] * len(space.issues) if package < 0 else space.levels[package].tolist()
    return {issue.name: int(n) for issue, n in zip(space.issues, numbers, strict=True)}
