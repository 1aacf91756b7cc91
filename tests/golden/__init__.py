"""Whole negotiations as texts; `python -m tests.golden` writes them anew."""

from pathlib import Path

from experiments.results.transcript import transcript
from sim import Scenario

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "configs" / "scenarios"
COMMAND = "python -m tests.golden"

CASES = {
    "us_japan_korea_2025": 3,
    "strict_package": 4,
    "reviewed_but_kept": 2,
    "suspended_only": 5,
    "what_happened_2025": 12,
}
"""Scenario and world of every transcript."""


def told(name: str) -> str:
    """Play the world of a scenario and tell it."""
    game = Scenario.load(SCENARIOS / f"{name}.toml", {"payoffs.draws": 8}, seed=1)
    return transcript(game, CASES[name], seed=1)
