"""Stances in experiments: their labels, the config as run, and what overrides what."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from experiments.design.plan import Plan
from sim.errors import ConfigError
from tests.experiments.design.test_said_properties import BASE


def plan(folder: Path, changes: dict[str, Any] | None = None, **more: Any) -> Plan:
    """Resolve an experiment over the small scenario with stances."""
    said = {"name": "stances", "scenario": deepcopy(BASE), "worlds": 2, **more}
    return Plan.of(said, folder, changes)


SWEEP = {"strategies.hub": ["late", "open", {"name": "late", "until": 0.2}, "linear"]}


def test_a_cell_is_called_by_the_label_of_its_stance(tmp_path: Path) -> None:
    labels = [cell.labels["strategies.hub"] for cell in plan(tmp_path, sweep=SWEEP).cells]
    assert labels == ["late", "opens all", "late(until=0.2)", "linear"]
    rows = ({"strategies.hub": "open"}, {"rules.review": "none"})
    scenario = deepcopy(BASE) | {"strategies": BASE["strategies"] | {"hub": "late"}}
    listed = plan(tmp_path, scenario=scenario, cells=rows)
    assert [cell.labels["strategies.hub"] for cell in listed.cells] == ["opens all", "late"]


def test_a_label_of_its_own_comes_first(tmp_path: Path) -> None:
    sweep = {"strategies.hub": [{"value": "open", "label": "mine"}, {"value": "late"}]}
    found = plan(tmp_path, sweep=sweep)
    assert [cell.labels["strategies.hub"] for cell in found.cells] == ["mine", "late"]


def test_the_config_as_run_stands_by_itself(tmp_path: Path) -> None:
    found = plan(tmp_path, sweep=SWEEP)
    again = Plan.of(found.as_run(), tmp_path / "elsewhere")
    assert again.digest == found.digest
    assert again.scenario["stances"] == BASE["stances"]
    assert [c.labels for c in again.cells] == [c.labels for c in found.cells]


def test_the_command_line_chooses_a_stance_and_its_numbers(tmp_path: Path) -> None:
    changes = {"strategies.hub.until": 0.3, "strategies.hub": "late"}
    found = plan(tmp_path, changes, sweep={"rules.review": ["all", "none"]})
    assert found.game(found.cells[0]).strategies["hub", "east"].until == 0.3


def test_a_number_of_a_stance_is_swept(tmp_path: Path) -> None:
    sweep = {"strategies.hub": ["late"], "stances.hub.late.strategy.until": [0.4, 0.6]}
    found = plan(tmp_path, sweep=sweep)
    untils = [found.game(cell).strategies["hub", "west"].until for cell in found.cells]
    assert untils == [0.4, 0.6]


@pytest.mark.parametrize(
    ("changes", "sweep", "sentence"),
    [
        ({"strategies.hub.until": 0.3}, SWEEP, "but sweep.strategies.hub sets strategies.hub"),
        ({"positions.hub": "none"}, SWEEP, "set stances.hub.open.position"),
        (
            {"strategies.hub": {"name": "late", "until": 0.3}},
            {"stances.hub.late.strategy.until": [0.4]},
            "changes that stance at strategies.hub.until",
        ),
        ({}, {"strategies.hub": ["lately"]}, "did you mean 'late'"),
    ],
)
def test_what_would_not_be_played_is_refused(
    tmp_path: Path, changes: dict[str, Any], sweep: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError) as problem:
        plan(tmp_path, changes, sweep=sweep)
    assert sentence in str(problem.value)


def test_a_position_that_the_stance_has_too_is_no_quarrel(tmp_path: Path) -> None:
    assert len(plan(tmp_path, {"positions.hub": "all"}, sweep=SWEEP).cells) == 4
