"""The scenario of a run as tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from experiments.figures.results import RULES, Results


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
    """Give what the run varies, and its values."""
    rows = []
    for path in results.varied:
        values = dict.fromkeys(results.frame[path])
        rows.append((results.path(path), " · ".join(results.value(path, v) for v in values)))
    return TableOf("What is varied", ("what", "values, each with every other"), tuple(rows))


def _who(results: Results) -> TableOf:
    rows = []
    seats = {results.hub: results.talks}
    for talk in results.talks:
        seats.setdefault(results.partner(talk), []).append(talk)
    for country, talks in seats.items():
        role = "hub: it owns the measures" if country == results.hub else "partner"
        position = results.config.position(country, talks[0])
        said = results.config.said_strategy(country, talks[0])[1]
        varied = any(path.startswith(f"strategies.{country}") for path in results.varied)
        played = "varied, see below" if varied else strategy(said)
        rows.append((results.country(country), role, _measures(results, position), played))
    head = ("country", "role", "position: wants or admits by default", "strategy")
    return TableOf("Who plays", head, tuple(rows))


def _measures(results: Results, names: tuple[str, ...]) -> str:
    if len(names) == len(results.measures):
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
    rows = [
        (measure.label or key, "measure", _levels(measure.levels), measure.unit)
        for key, measure in talk.measures.items()
    ]
    rows += [
        (concession.label or key, "concession", _levels(concession.levels), concession.unit)
        for key, concession in talk.concessions.items()
    ]
    head = ("issue", "kind", "levels: without a deal, then on offer", "unit")
    return TableOf(f"On the table: {results.talk(name)}", head, tuple(rows))


def _levels(levels: tuple[float, ...]) -> str:
    return " · ".join(f"{level:g}" for level in levels)


def _rules(results: Results) -> TableOf:
    return TableOf("Rules and calendar", ("rule", "setting"), tuple(_rule_rows(results)))


def _rule_rows(results: Results) -> Iterator[tuple[str, str]]:
    rules, calendar = results.config.rules_of(results.talks[0]), results.calendar
    names = {
        "review": ("what has to be reviewed before a deal", _review(results, rules.review)),
        "test": ("what counts as reviewed", _word(rules.test)),
        "period": ("rounds that a measure has to be open", _word(rules.period)),
        "silence": ("a request that the hub does not answer", _word(rules.silence)),
    }
    for key, (about, said) in names.items():
        varied = f"rules.{key}" in results.varied
        yield about, "varied, see below" if varied else said
    weights = results.config.payoffs.weights.get(results.config.hub)
    if weights is not None and weights.no_deal_shape:
        varied = f"payoffs.weights.{results.config.hub}.no_deal_shape" in results.varied
        shape = " · ".join(f"{times:g}" for times in weights.no_deal_shape)
        about = "how often the hub pays its cost of no deal, by open talks"
        yield about, "varied, see below" if varied else shape
    yield "rounds", _word(calendar.rounds)
    if calendar.start is not None:
        start = calendar.start
        yield "first round", f"{start.day} {start:%B %Y}; a round is {calendar.days} days"
    if calendar.deadline is not None:
        yield "deadline", f"{calendar.deadline.day} {calendar.deadline:%B %Y}"


def _review(results: Results, review: Any) -> str:
    if isinstance(review, str):
        return RULES.get(review, review)
    return ", ".join(results.measure(name) for name in review)
