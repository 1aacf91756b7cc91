"""No two cells of a shipped sweep end alike in every world (I9)."""

import pytest

from sim import negotiate
from tests.sweeps import CONFIGS, alike, load

SWEEPS = [
    "around", "band", "by_answer", "clause", "coordination", "extension", "following", "insistence",
    "links", "package_rule", "quickstart", "ratifiers", "rule_game", "threats", "walking",
]  # fmt: skip
"""Configs with swept cells; samples, the tournament and one cell alone have none to compare."""
REST = [
    "backtest", "calibration", "obstinate", "screening", "tournament", "uncertainty",
]  # fmt: skip


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


@pytest.mark.nightly
@pytest.mark.parametrize("name", SWEEPS)
def test_no_two_cells_are_alike(name: str) -> None:
    assert equal(name) == []
