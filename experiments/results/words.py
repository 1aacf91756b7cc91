"""What readers call the keys of a scenario: countries, units, dotted paths."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

_PATHS = {
    "rules.review": "review rule",
    "rules.test": "review test",
    "rules.period": "review period, rounds",
    "calendar.rounds": "rounds to the deadline",
}
_WITH_ARTICLE = re.compile(r"^United |(States|Union|Kingdom|Republic|Emirates|Islands)$")
_OF_TALK = ("measures", "concessions", "rules")


@dataclass(frozen=True)
class Words:
    """The words of a scenario.

    Attributes:
        scenario: as a mapping.
    """

    scenario: Mapping[str, Any]

    @property
    def money(self) -> str:
        """Unit of the payoffs."""
        if self.scenario.get("economy"):
            return "USD bn a year"
        named: str = self.scenario.get("payoffs", {}).get("unit", "")
        return named or "payoff"

    def country(self, key: str) -> str:
        """Give a country's name."""
        said: str = self.scenario["countries"].get(key, {}).get("label", key)
        return said

    def the(self, key: str) -> str:
        """Give a country's name within a sentence: with an article where it has one."""
        name = self.country(key)
        return f"the {name}" if _WITH_ARTICLE.search(name) else name

    def stance(self, key: str, said: str) -> str:
        """Say what a stance of a country does, by its name or label, and with which numbers.

        Empty if the scenario does not say it.
        """
        stances = self.scenario.get("stances", {}).get(key, {})
        for name, one in stances.items():
            if said in (name, one.get("label")) and one.get("about"):
                drawn = "; ".join(_numbers(one["strategy"]))
                return f"{one['about']} ({drawn})" if drawn else str(one["about"])
        return ""

    def path(self, path: str) -> str:
        """Give a dotted path's name."""
        match path.split("."):
            case ["strategies", key, *rest]:
                return " ".join([self.country(key), *rest])
            case ["payoffs", "weights", key, *rest] if rest:
                return f"{self.country(key)}: {_spaced(*rest)}"
            case ["talks", key, kind, *rest] if rest and kind in _OF_TALK:
                return f"{self.partner(key)}: {_spaced(*rest)}"
            case ["economy", "sigma", sector]:
                return f"elasticity of {_spaced(sector)}"
        return _PATHS.get(path, _spaced(path))

    def partner(self, talk: str) -> str:
        """Give the name of the partner of a talk."""
        key: str = self.scenario["talks"].get(talk, {}).get("partner", talk)
        return self.country(key)


def _spaced(*keys: str) -> str:
    return " ".join(keys).replace(".", " ").replace("_", " ")


def amount(value: float, unit: str) -> str:
    """Give an amount with its unit, without what the unit says after a comma."""
    unit = unit.partition(",")[0]
    unit = unit.removesuffix("s") if value == 1 and " " not in unit else unit
    return f"{value:g} {unit}".rstrip()


def counted(number: int, what: str) -> str:
    """Give a number with what it counts."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _numbers(strategy: Any) -> Iterator[str]:
    """Say the numbers of a strategy that have a unit, with their ranges."""
    for key, said in strategy.items() if isinstance(strategy, Mapping) else ():
        if isinstance(said, Mapping) and "unit" in said:
            ends = said.get("uniform") or [said.get(end) for end in ("value", "low", "high")]
            of = " to ".join(f"{end:g}" for end in ends if isinstance(end, int | float))
            yield f"{_spaced(key)} {of}, in {said['unit']}"
        else:
            yield from _numbers(said)


def shared(names: Sequence[str]) -> str:
    """Give the words with which names begin alike; the first name if they do not."""
    words = zip(*(name.split() for name in names), strict=False)
    alike = [each[0] for each in takewhile(lambda each: len(set(each)) == 1, words)]
    return " ".join(alike).rstrip(",:;") or names[0]
