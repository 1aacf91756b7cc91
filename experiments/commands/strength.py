"""How strong a strategy is, in a line: what it gets from three of the package."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from experiments.runs.dispatch import apart
from sim.talks.model import TariffTalks
from sim.testing.building import build, sides_of
from sim.testing.games import pie

AGAINST = ("conceder", "linear", "boulware")
"""Who sits across: from one that concedes early to one that concedes late."""

SLICES, ROUNDS = 100, 40
HUB = "hub"


@dataclass(frozen=True)
class Strength:
    """What a strategy gets from another one.

    Attributes:
        against: the other one.
        share: of a pie, in percent, 0 without a deal; the mean of both seats, or of the one that it
            can take.
        linear: what `linear` gets in its place.
    """

    against: str
    share: float
    linear: float

    def told(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def strength(name: str, parameters: Mapping[str, Any]) -> list[Strength]:
    """Play a strategy against three others for a pie, in a process of its own.

    Args:
        name: of the strategy, as on the command line.
        parameters: of the strategy.

    Raises:
        TariffTalksError: it raised one, or did not come back.
    """
    return apart((name,), _played, name, dict(parameters))


def words(found: list[Strength]) -> str:
    """Say what a strategy gets, in a sentence."""
    said = ", ".join(f"{one.share:.0f} from {one.against} ({one.linear:.0f})" for one in found)
    return f"Strength, percent of a pie within {ROUNDS} rounds (linear in its place): {said}."


def _played(name: str, parameters: dict[str, Any]) -> list[Strength]:
    sides = sides_of(build(name, parameters))
    return [
        Strength(other, _mean(name, parameters, other, sides), _mean("linear", {}, other, sides))
        for other in AGAINST
    ]


def _mean(name: str, given: dict[str, Any], other: str, sides: tuple[str, ...]) -> float:
    """Give what a strategy ends with, in percent of the pie, over its sides."""
    shares = []
    for side in sides:
        seats = [build(name, given), build(other, {})]
        hub, partner = seats if side == HUB else reversed(seats)
        model = TariffTalks(pie(ROUNDS, SLICES, players=(hub, partner)), collect=False)
        model.run_model()
        shares.append(100 * float(model.payoffs[int(side != HUB), 0]) / SLICES)
        model.release()
    return sum(shares) / len(shares)
