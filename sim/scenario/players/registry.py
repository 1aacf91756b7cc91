"""The one place where a name becomes a strategy, or a component of one.

A strategy is looked for among the built-in ones, then among the entry points of the group
`tariff_talks.strategies`; `package.module:Class` and `path/to/file.py:Class` name a class, of a
strategy or of a component.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, is_dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from inspect import get_annotations, getdoc
from pathlib import Path
from typing import Any

import numpy as np

from sim import strategies
from sim.config.schema.sentences import join, shown, unknown
from sim.errors import BrokenStrategyError, ConfigError
from sim.scenario.players.code import from_code, from_entry_point
from sim.scenario.players.making import construct
from sim.scenario.players.parameters_of import examples, hint, options, parameters, read
from sim.seats.strategy import BatchStrategy, Strategy
from sim.strategies import parts as components
from sim.strategies.parts import (
    PARTS,
    Acceptance,
    Combined,
    Component,
    NoModel,
    OpponentModel,
    ScopeRule,
)

AnyStrategy = Strategy | BatchStrategy

GROUP = "tariff_talks.strategies"
"""Entry points of this group are found by name."""


@dataclass(frozen=True)
class Kind:
    """Something that has names in a config.

    Attributes:
        what: what one is called.
        bases: classes of which it is.
        method: what it has to write itself.
        verb: what that says.
    """

    what: str
    bases: tuple[type, ...]
    method: str
    verb: str

    @property
    def built_in(self) -> Mapping[str, type]:
        """The names that come with the package."""
        if self is STRATEGY:
            return strategies.BUILT_IN
        named: dict[Kind, Mapping[str, type]] = {
            ACCEPT: components.ACCEPT,
            MODEL: components.MODEL,
            SCOPE: components.SCOPE,
        }
        return named[self]

    @property
    def derive(self) -> str:
        """The classes to derive one from."""
        where = "sim" if self is STRATEGY else "sim.strategies.parts"
        return " or ".join(f"{where}.{base.__name__}" for base in self.bases)


STRATEGY = Kind("strategy", (Strategy, BatchStrategy), "propose", "what it proposes")
ACCEPT = Kind("acceptance rule", (Acceptance,), "accepts", "what it accepts")
MODEL = Kind("opponent model", (OpponentModel,), "utility", "what it believes")
SCOPE = Kind("scope rule", (ScopeRule,), "scope", "what it wants")
KINDS = {"offer": STRATEGY, "accept": ACCEPT, "model": MODEL, "scope": SCOPE}
"""By the key that a component has in a config."""


@cache
def _points(read: Callable[..., Iterable[EntryPoint]]) -> tuple[EntryPoint, ...]:
    """Read the entry points of strategies; what is installed is looked through once."""
    return tuple(read(group=GROUP))


def known() -> list[str]:
    """Give the names of all strategies that are found by name."""
    return [*strategies.BUILT_IN, *(e.name for e in _points(entry_points))]


def loaded() -> tuple[dict[str, type[Any]], list[str]]:
    """Give the class of every strategy that is found by name, and what is wrong with the others.

    An entry point of another package that cannot be loaded keeps nobody from the rest.
    """
    classes, faults = {}, []
    for name in known():
        try:
            classes[name] = find(name, f"strategy {name}")
        except ConfigError as problem:
            faults.append(str(problem))
    return classes, faults


def summaries() -> list[tuple[str, str]]:
    """Give every strategy that is found by name, with the first sentence of what it does."""
    return [(name, summary(cls)) for name, cls in loaded()[0].items()]


def summary(cls: type) -> str:
    """Give the first sentence of what a class says of itself."""
    text = " ".join((getdoc(cls) or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].rstrip(".")


def build(
    said: Any, path: str = "strategy", directory: Path | None = None, prefix: str = ""
) -> AnyStrategy:
    """Build a strategy from what a config says.

    Args:
        said: a name; a table with a name and parameters, where a strategy inside another one is
            said in the same way; a table of components, `offer` and any of `accept`, `model`,
            `scope`; or a strategy, which is given back.
        path: path of the key, for sentences.
        directory: where relative paths of files start, if not in the working directory.
        prefix: dotted path of the field that holds this strategy, which keys drawn parameters.

    Raises:
        ConfigError: no such strategy, no such parameter, or a value that it may not have.
        BrokenStrategyError: its code is wrong.
    """
    if isinstance(said, Mapping) and "name" not in said and set(said) & set(PARTS):
        return _combined(said, path, directory, prefix)
    made: AnyStrategy = build_any(STRATEGY, said, path, directory, prefix)
    return made


def build_any(
    kind: Kind, said: Any, path: str, directory: Path | None = None, prefix: str = ""
) -> Any:
    """Build a strategy or a component, as `build` does."""
    if isinstance(said, kind.bases):
        return said
    if isinstance(said, str):
        said = {"name": said}
        named = path
    elif isinstance(said, Mapping):
        named = join(path, "name")
    else:
        raise ConfigError(f"{path}: {shown(said)} is neither a name nor a table with a name")
    if "name" not in said:
        example = next(iter(kind.built_in))
        article = "an" if kind.what[0] in "aeiou" else "a"
        raise ConfigError(f"{named}: missing; give {article} {kind.what}, such as '{example}'")
    cls = find(said["name"], named, directory, kind)
    given = {key: value for key, value in said.items() if key != "name"}
    return make(cls, given, path, directory, prefix)


def _combined(
    said: Mapping[str, Any], path: str, directory: Path | None, prefix: str
) -> AnyStrategy:
    """Put a strategy together from components."""
    for key in said:
        if key not in PARTS:
            raise unknown(join(path, key), key, PARTS, "component")
    if "offer" not in said:
        raise ConfigError(
            f"{join(path, 'offer')}: missing; give the strategy that makes the offers, "
            f"such as '{known()[0]}'"
        )
    parts: dict[str, Any] = {}
    for key, value in said.items():
        field, here = PARTS[key], join(path, key)
        make = build if key == "offer" else lambda *rest, k=KINDS[key]: build_any(k, *rest)
        parts[field] = make(value, here, directory, f"{prefix}{field}.")
    made = Combined(**parts)
    if isinstance(said.get("model"), str | Mapping):
        _check_model(made, said, path)
    return made


def _check_model(made: Combined, said: Mapping[str, Any], path: str) -> None:
    """Check that a model is said once, and that some part of a strategy looks through it."""
    where, offer = join(path, "model"), type(made.offering).__name__
    for twice in _models_said(made.offering, said["offer"], join(path, "offer")):
        raise ConfigError(f"{where}: is said at {twice}, too; give one model")
    if isinstance(made.model, NoModel):
        for name in _needing(made.offering):
            raise _unbelieving(where, name)
    elif not _aims(made):
        raise ConfigError(
            f"{where}: {offer} does not look at what the other side wants, so that a model "
            "changes nothing; leave it out"
        )


def _models_said(made: Any, said: Any, path: str) -> Iterator[str]:
    """Find the opponent models that a strategy is given in a config, by their paths."""
    if not isinstance(said, Mapping):
        return
    for key, words in said.items():
        field = PARTS.get(key, key) if isinstance(made, Combined) else key
        part = getattr(made, str(field), None)
        if isinstance(part, OpponentModel):
            yield join(path, key)
        elif isinstance(part, AnyStrategy):
            yield from _models_said(part, words, join(path, key))


def _unbelieving(path: str, name: str) -> ConfigError:
    """Give the error of a strategy that has to have an opponent model, without one."""
    return ConfigError(
        f"{path}: 'none' believes nothing, and {name} has to believe something of the other side; "
        "name a model, such as 'frequency'"
    )


def _needing(made: Any) -> Iterator[str]:
    """Name the strategies, one and those inside it, that have an opponent model of their own."""
    for _, part in inside(made):
        if isinstance(part, OpponentModel) and not isinstance(made, Combined):
            yield type(made).__name__
        yield from _needing(part)


def _aims(made: Any) -> bool:
    """Tell whether a strategy or a part of it looks at what the other side wants."""
    own = isinstance(made, Component) and not type(made).__module__.startswith("sim.")
    own |= isinstance(made, AnyStrategy) and made.aims and not isinstance(made, Combined)
    return own or any(_aims(part) for _, part in inside(made))


def find(
    name: Any,
    path: str = "strategy",
    directory: Path | None = None,
    kind: Kind = STRATEGY,
) -> type[Any]:
    """Give the class of a name.

    Raises:
        ConfigError: there is none.
        BrokenStrategyError: its code is wrong.
    """
    if not isinstance(name, str):
        raise ConfigError(f"{path}: {shown(name)} is not a text in quotes")
    if name in kind.built_in:
        return checked(kind.built_in[name], name, path, kind)
    named = {e.name: e for e in _points(entry_points)} if kind is STRATEGY else {}
    if name in named:
        return checked(from_entry_point(named[name], path), name, path, kind)
    where, colon, cls = name.rpartition(":")
    if colon and where and cls:
        found = from_code(name, path, directory, kind.bases, kind.what)
        return checked(found, name, path, kind)
    if name.endswith(".py"):
        raise ConfigError(f"{path}: '{name}' is a file; write '{name}:Class'")
    names = known() if kind is STRATEGY else kind.built_in
    raise unknown(path, name, names, kind.what)


def checked(cls: Any, name: str, path: str, kind: Kind = STRATEGY) -> type[Any]:
    """Check that something found under a name can be what it should be.

    Raises:
        BrokenStrategyError: it cannot.
    """
    if not isinstance(cls, type) or not issubclass(cls, kind.bases):
        article = "an" if kind.what[0] in "aeiou" else "a"
        raise BrokenStrategyError(
            f"{path}: '{name}' is not {article} {kind.what}; derive it from {kind.derive}"
        )
    if cls.__module__.partition(".")[0] == "sim":
        return cls
    if getattr(cls, kind.method) in [getattr(base, kind.method) for base in kind.bases]:
        raise BrokenStrategyError(f"{path}: '{name}' does not say {kind.verb}; write {kind.method}")
    for key, value in vars(cls).items():
        if not key.startswith("__") and isinstance(value, _CHANGEABLE):
            raise BrokenStrategyError(
                f"{path}: '{name}' has an attribute {key} that can change, "
                f"a {type(value).__name__}; make it a tuple, and keep what has to be remembered "
                "in view.memory"
            )
    bare = "__dataclass_fields__" not in vars(cls) and bool(_own_fields(cls))
    thawed = is_dataclass(cls) and not getattr(cls, "__dataclass_params__").frozen  # noqa: B009
    if bare or thawed:
        raise BrokenStrategyError(
            f"{path}: '{name}' has fields and is no frozen dataclass; "
            "write @dataclass(frozen=True) above the class"
        )
    return cls


_CHANGEABLE = (list, dict, set, bytearray, np.ndarray)


def _own_fields(cls: type) -> list[str]:
    """List what a class annotates itself, class variables left out."""
    return [k for k, said in get_annotations(cls).items() if "ClassVar" not in str(said)]


def make(
    cls: type[Any],
    given: Mapping[str, Any],
    path: str,
    directory: Path | None = None,
    prefix: str = "",
) -> Any:
    """Make a strategy or component of a class with the parameters that a config gives.

    Raises:
        ConfigError: there is no such parameter, one is missing, or has a value that it may not.
    """
    declared = parameters(cls)
    for key in given:
        if key not in declared:
            gone = dict(getattr(cls, "gone", ()))
            if key in gone:
                raise ConfigError(f"{join(path, key)}: {gone[key]}")
            if key in PARTS:
                raise ConfigError(
                    f"{join(path, key)}: there is no parameter '{key}' of a strategy with a name; "
                    f"'{key}' goes with an offer: {{ offer = …, {key} = … }}"
                )
            raise unknown(join(path, key), key, declared, "parameter")
    for key, field in declared.items():
        if key not in given and field.default is MISSING and field.default_factory is MISSING:
            inside = kind_of(cls, key)
            what = f"give the {inside.what} inside" if inside else "give it a value"
            raise ConfigError(f"{join(path, key)}: missing; {what}")
    values = {
        key: _argument(cls, key, value, join(path, key), directory, prefix + key)
        for key, value in given.items()
    }
    for example in examples(values):
        construct(cls, example, path)
    return construct(cls, values, path)


def _argument(
    cls: type[Any], key: str, given: Any, path: str, directory: Path | None, name: str
) -> Any:
    kind = kind_of(cls, key)
    if kind is None:
        return read(cls, key, given, path, name)
    if kind is STRATEGY:
        return build(given, path, directory, f"{name}.")
    made = build_any(kind, given, path, directory, f"{name}.")
    if isinstance(made, NoModel) and not isinstance(parameters(cls)[key].default, NoModel):
        raise _unbelieving(path, cls.__name__)
    return made


def kind_of(cls: type, key: str) -> Kind | None:
    """Give what kind of thing a parameter holds; None for a plain value."""
    for option in options(hint(cls, key)):
        for kind in KINDS.values():
            if isinstance(option, type) and issubclass(option, kind.bases):
                return kind
    return None


def inside(made: Any) -> list[tuple[str, AnyStrategy | Component]]:
    """List the strategies and components inside one, with the names of their fields."""
    if not is_dataclass(made):
        return []
    held = ((key, getattr(made, key)) for key in parameters(type(made)))
    return [(key, part) for key, part in held if isinstance(part, AnyStrategy | Component)]
