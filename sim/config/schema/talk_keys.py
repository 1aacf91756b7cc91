"""What a config may say of countries, the calendar, the rules and what is on the table."""

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import pairwise
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator

from sim.config.schema.levels import Levels, TariffLevels
from sim.config.schema.numbers import (
    ConfigTable,
    Day,
    Flag,
    Range,
    Rate,
    RateRange,
    Real,
    Rounds,
    RoundsOrNone,
    fault,
    known,
    plain,
    whole,
)
from sim.config.schema.sentences import shown
from sim.protocol.reviews import TestName
from sim.protocol.rules import DeadlineMode, FirstMover, Silence

Names = str | tuple[str, ...]

ISSUE = "issue"
"""A most-favoured clause that is an issue of the package."""

CLAUSE = "clause"
"""Name of that issue."""


def _names(given: Any) -> Names:
    """Accept "all", "none", or a list of measures."""
    if isinstance(given, list | tuple) and all(isinstance(name, str) for name in given):
        if len(set(given)) < len(given):
            raise fault(f"{shown(list(given))} names a measure twice")
        return tuple(given)
    if given in ("all", "none"):
        return str(given)
    words = get_close_matches(str(given), ["all", "none"], n=1)
    near = f"; did you mean '{words[0]}'?" if words else f"; for one measure write ['{given}']"
    raise fault(
        f"{shown(given)} is neither 'all', 'none' nor a list of measures"
        f"{near if isinstance(given, str) else ''}"
    )


def _position(given: Any) -> Names | dict[str, Names]:
    """Accept names, or for a hub names by talk."""
    if isinstance(given, Mapping):
        return {str(talk): _names(names) for talk, names in given.items()}
    return _names(given)


def _clause(given: Any) -> bool | str:
    """Accept true, false, or "issue"."""
    if isinstance(given, bool) or given == ISSUE:
        return cast("bool | str", given)
    raise fault(f"{shown(given)} is neither true, false nor '{ISSUE}'")


Measures = Annotated[Any, PlainValidator(_names)]
Position = Annotated[Any, PlainValidator(_position)]
Clause = Annotated[Any, PlainValidator(_clause)]
Chance = Annotated[float, Field(strict=True, ge=0, lt=1), BeforeValidator(plain)]
Days = Annotated[
    float,
    Field(strict=True, gt=0, allow_inf_nan=False),
    BeforeValidator(plain),
    AfterValidator(whole),
]


class CountryConfig(ConfigTable):
    """A country that sits at a table.

    Attributes:
        label: name for readers.
        region: its region in the trade data; only with an economy.
        discount: discount factor of a round, above 0 and at most 1.
    """

    label: str = Field(description="the name of the country for readers")
    region: str | None = None
    discount: Annotated[float, Field(strict=True, gt=0, le=1), BeforeValidator(plain)] = 1.0


class CalendarConfig(ConfigTable):
    """Rounds and their dates.

    Attributes:
        start: day of the first round; none for talks without dates.
        rounds: rounds to the deadline.
        days_per_round: days a round; 0.5 for two rounds a day.
        deadline: day on which the pause ends.
        mode: what happens at the deadline; `"hard"`: the talks end; `"overtime"`: they go on for
            some rounds; `"extension"`: they end unless the hub has moved it.
        overtime: rounds after the deadline in the mode overtime.
        extension: most rounds that one extension adds in the mode extension.
        extensions: most extensions.
    """

    start: Day | None = None
    rounds: Rounds = Field(description="the number of rounds to the deadline")
    days_per_round: Days = 1
    deadline: Day | None = None
    mode: DeadlineMode = "hard"
    overtime: Rounds = 10
    extension: Rounds = 10
    extensions: Rounds = 1


class RulesConfig(ConfigTable):
    """Rules of every talk; the words are those of `sim.protocol.rules.TalkRules`."""

    review: Measures = "all"
    test: TestName = "by_exchange"
    period: Rounds = 2
    cooldown: RoundsOrNone = 3
    silence: Silence = "pending"
    scope: Flag = True
    first_mover: FirstMover = "draw"
    null_deal: Flag = False
    moves: Rounds | None = None
    breakdown: Chance = 0.0
    clause: Clause = False


