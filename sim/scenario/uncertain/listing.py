"""The uncertain numbers of a scenario, by their dotted path, elasticities apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.chance.spreads import Spread
from sim.config import ScenarioConfig
from sim.config.schema.around_keys import ShockConfig
from sim.config.schema.numbers import Range

_WEIGHTS = ("welfare", "revenue", "price", "no_deal")
_MOVES = ("review", "outside")


@dataclass(frozen=True)
class Uncertain:
    """A number that nobody knows.

    Attributes:
        path: dotted path in the scenario.
        spread: its distribution.
        owner, purpose: of its stream. Numbers of one stream are the same number, said twice.
    """

    path: str
    spread: Spread
    owner: str
    purpose: str

    @property
    def stream(self) -> tuple[str, str]:
        """What keys its random numbers."""
        return self.owner, self.purpose


def active_shocks(config: ScenarioConfig) -> dict[str, ShockConfig]:
    """Give the shocks that can strike, in their order."""
    return {name: shock for name, shock in config.shocks.items() if shock.active}


def uncertain(config: ScenarioConfig) -> tuple[Uncertain, ...]:
    """Give the uncertain numbers that have a say, elasticities apart; known ones are left out."""
    every = [*weighed(config), *_around(config)]
    return tuple(number for number in every if not number.spread.known)


def weighed(config: ScenarioConfig) -> tuple[Uncertain, ...]:
    """Give the weights of governments and what concessions are worth, known ones too."""
    return (*_of_countries(config), *_of_concessions(config))


def _of_countries(config: ScenarioConfig) -> Iterator[Uncertain]:
    economy = config.payoffs.kind == "economy"
    for country, said in config.payoffs.weights.items():
        path = f"payoffs.weights.{country}"
        for key in (*(_WEIGHTS if economy else ()), *_MOVES, *_extension(config)):
            yield from _weights(f"{path}.{key}", getattr(said, key), country, key)
        if said.audience is not None:
            yield _weight(f"{path}.audience", said.audience, country, "audience")
        for name, group in said.profits.items():
            where = f"{path}.profits.{name}.weight"
            yield _weight(where, group.weight, country, f"profits {name}")
        for name, line in said.red_lines.items():
            where, purpose = f"{path}.red_lines.{name}", f"red line {name}"
            yield _weight(f"{where}.cost", line.cost, country, purpose)
            yield _weight(f"{where}.per_point", line.per_point, country, f"{purpose} per point")


def _extension(config: ScenarioConfig) -> tuple[str, ...]:
    return ("extension",) if config.calendar.mode == "extension" else ()


def _of_concessions(config: ScenarioConfig) -> Iterator[Uncertain]:
    for talk, said in config.talks.items():
        for name, concession in said.concessions.items():
            giver = said.partner
            sides = {"worth": config.hub, "cost": giver, "horizon": giver, "rise": giver}
            for side, owner in sides.items():
                number = getattr(concession, side)
                if number is not None and config.payoffs.kind == "economy":
                    path = f"talks.{talk}.concessions.{name}.{side}"
                    yield _weight(path, number, owner, f"{side} {name}")


def _around(config: ScenarioConfig) -> Iterator[Uncertain]:
    partners = {config.hub, *(talk.partner for talk in config.talks.values())}
    for country, ratifiers in config.ratification.items():
        for name, said in ratifiers.items():
            if said.active and country in partners:
                path, purpose = f"ratification.{country}.{name}", f"ratifier {name}"
                yield Uncertain(
                    f"{path}.threshold", said.threshold.spread, country, f"{purpose} threshold"
                )
                for key, event in said.events.items():
                    where = f"{path}.events.{key}.shift"
                    yield Uncertain(where, event.shift.spread, country, f"{purpose} event {key}")
    for name, shock in active_shocks(config).items():
        for country, effect in shock.effects.items():
            path = f"shocks.{name}.effects.{country}"
            yield Uncertain(path, effect.spread, country, f"shock {name}")
    for name, threat in config.threats.items():
        if threat.active:
            yield _weight(f"threats.{name}.cost", threat.cost, threat.by, f"threat {name}")


def _weights(
    path: str, number: Range | Mapping[str, Range], owner: str, purpose: str
) -> Iterator[Uncertain]:
    """Give a weight, or one for each measure."""
    if isinstance(number, Range):
        yield _weight(path, number, owner, purpose)
        return
    for name, one in number.items():
        yield _weight(f"{path}.{name}", one, owner, f"{purpose} {name}")


def _weight(path: str, number: Range, owner: str, purpose: str) -> Uncertain:
    return Uncertain(path, number.spread, owner, f"weight {purpose}")
