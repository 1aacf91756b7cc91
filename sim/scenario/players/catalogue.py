"""The catalogue of strategies and components: read from their classes, for people to read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass
from inspect import cleandoc
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap
from typing import Any

from sim.chance.spreads import Drawn
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError
from sim.protocol.state import SIDES
from sim.scenario.players import registry
from sim.scenario.players.parameters_of import hint, options, parameters
from sim.seats.parameters import Times, ranges
from sim.seats.strategy import Strategy, Wrapper
from sim.strategies.parts import PARTS

_SOURCE = re.compile(r"^Sources?: ", re.MULTILINE)
_YEAR = re.compile(r"\((?:18|19|20)\d\d[a-z]?\)")
_ITEM = re.compile(r"^    (\w[\w, ]*): ")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a strategy or component.

    Attributes:
        name: its name.
        kind: what it is, such as `number`.
        default: as a config would say it; empty if it has to be given.
        range: where a number may lie; empty if anywhere.
        about: what it is for.
    """

    name: str
    kind: str
    default: str
    range: str
    about: str


@dataclass(frozen=True)
class CatalogueEntry:
    """A strategy or component as the catalogue shows it.

    Attributes:
        name: in a config; of a component after its key, such as `accept.combi`.
        cls: its class.
        line: what it does, in a line.
        text: what it does, in paragraphs.
        source: where it is from: author, year and title.
        parameters: of its class.
    """

    name: str
    cls: type
    line: str
    text: tuple[str, ...]
    source: str
    parameters: tuple[Parameter, ...]

    @property
    def kind(self) -> str:
        """How it plays, and where it can sit; of a component what it is."""
        for kind in registry.KINDS.values():
            if kind is not registry.STRATEGY and issubclass(self.cls, kind.bases):
                return kind.what
        words = ["one-world" if issubclass(self.cls, Strategy) else "batch"]
        seats = getattr(self.cls, "seats", SIDES)
        words += [f"{seats[0]} only"] if len(seats) == 1 else []
        words += ["wraps another"] if issubclass(self.cls, Wrapper) else []
        return ", ".join(words)

    @property
    def authors(self) -> str:
        """Authors and years of the source; of three or more authors the first."""
        found = []
        for work in self.source.split("; "):
            year = _YEAR.search(work)
            if year:
                names = work[: year.start()].strip()
                first, comma, _ = names.partition(", ")
                found.append(f"{first} et al. {year[0]}" if comma else work[: year.end()])
        return "; ".join(found)


def entry(name: str, cls: type) -> CatalogueEntry:
    """Read the entry of a class."""
    paragraphs = _paragraphs(cleandoc(cls.__doc__ or ""))
    about = _items(paragraphs)
    text = [p for p in paragraphs if not p.startswith("Attributes:")]
    source = [_SOURCE.sub("", _joined(p)) for p in text if _SOURCE.match(p)]
    text = [_joined(p) for p in text if not _SOURCE.match(p)]
    return CatalogueEntry(
        name=name,
        cls=cls,
        line=registry.summary(cls),
        text=tuple(text),
        source=" ".join(source),
        parameters=tuple(_parameters(cls, about)),
    )


def strategies() -> list[CatalogueEntry]:
    """Give the entries of all strategies that are found by name and can be loaded."""
    return [entry(name, cls) for name, cls in registry.loaded()[0].items()]


def components() -> dict[str, list[CatalogueEntry]]:
    """Give the entries of all components, by their key in a config; offers are strategies."""
    return {
        key: [entry(f"{key}.{name}", cls) for name, cls in registry.KINDS[key].built_in.items()]
        for key in PARTS
        if key != "offer"
    }


def find(name: str) -> CatalogueEntry:
    """Give the entry of a strategy, or of a component such as `accept.combi`.

    Raises:
        ConfigError: there is none.
    """
    key, dot, rest = name.partition(".")
    if dot and key in PARTS and key != "offer":
        return entry(name, registry.find(rest, f"strategies {name}", None, registry.KINDS[key]))
    if name in registry.known() or ":" in name or name.endswith(".py"):
        return entry(name, registry.find(name, "strategies"))
    names = [*registry.known(), *(e.name for some in components().values() for e in some)]
    raise unknown("strategies", name, names, "strategy or component")


