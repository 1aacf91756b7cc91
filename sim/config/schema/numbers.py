"""How a config writes a number: bare, or in a table with its unit and source beside it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sim.chance.spreads import SHAPES, Listed, Shape, Spread
from sim.config.schema.limits import (
    LEAST_TARIFF,
    MOST,
    MOST_DRAWS,
    MOST_ROUNDS,
    MOST_WHOLE,
    MOST_WORLDS,
)

_BESIDE = ("unit", "source")


class ConfigTable(BaseModel):
    """A table of a config: frozen, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def fault(sentence: str) -> PydanticCustomError:
    """Give an error whose sentence stands alone, without the value before it."""
    return PydanticCustomError("sentence", "{words}", {"words": sentence})


def is_number(value: Any) -> bool:
    """Tell a number from everything else, true and false included."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(number: float) -> float:
    """Write a whole number as one: 2.0 is 2."""
    return int(number) if number.is_integer() else number


def plain(value: Any) -> Any:
    """Take the value out of `{value = …, unit = …, source = …}`."""
    if not isinstance(value, Mapping):
        return value
    extra = [key for key in value if key not in ("value", *_BESIDE)]
    if extra:
        raise fault(f"there is no key '{extra[0]}'; beside a value stand only unit and source")
    if "value" not in value:
        raise fault("the value is missing; write {value = …, unit = …, source = …}")
    return value["value"]


_NUMBER = Field(strict=True, allow_inf_nan=False, ge=-MOST, le=MOST)

Finite = Annotated[float, _NUMBER]
Real = Annotated[float, _NUMBER, BeforeValidator(plain)]
Tariff = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=LEAST_TARIFF, le=MOST)]
"""A tariff, or points of one, in percent; what is left of a price is more than nothing."""
Rate = Annotated[Tariff, BeforeValidator(plain)]
Whole = Annotated[int, Field(strict=True, ge=-MOST_WHOLE, le=MOST_WHOLE), BeforeValidator(plain)]
Rounds = Annotated[int, Field(strict=True, ge=1, le=MOST_ROUNDS), BeforeValidator(plain)]
RoundsOrNone = Annotated[int, Field(strict=True, ge=0, le=MOST_ROUNDS), BeforeValidator(plain)]
Worlds = Annotated[int, Field(strict=True, ge=1, le=MOST_WORLDS), BeforeValidator(plain)]
Count = Annotated[int, Field(strict=True, ge=1, le=MOST_DRAWS), BeforeValidator(plain)]
"""A number of draws or points."""
Flag = Annotated[bool, Field(strict=True)]


def _or_file(given: Any, count: ValidatorFunctionWrapHandler) -> Any:
    return given if isinstance(given, str) and given else count(given)


Draws = Annotated[Count, WrapValidator(_or_file), PlainSerializer(lambda draws: draws)]
"""How many draws there are, or the path of a file of draws; `parse` counts those of a file."""
Day = Annotated[date, BeforeValidator(plain)]


class Range(ConfigTable):
    """A number that nobody knows: low, central and high; or one value.

    Attributes:
        shape: `"two_piece"`: half of the mass uniform on low to central, half on central to high;
            `"triangular"`: central is the likeliest value; `"uniform"`: on low to high, central
            (the middle, if not given) stands for it where one value has to.
        listed: the values themselves, one for each draw; only from a file of draws.
    """

    low: Finite = Field(description="the low end of the range")
    central: Finite = Field(description="the median of the range")
    high: Finite = Field(description="the high end of the range")
    shape: Shape = "two_piece"
    unit: str = ""
    source: str = ""
    listed: tuple[float, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_value(cls, given: Any) -> Any:
        if isinstance(given, Listed):
            ends = {"low": given.low, "central": given.central, "high": given.high}
            return {**ends, "listed": given.values}
        if is_number(given):
            return {"low": given, "central": given, "high": given}
        if isinstance(given, Mapping) and "value" in given:
            value = plain(given)
            if not is_number(value):
                raise fault(f"the value {value!r} is not a number")
            beside = {key: given[key] for key in _BESIDE if key in given}
            return {"low": value, "central": value, "high": value, **beside}
        if not isinstance(given, Mapping | Range):
            raise ValueError("is neither a number nor a table with low, central and high")
        if isinstance(given, Mapping) and given.get("listed"):
            raise fault("values are listed in a file of draws: payoffs.draws = 'FILE.parquet'")
        return _with_middle(given) if isinstance(given, Mapping) else given

    @model_validator(mode="after")
    def _in_order(self) -> "Range":
        if not self.low <= self.central <= self.high:
            ends = f"low {self.low:g}, central {self.central:g}, high {self.high:g}"
            raise fault(f"{ends} are out of order; they may not fall")
        return self

    @property
    def spread(self) -> Spread:
        """The distribution."""
        ends = self.low, self.central, self.high
        return Listed(*ends, self.listed) if self.listed else SHAPES[self.shape](*ends)


def _with_middle(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the middle of a uniform where its central value is not given."""
    ends = [given[key] for key in ("low", "high") if is_number(given.get(key))]
    if given.get("shape") != "uniform" or "central" in given or len(ends) < 2:
        return given
    return {**given, "central": (ends[0] + ends[1]) / 2}


def _kind_of_cost(given: Any) -> str:
    """Tell one range for all measures from a table of ranges by measure."""
    ends = {*Range.model_fields, "value"}
    return BY_MEASURE if isinstance(given, Mapping) and given and not ends & set(given) else ONE


def _above(said: Range) -> Range:
    if said.low <= LEAST_TARIFF:
        raise fault(f"{said.low:g} is out of range; it has to be more than {LEAST_TARIFF}")
    return said


RateRange = Annotated[Range, AfterValidator(_above)]
"""A tariff that nobody knows."""

ONE, BY_MEASURE = "[range]", "[by measure]"
"""Tags of the two forms of a cost; they are left out of the paths in sentences."""

ByMeasure = Annotated[
    Annotated[Range, Tag(ONE)] | Annotated[dict[str, Range], Tag(BY_MEASURE)],
    Discriminator(_kind_of_cost),
]
"""One range for all measures, or one for each; a measure that is left out costs nothing."""


def known(value: float) -> Range:
    """Give a number that everybody knows."""
    return Range(low=value, central=value, high=value)
