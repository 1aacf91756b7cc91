"""One name means one thing in all shipped configs and scenarios."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from experiments.design.sweep import flat, settings, with_labels
from sim.config import override, parse, read_scenario, read_toml
from tests.sweeps import CONFIGS

NAMES = sorted(path.stem for path in CONFIGS.glob("*.toml"))
SCENARIO = CONFIGS / "scenarios" / "us_japan_korea_2025.toml"


def plays(scenario: dict[str, Any], said: dict[str, Any], country: str) -> str:
    """Write down what a country plays in each talk, and with which position."""
    config = parse(override(scenario, said), CONFIGS / "scenarios")
    talks = [n for n, t in config.talks.items() if country in (config.hub, t.partner)]
    played = [[config.said_strategy(country, t)[1], config.position(country, t)] for t in talks]
    return json.dumps(played, sort_keys=True, default=str)


def meanings(name: str) -> Iterator[tuple[tuple[bool, str], str]]:
    """Give the labels of strategies in a config, by side, with what each stands for."""
    config = read_toml(CONFIGS / f"{name}.toml")
    scenario = read_scenario(CONFIGS / config["scenario"])
    scenario = override(scenario, flat(config.get("overrides", {})))
    listed = [list(flat(config.get(key, {})).items()) for key in ("sweep", "levers")]
    rows = [[(k, [v]) for k, v in flat(row).items()] for row in config.get("cells", ())]
    done: set[tuple[str, str]] = set()
    for path, values in (pair for pairs in (*listed, *rows) for pair in pairs):
        country = path.removeprefix("strategies.")
        if f"strategies.{country}" != path or country not in scenario["countries"]:
            continue
        for setting in settings(path, with_labels(scenario, path, values)):
            mark = (path, repr(setting))
            if mark not in done:
                done.add(mark)
                also = {k: v for k, v in setting.also.items() if k.startswith("positions.")}
                key = (country == scenario["hub"], str(setting.label))
                yield key, plays(scenario, {path: setting.value, **also}, country)


@pytest.mark.slow
def test_a_label_of_a_strategy_stands_for_one_strategy() -> None:
    every: dict[tuple[bool, str], set[str]] = {}
    for name in NAMES:
        for key, played in meanings(name):
            every.setdefault(key, set()).add(played)
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
        json.dumps(each["strategy"], sort_keys=True, default=str)
        for of in scenario["stances"].values()
        for each in of.values()
        if isinstance(each["strategy"], dict)
    }
    assert not [
        each for each in tables(said) if json.dumps(each, sort_keys=True, default=str) in stances
    ]


def tables(said: Any) -> list[dict[str, Any]]:
    """Give every table in a config, those inside others too."""
    if isinstance(said, dict):
        return [said, *(each for item in said.values() for each in tables(item))]
    return [each for item in said for each in tables(item)] if isinstance(said, list) else []
