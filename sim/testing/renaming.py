"""The same talks under other names, with the same luck."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.protocol.state import TalkState
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.views.seat import Seat
from sim.talks.model import TariffTalks


def renamed(game: Scenario, names: Mapping[str, str]) -> Scenario:
    """Give the same scenario with other names of countries and talks (alike in both)."""

    def new(name: str) -> str:
        return names.get(name, name)

    payoffs = replace(
        game.payoffs,
        countries=tuple(new(country) for country in game.countries),
        talks=tuple(new(talk) for talk in game.payoffs.talks),
    )
    return replace(
        game,
        payoffs=payoffs,
        countries=payoffs.countries,
        labels={new(country): label for country, label in game.labels.items()},
        talks=tuple(
            replace(rules, name=new(rules.name), hub=new(rules.hub), partner=new(rules.partner))
            for rules in game.talks
        ),
        strategies={
            (new(country), new(talk)): player for (country, talk), player in game.strategies.items()
        },
        rates={new(talk): book for talk, book in game.rates.items()},
        review_cost={(new(hub), new(talk)): cost for (hub, talk), cost in game.review_cost.items()},
        audience_cost={(new(c), new(talk)): cost for (c, talk), cost in game.audience_cost.items()},
        surroundings=_renamed_around(game.surroundings, new),
    )


def _renamed_around(around: Surroundings, new: Callable[[str], str]) -> Surroundings:
    """Give the same surroundings with other names of countries and talks."""
    return replace(
        around,
        sights={(new(c), new(talk)): sight for (c, talk), sight in around.sights.items()},
        ratifiers={
            new(talk): tuple(replace(ratifier, country=new(ratifier.country)) for ratifier in some)
            for talk, some in around.ratifiers.items()
        },
        threats=tuple(replace(threat, country=new(threat.country)) for threat in around.threats),
        discounts={new(country): factor for country, factor in around.discounts.items()},
    )


@dataclass
class NamedPlace(Seat):
    """A place whose luck is that of another name."""

    owner: str = ""

    @property
    def name(self) -> str:
        """Name of the owner of its luck."""
        return self.owner


class NamedTalks(TariffTalks):
    """The model, with the luck of other names.

    Args:
        game, worlds, seed, first: as of the model.
        owners: by country and talk, the name whose luck it has; its own if not given.
    """

    def __init__(
        self, game: Scenario, worlds: int, seed: int, first: int, owners: Mapping[str, str]
    ) -> None:
        self._owners = owners
        super().__init__(game, worlds, seed, first, collect=False)

    def _places(self, state: TalkState, others: tuple[TalkState, ...]) -> tuple[Seat, Seat]:
        hub, partner = super()._places(state, others)
        return self._named(hub), self._named(partner)

    def _named(self, place: Seat) -> Seat:
        owner = ":".join(self._owners.get(name, name) for name in place.name.split(":"))
        kept: dict[str, Any] = vars(place)
        return NamedPlace(**kept, owner=owner)
