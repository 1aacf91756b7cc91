"""What a config may say of all that is around the tables."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from sim.config.schema.numbers import (
    ConfigTable,
    Day,
    Flag,
    Range,
    Rate,
    Real,
    Rounds,
    RoundsOrNone,
    known,
    plain,
)
from sim.seats.views.visibility import Level

Share = Annotated[float, Field(strict=True, ge=0, le=1), BeforeValidator(plain)]


class EventConfig(ConfigTable):
    """A dated event that shifts the threshold of a ratifier, such as an election.

    Attributes:
        date: the day from which the shift holds.
        shift: USD bn a year; positive makes approval harder.
    """

    date: Day = Field(description="the day from which the shift holds")
    shift: Range = Field(description="what it adds to the threshold, USD bn a year")
    label: str = ""


class RatifierConfig(ConfigTable):
    """Somebody at home who has to approve a signed package.

    Attributes:
        active: whether it has a say.
        threshold: gain of the country from which it approves, USD bn a year.
        sd: standard deviation of the noise around it, drawn in every vote.
        delay: rounds from the signature to the vote.
        tariffs, concessions: weight of what the rates bring, and of what the concessions do, in
            what it counts as a gain.
        events: by name.
        announced: whether both sides know its threshold, noise, weights and events beforehand; its
            own side then decides by the chance that it says yes.
    """

    active: Flag = True
    label: str = ""
    announced: Flag = False
    threshold: Range = known(0.0)
    sd: Annotated[float, Field(strict=True, ge=0), BeforeValidator(plain)] = 1.0
    delay: RoundsOrNone = 0
    tariffs: Real = 1.0
    concessions: Real = 1.0
    events: dict[str, EventConfig] = Field(default_factory=dict)


class ShockConfig(ConfigTable):
    """Something that changes what no deal is worth for some rounds.

    Attributes:
        active: whether it can strike.
        effects: by country, USD bn a year while it is in force, added to the value of no deal in
            each of its talks; what it comes to is that times its share of the year.
        hazard: probability that it strikes at the beginning of a round.
        date: day on which it strikes for certain.
        rounds: for how many rounds it is in force.
    """

    active: Flag = True
    label: str = ""
    effects: dict[str, Range] = Field(description="a table of effects by country")
    hazard: Share = 0.0
    date: Day | None = None
    rounds: Rounds = 1


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


def _rounds_or_day(given: Any) -> Any:
    """Read rounds or a day."""
    found = plain(given)
    day = date.fromisoformat(found) if isinstance(found, str) and _DAY.fullmatch(found) else found
    if isinstance(day, bool) or not isinstance(day, int | date):
        raise ValueError("is neither a number of rounds nor a day such as 2025-06-20")
    if isinstance(day, int) and day < 1:
        raise ValueError("is no number of rounds; it has to be at least 1")
    return day


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class UnlessConfig(ConfigTable):
    """What makes a threat void if it is met when the threat falls due; one of them is enough.

    Attributes:
        signed_by: a deal in the talk of who threatens, signed by this day.
        opened: measures of that talk that are open or reviewed, all of them.
        within: when the threat falls due: rounds after it is made, or a day; `signed_by` if it is
            left out.
    """

    signed_by: Day | None = None
    opened: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    within: Annotated[Any, BeforeValidator(_rounds_or_day)] = None


class ThreatConfig(ConfigTable):
    """A side move of a country that makes a shock likelier.

    Attributes:
        active: whether it can be made.
        by: key of the country.
        shock: key of the shock.
        hazard: what it adds to the hazard of the shock in each of the rounds after it was made, or
            has fallen due.
        rounds: for how many rounds.
        most: how often it can be made.
        unless: what makes it void; if it is left out, it holds from the next round on.
        cost: what it costs who makes it, each time, USD bn a year.
    """

    active: Flag = True
    label: str = ""
    by: str = Field(description="the key of the country that can make it")
    shock: str = Field(description="the key of the shock that it makes likelier")
    hazard: Share = Field(description="what it adds to the hazard of the shock")
    rounds: Rounds = 1
    most: Rounds = 1
    unless: UnlessConfig | None = None
    cost: Range = known(0.0)


class SightConfig(ConfigTable):
    """How much a country sees of a talk; the words are those of `sim.seats.views.visibility.Sight`.

    Attributes:
        level: as where nothing is said, if it is left out.
    """

    level: Level | None = None
    lag: RoundsOrNone = 0
    leak: Share = 0.0

    @model_validator(mode="before")
    @classmethod
    def _one_word(cls, given: Any) -> Any:
        return {"level": given} if isinstance(given, str) else given


class BackChannelConfig(ConfigTable):
    """A channel between partners, beside the tables.

    Attributes:
        active: whether there is one.
        partners: keys of the countries.
        share: whether they see each other's offers.
        ceiling: highest total rate, percent, at which they may sign, by goods: packages above it
            are on none of their menus.
    """

    active: Flag = True
    partners: tuple[str, ...] = Field(description="a list of partners")
    share: Flag = True
    ceiling: dict[str, Rate] = Field(default_factory=dict)


class LinksConfig(ConfigTable):
    """Who sees what of the other talks.

    Attributes:
        level: what everybody sees where nothing else is said; if it is left out, the hub sees
            offers and a partner the terms of what is signed.
        sees: by country and talk.
        back_channel: between partners.
    """

    level: Level | None = None
    sees: dict[str, dict[str, SightConfig]] = Field(default_factory=dict)
    back_channel: BackChannelConfig | None = None
