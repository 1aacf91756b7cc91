"""No two cells of a shipped sweep end alike in every world (I9)."""

import pytest

from experiments.analysis.copies import copies
from sim import negotiate
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
