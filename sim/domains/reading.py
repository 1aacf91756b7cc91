"""The two JSON forms in which domains are published: a file for each side.

The plain form holds `issueWeights`, `issues` (value utilities by issue) and `reservationValue`. The
GeniusWeb form holds a `LinearAdditiveUtilitySpace` with `issueWeights`, `issueUtilities` and
`domain`, and `reservationBid`, a package that is worth as much as no deal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Literal, get_args

from sim.config.schema.numbers import is_number
from sim.config.schema.sentences import shown
from sim.domains.domain import Domain, Profile
from sim.domains.json_place import JsonPlace, read_json
from sim.errors import ConfigError, near_match

Form = Literal["plain", "geniusweb"]
FORMS: tuple[Form, ...] = get_args(Form)

FILES = ("profileA.json", "profileB.json")
"""What the files of a domain are called."""

MOST = 5_000_000
"""Packages of a domain at most: all are looked at."""

_SPACE = "LinearAdditiveUtilitySpace"
_DISCRETE = ("DiscreteValueSetUtilities", "discreteutils")
_NUMBERS = ("reservationValue", "reserved_value")
_BID = "reservationBid"
_ABOUT = 0.01
"""How far published weights, which are rounded, may be from adding up to 1."""

Values = dict[str, dict[str, float]]


@dataclass(frozen=True)
class _Side:
    """A profile as read.

    Attributes:
        name: of the domain, if the file says it.
        profile: what it says.
        issues: where its issues stand.
        values: where the values of each issue stand.
    """

    name: str
    profile: Profile
    issues: JsonPlace
    values: Mapping[str, JsonPlace]


def read(first: str | Path, second: str | Path) -> Domain:
    """Read a domain from the files of its two sides, in either form.

    Args:
        first: file of side A, which sets the order of issues and values.
        second: file of side B.

    Raises:
        DataError: a file is wrong, or they are not of one domain; the sentence gives file and
            path inside it.
    """
    one, two = _side(Path(first)), _side(Path(second))
    where = f"in {first}"
    ours, theirs = one.profile.values, two.profile.values
    two.issues.same(theirs, ours, "issue", where)
    for issue, values in ours.items():
        two.values[issue].same(theirs[issue], values, "value", where)
    size = prod(len(values) for values in ours.values())
    if size > MOST:
        raise one.issues.fault(f"{size:,} packages; a domain may have at most {MOST:,}")
    name = one.name or Path(first).resolve().parent.name
    return Domain(name, (one.profile, two.profile))


def write(domain: Domain, directory: str | Path, form: Form = "plain") -> tuple[Path, Path]:
    """Write a domain into a directory, as `FILES`; files that are there are written anew.

    `read` gives the same profiles back.

    Raises:
        ConfigError: there is no such form.
    """
    if form not in FORMS:
        raise ConfigError(
            f"form: '{form}' is not one of {', '.join(FORMS)}{near_match(form, FORMS)}"
        )
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    paths = (directory / FILES[0], directory / FILES[1])
    for path, profile in zip(paths, domain.profiles, strict=True):
        said = _plain(profile) if form == "plain" else _geniusweb(domain, profile, path.stem)
        path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return paths


def _plain(profile: Profile) -> dict[str, Any]:
    return {
        "reservationValue": profile.reservation,
        "issueWeights": dict(profile.weights),
        "issues": {issue: dict(values) for issue, values in profile.values.items()},
    }


def _geniusweb(domain: Domain, profile: Profile, name: str) -> dict[str, Any]:
    space: dict[str, Any] = {
        "issueUtilities": {
            issue: {_DISCRETE[0]: {"valueUtilities": dict(values)}}
            for issue, values in profile.values.items()
        },
        "issueWeights": dict(profile.weights),
        "domain": {
            "name": domain.name,
            "issuesValues": {k: {"values": list(values)} for k, values in domain.issues.items()},
        },
        "name": name,
    }
    if profile.reservation:
        space[_NUMBERS[1]] = profile.reservation
    return {_SPACE: space}


def _side(file: Path) -> _Side:
    said, place = read_json(file), JsonPlace(file)
    _undiscounted(said, place)
    if _SPACE in said:
        return _from_geniusweb(said[_SPACE], place.at(_SPACE))
    if "issues" not in said and "issueWeights" not in said:
        near = near_match(next(iter(said)), (_SPACE, "issues", "issueWeights"))
        raise place.fault(
            f"neither 'issues' nor '{_SPACE}' at the top, but '{next(iter(said))}'"
            f"{near or '; give a linear additive profile in one of these forms'}"
        )
    return _from_plain(said, place)


_DISCOUNTS = ("discountFactor", "discount_factor", "discountfactor", "discount")
"""What a discount factor is called in the files of other tools."""

_SCALE = {"range", "low", "high", "lower", "upper", "min", "max", "minimum", "maximum"}
_SCALE |= {"lowvalue", "highvalue", "lowutility", "highutility", "lowerbound", "upperbound"}
_SCALE |= {"type", "etype", "vtype", "parameter0", "parameter1", "step"}
_NUMERIC = "is an issue of numbers; what is read are issues of listed values: write "
_NUMERIC += 'the numbers that are offered as values, each with its utility, such as { "10": 0.5 }'


def _undiscounted(said: Mapping[str, Any], place: JsonPlace) -> None:
    """Check that a profile has no discount factor: utilities are those of a package at any time."""
    for key in said:
        if key.lower() in map(str.lower, _DISCOUNTS) and (
            said[key] is True or said[key] not in (None, 1)
        ):
            raise place.at(key).fault(
                f"{shown(said[key])} is a discount factor, and discounting is not read: the domain "
                "would be another one; take it out (or write 1) to play the domain without it"
            )


def _listed_values(place: JsonPlace, table: Any) -> None:
    """Check that an issue lists its values, and does not give the ends of a range."""
    if not isinstance(table, dict):
        return
    keys = {key.lower() for key in table}
    shares = all(is_number(value) and 0 <= value <= 1 for value in table.values())
    if "lowvalue" in keys or (keys & _SCALE and keys <= _SCALE and not shares):
        raise place.fault(_NUMERIC)


def _from_plain(said: Mapping[str, Any], place: JsonPlace) -> _Side:
    place.known(
        said,
        {
            "issueWeights": "the weight of every issue",
            "issues": "the utility of every value of every issue",
            _NUMBERS[0]: None,
            _BID: None,
        },
    )
    issues = place.at("issues")
    tables = issues.table(said["issues"], "the values of every issue")
    for issue, table in tables.items():
        _listed_values(issues.at(issue), table)
    values = {issue: _utilities(issues.at(issue), tables[issue]) for issue in tables}
    profile = _profile(place, said, values)
    return _Side("", profile, issues, {issue: issues.at(issue) for issue in values})


def _from_geniusweb(space: Any, place: JsonPlace) -> _Side:
    space = place.table(space, "issueWeights, issueUtilities and domain")
    _undiscounted(space, place)
    place.known(
        space,
        {
            "issueWeights": "the weight of every issue",
            "issueUtilities": "the utility of every value of every issue",
            "domain": "the values of every issue, in issuesValues",
            **dict.fromkeys((*_NUMBERS, _BID, "name")),
        },
    )
    issues = place.at("issueUtilities")
    tables = issues.table(space["issueUtilities"], "the values of every issue")
    values, places = {}, {}
    for issue, kinds in tables.items():
        places[issue], table = _discrete(issues.at(issue), kinds)
        values[issue] = _utilities(places[issue], table)
    name, listed = _listed(place.at("domain"), space["domain"])
    issues.same(values, listed, "issue", "in domain.issuesValues")
    for issue, names in listed.items():
        places[issue].same(values[issue], names, "value", "in domain.issuesValues")
    ordered = {
        issue: {value: values[issue][value] for value in names} for issue, names in listed.items()
    }
    return _Side(name, _profile(place, space, ordered), issues, places)


def _discrete(place: JsonPlace, kinds: Any) -> tuple[JsonPlace, Any]:
    """Find the value utilities of an issue in the GeniusWeb form."""
    kinds = place.table(kinds, f"{_DISCRETE[0]}")
    kind = next((kind for kind in _DISCRETE if kind in kinds), None)
    if kind is None:
        said = next(iter(kinds))
        if "number" in said.lower():
            raise place.fault(_NUMERIC)
        near = near_match(said, _DISCRETE) or "; give every value its utility there"
        raise place.fault(f"'{said}' is not {_DISCRETE[0]}{near}")
    inside = place.at(kind).table(kinds[kind], "valueUtilities")
    place.at(kind).known(inside, {"valueUtilities": "the utility of every value"})
    return place.at(kind, "valueUtilities"), inside["valueUtilities"]


def _listed(place: JsonPlace, said: Any) -> tuple[str, dict[str, list[str]]]:
    """Read the name of the domain and the values of its issues in the GeniusWeb form."""
    said = place.table(said, "name and issuesValues")
    place.known(said, {"issuesValues": "the values of every issue", "name": None})
    name = place.at("name").text(said.get("name", ""), "the name of a domain")
    issues = place.at("issuesValues")
    listed = {}
    for issue, table in issues.table(said["issuesValues"], "the values of every issue").items():
        here = issues.at(issue)
        _listed_values(here, table)
        here.known(here.table(table, "a list of values"), {"values": "a list of values"})
        here = here.at("values")
        if not isinstance(table["values"], list) or not table["values"]:
            raise here.fault('is not a list of values; write a list such as ["keep", "zero"]')
        names = [here.text(value, "the name of a value") for value in table["values"]]
        for value in names:
            if names.count(value) > 1:
                raise here.fault(f"the value '{value}' stands twice; drop one")
        listed[issue] = names
    return name, listed


def _utilities(place: JsonPlace, said: Any) -> dict[str, float]:
    table = place.table(said, "the utility of every value")
    return {
        value: place.at(value).share(number, "the utility of a value")
        for value, number in table.items()
    }


def _profile(place: JsonPlace, said: Mapping[str, Any], values: Values) -> Profile:
    here = place.at("issueWeights")
    table = here.table(said["issueWeights"], "the weight of every issue")
    here.same(table, values, "issue", "in the profile")
    weights = {issue: here.at(issue).share(table[issue], "a weight") for issue in values}
    total = sum(weights.values())
    if abs(total - 1) > _ABOUT + 1e-9:
        raise here.fault(f"the weights add up to {total:g}; they have to add up to 1")
    return Profile(weights, values, _reservation(place, said, weights, values))


def _reservation(
    place: JsonPlace, said: Mapping[str, Any], weights: Mapping[str, float], values: Values
) -> float:
    """Read the utility of no deal: a number, or that of a package; 0 if there is none."""
    given = [key for key in (*_NUMBERS, _BID) if said.get(key) is not None]
    if len(given) > 1:
        raise place.at(given[1]).fault(f"there is also {given[0]}; give one of them")
    if not given:
        return 0.0
    here = place.at(given[0])
    if given[0] != _BID:
        return here.share(said[given[0]], "the utility of no deal")
    bid = here.table(said[_BID], "issuevalues")
    here.known(bid, {"issuevalues": "a value for every issue"})
    here = here.at("issuevalues")
    table = here.table(bid["issuevalues"], "a value for every issue")
    here.same(table, values, "issue", "in the profile")
    total = 0.0
    for issue, known in values.items():
        value = here.at(issue).text(table[issue], "the name of a value")
        if value not in known:
            near = near_match(value, known) or f"; there is {', '.join(known)}"
            raise here.at(issue).fault(f"there is no value '{value}'{near}")
        total += weights[issue] * known[value]
    return min(total, 1.0)