def listing(width: int) -> Iterator[str]:
    """Give the table of strategies and components, in lines of a width."""
    parts = [e for some in components().values() for e in some]
    yield from _table([*strategies(), None, *parts], width)
    yield ""
    yield from wrap(
        "Components are put together as { offer = …, accept = …, model = …, scope = … }; an offer "
        "is any strategy. 'tariff-talks strategies NAME' says more, of your own file.py:Class too.",
        width,
    )
    for fault in registry.loaded()[1]:
        yield ""
        yield from wrap(f"Not listed: {fault}", width)


def described(found: CatalogueEntry, width: int) -> Iterator[str]:
    """Give all that is known of a strategy or component, in lines of a width."""
    yield f"{found.name} ({found.kind})"
    for paragraph in found.text:
        yield ""
        yield from wrap(paragraph, width)
    if found.source:
        yield ""
        yield from wrap(f"Source: {found.source}", width)
    yield ""
    if not found.parameters:
        yield "It has no parameters."
    for parameter in found.parameters:
        yield from wrap(_told(parameter), width, subsequent_indent="    ")


def page() -> str:
    """Give the documentation page of all strategies and components, as Markdown."""
    lines = [*_INTRODUCTION.splitlines(), ""]
    lines += ["| strategy | kind | what it does | source |", "|---|---|---|---|"]
    every = strategies()
    lines += [f"| [{e.name}](#{e.name}) | {e.kind} | {e.line} | {e.authors} |" for e in every]
    lines += ["", "## Every strategy"]
    for e in every:
        lines += ["", *_section(e)]
    lines += ["", *_COMPONENTS.splitlines()]
    for some in components().values():
        for e in some:
            lines += ["", *_section(e)]
    return "\n".join(lines) + "\n"


_INTRODUCTION = """# Strategies

Written from the classes, by `python -m sim.scenario.players.catalogue docs/strategies.md`.
`tariff-talks strategies NAME` shows the same of one of them, of your own too, and with
`--plot FILE` how it concedes. In a config a strategy is a name, or a table with a name and
parameters: `{ name = "boulware", exponent = 0.1 }`. A number may be a distribution that is drawn
once per world: `{ uniform = [0.1, 0.8] }` or `{ choice = [1, 2], p = [0.3, 0.7] }`.

*Batch* strategies play all worlds at once, *one-world* strategies one at a time; the results are
the same. One that *wraps another* hands on what it does not decide itself: give it a strategy as
`inner`. Utility is a side's own, scaled to 0..1 over the whole outcome space; "a share of the way"
goes from no deal to the best package that can be signed today. Own strategies:
[CONTRIBUTING](../CONTRIBUTING.md) and [your first strategy](first_strategy.md)."""

_COMPONENTS = """## Components

A strategy can be put together: `{ offer = "boulware", accept = "combi", model = "frequency",
scope = "salami" }`. The offer is any strategy; what is left out is as in that. Each component is a
name, or a table with a name and parameters. An offer through a model is, of the packages in a band
above the demand, the one that is worth most to the other side as the model believes; with
`information = "complete"` the true utilities stand in its place. A strategy that has a model of
its own, or has one inside it, looks through the one that is given: `{ offer = "nash", model = … }`
plays as `{ name = "nash", model = … }`; where nothing looks at what the other side wants, a model
is refused (a strategy of your own that does not says `aims: ClassVar[bool] = False`). Components
of your own derive from `sim.strategies.parts.Acceptance`, `OpponentModel` (or `AdditiveModel`) and
`ScopeRule`, and are named as
strategies are: `accept = "mine.py:Mine"`."""


def _section(e: CatalogueEntry) -> Iterator[str]:
    yield f"### {e.name}"
    for paragraph in e.text:
        yield ""
        yield from wrap(paragraph, 100)
    yield ""
    yield from wrap(f"*Source:* {e.source}", 100)
    yield ""
    if not e.parameters:
        yield "No parameters."
        return
    yield "| parameter | kind | default | range | meaning |"
    yield "|---|---|---|---|---|"
    for p in e.parameters:
        default = f"`{p.default}`" if p.default else "to be given"
        yield f"| `{p.name}` | {p.kind} | {default} | {p.range or '–'} | {p.about} |"


def _told(parameter: Parameter) -> str:
    given = f"default {parameter.default}" if parameter.default else "to be given"
    about = f" – {parameter.about}" if parameter.about else ""
    inside = "; ".join(part for part in (parameter.kind, parameter.range, given) if part)
    return f"{parameter.name} ({inside}){about}"


_HEAD = ("name", "kind", "what it does", "source")


