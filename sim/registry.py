"""The one place where a name becomes a strategy.

A name is looked for among the built-in strategies, then among the entry points of the group
`tariff_talks.strategies`; `package.module:Class` and `path/to/file.py:Class` name a class.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from hashlib import blake2b
from importlib.metadata import EntryPoint, entry_points
from inspect import get_annotations, getdoc
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

from pydantic import ConfigDict, PydanticSchemaGenerationError, TypeAdapter, ValidationError

from sim import strategies
from sim.config.numbers import is_number
from sim.config.sentences import join, shown, unknown
from sim.draws import Drawn
from sim.errors import ConfigError
from sim.strategy import BatchStrategy, Strategy

AnyStrategy = Strategy | BatchStrategy

GROUP = "tariff_talks.strategies"
"""Entry points of this group are found by name."""

_DRAWN = ("uniform", "choice")
_BESIDE = ("unit", "source")


def known() -> list[str]:
    """Give the names of all strategies that are found by name."""
    return [*strategies.BUILT_IN, *(e.name for e in entry_points(group=GROUP))]


def summaries() -> list[tuple[str, str]]:
    """Give every strategy that is found by name, with the first sentence of what it does.

    Raises:
        ConfigError: an entry point cannot be loaded.
    """
    return [(name, _summary(find(name, f"strategy {name}"))) for name in known()]


def _summary(cls: type) -> str:
    text = " ".join((getdoc(cls) or "").partition("\n\n")[0].split())
    return text.partition(". ")[0].rstrip(".")


def build(
    said: Any, path: str = "strategy", directory: Path | None = None, prefix: str = ""
) -> AnyStrategy:
    """Build a strategy from what a config says.

    Args:
        said: a name; a table with a name and parameters, where a strategy inside another one is
            said in the same way; or a strategy, which is given back.
        path: path of the key, for sentences.
        directory: where relative paths of files start, if not in the working directory.
        prefix: dotted path of the field that holds this strategy, which keys drawn parameters.

    Raises:
        ConfigError: no such strategy, no such parameter, or a value that it may not have.
    """
    if isinstance(said, AnyStrategy):
        return said
    if isinstance(said, str):
        said = {"name": said}
        named = path
    elif isinstance(said, Mapping):
        named = join(path, "name")
    else:
        raise ConfigError(f"{path}: {shown(said)} is neither a name nor a table with a name")
    if "name" not in said:
        raise ConfigError(f"{named}: missing; give a strategy, such as '{known()[0]}'")
    cls = find(said["name"], named, directory)
    given = {key: value for key, value in said.items() if key != "name"}
    return _made(cls, given, path, directory, prefix)


def find(name: Any, path: str = "strategy", directory: Path | None = None) -> type[AnyStrategy]:
    """Give the class of a name.

    Raises:
        ConfigError: there is none, or it is not a strategy.
    """
    if not isinstance(name, str):
        raise ConfigError(f"{path}: {shown(name)} is not a text in quotes")
    if name in strategies.BUILT_IN:
        return _checked(strategies.BUILT_IN[name], name, path)
    points = {e.name: e for e in entry_points(group=GROUP)}
    if name in points:
        return _checked(_loaded(points[name], path), name, path)
    where, colon, cls = name.rpartition(":")
    if colon and where and cls:
        return _checked(_member(_module(where, name, path, directory), cls, path), name, path)
    if name.endswith(".py"):
        raise ConfigError(f"{path}: '{name}' is a file; write '{name}:Class'")
    raise unknown(path, name, known(), "strategy")


def _loaded(point: EntryPoint, path: str) -> Any:
    try:
        return point.load()
    except Exception as problem:
        raise ConfigError(
            f"{path}: the entry point {point.name} = {point.value} cannot be loaded: "
            f"{_said(problem)}"
        ) from problem


def _module(where: str, name: str, path: str, directory: Path | None) -> ModuleType:
    if where.endswith(".py"):
        return _file(where, path, directory)
    try:
        return importlib.import_module(where)
    except ModuleNotFoundError as problem:
        if problem.name is None or not (where + ".").startswith(problem.name + "."):
            raise _unimportable(where, path, problem) from problem
        raise ConfigError(
            f"{path}: '{name}' needs a module '{where}', and there is none; "
            "install it, or name a file: 'path/to/file.py:Class'"
        ) from None
    except Exception as problem:
        raise _unimportable(where, path, problem) from problem


def _file(where: str, path: str, directory: Path | None) -> ModuleType:
    """Import a file once for each content, under a name that depends on both."""
    places = [Path(where), *([directory / where] if directory else [])]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        looked = ", ".join(str(place) for place in dict.fromkeys(places))
        raise ConfigError(f"{path}: there is no file '{where}' (looked for {looked})")
    content = found.read_bytes()
    key = blake2b(str(found.resolve()).encode() + content, digest_size=8).hexdigest()
    name = f"tariff_talks_file_{found.stem}_{key}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, found)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as problem:
        del sys.modules[name]
        raise _unimportable(str(found), path, problem) from problem
    return module


def _unimportable(where: str, path: str, problem: Exception) -> ConfigError:
    return ConfigError(f"{path}: '{where}' cannot be imported: {_said(problem)}")


def _said(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def _member(module: ModuleType, name: str, path: str) -> Any:
    if hasattr(module, name):
        return getattr(module, name)
    classes = [
        key
        for key, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, AnyStrategy)
        and value.__module__ == module.__name__
    ]
    file = module.__spec__.origin if module.__spec__ and module.__spec__.origin else ""
    raise unknown(path, name, classes, f"strategy in {Path(file).name or module.__name__} named")


def _checked(cls: Any, name: str, path: str) -> type[AnyStrategy]:
    """Check that something found under a name can be a strategy."""
    if not isinstance(cls, type) or not issubclass(cls, AnyStrategy):
        raise ConfigError(
            f"{path}: '{name}' is not a strategy; derive it from sim.Strategy or sim.BatchStrategy"
        )
    if cls.propose in (Strategy.propose, BatchStrategy.propose):
        raise ConfigError(f"{path}: '{name}' does not say what it proposes; write propose")
    bare = "__dataclass_fields__" not in vars(cls) and bool(_own_fields(cls))
    if bare or (is_dataclass(cls) and not cls.__dataclass_params__.frozen):
        raise ConfigError(
            f"{path}: '{name}' has fields and is no frozen dataclass; "
            "write @dataclass(frozen=True) above the class"
        )
    return cls


def _own_fields(cls: type) -> list[str]:
    """List what a class annotates itself, class variables left out."""
    return [k for k, hint in get_annotations(cls).items() if "ClassVar" not in str(hint)]


def _parameters(cls: type) -> dict[str, Field[Any]]:
    if not is_dataclass(cls):
        return {}
    return {field.name: field for field in fields(cls) if field.init}


def _made(
    cls: type[AnyStrategy], given: dict[str, Any], path: str, directory: Path | None, prefix: str
) -> AnyStrategy:
    """Make a strategy with the parameters that a config gives."""
    parameters = _parameters(cls)
    for key in given:
        if key not in parameters:
            raise unknown(join(path, key), key, parameters, "parameter")
    for key, field in parameters.items():
        if key not in given and field.default is MISSING and field.default_factory is MISSING:
            what = "give the strategy inside" if _is_strategy(cls, key) else "give it a value"
            raise ConfigError(f"{join(path, key)}: missing; {what}")
    values = {
        key: build(value, join(path, key), directory, f"{prefix}{key}.")
        if _is_strategy(cls, key)
        else _value(cls, key, value, join(path, key), prefix + key)
        for key, value in given.items()
    }
    for example in _examples(values):
        _construct(cls, example, path)
    return _construct(cls, values, path)


def _construct(cls: type[AnyStrategy], values: dict[str, Any], path: str) -> AnyStrategy:
    try:
        return cls(**values)
    except (ValueError, TypeError) as problem:
        field = str(problem).partition(" ")[0]
        where = join(path, field) if field in values else path
        raise ConfigError(f"{where}: {problem}") from problem


def _examples(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the parameters with every end or choice of a drawn one in its place."""
    for key, value in values.items():
        if isinstance(value, Drawn):
            for number in value.args:
                yield {k: _first(v) for k, v in values.items()} | {key: number}


