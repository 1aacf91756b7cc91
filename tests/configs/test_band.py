"""The config `band`, in small: what the band, the distance and taking back decide."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.design.idle import idle
from experiments.design.plan import Plan
from sim.talks.model import negotiate

CONFIG = Path(__file__).parents[2] / "configs" / "band.toml"
SMALL = {"draws": 50, "replications": 3, "worlds": 150}
COLUMNS = ["status", "round", "package"]


def played(admits: str = "", kept: str = "") -> dict[tuple[str, str, str], pd.DataFrame]:
    """Play the cells whose labels begin so: outcomes by stance, band and taking back."""
    plan, found = Plan.load(CONFIG, SMALL), {}
    assert idle(plan) == [], "what is switched on is used"
    for cell in plan.cells:
        key: Any = tuple(str(cell.labels[path]) for path in plan.told)
        if key[0].startswith(admits) and key[2].startswith(kept):
            found[key] = negotiate(plan.game(cell), plan.worlds, plan.config.seed).to_frame()
    return found


def share(frame: pd.DataFrame, what: str) -> float:
    """Percent of Japan's talks with a deal, or of its deals that lower a measure."""
    mine = frame[frame["talk"] == "japan"]
    deals = mine[mine["status"] == "deal"]
    return 100 * (
        len(deals) / len(mine) if what == "deals" else (deals[f"rate.{what}"] < 25).mean()
    )


@pytest.mark.nightly
def test_no_two_cells_are_the_same_in_all_worlds() -> None:
    cells = played()
    assert len(cells) == 36
    for one, two in combinations(cells, 2):
        assert not cells[one][COLUMNS].equals(cells[two][COLUMNS]), f"{one} and {two} are copies"


def test_without_a_band_small_change_is_thrown_in_and_nothing_may_be_kept() -> None:
    """Under a hub that admits all, of Japan's talk."""
    cells = {key[1:]: frame for key, frame in played("admits all").items()}
    usual, kept = "may take back", "takes nothing back"
    metals = {band: share(cells[band, usual], "metals") for band in ("none", "1.7", "5")}
    assert metals["none"] > metals["1.7"] + 5
    assert metals["none"] > metals["5"] + 5
    for band, least in {"none": 50, "1.7": 12, "5": 0}.items():
        loss = share(cells[band, usual], "deals") - share(cells[band, kept], "deals")
        assert loss > least
