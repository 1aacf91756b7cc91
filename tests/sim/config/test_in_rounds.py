"""What is counted in rounds is in a table, and keeps its length and its probability."""

import re
from collections.abc import Iterator, Mapping
from inspect import getdoc
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import numpy as np
import pytest
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel

from sim.config import ScenarioConfig, read_scenario
from sim.config.in_rounds import (
    KEYS,
    STRATEGIES,
    amount,
    chance,
    factor,
    in_shorter_rounds,
    kept,
    length,
    parameters_in_rounds,
    scale_of,
    scaled,
)
from sim.config.schema.around_keys import SightConfig
from sim.config.schema.limits import MOST
from sim.config.schema.numbers import Range
from sim.config.schema.talk_keys import RulesConfig, TalkRulesConfig
from sim.protocol.rules import TalkRules
from sim.scenario.players.parameters_of import parameters
from sim.scenario.players.registry import inside
from sim.seats.views.visibility import Visibility
from sim.strategies import BUILT_IN
from sim.strategies.parts import ACCEPT, MODEL, SCOPE, Combined

CONFIGS = Path(__file__).parents[3] / "configs"

WORDS = re.compile(r"\b(rounds?|turns?)\b")

DESCRIBED = {RulesConfig: TalkRules, TalkRulesConfig: TalkRules, SightConfig: Visibility}
"""Tables of a config whose words are those of a class."""

NOT_IN_ROUNDS = {
    "calendar": "what is in it is",
    "calendar.start": "a day",
    "calendar.mode": "a word",
    "calendar.extensions": "how often",
    "payoffs.correlations.*.target": "a rank correlation",
    "rules.first_mover": "a word: who moves first in every round",
    "talks.*.rules.first_mover": "a word: who moves first in every round",
    "talks.*.measures.*.today": "points, with a date",
    "threats.*.most": "how often",
    "threats.*.unless": "what is in it is",
    "payoffs.draws": "draws",
    "payoffs.replications": "worlds",
    "economy.elasticity_draws": "samples",
    "common_factor": "a correlation",
    "economy.plants.*.share": "a share of profits",
    "economy.plants.*.credited": "a share of profits",
    "economy.markup.*": "a share of sales",
    "economy.labour.tax": "a rate of tax",
}
"""Whole numbers, shares, and what is said with a word of rounds, and yet goes with no length."""


def described(model: type) -> dict[str, str]:
    """Give what the docstring of a class says of each attribute."""
    _, _, listed = (getdoc(DESCRIBED.get(model, model)) or "").partition("Attributes:\n")
    found: dict[str, str] = {}
    names: list[str] = []
    for line in listed.splitlines():
        head = re.match(r"    ([\w, ]+): (.*)", line)
        if head:
            names = head[1].split(", ")
            found |= dict.fromkeys(names, head[2])
        else:
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    return found


def leaves(kind: Any, path: str = "", said: str = "", limits: tuple = ()) -> Iterator[tuple]:
    """Give every key of a config: path, type, limits, and what is said of it."""
    while get_origin(kind) is Annotated:
        kind, *more = get_args(kind)
        limits += tuple(each for m in more for each in (m, *getattr(m, "metadata", ())))
    if get_origin(kind) in (Union, UnionType):
        for option in get_args(kind):
            if option is not type(None):
                yield from leaves(option, path, said, limits)
    elif isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not Range:
        if path and "*" not in path.rpartition(".")[2]:
            yield path, kind, (), said
        docs = described(kind)
        for name, field in kind.model_fields.items():
            here = f"{path}.{name}" if path else name
            yield from leaves(field.annotation, here, docs.get(name, ""), tuple(field.metadata))
    elif get_origin(kind) is dict:
        inner = get_args(kind)[1]
        yield path, dict, (), said
        yield from leaves(inner, f"{path}.*", said if not _is_model(inner) else "", limits)
    else:
        yield path, kind, limits, said


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def suspicious(kind: Any, limits: tuple, said: str) -> bool:
    """Tell whether a key may be counted in rounds: whole, a probability, or said to be."""
    ends = [x for x in limits if MOST not in (getattr(x, "le", None), -getattr(x, "ge", 0))]
    low = any(isinstance(x, Ge | Gt) for x in ends)
    share = kind is float and low and any(isinstance(x, Le | Lt) for x in ends)
    return kind is int or share or bool(WORDS.search(said))


@pytest.mark.fast
def test_every_key_of_a_scenario_that_may_be_counted_in_rounds_is_in_the_table():
    found = {path for path, *rest in leaves(ScenarioConfig) if suspicious(*rest)}
    assert found <= {*KEYS, *NOT_IN_ROUNDS}, sorted(found - {*KEYS, *NOT_IN_ROUNDS})


@pytest.mark.fast
def test_the_tables_name_only_keys_that_there_are_and_that_need_it():
    every = {path for path, *rest in leaves(ScenarioConfig) if suspicious(*rest)}
    assert {*KEYS, *NOT_IN_ROUNDS} <= every, sorted({*KEYS, *NOT_IN_ROUNDS} - every)
    assert not set(KEYS) & set(NOT_IN_ROUNDS)


