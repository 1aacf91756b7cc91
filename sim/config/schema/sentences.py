"""Every error of a config as one sentence: path of the key, value, rule, way out."""

from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeVar, Union, get_origin

from pydantic import BaseModel, ValidationError

from sim.errors import ConfigError, near_match

Model = TypeVar("Model", bound=BaseModel)

_RULES = {
    "int_type": "is not a whole number",
    "float_type": "is not a number",
    "bool_type": "is neither true nor false",
    "string_type": "is not a text in quotes",
    "tuple_type": "is not a list",
    "list_type": "is not a list",
    "dict_type": "is not a table",
    "mapping_type": "is not a table",
    "model_type": "is not a table",
    "date_type": "is not a date; write 2025-05-04",
    "date_from_datetime_parsing": "is not a date; write 2025-05-04",
    "date_parsing": "is not a date; write 2025-05-04",
    "date_from_datetime_inexact": "is not a date; write 2025-05-04",
    "finite_number": "is not a finite number",
}

_BOUNDS = {
    "greater_than": ("gt", "it has to be more than"),
    "greater_than_equal": ("ge", "it has to be at least"),
    "less_than": ("lt", "it has to be less than"),
    "less_than_equal": ("le", "it has to be at most"),
}

_LONG = 60
"""Values longer than this are shortened in a sentence."""


def validate(model: type[Model], mapping: Mapping[str, Any], path: str = "") -> Model:
    """Check a mapping against a model.

    Args:
        model: what the mapping may say.
        mapping: as read from a file.
        path: path of the key that holds the mapping; empty for a whole file.

    Raises:
        ConfigError: the first thing that is wrong; a misspelt key before a missing one.
    """
    try:
        return model.model_validate(mapping)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        errors.sort(key=lambda error: error["type"] != "extra_forbidden")
        raise ConfigError(_sentence(errors[0], model, path)) from None


def join(*parts: object) -> str:
    """Join keys to a dotted path, leaving out empty ones."""
    return ".".join(str(part) for part in parts if str(part))


def shown(value: Any) -> str:
    """Give a value as it is shown in a sentence."""
    try:
        text = repr(value) if isinstance(value, str | list | tuple | dict) else str(value)
    except (ValueError, RecursionError):  # Python writes no number of more than 4,300 digits
        text = f"a {type(value).__name__} that is too large to be shown"
    if isinstance(value, bool):
        text = text.lower()
    return cut(text)


def unknown(path: str, word: object, known: Any, what: str = "key", where: str = "") -> ConfigError:
    """Give the error of a name that does not exist, with a near match or what does exist."""
    words = [str(name) for name in known]
    near = near_match(str(word), words)
    listed = f"; there is {', '.join(words)}" if words else "; there is none here"
    place = f" at {cut(where)}" if where else ""
    return ConfigError(
        f"{cut(path, 2 * _LONG)}: there is no {what} '{cut(str(word))}'{place}{near or listed}"
    )


def cut(text: str, most: int = _LONG) -> str:
    """Give a text as it stands in a sentence: one that is too long has an end of its own."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _sentence(error: Any, model: type[BaseModel], path: str) -> str:
    kind, keys = error["type"], tuple(key for key in error["loc"] if not str(key).startswith("["))
    here = cut(join(path, *keys), 2 * _LONG)
    if kind == "extra_forbidden":
        fields = _fields_at(model, keys[:-1])
        return str(unknown(here, keys[-1], fields))
    if kind == "missing":
        return f"{here}: missing; {_wanted(model, keys)}"
    value, context = shown(error["input"]), error.get("ctx", {})
    if kind in _BOUNDS:
        name, rule = _BOUNDS[kind]
        return f"{here}: {value} is out of range; {rule} {_bound(context[name])}"
    if kind == "literal_error":
        known = [part.strip("' ") for part in context["expected"].replace(" or ", ",").split(",")]
        near = near_match(str(error["input"]), known)
        return f"{here}: {value} is not one of {', '.join(known)}{near}"
    if kind == "sentence":
        return f"{here}: {context['words']}"
    if kind == "value_error":
        return f"{here}: {value} {context.get('error', error['msg'])}"
    return f"{here}: {value} {_RULES.get(kind, error['msg'])}"


def _bound(number: float) -> str:
    """Write a limit: a large one as people read it."""
    return f"{number:,}" if isinstance(number, int) and abs(number) >= 1000 else f"{number:g}"


def _wanted(model: type[BaseModel], keys: tuple[Any, ...]) -> str:
    """Say what a missing key is for."""
    fields = _fields_at(model, keys[:-1])
    described = fields[keys[-1]].description if keys[-1] in fields else None
    return f"give {described}" if described else "give it a value"


def _fields_at(model: type[BaseModel], keys: tuple[Any, ...]) -> dict[str, Any]:
    """Give the fields of the model that holds the key at the end of a path."""
    inner: Any = model
    for key in keys:
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            if key not in inner.model_fields:
                continue
            inner = inner.model_fields[key].annotation
        else:
            inner = inner.__args__[-1]
        inner = _bare(inner)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return dict(inner.model_fields)
    return {}


def _bare(annotation: Any) -> Any:
    """Take a type out of `Annotated[...]` and `... | None`, the first of several."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    options = [o for o in getattr(annotation, "__args__", ()) if o is not type(None)]
    if get_origin(annotation) in (Union, UnionType):
        return _bare(options[0])
    return annotation
