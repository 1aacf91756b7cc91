"""Patterns: what happened, as features that a world has or has not.

Pattern-oriented modelling (Grimm and others 2005; Grimm and Railsback 2012): a model is held
against several weak patterns at once, each of which many wrong models miss. Every kind of pattern
is a function of how the talks of a world ended; names and numbers stand in configs.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

import numpy as np
from pydantic import PlainValidator

from experiments.history.worlds import Flags, Floats, WorldOutcomes
from sim.config import ScenarioConfig
from sim.config.schema.numbers import ConfigTable, Count, Day, Real, fault, is_number, plain
from sim.config.schema.sentences import shown, unknown, validate
from sim.errors import ConfigError

Names = tuple[str, ...]


def _number(given: Any) -> float:
    value = plain(given)
    if not is_number(value):
        raise fault(f"{shown(value)} is not a number")
    return float(value)


def _same_or_by_talk(given: Any) -> float | dict[str, float]:
    """Accept a number for all talks, or a table of numbers by talk."""
    if isinstance(given, Mapping) and "value" not in given:
        return {str(talk): _number(number) for talk, number in given.items()}
    return _number(given)


ByTalk = Annotated[float | dict[str, float], PlainValidator(_same_or_by_talk)]


_NAMED = {
    "talks": "talk",
    "talk": "talk",
    "other": "talk",
    "first": "talk",
    "then": "talk",
    "measures": "measure",
    "concessions": "concession",
    "concession": "concession",
}
"""By field of a pattern that names something of the scenario, what it names."""


class Pattern(ConfigTable):
    """What every kind of pattern may say.

    Attributes:
        label: in words, for readers.
        source: where it is from.
        talks: names of the talks that it is about; all if not given.
    """

    kind: str
    label: str = ""
    source: str = ""
    talks: Names = ()

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        raise NotImplementedError

    def check(self, path: str, config: ScenarioConfig) -> None:
        """Check that what it names is there in the scenario; raises ConfigError."""
        talks = config.talks.values()
        known = {
            "talk": list(config.talks),
            "measure": list(dict.fromkeys(m for talk in talks for m in talk.measures)),
            "concession": list(dict.fromkeys(c for talk in talks for c in talk.concessions)),
        }
        for field in (field for field in type(self).model_fields if field in _NAMED):
            said, what = getattr(self, field), _NAMED[field]
            if not said and field != "talks":
                raise ConfigError(f"{path}.{field}: is empty; name a {what}")
            for name in [said] if isinstance(said, str) else said:
                if name not in known[what]:
                    raise unknown(f"{path}.{field}", name, known[what], what)


class Kept(Pattern):
    """No talk lowers any of some measures; a talk without a deal lowers nothing."""

    measures: Names

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        return _all(~_lowers(ends, self.measures)[:, ends.columns(self.talks)])


class OnlyTogether(Pattern):
    """Wherever a deal lowers any of some measures, all of some concessions are given."""

    measures: Names
    concessions: Names

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        given = np.all([ends.given[name] > 0 for name in self.concessions], axis=0)
        fine = ~_lowers(ends, self.measures) | given
        return _all(fine[:, ends.columns(self.talks)])


class NotBefore(Pattern):
    """No deal is signed before a day; a talk without a deal signs none."""

    date: Day

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        day = _days(self.date, ends)
        return _all(ends.day[:, ends.columns(self.talks)] >= day)

    def check(self, path: str, config: ScenarioConfig) -> None:
        """Check that the scenario has dates, and the rest; raises ConfigError."""
        if config.calendar.start is None:
            raise ConfigError(f"{path}.date: the scenario has no dates; give calendar.start")
        super().check(path, config)


class Bunched(Pattern):
    """Every talk ends with a deal, signed in the last days before the pause ends, or later."""

    days: Count

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        return _all(ends.left[:, ends.columns(self.talks)] <= self.days)


class Order(Pattern):
    """One talk has a deal, and another signs later than it or not at all."""

    first: str
    then: str

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        first, then = ends.at(self.first), ends.at(self.then)
        held: Flags = ends.deal[:, first] & (ends.day[:, first] < ends.day[:, then])
        return held


class Between(Pattern):
    """Every talk ends with a deal in which some measures together add more and less than that.

    Attributes:
        measures: whose points are added up.
        above, below: points, the same for all talks or by talk; they do not count themselves.
    """

    measures: Names
    above: ByTalk
    below: ByTalk

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        columns = ends.columns(self.talks)
        points = np.nansum([ends.points[name] for name in self.measures], axis=0)
        inside = (points > _by_talk(self.above, ends)) & (points < _by_talk(self.below, ends))
        return _all((ends.deal & inside)[:, columns])

    def check(self, path: str, config: ScenarioConfig) -> None:
        """Check that every talk has its ends, and the rest; raises ConfigError."""
        super().check(path, config)
        for field in ("above", "below"):
            _check_talks(f"{path}.{field}", getattr(self, field), self.talks or config.talks)


class PaysAtLeastRelativeTo(Pattern):
    """Both talks have a deal, and one partner gives at least as much of its size as the other.

    Attributes:
        talk, other: the talk that pays at least as much, and the one that it is compared with.
        concession: what is given.
        size: of both partners by talk, such as their gross domestic products.
    """

    talk: str
    other: str
    concession: str
    size: dict[str, Real]

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        mine, theirs = ends.at(self.talk), ends.at(self.other)
        given = ends.given[self.concession]
        more = given[:, mine] / self.size[self.talk] >= given[:, theirs] / self.size[self.other]
        held: Flags = ends.deal[:, mine] & ends.deal[:, theirs] & more
        return held

    def check(self, path: str, config: ScenarioConfig) -> None:
        """Check that both partners have a size, and the rest; raises ConfigError."""
        super().check(path, config)
        _check_talks(f"{path}.size", self.size, (self.talk, self.other))
        for talk, size in self.size.items():
            if size <= 0:
                raise ConfigError(f"{path}.size.{talk}: {size:g} is no size; it has to be above 0")


class NoCommonFront(Pattern):
    """A deal is signed, and no two talks sign in the same round: whoever signs, signs alone."""

    def holds(self, ends: WorldOutcomes) -> Flags:
        """Tell in which worlds it holds, (W,)."""
        columns = ends.columns(self.talks)
        deal = ends.deal[:, columns]
        day = np.sort(np.where(deal, ends.day[:, columns], np.nan), axis=1)
        with np.errstate(invalid="ignore"):
            together = (np.diff(day, axis=1) == 0).any(axis=1)
        held: Flags = deal.any(axis=1) & ~together
        return held


KINDS: Mapping[str, type[Pattern]] = {
    "kept": Kept,
    "only_together": OnlyTogether,
    "not_before": NotBefore,
    "bunched": Bunched,
    "order": Order,
    "between": Between,
    "pays_at_least_relative_to": PaysAtLeastRelativeTo,
    "no_common_front": NoCommonFront,
}
"""By name, every kind of pattern."""


def read_patterns(
    said: Mapping[str, Mapping[str, Any]], config: ScenarioConfig
) -> dict[str, Pattern]:
    """Read the table `patterns` of a config.

    Args:
        said: by name of the pattern, its kind and what that needs.
        config: of the scenario.

    Raises:
        ConfigError: a kind or a key does not exist or is missing, or a name is not in the scenario.
    """
    found = {}
    for name, table in said.items():
        path = f"patterns.{name}"
        if "kind" not in table:
            raise ConfigError(f"{path}.kind: missing; give one of {', '.join(KINDS)}")
        if table["kind"] not in KINDS:
            raise unknown(f"{path}.kind", table["kind"], KINDS, "kind of pattern")
        found[name] = validate(KINDS[table["kind"]], table, path)
        found[name].check(path, config)
    return found


def _lowers(ends: WorldOutcomes, measures: Iterable[str]) -> Flags:
    lowered: Flags = np.any([ends.lowered[name] for name in measures], axis=0)
    return lowered


def _all(flags: Flags) -> Flags:
    return np.asarray(flags.all(axis=1))


def _days(day: date, ends: WorldOutcomes) -> float:
    assert ends.start is not None
    return float((day - ends.start).days)


def _by_talk(said: float | dict[str, float], ends: WorldOutcomes) -> Floats:
    if isinstance(said, dict):
        return np.array([said.get(talk, np.nan) for talk in ends.talks])
    return np.full(len(ends.talks), said)


def _check_talks(path: str, said: float | dict[str, float], talks: Iterable[str]) -> None:
    if isinstance(said, dict):
        for talk in talks:
            if talk not in said:
                raise ConfigError(f"{path}.{talk}: missing; give a number for every talk")
