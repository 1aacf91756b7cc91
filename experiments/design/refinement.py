"""How much finer a grid is to be: the levels of issues, and the length of a round."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from re import sub
from typing import Any

from sim.config.in_rounds import in_shorter_rounds
from sim.config.schema.numbers import is_number, whole
from sim.config.schema.sentences import shown, unknown
from sim.errors import ConfigError

LEVELS, ROUNDS = "levels", "rounds"

_HOW = "write 2 for both, levels=2, rounds=4, or the name of an issue, such as cars=4"


@dataclass(frozen=True)
class Refinement:
    """What is divided by how much: steps between levels, and the length of a round.

    Attributes:
        levels: parts of every step between two levels.
        rounds: rounds that are played instead of one.
        issues: by issue, parts of its steps where they are not `levels`.
    """

    levels: int = 1
    rounds: int = 1
    issues: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Sequence[str]) -> "Refinement":
        """Read what the option says: numbers, and pairs such as levels=2, also with commas.

        Raises:
            ConfigError: it is neither, or says something twice.
        """
        found: dict[str, int] = {}
        for key, number in _pairs(words):
            if found.setdefault(key, number) != number:
                raise ConfigError(
                    f"--refine {key}={number}: {key} is {found[key]} before; say it once"
                )
        issues = {key: n for key, n in found.items() if key not in (LEVELS, ROUNDS)}
        return cls(found.get(LEVELS, 1), found.get(ROUNDS, 1), issues)

    @property
    def nothing(self) -> bool:
        """Whether all stays as it is."""
        return self.levels == self.rounds == 1 and set(self.issues.values()) <= {1}

    @property
    def name(self) -> str:
        """What it adds to the name of a run, such as `refined-levels2`."""
        parts = [f"{key}{n}" for key, n in self._said]
        return "refined-" + "-".join(sub(r"[^A-Za-z0-9_.]+", "_", part) for part in parts)

    @property
    def words(self) -> str:
        """What the option says for it, such as `levels=2,metals=1`."""
        return ",".join(f"{key}={n}" for key, n in self._said)

    @property
    def _said(self) -> list[tuple[str, int]]:
        said = [(LEVELS, self.levels), (ROUNDS, self.rounds), *self.issues.items()]
        return [(key, n) for key, n in said if n > 1 or key in self.issues]

    def parts(self, issue: str) -> int:
        """Give into how many parts a step between two levels of an issue is divided."""
        return self.issues.get(issue, self.levels)

    def check(self, scenario: Mapping[str, Any]) -> None:
        """Check that a scenario, as a mapping with its defaults, has the issues.

        Raises:
            ConfigError: it does not, or lists the payoffs of every package in a file.
        """
        talks = scenario["talks"].values()
        every = {name for t in talks for kind in _KINDS for name in t[kind]}
        for name in self.issues:
            if name not in every:
                raise unknown(f"--refine {name}", name, [LEVELS, ROUNDS, *sorted(every)], "issue")
        for talk, given in scenario["payoffs"]["given"].items():
            issues = [name for kind in _KINDS for name in scenario["talks"][talk][kind]]
            if given["file"] is not None and any(self.parts(name) > 1 for name in issues):
                raise ConfigError(
                    f"payoffs.given.{talk}.file: lists the payoffs of every package, so that what "
                    "lies between two levels is not known; refine the rounds alone (--refine "
                    "rounds=2), or give payoffs by issue"
                )

    def refined(self, said: Any, path: tuple[str, ...]) -> Any:
        """Refine what a scenario says at a path, strategies apart.

        Args:
            said: any value, or a table with all that is inside.
            path: keys of its dotted path; stars stand for any key; none for a whole scenario.
        """
        return self._levels(in_shorter_rounds(said, path, self.rounds), path)

    def _levels(self, said: Any, path: tuple[str, ...]) -> Any:
        parts = self._parts_at(path)
        if parts is not None:
            return finer(said, parts)
        if isinstance(said, Mapping) and path[:1] not in [("strategies",), ("economy",)]:
            return {key: self._levels(item, (*path, key)) for key, item in said.items()}
        return said

    def _parts_at(self, path: tuple[str, ...]) -> int | None:
        """Give into how many parts the steps of a list are divided; None if it is no such list."""
        if len(path) == 5 and path[0] == "talks" and path[4] == "levels":
            return self.parts(path[3])
        given = path[:2] == ("payoffs", "given") and len(path) == 5
        return self.parts(path[4]) if given and path[3] in ("hub", "partner") else None


_KINDS = ("measures", "concessions")
_GRID = ("from", "to", "step")


def finer(levels: Any, parts: int) -> Any:
    """Divide every step of a list of numbers, linearly; ends with a step are written out."""
    if parts == 1:
        return levels
    if isinstance(levels, Mapping) and "value" in levels:
        return {**levels, "value": finer(levels["value"], parts)}
    if isinstance(levels, Mapping) and all(is_number(levels.get(key)) for key in _GRID):
        first, last, step = (Fraction(repr(levels[key])) for key in _GRID)
        count, way = int(abs(last - first) / step), 1 if last > first else -1
        return finer([float(first + way * k * step) for k in range(count + 1)], parts)
    if not isinstance(levels, list | tuple) or not all(is_number(level) for level in levels):
        return levels
    found = []
    for low, high in pairwise(levels):
        found += [whole(float(low + (high - low) * k / parts)) for k in range(parts)]
    return [*found, *levels[-1:]]


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    for word in (part for said in words for part in said.split(",")):
        key, equals, number = word.rpartition("=")
        if not number.isdecimal() or int(number) < 1 or bool(equals) != bool(key):
            raise ConfigError(
                f"--refine {shown(word)}: is not a whole number of at least 1; {_HOW}"
            )
        yield from [(key, int(number))] if key else [(LEVELS, int(number)), (ROUNDS, int(number))]