def _first(value: Any) -> Any:
    return value.args[0] if isinstance(value, Drawn) else value


def _hint(cls: type, key: str) -> Any:
    """Give the type of a parameter; anything if it cannot be told."""
    try:
        return get_type_hints(cls).get(key, Any)
    except (NameError, TypeError):
        return Any


def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) or (hint,)


def _is_strategy(cls: type, key: str) -> bool:
    options = _options(_hint(cls, key))
    return any(isinstance(o, type) and issubclass(o, AnyStrategy) for o in options)


def _value(cls: type, key: str, given: Any, path: str, name: str) -> Any:
    """Read one parameter: a value, a value with unit and source, or a distribution."""
    if isinstance(given, Mapping):
        table = {k: v for k, v in given.items() if k not in _BESIDE}
        if set(table) == {"value"}:
            return _value(cls, key, table["value"], path, name)
        return _drawn(cls, key, table, path, name)
    value = tuple(given) if isinstance(given, list) else given
    hint = _hint(cls, key)
    try:
        return TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True)).validate_python(
            value, strict=True
        )
    except PydanticSchemaGenerationError:
        return value
    except ValidationError:
        raise ConfigError(f"{path}: {shown(given)} is not {_wanted(hint)}") from None


_WORDS = {
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    str: "a text in quotes",
    Drawn: "a distribution",
    type(None): "nothing",
    tuple[str, ...]: "a list of texts",
    tuple[float, ...]: "a list of numbers",
}


def _wanted(hint: Any) -> str:
    options = (hint,) if hint in _WORDS else _options(hint)
    return " or ".join(_WORDS.get(option, shown(option)) for option in options)


def _drawn(cls: type, key: str, table: dict[str, Any], path: str, name: str) -> Drawn:
    """Read a distribution."""
    if not {float, int, Drawn, Any} & set(_options(_hint(cls, key))):
        raise ConfigError(f"{path}: {shown(table)} is not {_wanted(_hint(cls, key))}")
    kinds = [kind for kind in _DRAWN if kind in table]
    extra = [k for k in table if k not in (*_DRAWN, "p")]
    if len(kinds) != 1 or extra:
        raise ConfigError(
            f"{path}: {shown(table)} is neither a number nor a distribution; write "
            "{uniform = [low, high]} or {choice = [values], p = [probabilities]}"
        )
    numbers = {k: table.get(k, []) for k in (kinds[0], "p")}
    for k, listed in numbers.items():
        if not isinstance(listed, list | tuple) or not all(is_number(x) for x in listed):
            raise ConfigError(f"{path}.{k}: {shown(listed)} is not a list of numbers")
    try:
        return Drawn(kinds[0], tuple(numbers[kinds[0]]), tuple(numbers["p"]), name)  # type: ignore[arg-type]
    except ValueError as problem:
        raise ConfigError(f"{path}: {shown(table)}: {problem}") from None
