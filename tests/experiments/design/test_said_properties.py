"""Random experiments: every cell plays what is said, in every place in which it can be said."""

import re
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.design.plan import Plan
from experiments.design.sweep import settings
from sim.config import ScenarioConfig, override, parse
from sim.errors import ConfigError, DataError
from tests.examples import fewer
from tests.experiments.design.test_plan import PAYOFFS
from tests.experiments.small import OWN, SCENARIO

REVIEW = {"low": 0.1, "central": 0.2, "high": 0.4}
COMBINED = {"offer": "conceder", "accept": "next"}
FIRM = {"name": "boulware", "exponent": 0.2}

VALUES: dict[str, list[Any]] = {
    "rules.period": [1, 2, 3],
    "rules.review": ["all", "none", ["cars"]],
    "talks.east.rules.period": [1, 4],
    "talks.*.rules.period": [2, 3],
    "talks.*.rules.review": ["none", ["metals"]],
    "talks.*.measures.cars.levels": [[25, 15, 0], [25, 10, 0]],
    "talks.west.measures.cars.levels": [[25, 12, 0]],
    "calendar.rounds": [8, 12],
    "strategies.east": ["linear", "boulware", FIRM, COMBINED, {"name": "own.py:Best"}],
    "strategies.east.band": [0.25, 1, 2.0],
    "strategies.east.exponent": [0.3, 0.6],
    "strategies.west": ["other.py:Best", "conceder", {"offer": "other.py:Best"}],
    "strategies.*.band": [0.25, 0.5],
    "stances.hub.late.strategy.until": [0.4, 0.6],
    "stances.hub.soft.strategy.exponent": [0.5],
    "strategies.hub": [
        "late",
        "open",
        {"name": "late", "until": 0.2},
        "linear",
        FIRM,
        COMBINED,
        {"name": "wait_and_see", "inner": "own.py:Best"},
    ],
    "strategies.hub.west": ["linear", "own.py:Best"],
    "strategies.hub.until": [0.5, 1, {"uniform": [0.1, 0.7]}],
    "strategies.hub.inner": ["linear", FIRM],
    "strategies.hub.inner.exponent": [0.3, 1.0],
    "positions.hub": ["all", "none", ["metals"]],
    "positions.hub.west": ["all", ["cars"]],
    "positions.east": ["none", ["cars"]],
    "payoffs.weights.hub.review": [0.1, 1, 1.0, REVIEW],
    "payoffs.weights.hub.review.high": [0.9, 0.35],
    "payoffs.weights.*.outside": [0.2, REVIEW],
    "payoffs.weights.east.outside": [1],
    "payoffs.band": [0.1, 0.3],
    "payoffs.draws": [2, 4, "draws.parquet"],
    "payoffs.replications": [1, 3],
    "payoffs.given.west": [{"file": "west.csv"}],
    "links.level": ["nothing", "offers"],
    "links.sees.hub.west": ["offers", {"level": "outcome", "lag": 1}],
    "links.sees.hub.west.lag": [1, 2],
    "links.sees.*.west": ["terms", "offers"],
    "information": ["private", "complete"],
}
"""By dotted path some values; several of them overlap."""

RANGES: dict[str, dict[str, Any]] = {
    "rules.period": {"whole": [1, 4]},
    "strategies.hub.until": {"low": 0.1, "central": 0.5, "high": 1.5},
    "payoffs.weights.hub.review": {"uniform": [0.1, 0.5]},
    "links.sees.hub.west.lag": {"choice": [1, 2, 3]},
}
"""By dotted path a range that is sampled."""

