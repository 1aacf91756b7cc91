"""The command `schema`: what a file may say, for editors."""

import json
from functools import cache
from inspect import getdoc
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from experiments.app.knobs import told_of
from experiments.design.config import ExperimentConfig
from sim.config import ScenarioConfig
from sim.config.schema.levels import GRID
from sim.config.schema.numbers import ConfigTable, plain

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_GRID = {
    "type": "object",
    "properties": dict.fromkeys(GRID, _NUMBER),
    "additionalProperties": False,
    "required": list(GRID),
}

_EXTENDING = {
    "extends": "the path of another scenario from this file, or the name of one that comes with "
    "the package",
    "without": "countries that are left out, with their talks",
    "without_measures": "tariff measures that are left out of every talk",
    "add": "tables with what the parent does not have",
    "changes": "new values by dotted path",
}


def schema(what: Literal["config", "scenario"], /, *, out: Path | None = None) -> int:
    """Write what a config or a scenario may say, as JSON schema.

    An editor that knows it completes keys and marks what is wrong while you write: Even Better
    TOML (VS Code), Taplo and others read it from a first line such as

    #:schema ./config.schema.json

    Examples:
      tariff-talks schema config --out config.schema.json
      tariff-talks schema scenario --out scenario.schema.json

    Args:
        what: config (of an experiment) or scenario
        out: the file; it is printed if none is named
    """
    text = json.dumps(written(what), indent=1, ensure_ascii=False) + "\n"
    if out is None:
        print(text, end="")
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
        print(out)
    return 0


def written(what: Literal["config", "scenario"]) -> dict[str, Any]:
    """Give the schema of a config, or of a scenario: whole, or one that extends another."""
    if what == "config":
        return {"$schema": _DIALECT, **_schema(ExperimentConfig)}
    whole = _schema(ScenarioConfig)
    defined = whole.pop("$defs")
    words: dict[str, Any] = {key: {"description": said} for key, said in _EXTENDING.items()}
    words["extends"] |= _TEXT
    for key in ("without", "without_measures"):
        words[key] |= {"type": "array", "items": _TEXT}
    words["add"] |= {"type": "object"}
    words["changes"] |= {"type": "object"}
    words |= {key: whole["properties"][key] for key in ("name", "title")}
    extending = {**_closed(words), "required": ["extends"]}
    return {"$schema": _DIALECT, "anyOf": [whole, extending], "$defs": defined}


class _AsWritten(GenerateJsonSchema):
    """Says what may be written, where the config reads more than it then holds."""

    def function_before_schema(self, schema: Any) -> Any:
        """Add the forms that a key is also read in."""
        inner = super().function_before_schema(schema)
        function = schema["function"]["function"]
        if function is plain:
            return {"anyOf": [inner, _valued(inner)]}
        if inner.get("type") == "array":
            return {"anyOf": [inner, _GRID if "number" in str(inner) else _TEXT]}
        return inner

    def function_wrap_schema(self, schema: Any) -> Any:
        """Add that a count of draws may be the file that lists them."""
        return {"anyOf": [super().function_wrap_schema(schema), _TEXT]}

    def tagged_union_schema(self, schema: Any) -> Any:
        """Let forms that cannot be told apart by their keys alone stand side by side."""
        return {"anyOf": super().tagged_union_schema(schema)["oneOf"]}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """Give the schema of a table, with what its docstring says of every key."""
    found = model.model_json_schema(schema_generator=_AsWritten)
    defined = found.setdefault("$defs", {})
    for name, table in [(model.__name__, found), *defined.items()]:
        _describe(table, _models(model)[name])
    for name, other in (("Range", _NUMBER), ("SightConfig", _TEXT)):
        if name in defined:
            table = defined[name]
            table.pop("required", None)
            table["properties"].pop("listed", None)
            forms = [other, _valued(other), table] if other is _NUMBER else [other, table]
            defined[name] = {"anyOf": forms}
    return found


def _describe(table: dict[str, Any], model: type[BaseModel]) -> None:
    told = told_of(getdoc(model) or "", "Attributes")
    table["description"] = (getdoc(model) or "").partition("\n")[0]
    for key, said in table.get("properties", {}).items():
        said.pop("title", None)
        if key in told:
            said["description"] = told[key]


@cache
def _models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Give a table and all tables in it by name."""
    every: list[type[BaseModel]] = [ConfigTable, *_below(ConfigTable)]
    return {each.__name__: each for each in every} | {model.__name__: model}


def _below(cls: type[BaseModel]) -> list[type[BaseModel]]:
    return [each for child in cls.__subclasses__() for each in (child, *_below(child))]


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _valued(inner: Any) -> dict[str, Any]:
    """Give the table that says a value with its unit and source."""
    return {**_closed({"value": inner, "unit": _TEXT, "source": _TEXT}), "required": ["value"]}
