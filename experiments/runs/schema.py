"""What the columns of a results table are: their types, units and meanings, said once."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

_USD = "USD bn a year"
_GIVEN = "payoff, in the unit of the scenario"
_POINTS = "percentage points"
_ROUND = "round, from 1"

_FIXED = {
    "cell": ("", "number of the cell of the sweep"),
    "world": ("", "number of the world: one draw of the payoffs and one row of luck"),
    "draw": ("", "draw of the uncertain payoffs"),
    "talk": ("", "name of the talk"),
    "status": (
        "",
        "how the talk ended: deal, expired at the deadline, silent (so, and a side that could have "
        "offered never did), walked away, broken_down, or vetoed in the ratification",
    ),
    "lowers": ("", "whether the deal lowers at least one rate"),
    "round": (_ROUND, "when the deal was signed; empty without one"),
    "date": ("date", "first day of that round; empty without a deal or dates"),
    "in_principle": (_ROUND, "first agreement in principle; empty without one"),
    "first_mover": ("", "who moves first in each round"),
    "walked_by": ("", "who walked away; empty if nobody did"),
    "package": ("", "number of the agreed package; -1 without a deal"),
    "offers.hub": ("offers", "made by the hub"),
    "offers.partner": ("offers", "made by the partner"),
    "refusals": ("offers", "standing offers rejected by either side"),
    "review_cost": (_USD, "charged to the hub for the reviews of this talk"),
    "relented": ("", "measures that the partner dropped from the review rule, with commas"),
    "audience_cost": (_USD, "charged to the partner for that"),
    "deadline": (_ROUND, "last round before the deadline, as it was announced last"),
    "extensions": ("", "how often the hub moved the deadline"),
    "extension_cost": (
        _USD,
        "charged to the hub for that, once for the whole world: the k-th costs k times the first",
    ),
    "ratified": (_ROUND, "when the signed deal took effect; empty without one"),
    "vetoes": ("", "how often a signed package was vetoed"),
    "vetoed_by": ("", "who vetoed last: country and ratifier; empty if nobody did"),
    "clause": ("", "whether the deal holds a most-favoured clause, where that is an issue"),
    "shocks": ("", "shocks in force when the talk ended, with commas"),
    "utility.hub": ("0 to 1 over all packages", "utility of the end of the talk to the hub"),
    "utility.partner": ("0 to 1 over all packages", "utility of the end to the partner"),
    "reservation.hub": ("0 to 1 over all packages", "utility of no deal to the hub"),
    "reservation.partner": ("0 to 1 over all packages", "utility of no deal to the partner"),
    "distance.pareto": ("utility", "Euclidean distance to the Pareto frontier"),
    "distance.nash": ("utility", "Euclidean distance to the largest product of gains"),
    "distance.kalai_smorodinsky": (
        "utility",
        "Euclidean distance to the largest smaller share of the best possible gains",
    ),
    "distance.egalitarian": ("utility", "Euclidean distance to the largest smaller gain"),
}

_FAMILIES = {
    "review": (
        "",
        "state of {0} on the docket at the end: off, requested, open, reviewed, refused",
    ),
    "rate": (_POINTS, "points that {0} adds at the end; its no-deal rate without a deal"),
    "applied": ("percent", "total rate on {0} at the end, ordinary tariff included"),
    "give": ("unit of the concession", "level of {0} in the deal; 0 without one"),
    "payoff": (
        _USD,
        "payoff of {0} against no deal in any talk, for the whole world: the same in all rows of a "
        "world, never to be added up over talks",
    ),
    "cost": (
        _USD,
        "what its moves have cost {0}, for the whole world, all of it assumed: reviews, giving up "
        "a demand, extensions, threats; the payoff is net of it, and the two together are trade "
        "and politics",
    ),
    "flow": (
        "USD bn",
        "what {0} has got, for the whole world, from the first day of the talks to the day after "
        "the last round that any world can reach, against no deal in any talk: the rates in force "
        "until each deal, and the deals; without what moves cost",
    ),
    "by_clause": (_POINTS, "points by which the most-favoured clause lowers the total on {0}"),
    "threats": ("", "how often the threat {0} was made, in the whole world"),
    "status_at_signing": ("", "how talk {0} stood when this talk was signed"),
}

_TEXT, _YES, _DAY = pa.string(), pa.bool_(), pa.timestamp("ms")
_WHOLE, _ROUNDS = pa.int64(), pa.int32()

_TYPES: dict[str, Any] = {
    **dict.fromkeys(
        ["talk", "status", "first_mover", "walked_by", "relented", "vetoed_by", "shocks"], _TEXT
    ),
    **dict.fromkeys(["review", "status_at_signing"], _TEXT),
    **dict.fromkeys(["cell", "world", "draw", "package", "offers", "refusals"], _WHOLE),
    **dict.fromkeys(["deadline", "extensions", "vetoes", "threats"], _WHOLE),
    **dict.fromkeys(["round", "in_principle", "ratified"], _ROUNDS),
    **dict.fromkeys(["lowers", "clause"], _YES),
    "date": _DAY,
}
"""Types by the first word of a name; all other columns hold numbers."""


def type_of(name: str, labels: Mapping[str, str | float]) -> Any:
    """Give the Arrow type of a column, whatever the first rows hold.

    Args:
        name: of the column.
        labels: of a cell, by swept path; those of a path are all words, or all numbers.
    """
    if name in labels:
        return _TEXT if isinstance(labels[name], str) else pa.float64()
    return _TYPES.get(name.partition(".")[0], pa.float64())


def unit_given(scenario: Mapping[str, Any]) -> str | None:
    """Give the unit of given payoffs, empty if it has no name; None if they are not given."""
    return None if scenario.get("economy") else str(scenario.get("payoffs", {}).get("unit", ""))


def given_in(scenario: Mapping[str, Any]) -> str:
    """Give the unit in which tables say given payoffs; empty if they are not given."""
    unit = unit_given(scenario)
    return "" if unit is None else unit or "payoff"


def describe(
    columns: Mapping[str, str], swept: Iterable[str], *, given: str | None = None
) -> dict[str, dict[str, str]]:
    """Say type, unit and meaning of every column.

    Args:
        columns: types, by name.
        swept: names of the swept paths.
        given: unit of the payoffs, if they are given; empty if they have no name for it.

    Raises:
        KeyError: a column that nobody described.
    """
    swept = set(swept)
    described = {}
    for name, kind in columns.items():
        if name in swept:
            unit, meaning = "", f"value of {name} in this cell"
        elif name in _FIXED:
            unit, meaning = _FIXED[name]
        else:
            family, _, rest = name.partition(".")
            unit, meaning = _FAMILIES[family]
            meaning = meaning.format(rest)
        unit = given or _GIVEN if given is not None and unit == _USD else unit
        described[name] = {"type": kind, "unit": unit, "meaning": meaning}
    return described
