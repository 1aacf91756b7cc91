"""What is counted in rounds: every such key of a scenario and of a strategy, in two tables.

Each says how its numbers go with the length of a round. With rounds of an n-th of the days there
are n times as many, so that a length is n times as long, a probability a round is that which comes
to the same in n rounds, a factor its n-th root, an amount a round an n-th.
"""

from collections.abc import Callable, Mapping
from math import expm1, log1p
from typing import Any

from sim.config.schema.numbers import is_number, whole

Scale = Callable[[float, int], float]
"""Gives a number for rounds of an n-th of the length."""


def length(rounds: float, n: int) -> float:
    """Give a number of rounds."""
    return rounds * n


def chance(probability: float, n: int) -> float:
    """Give a probability a round: 1 - (1 - p)^(1/n)."""
    return -expm1(log1p(-probability) / n) if probability < 1 else probability


def factor(discount: float, n: int) -> float:
    """Give a factor of a round; 0 stays 0."""
    return float(discount ** (1 / n))


def amount(each: float, n: int) -> float:
    """Give what comes in every round."""
    return each / n


def kept(number: float, n: int) -> float:
    """Leave a number: it is counted in turns or offers, however long they last."""
    return number


KEYS: Mapping[str, Scale] = {
    "countries.*.discount": factor,
    "calendar.rounds": length,
    "calendar.days_per_round": amount,
    "calendar.overtime": length,
    "calendar.extension": length,
    "rules.period": length,
    "rules.cooldown": length,
    "rules.moves": kept,
    "rules.breakdown": chance,
    "talks.*.rules.period": length,
    "talks.*.rules.cooldown": length,
    "talks.*.rules.moves": kept,
    "talks.*.rules.breakdown": chance,
    "ratification.*.*.delay": length,
    "shocks.*.hazard": chance,
    "shocks.*.rounds": length,
    "threats.*.hazard": chance,
    "threats.*.rounds": length,
    "threats.*.unless.within": length,
    "links.sees.*.*.lag": length,
    "links.sees.*.*.leak": chance,
}
"""Keys of a scenario by dotted path; a star stands for any key."""

STRATEGIES: Mapping[str, Mapping[str, Scale]] = {
    "AbreuGul": {"rate": amount, "their_rate": amount},
    "AveragedTitForTat": {"window": length},
    "Brinkman": {"last": length},
    "Extender": {"rounds": length},
    "Frequency": {"rate": kept},
    "Logroller": {"step": amount},
    "Micro": {"stride": kept},
    "RandomTitForTat": {"noise": kept},
    "ResourceDependent": {"patience": length},
    "Rubinstein": {"discount": factor, "their_discount": factor},
    "WarOfAttrition": {"cost": amount, "rate": amount},
}
"""Parameters of strategies and their components, by class; what derives from one has its own."""

_NUMBERS = ("value", "low", "central", "high", "uniform", "choice")
"""Keys of a table that hold numbers; beside them stand unit, source, shape and probabilities."""


def scale_of(path: tuple[str, ...]) -> Scale | None:
    """Give how the numbers at a path of a scenario are scaled; None if not counted in rounds."""
    for said, scale in KEYS.items():
        keys = said.split(".")
        if len(keys) == len(path) and all(
            a == b or "*" in (a, b) for a, b in zip(keys, path, strict=True)
        ):
            return scale
    return None


def parameters_in_rounds(cls: type) -> Mapping[str, Scale]:
    """Give how the parameters of a strategy or component are scaled, its bases included."""
    found: dict[str, Scale] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.partition(".")[0] == "sim":
            found |= STRATEGIES.get(base.__name__, {})
    return found


def scaled(said: Any, scale: Scale, n: int) -> Any:
    """Scale what a config says at a key: a number, a table with one, a range or a distribution.

    Of a range the ends and the central value are scaled. What is no number, such as a day, stays.
    """
    if n == 1:
        return said
    if is_number(said):
        return whole(float(scale(said, n)))
    if isinstance(said, list | tuple):
        return [scaled(each, scale, n) for each in said]
    if isinstance(said, Mapping):
        return {
            key: scaled(value, scale, n) if key in _NUMBERS else value
            for key, value in said.items()
        }
    return said


def in_shorter_rounds(said: Any, path: tuple[str, ...], n: int) -> Any:
    """Scale what is counted in rounds in what a scenario says at a path, strategies apart.

    Args:
        said: a number, or a table with all that is inside.
        path: keys of its dotted path; none for a whole scenario.
        n: how many rounds are played instead of one.
    """
    scale = scale_of(path)
    if scale is not None:
        return scaled(said, scale, n)
    if isinstance(said, Mapping) and path[:1] != ("strategies",):
        return {key: in_shorter_rounds(item, (*path, key), n) for key, item in said.items()}
    return said
