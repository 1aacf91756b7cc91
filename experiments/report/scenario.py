"""The scenario of a run as tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from experiments.report.numbers import days
from experiments.results.results import RULES, Results
from sim.config import ScenarioConfig

VARIED = "varied, see below"
"""Stands for a setting that differs between the cells."""


@dataclass(frozen=True)
class TableOf:
    """A table for readers.

    Attributes:
        title: above it.
        head: names of the columns.
        rows: texts, one for each column.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def scenario_tables(results: Results) -> list[TableOf]:
    """Give who plays what, what is on the table in each talk, and the rules."""
    return [_who(results), *(_talk(results, name) for name in results.talks), _rules(results)]


def settings(results: Results) -> TableOf:
    """Give what the run varies, and its values; cells need not be a grid of them."""
    rows, each = [], 1
    for path in results.varied:
        values = dict.fromkeys(results.frame[path])
        each *= len(values)
        rows.append((results.path(path), " · ".join(results.value(path, v) for v in values)))
    cells = len(results.frame[results.varied].drop_duplicates()) if rows else 1
    how = "values, each with every other" if cells == each else "values, not in every combination"
    return TableOf("What is varied", ("what", how), tuple(rows))


_SEATED = ("positions", "strategies", "stances", "talks")
"""Parts of a scenario that say who wants and plays what; a stance may have a position."""


def _who(results: Results) -> TableOf:
    rows = []
    seats = {results.hub: results.talks}
    for talk in results.talks:
        seats.setdefault(results.partner(talk), []).append(talk)
    for country, talks in seats.items():
        role = "hub: it owns the measures" if country == results.hub else "partner"
        wants = _played(results, partial(_position, results, country, talks), *_SEATED)
        plays = _played(results, partial(_strategies, country, talks), *_SEATED)
        rows.append((results.country(country), role, wants, plays))
    head = ("country", "role", "position: wants or admits by default", "strategy")
    return TableOf("Who plays", head, tuple(rows))


def _played(results: Results, said: Callable[[ScenarioConfig], str], *parts: str) -> str:
    """Say what all cells play; `parts` of a scenario are those that it depends on."""
    words = {said(results.config_of(group[0])) for group in results.alike(*parts)}
    return words.pop() if len(words) == 1 else VARIED


def _by_talk(words: Mapping[str, str]) -> str:
    """Say something once if it is the same in all talks."""
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return "; ".join(f"{talk}: {said}" for talk, said in words.items())


def _position(results: Results, country: str, talks: Sequence[str], config: ScenarioConfig) -> str:
    return _by_talk(
        {
            talk: _measures(results, config.position(country, talk), config.names("all", talk))
            for talk in talks
        }
    )


def _strategies(country: str, talks: Sequence[str], config: ScenarioConfig) -> str:
    return _by_talk({talk: strategy(config.said_strategy(country, talk)[1]) for talk in talks})


def _measures(results: Results, names: tuple[str, ...], every: tuple[str, ...]) -> str:
    if len(names) == len(every):
        return "every measure"
    return ", ".join(results.measure(name) for name in names) or "nothing"


def strategy(said: Any) -> str:
    """Write a strategy of a config in words: its name, and its parameters in parentheses."""
    if not isinstance(said, Mapping):
        return _word(said)
    if "uniform" in said:
        return "–".join(_word(end) for end in said["uniform"])
    if "value" in said:
        return strategy(said["value"])
    if {"low", "central", "high"} <= set(said):
        return f"{_word(said['low'])}–{_word(said['high'])}"
    name = _word(str(said.get("name", "")).rpartition(":")[2])
    rest = [
        f"{_word(key)} {strategy(value)}"
        for key, value in said.items()
        if key not in ("name", "unit", "source")
    ]
    return f"{name} ({', '.join(rest)})".strip() if rest else name


def _word(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " + ".join(_word(item) for item in value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:g}"
    return str(value).replace("_", " ")


def _talk(results: Results, name: str) -> TableOf:
    talk = results.config.talks[name]
    rows = []
    for kind in ("measures", "concessions"):
        for key, issue in getattr(talk, kind).items():
            levels = _played(results, partial(_levels_of, name, kind, key), "talks")
            rows.append((issue.label or key, kind.removesuffix("s"), levels, issue.unit))
    head = ("issue", "kind", "levels: without a deal, then on offer", "unit")
    return TableOf(f"On the table: {results.talk(name)}", head, tuple(rows))


def _levels_of(talk: str, kind: str, key: str, config: ScenarioConfig) -> str:
    issue = getattr(config.talks[talk], kind).get(key)
    return "not on the table" if issue is None else _levels(issue.levels)


def _levels(levels: tuple[float, ...]) -> str:
    return " · ".join(f"{level:g}" for level in levels)


def _rules(results: Results) -> TableOf:
    return TableOf("Rules and calendar", ("rule", "setting"), tuple(_rule_rows(results)))


def _rule_rows(results: Results) -> Iterator[tuple[str, str]]:
    names = {
        "review": "what has to be reviewed before a deal",
        "test": "what counts as reviewed",
        "period": "rounds that a measure has to be open",
        "silence": "a request that the hub does not answer",
    }
    for key, about in names.items():
        yield about, _played(results, partial(_rule, results, key), "rules", "talks")
    shape = _played(results, _shape, "payoffs", "hub")
    if shape:
        yield "how often the hub pays its cost of no deal, by open talks", shape
    yield "rounds", _played(results, lambda config: _word(config.calendar.rounds), "calendar")
    for about, said in (("first round", _begin), ("deadline", _deadline)):
        words = _played(results, said, "calendar")
        if words:
            yield about, words


def _rule(results: Results, key: str, config: ScenarioConfig) -> str:
    rules = {talk: getattr(config.rules_of(talk), key) for talk in results.talks}
    write = partial(_review, results) if key == "review" else _word
    return _by_talk({talk: write(said) for talk, said in rules.items()})


def _shape(config: ScenarioConfig) -> str:
    weights = config.payoffs.weights.get(config.hub)
    return " · ".join(f"{times:g}" for times in weights.no_deal_shape) if weights else ""


def _begin(config: ScenarioConfig) -> str:
    start = config.calendar.start
    if start is None:
        return ""
    return f"{start.day} {start:%B %Y}; a round is {days(config.calendar.days_per_round)}"


def _deadline(config: ScenarioConfig) -> str:
    day = config.calendar.deadline
    return "" if day is None else f"{day.day} {day:%B %Y}"


def _review(results: Results, review: Any) -> str:
    if isinstance(review, str):
        return RULES.get(review, review)
    return ", ".join(results.measure(name) for name in review)
