"""No two cells of a shipped sweep end alike in every world (I9); samples keep lengths in days."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from experiments.analysis.copies import copies
from experiments.design.refine import refined_scenario
from experiments.design.refinement import Refinement
from experiments.design.sweep import settings
from sim import negotiate
from sim.config import ScenarioConfig, override, validate
from tests.sweeps import CONFIGS, load

SWEEPS = [
    "around", "band", "by_answer", "clause", "coordination", "extension", "following", "grid",
    "insistence", "library", "links", "no_deal", "package_rule", "quickstart", "ratifiers",
    "threats", "turns", "walking",
]  # fmt: skip
"""Configs with swept cells."""
REST = [
    "backtest", "calibration", "obstinate", "rule_game", "screening", "tournament", "uncertainty",
]  # fmt: skip
"""Samples, games (which need every profile), and configs with one cell or given payoffs."""


def equal(name: str, **changes: int) -> list[tuple[int, ...]]:
    """Play a config and give its groups of cells that end alike."""
    plan = load(name, **changes)
    games = ((cell.index, plan.game(cell)) for cell in plan.cells)
    ends = ((k, negotiate(game, plan.worlds, plan.config.seed).to_frame()) for k, game in games)
    return copies(frame.assign(cell=k) for k, frame in ends)


def test_every_config_is_looked_at() -> None:
    assert sorted(SWEEPS + REST) == sorted(path.stem for path in CONFIGS.glob("*.toml"))


def test_no_two_cells_of_the_quickstart_are_alike() -> None:
    assert equal("quickstart", worlds=250, replications=1) == []


def test_nobody_is_silent_under_the_package_rule() -> None:
    plan = load("package_rule", worlds=20, replications=1)
    for cell in plan.cells:
        ends = negotiate(plan.game(cell), plan.worlds, plan.config.seed).to_frame()["status"]
        assert "silent" not in set(ends), cell.labels


@pytest.mark.nightly
@pytest.mark.parametrize("name", SWEEPS)
def test_no_two_cells_are_alike(name: str) -> None:
    assert equal(name) == []


OFF = ("calendar.extension", "calendar.overtime", "ratification", "shocks", "threats")
"""What is counted in rounds and does not play in the scenario of the samples."""


def apart(one: Any, other: Any, path: str = "") -> Iterator[str]:
    if isinstance(one, Mapping):
        for key in one:
            yield from apart(one[key], other[key], f"{path}.{key}" if path else key)
    elif one != other:
        yield path


@pytest.mark.parametrize("name", ["screening", "uncertainty"])
def test_samples_with_another_length_of_a_round_keep_lengths_in_days(name: str) -> None:
    plan, path = load(name), "calendar.days_per_round"
    said = validate(ScenarioConfig, plan.scenario)
    every = [*said.shocks.values(), *said.threats.values()]
    every += [each for country in said.ratification.values() for each in country.values()]
    assert said.calendar.mode == "hard" and not any(each.active for each in every)
    lengths = settings(path, plan.config.uncertainties[path])
    assert [setting.value for setting in lengths] == [1, 2] and said.calendar.days_per_round == 2
    for setting in lengths:
        played = override(plan.scenario, {path: setting.value, **setting.also})
        wanted = refined_scenario(plan, plan.scenario, Refinement(rounds=2 // setting.value))
        told = (validate(ScenarioConfig, each).model_dump() for each in (played, wanted))
        other = [where for where in apart(*told) if not where.startswith(OFF)]
        assert set(other) <= {"rules.period"} & set(plan.config.uncertainties), other