TALKS, COUNTRIES = ("east", "west"), ("hub", "east", "west")
STANCES = {
    "hub": {
        "soft": {"strategy": {"name": "boulware", "exponent": 0.9}},
        "late": {"strategy": {"name": "scope_refuser", "until": 0.8, "inner": "soft"}},
        "open": {"strategy": "soft", "position": "all", "label": "opens all"},
    }
}
BASE = tomllib.loads(SCENARIO) | {"stances": STANCES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with files that strategies, payoffs and draws name."""
    path = tmp_path_factory.mktemp("said")
    for name in ("own.py", "other.py"):
        (path / name).write_text(OWN, encoding="utf-8")
    (path / "west.csv").write_text(PAYOFFS, encoding="utf-8")
    review = {"payoffs.weights.hub.review": [0.1, 0.2]}
    pd.DataFrame(review).to_parquet(path / "draws.parquet")
    return path


# --- random experiments ------------------------------------------------------------------------


@st.composite
def pairs(draw: Any, most: int = 2) -> dict[str, Any]:
    """Some paths, each with a value."""
    paths = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=most, unique=True))
    return {path: draw(st.sampled_from(VALUES[path])) for path in paths}


@st.composite
def listed(draw: Any, least: int = 0) -> dict[str, Any]:
    """Some paths, each with several values, of which some have a label and set others too."""
    paths = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=least, max_size=2, unique=True))
    return {path: draw(several(path)) for path in paths}


@st.composite
def several(draw: Any, path: str) -> list[Any]:
    """Different values of a path."""
    values = draw(st.lists(st.sampled_from(VALUES[path]), min_size=1, max_size=3, unique_by=repr))
    return [draw(dressed(value)) for value in values]


@st.composite
def dressed(draw: Any, value: Any) -> Any:
    """A value as it is, or with a label, which may be a number, and what it also sets."""
    if draw(st.integers(0, 2)):
        return value
    label = draw(st.sampled_from((1, 2, 2.0, "a", "1", "b")))
    return {"value": value, "label": label, "also": draw(pairs(1))}


@st.composite
def said(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """An experiment over the small scenario, and what the command line sets."""
    config: dict[str, Any] = {"name": "random", "scenario": deepcopy(BASE), "worlds": 2}
    config |= {"overrides": draw(pairs()), "sweep": draw(listed())}
    match draw(st.sampled_from(("plain", "cells", "sampled", "levers"))):
        case "cells":
            rows = draw(st.lists(pairs(), min_size=1, max_size=2))
            config["cells"] = [{"label": str(k), **row} for k, row in enumerate(rows)]
        case "sampled":
            ranges = draw(st.lists(st.sampled_from(sorted(RANGES)), max_size=2, unique=True))
            config["uncertainties"] = draw(listed(1)) | {path: RANGES[path] for path in ranges}
            config["design"] = {"uncertainties": "latin_hypercube", "points": 5}
        case "levers":
            config["levers"] = draw(listed())
    return config, draw(pairs())


def planned(config: dict[str, Any], changes: dict[str, Any], folder: Path) -> Plan | None:
    """Resolve an experiment; None if it is refused, in one sentence."""
    try:
        return Plan.of(deepcopy(config), folder, changes)
    except (ConfigError, DataError) as problem:
        assert str(problem)
        assert "\n" not in str(problem)
        return None


# --- what a scenario says, read from what is played --------------------------------------------


def named(path: str) -> list[str]:
    """Write out the star of a path, by hand."""
    front, star, rest = path.partition("*")
    among = TALKS if front == "talks." else COUNTRIES
    if front == "links.sees.":
        among = tuple(key for key in COUNTRIES if key != rest.strip("."))
    return [f"{front}{key}{rest}" for key in among] if star else [path]


def facts(config: ScenarioConfig, path: str) -> list[Any]:
    """Give what is played at a path."""
    found = []
    for each in named(path):
        first, *keys = each.split(".")
        if first in ("strategies", "positions"):
            found += _at_seats(config, first, keys)
        else:
            found.append(_walked(config.model_dump(), each.split(".")))
    return found


def _at_seats(config: ScenarioConfig, what: str, keys: list[str]) -> list[Any]:
    country, *rest = keys
    seats = TALKS if country == "hub" else (country,)
    if rest and rest[0] in TALKS:
        seats, rest = (rest[0],), rest[1:]
    if what == "positions":
        return [config.position(country, talk) for talk in seats]
    return [_walked(_table(config.said_strategy(country, talk)[1]), rest) for talk in seats]


def _table(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _walked(value: Any, keys: list[str]) -> Any:
    for key in keys:
        value = value.get(key, "nothing") if isinstance(value, dict) else "nothing"
    return value


def within(found: Any, wanted: Any) -> bool:
    """Tell whether a value is, or has, what is wanted; of a strategy further parts may be said."""
    if isinstance(found, dict) and isinstance(wanted, str):
        return bool(found.get("name") == Path(wanted).name)
    if isinstance(found, dict) and isinstance(wanted, dict):
        return all(within(found.get(key, "nothing"), item) for key, item in wanted.items())
    return bool(found == wanted)


def played(plan: Plan) -> list[ScenarioConfig]:
    """Give the config of every cell."""
    return [parse(override(plan.scenario, cell.values), plan.directory) for cell in plan.cells]


def plays(config: ScenarioConfig, path: str, value: Any, folder: Path) -> bool:
    """Tell whether a value is played at a path: as where nothing else is said but the stances."""
    if path == "payoffs.draws" and isinstance(value, str):
        return config.draws_file is not None
    base = BASE | {"stances": config.model_dump(exclude_none=True)["stances"]}
    alone = facts(parse(override(base, {path: value}), folder), path)
    sight = path.startswith("links.sees") and not path.endswith(("level", "lag"))
    if sight and isinstance(value, str):
        return [each["level"] for each in facts(config, path)] == [value] * len(alone)
    return all(within(*both) for both in zip(facts(config, path), alone, strict=True))


# --- properties --------------------------------------------------------------------------------


@fewer(1)
@given(said())
def test_what_the_command_line_sets_holds_in_every_cell(
    folder: Path, experiment: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    plan = planned(*experiment, folder)
    for config in played(plan) if plan else []:
        for path, value in experiment[1].items():
            others = [each for each in experiment[1] if "*" in path and each != path]
            assert others or plays(config, path, value, folder), (path, value)


@fewer(1)
@given(said())
def test_every_cell_has_the_value_of_each_of_its_labels(
    folder: Path, experiment: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    plan = planned(*experiment, folder)
    if plan is None:
        return
    left = parse(plan.scenario, plan.directory)
    for cell, config in zip(plan.cells, played(plan), strict=True):
        for path, called in cell.labels.items():
            assert called == called
            value = _value(plan, path, called, cell.index)
            if value is not None:
                assert plays(config, path, value, folder), (path, called)
            elif path != "case":
                assert facts(config, path) == facts(left, path), (path, called)


def _value(plan: Plan, path: str, called: str | float, index: int) -> Any:
    """Give the value that a label stands for; None if it is left as it is."""
    config = plan.config
    for name in ("sweep", "levers", "uncertainties"):
        values = getattr(config, name).get(path)
        if isinstance(values, dict):
            return int(called) if {"whole", "choice"} & set(values) else called
        if values is not None:
            (one,) = [each for each in settings(path, values) if each.label == called]
            return one.value
    rows = len(config.cells)
    row = config.cells[index * rows // len(plan.cells)] if rows else {}
    value = row.get(path)
    return value["value"] if isinstance(value, dict) and "value" in value else value


@fewer(1)
@given(said())
def test_every_file_of_every_cell_is_of_the_digest(
    folder: Path, experiment: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    plan = planned(*experiment, folder)
    for config in played(plan) if plan else []:
        assert plan is not None
        assert _files(config, folder) <= {file.name for file in plan.files}


def _files(config: ScenarioConfig, folder: Path) -> set[str]:
    """Give the names of the files that a config names, read from its words."""
    words = str([config.said_strategy(c, t) for t in TALKS for c in ("hub", t)])
    found = set(re.findall(r"(\w+\.py):", words))
    found |= {each.file for each in config.payoffs.given.values() if each.file}
    return found | ({config.draws_file.name} if config.draws_file else set())


@fewer(2)
@given(said())
def test_the_config_as_run_is_the_same_experiment(
    folder: Path, experiment: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    plan = planned(*experiment, folder)
    if plan is None:
        return
    again = Plan.of(plan.as_run(), folder / "elsewhere")
    assert again.digest == plan.digest
    assert [cell.labels for cell in again.cells] == [cell.labels for cell in plan.cells]
    assert played(again) == played(plan)