def _table(entries: Iterable[CatalogueEntry | None], width: int) -> Iterator[str]:
    """Give name, kind, line and source of entries in columns, or one below the other.

    None stands for an empty line.
    """
    rows = [(e.name, e.kind, e.line, e.authors) if e else None for e in entries]
    name = max(len(row[0]) for row in rows if row) + 2
    rest = width - name - _KIND
    if rest < _ROOM:
        yield from _stacked(rows, width)
        return
    widths = (name, _KIND, rest - rest * 2 // 5, rest * 2 // 5)
    yield from _columns(_HEAD, widths)
    for row in rows:
        yield from _columns(row, widths) if row else ("",)


_KIND, _ROOM = 17, 60
"""Letters of the second column, and those that the last two columns need."""


def _columns(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Give a row of a table; cells are wrapped."""
    cells = [wrap(cell, size - 2) for cell, size in zip(row, widths, strict=True)]
    for lines in zip_longest(*cells, fillvalue=""):
        yield "".join(f"{line:{size}}" for line, size in zip(lines, widths, strict=True)).rstrip()


def _stacked(rows: Iterable[Sequence[str] | None], width: int) -> Iterator[str]:
    """Give each row as a heading with its lines below."""
    for row in rows:
        if row is None:
            yield ""
            continue
        name, kind, line, source = row
        yield f"{name} ({kind})"
        for text in (f"{line}.", source):
            yield from wrap(text, width, initial_indent="    ", subsequent_indent="    ")


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n\n") if part.strip()]


def _joined(text: str) -> str:
    return " ".join(text.split())


def _items(paragraphs: list[str]) -> dict[str, str]:
    """Read what the Attributes of a docstring say, by name."""
    about: dict[str, str] = {}
    for paragraph in paragraphs:
        if not paragraph.startswith("Attributes:"):
            continue
        names: list[str] = []
        for line in paragraph.splitlines()[1:]:
            item = _ITEM.match(line)
            if item:
                names = [word.strip() for word in item[1].split(",")]
                about |= {word: line[item.end() :].strip() for word in names}
            else:
                about |= {word: f"{about[word]} {line.strip()}" for word in names}
    return about


def _parameters(cls: type, about: dict[str, str]) -> Iterator[Parameter]:
    allowed = ranges(cls)
    for name, field in parameters(cls).items():
        given = field.default is not MISSING
        yield Parameter(
            name=name,
            kind=_kind(cls, name),
            default=_shown(field.default) if given else "",
            range=str(allowed.get(name, "")),
            about=about.get(name, "").rstrip("."),
        )


_WORDS = {
    "float": "number",
    "int": "whole number",
    "bool": "true or false",
    "str": "text",
    "date": "day",
    "tuple": "list of texts",
    "Strategy": "strategy",
    "BatchStrategy": "strategy",
    "Acceptance": "acceptance rule",
    "OpponentModel": "opponent model",
    "ScopeRule": "scope rule",
}


def _kind(cls: type, name: str) -> str:
    """Say what a parameter is, such as `number or day`."""
    said = hint(cls, name)
    listed = (said,) if getattr(said, "__origin__", None) is tuple else options(said)
    words = dict.fromkeys(
        "table of times"
        if o == Times
        else _WORDS.get(getattr(o, "__name__", str(o)), getattr(o, "__name__", str(o)))
        for o in listed
        if o not in (Drawn, type(None))
    )
    return " or ".join(words)


def _shown(value: Any) -> str:
    """Show a default as a config would say it."""
    for kind in registry.KINDS.values():
        if isinstance(value, kind.bases):
            named = {cls: name for name, cls in kind.built_in.items()}
            name, changed = named.get(type(value), type(value).__name__), _changed(value)
            return f'{{ name = "{name}", {changed} }}' if changed else f'"{name}"'
    if isinstance(value, Drawn):
        return f"{{ {value.kind} = {list(value.args)} }}"
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    return f'"{value}"' if isinstance(value, str) else str(list(value))


def described_parameters(made: Any) -> str:
    """Give the parameters with which something was made, in a line."""
    names = parameters(type(made))
    return ", ".join(f"{name} = {_shown(getattr(made, name))}" for name in names)


def _changed(value: Any) -> str:
    """Give the parameters in which something differs from its defaults."""
    pairs = (
        (name, getattr(value, name), field.default)
        for name, field in parameters(type(value)).items()
    )
    return ", ".join(f"{name} = {_shown(now)}" for name, now, default in pairs if now != default)


def main(path: Path) -> None:
    """Write the documentation page."""
    path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        raise ConfigError("give the path of the page: docs/strategies.md")
    main(Path(sys.argv[1]))
