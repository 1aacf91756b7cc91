"""One name means one thing in all shipped configs and scenarios."""

import json
from typing import Any

import pytest

from experiments.plan import Plan
from sim.config import override, parse, read_scenario, read_toml
from tests.sweeps import CONFIGS, load

NAMES = sorted(path.stem for path in CONFIGS.glob("*.toml"))
SCENARIO = CONFIGS / "scenarios" / "us_japan_korea_2025.toml"


def plays(plan: Plan, said: dict[str, Any], country: str) -> str:
    """Write down what a country plays in each talk, and with which position."""
    config = parse(override(plan.scenario, said), plan.directory)
    talks = [n for n, t in config.talks.items() if country in (config.hub, t.partner)]
    return json.dumps(
        [
            [config.said_strategy(country, talk)[1], config.position(country, talk)]
            for talk in talks
        ],
        sort_keys=True,
    )


def meanings(plan: Plan) -> dict[tuple[bool, str], set[str]]:
    """Give what each label of a strategy stands for, by side and label."""
    found: dict[tuple[bool, str], set[str]] = {}
    seen: set[tuple[str, str]] = set()
    for cell in plan.cells:
        for path, label in cell.labels.items():
            country = path.removeprefix("strategies.")
            if f"strategies.{country}" != path or country not in plan.scenario["countries"]:
                continue
            if (path, str(label)) not in seen:
                seen.add((path, str(label)))
                positions = (k for k in cell.values if k.startswith("positions."))
                said = {k: cell.values[k] for k in (path, *positions) if k in cell.values}
                key = (country == plan.scenario["hub"], str(label))
                found.setdefault(key, set()).add(plays(plan, said, country))
    return found


def test_a_label_of_a_strategy_stands_for_one_strategy() -> None:
    every: dict[tuple[bool, str], set[str]] = {}
    for name in NAMES:
        for key, values in meanings(load(name)).items():
            every.setdefault(key, set()).update(values)
    assert len(every) > 40
    assert [label for (_, label), values in every.items() if len(values) > 1] == []


def test_a_label_of_a_stance_is_that_of_one_stance() -> None:
    for country, stances in read_scenario(SCENARIO)["stances"].items():
        labels = [said["label"] for said in stances.values()]
        assert len(set(labels)) == len(labels), country


@pytest.mark.parametrize("name", NAMES)
def test_what_a_stance_says_is_written_out_in_no_config(name: str) -> None:
    """A strategy of a config that a stance stands for is named."""
    said = read_toml(CONFIGS / f"{name}.toml")
    scenario = read_scenario(SCENARIO)
    stances = {
        json.dumps(each["strategy"], sort_keys=True)
        for of in scenario["stances"].values()
        for each in of.values()
        if isinstance(each["strategy"], dict)
    }
    assert not [each for each in tables(said) if json.dumps(each, sort_keys=True) in stances]


def tables(said: Any) -> list[dict[str, Any]]:
    """Give every table in a config, those inside others too."""
    if isinstance(said, dict):
        return [said, *(each for item in said.values() for each in tables(item))]
    return [each for item in said for each in tables(item)] if isinstance(said, list) else []
