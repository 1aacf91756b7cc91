"""No two cells of a shipped sweep end alike in every world (I9)."""

import pytest

from sim import negotiate
from tests.sweeps import CONFIGS, alike, load

SWEEPS = [
    "around", "band", "by_answer", "clause", "coordination", "extension", "following", "insistence",
    "library", "links", "package_rule", "quickstart", "ratifiers", "threats", "walking",
]  # fmt: skip
"""Configs with swept cells."""
REST = [
    "backtest", "calibration", "obstinate", "rule_game", "screening", "tournament", "uncertainty",
]  # fmt: skip
"""Samples, games (which need every profile), and configs with one cell or given payoffs."""


def equal(name: str, **changes: int) -> list[tuple[int, int]]:
    """Play a config and give its pairs of cells that end alike."""
    plan = load(name, **changes)
    frames = {}
    for cell in plan.cells:
        frames[cell.index] = negotiate(plan.game(cell), plan.worlds, plan.config.seed).to_frame()
    return alike(frames)


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