class TalkRulesConfig(ConfigTable):
    """Rules of one talk where they differ from those of every talk."""

    review: Measures | None = None
    test: TestName | None = None
    period: Rounds | None = None
    cooldown: RoundsOrNone | None = None
    silence: Silence | None = None
    scope: Flag | None = None
    first_mover: FirstMover | None = None
    null_deal: Flag | None = None
    moves: Rounds | None = None
    breakdown: Chance | None = None
    clause: Clause | None = None


class IssueConfig(ConfigTable):
    """What measures and concessions have in common.

    Attributes:
        levels: the values that can be agreed: a list, or `{ from = …, to = …, step = … }`.
        unit, source: of the levels.
        label: name for readers; the key if not given.
    """

    levels: Levels = Field(description="the list of levels that can be agreed")
    unit: str = ""
    label: str = ""
    source: str = ""


class StepConfig(ConfigTable):
    """A later rate without a deal.

    Attributes:
        announced: day on which it becomes known.
        level: the rate without a deal from then on, in the unit of the levels.
        in_force: day from which it applies, for flows and readers.
    """

    announced: Day = Field(description="the day on which it becomes known")
    level: Rate = Field(description="the rate without a deal from then on")
    in_force: Day | None = None
    unit: str = ""
    source: str = ""


class MeasureConfig(IssueConfig):
    """A tariff measure of the hub; its first level is kept: the rate without a deal.

    Attributes:
        goods: sectors of the trade data that it is charged on; only with an economy.
        inclusive: levels below the first are totals that contain the most-favoured-nation rate.
        today: added points in force on the day of the first round, if not those without a deal;
            they count in flows as long as the pause lasts.
        in_force: day from which the rate without a deal applies, for flows and readers.
        path: later rates without a deal, by name; only with an economy.
    """

    levels: TariffLevels = Field(description="the list of levels that can be agreed")
    goods: tuple[str, ...] = ()
    inclusive: Flag = False
    today: RateRange | None = None
    in_force: Day | None = None
    path: dict[str, StepConfig] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _levels_fall(self) -> "MeasureConfig":
        if not self.levels or any(a <= b for a, b in pairwise(self.levels)):
            raise fault(
                f"the levels {shown(list(self.levels))} do not fall; the first is the rate "
                "without a deal, each next one is lower"
            )
        return self


class ConcessionConfig(IssueConfig):
    """Something that the partner gives; its first level is 0: nothing given.

    Attributes:
        worth: what one unit of the level is worth to the hub, USD bn a year.
        cost: what one unit of the level costs the partner, USD bn a year; with a horizon USD bn
            once, spread over it.
        horizon: years over which the cost is spread.
        size: what the level is measured against, such as GDP, in the unit of the level.
        rise: by how much of itself a unit costs more, per level over size.
    """

    worth: Range | None = None
    cost: Range | None = None
    horizon: Range | None = None
    size: Annotated[Real, Field(gt=0)] | None = None
    rise: Range = known(0.0)

    @model_validator(mode="after")
    def _grows_with_its_size(self) -> "ConcessionConfig":
        if self.size is None and self.rise.high > 0:
            raise fault("a cost rises with a size, and there is no size; give size, such as GDP")
        if self.rise.low < 0:
            raise fault(f"the rise {self.rise.low:g} is out of range; it has to be at least 0")
        if self.horizon is not None and self.horizon.low <= 0:
            raise fault(
                f"the horizon {self.horizon.low:g} is out of range; it has to be more than 0 years"
            )
        return self

    @model_validator(mode="after")
    def _levels_rise_from_nothing(self) -> "ConcessionConfig":
        levels = self.levels
        if not levels or levels[0] != 0 or any(a >= b for a, b in pairwise(levels)):
            raise fault(
                f"the levels {shown(list(levels))} do not rise from 0; the first is 0, nothing "
                "given, each next one is higher"
            )
        return self


class TalkConfig(ConfigTable):
    """A talk of the hub with one partner.

    Attributes:
        partner: key of a country.
        measures: tariff measures of the hub, in order.
        concessions: what the partner can give, in order.
        rules: where the rules of this talk differ from `[rules]`.
    """

    partner: str = Field(description="the key of a country")
    measures: dict[str, MeasureConfig] = Field(default_factory=dict)
    concessions: dict[str, ConcessionConfig] = Field(default_factory=dict)
    rules: TalkRulesConfig = TalkRulesConfig()
