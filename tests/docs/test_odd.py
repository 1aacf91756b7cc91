"""The page on the model describes every key of a scenario."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from sim.config import ScenarioConfig
from sim.config.schema.numbers import Range

pytestmark = pytest.mark.fast

PAGE = (Path(__file__).parents[2] / "docs" / "odd.md").read_text(encoding="utf-8")


def keys(model: type[BaseModel], front: str = "") -> Iterator[str]:
    """Give the dotted path of every key; NAME for a name that a file chooses."""
    for name, field in model.model_fields.items():
        yield from below(field.annotation, f"{front}{name}")


def below(kind: Any, path: str) -> Iterator[str]:
    if get_origin(kind) is dict:
        yield from below(get_args(kind)[1], f"{path}.NAME")
    elif get_origin(kind) is Annotated:
        yield from below(get_args(kind)[0], path)
    elif get_origin(kind) in (Union, UnionType):
        for option in get_args(kind):
            if option is not type(None):
                yield from below(option, path)
    else:
        yield path
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not Range:
            yield from keys(kind, f"{path}.")


def test_every_key_is_described() -> None:
    described = set(re.findall(r"`([^`]+)`", PAGE.partition("## 8.")[2]))
    missing = [key for key in keys(ScenarioConfig) if key not in described]
    assert not missing, "describe them in docs/odd.md, section 8"


def test_no_key_is_described_that_does_not_exist() -> None:
    table = PAGE.partition("## 8.")[2].partition("## Glossary")[0]
    first = "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([^`]+)`", first)) == set(keys(ScenarioConfig))


def test_every_element_of_the_protocol_is_there() -> None:
    for title in (
        "Purpose and patterns",
        "Entities, state variables and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialization",
        "Input data",
        "Submodels",
    ):
        assert re.search(rf"^## \d\. {title}$", PAGE, re.MULTILINE)
    concepts = (
        "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction",
        "Sensing", "Interaction", "Stochasticity", "Collectives", "Observation",
    )  # fmt: skip
    assert all(f"**{concept}.**" in PAGE for concept in concepts)
