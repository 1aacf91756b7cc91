"""The configs `extension`, `threats` and `around`, in small: what they show, and no cell a copy."""

from itertools import combinations
from typing import Any

import pandas as pd
import pytest

from sim import Scenario
from sim.talks.model import negotiate
from tests.sweeps import CONFIGS, cell_of, load, play, played

pytestmark = pytest.mark.slow  # what they share is played for a minute

SCENARIO = CONFIGS / "scenarios" / "us_japan_korea_2025.toml"
SMALL = {"draws": 50, "replications": 4, "worlds": 200}
NAMES = ("extension", "threats", "around")
RARE = {("none", "no extension"), ("none", "announced in the last round")}
"""Without a rule six talks of 2,000 end otherwise: in small maybe none."""


@pytest.fixture(scope="module", params=NAMES)
def ends(request: pytest.FixtureRequest) -> tuple[str, dict[tuple[str, ...], pd.DataFrame]]:
    plan = load(request.param, **SMALL)
    return request.param, played(plan, plan.told)


def test_no_two_cells_are_the_same_in_all_worlds(ends: Any) -> None:
    _, cells = ends
    for one, two in combinations(cells, 2):
        if {one, two} == RARE:
            continue
        columns = ["status", "round", "package"]
        assert not cells[one][columns].equals(cells[two][columns]), f"{one} and {two} are copies"


def japan(cells: Any, *key: str) -> pd.DataFrame:
    frame: pd.DataFrame = cells[key]
    return frame[frame["talk"] == "japan"].set_index("world")


def test_what_each_of_them_shows(ends: Any) -> None:
    name, cells = ends
    {"extension": extension, "threats": threats, "around": around}[name](cells)


def extension(cells: Any) -> None:
    """What an extension brings comes in all the rounds that it adds."""
    calm = japan(cells, "all", "no extension")
    assert calm["round"].max() == 33
    both = cells["all", "announced at 0.95"]
    after = both["round"][both["round"] > 33]
    assert len(after) >= 20
    assert (after == 48).mean() < 0.5, "nobody waits for the last round"
    assert (after == 34).mean() < 0.5, "nor for the first extra one"


@pytest.mark.nightly
def test_most_deals_of_an_extension_in_the_last_round_had_waited_for_their_reviews() -> None:
    plan = load("extension")
    calm, last = (
        talks[talks["talk"] == "japan"].set_index("world")
        for talks in (
            play(plan, cell_of(plan, {"rules.review": "all", "strategies.usa": said}))
            for said in ("no extension", "announced in the last round")
        )
    )
    extra = (last["status"] == "deal") & (calm["status"] != "deal")
    first = extra & (last["round"] == 34)
    assert first.sum() > 0.7 * extra.sum() > 10
    assert calm["in_principle"][first].notna().mean() > 0.8


def threats(cells: Any) -> None:
    """A shock that is over soon moves less; what is not heeded costs no more than it says."""
    for hub in ("yields late or never", "admits all"):
        quiet, loud = (
            japan(cells, hub, said, "half a year") for said in ("makes no threat", "threatens")
        )
        moved = (quiet["package"] != loud["package"]).mean()
        assert moved > 0.1
        short = [
            japan(cells, hub, said, "ten days")["package"]
            for said in ("makes no threat", "threatens")
        ]
        assert (short[0] != short[1]).mean() < moved
        assert loud["threats.treasuries"].max() == 1


def around(cells: Any) -> None:
    """Overtime serves reviews that take long; a common factor makes shocks come together."""
    rounds = [
        japan(cells, f"reviews of 6 rounds{said}")["round"].max()
        for said in ("", ", overtime of 1", ", overtime of 10")
    ]
    assert rounds[0] <= 33 < rounds[1] <= 34 < rounds[2] <= 43
    apart, together = (
        (japan(cells, said)["shocks"].astype(str).str.contains(",")).mean()
        for said in ("shocks of half a year", "the same, all together")
    )
    assert together > apart + 0.05
    broken = japan(cells, "breakdown of 2 % a round")["status"]
    assert (broken == "broken_down").mean() == pytest.approx(0.45, abs=0.1)


def test_in_the_shipped_scenario_a_shock_that_is_over_by_the_deadline_changes_no_choice() -> None:
    """Row g of what was measured before: it changed 38 to 68 % of Japan's packages."""
    passing = {
        "shocks.bond_selloff.active": True,
        "shocks.bond_selloff.hazard": 0,
        "shocks.bond_selloff.date": "2025-06-01",
        "payoffs.draws": 50,
        "payoffs.replications": 4,
    }
    choices = ["status", "round", "package", "offers.hub", "offers.partner", "refusals"]
    for stance in ({}, {"positions.usa": "all", "strategies.usa": "boulware"}):
        calm, struck, lasting = (
            negotiate(Scenario.load(SCENARIO, {**passing, **stance, **change}, seed=1), 200, 1)
            for change in (
                {"shocks.bond_selloff.active": False},
                {},
                {"shocks.bond_selloff.rounds": 90},
            )
        )
        assert calm.to_frame()[choices].equals(struck.to_frame()[choices])
        assert not calm.to_frame()[choices].equals(lasting.to_frame()[choices])