@pytest.mark.fast
def test_a_new_key_in_rounds_would_be_found():
    class New(RulesConfig):
        """Rules.

        Attributes:
            patience: how long, in rounds.
        """

        patience: float = 1.0

    new = {path for path, *rest in leaves(New) if suspicious(*rest)}
    assert "patience" in new - {key.removeprefix("rules.") for key in KEYS}


def classes() -> dict[str, type]:
    named = {**BUILT_IN, **ACCEPT, **MODEL, **SCOPE}
    return {cls.__name__: cls for cls in named.values()}


@pytest.mark.fast
@pytest.mark.parametrize("cls", classes().values(), ids=classes())
def test_every_parameter_that_may_be_counted_in_rounds_is_in_the_table(cls):
    docs, table = described(cls), parameters_in_rounds(cls)
    words = re.compile(r"\brounds?\b|\bturns?\b")
    said = {key for key in parameters(cls) if words.search(_sense(docs.get(key, "")))}
    assert said <= set(table), f"{cls.__name__}: {said - set(table)}"
    whole = {key for key, field in parameters(cls).items() if field.type in (int, "int")}
    assert whole <= {*table, "looks"}, f"{cls.__name__}: {whole - set(table)}"


def _sense(said: str) -> str:
    """Leave out how relative time is told: it is the same however many rounds there are."""
    return re.sub(r"relative time[^;.]*(; 1 is the last round[^;.,]*)?", "", said).replace(
        "first round that begins on it", ""
    )


@pytest.mark.fast
def test_the_table_of_strategies_names_only_parameters_that_there_are():
    for name, scales in STRATEGIES.items():
        assert set(scales) <= set(parameters(classes()[name])), name


@pytest.mark.fast
def test_what_is_inside_a_strategy_by_default_has_nothing_in_rounds_that_would_be_left_out():
    for cls in (*classes().values(), Combined):
        for field in parameters(cls).values():
            for _, part in [("", field.default), *inside(field.default)]:
                scales = parameters_in_rounds(type(part)) if isinstance(part, object) else {}
                assert all(scale is kept for scale in scales.values()), (cls, field.name)


def units(said: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the path and the unit of every number of a scenario."""
    if isinstance(said, Mapping):
        if isinstance(said.get("unit"), str):
            yield path, said["unit"]
        for key, item in said.items():
            yield from units(item, (*path, key))


@pytest.mark.fast
@pytest.mark.parametrize(
    "file", sorted((CONFIGS / "scenarios").glob("*.toml")), ids=lambda f: f.stem
)
def test_what_a_shipped_scenario_says_in_rounds_is_in_the_table(file):
    scenario = read_scenario(file)
    said = [path for path, unit in units(scenario) if WORDS.search(_unit(unit))]
    assert [path for path in said if path[0] != "strategies" and scale_of(path) is None] == []
    assert all(path[0] != "strategies" for path in said)


def _unit(unit: str) -> str:
    return re.sub(r"relative time, 0 first round to 1 last round", "", unit)


@pytest.mark.fast
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_length_a_probability_a_factor_and_an_amount_are_the_same_over_the_same_days(n):
    assert length(3, n) == 3 * n
    assert length(0, n) == 0
    for p in (0.0, 0.02, 0.3, 0.999):
        assert 1 - (1 - chance(p, n)) ** n == pytest.approx(p, abs=1e-12)
    assert chance(1.0, n) == 1.0
    for discount in (0.0, 0.9, 1.0):
        assert factor(discount, n) ** n == pytest.approx(discount)
    assert amount(0.6, n) * n == pytest.approx(0.6)


@pytest.mark.fast
def test_ranges_distributions_and_numbers_with_a_unit_are_scaled_and_nothing_else():
    said = {"low": 1, "central": 2, "high": 4.5, "unit": "rounds", "shape": "triangular"}
    more = {"low": 2, "central": 4, "high": 9, "unit": "rounds", "shape": "triangular"}
    assert scaled(said, length, 2) == more
    assert scaled({"uniform": [5, 20]}, length, 2) == {"uniform": [10, 40]}
    weighed = {"choice": [1, 2], "p": [0.25, 0.75]}
    assert scaled(weighed, length, 4) == {"choice": [4, 8], "p": [0.25, 0.75]}
    assert scaled({"value": 2, "unit": "rounds"}, length, 2) == {"value": 4, "unit": "rounds"}
    day = read_scenario(CONFIGS / "scenarios/us_japan_korea_2025.toml")["calendar"]["start"]
    assert scaled(day["value"], length, 2) == day["value"]
    assert scaled(0.02, chance, 1) == 0.02


@pytest.mark.fast
def test_a_star_stands_for_any_key_on_either_side():
    assert scale_of(("shocks", "*", "rounds")) is length
    assert scale_of(("shocks", "bond_selloff", "hazard")) is chance
    assert scale_of(("rules", "review")) is None
    said = {"bond": {"hazard": 0.5, "rounds": 2, "label": "two rounds"}}
    assert in_shorter_rounds(said, ("shocks",), 2) == {
        "bond": {"hazard": pytest.approx(1 - np.sqrt(0.5)), "rounds": 4, "label": "two rounds"}
    }
