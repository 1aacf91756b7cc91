"""Two-level games: what ratifiers leave of a pie; Putnam (1988), Schelling (1960)."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from sim.payoffs.frontier import nash
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import Answer, BatchStrategy
from sim.talks.model import TariffTalks, negotiate
from tests.games import Scripted
from tests.sim.strategies.transcripts import pie, silent

pytestmark = pytest.mark.fast

SLICES = 100
SPLITS = {
    (0.6, 0.3): 0.6,
    (0.2, 0.7): 0.3,
    (0.6, 0.5): None,
    (0.4, 0.4): 0.5,
}
"""By what the partner's and the hub's ratifier want at least: the partner's share."""


def game(wanted: tuple[float, float], hub: Any, partner: Any, rounds: int = 4) -> Scenario:
    """A pie whose split each side has ratified at home, without noise."""
    houses = tuple(
        Ratifier("house", country, np.array([SLICES * least]), sd=0.0)
        for country, least in zip(("partner", "hub"), wanted, strict=True)
    )
    base = pie(hub, partner, rounds, SLICES)
    return replace(base, surroundings=Surroundings(ratifiers={"talk": houses}))


def win_set(scenario: Scenario) -> np.ndarray:
    """Ask the ratifiers of the engine about every package, one a world; give what all approve."""
    every = np.arange(SLICES + 1)
    (talk,) = TariffTalks(scenario, len(every)).talks
    votes = [
        ratifier.approves(place, every, every, 1)
        for ratifier in talk.ratifiers
        for place in talk.places
        if place.country == ratifier.country
    ]
    return every[np.all(votes, axis=0)]


@pytest.mark.parametrize("wanted", SPLITS)
def test_v29_the_win_sets_leave_the_nash_split_as_far_as_they_allow(
    wanted: tuple[float, float],
) -> None:
    expected = SPLITS[wanted]
    packages = win_set(game(wanted, silent(), silent()))
    if expected is None:
        assert sum(wanted) > 1
        assert not len(packages)
        return
    assert expected == pytest.approx(float(np.clip(0.5, wanted[0], 1 - wanted[1])))
    points = np.column_stack([packages, SLICES - packages]) / SLICES
    assert points[nash(points, np.zeros(2)), 1] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("wanted", [w for w, split in SPLITS.items() if split is not None])
def test_v29_the_nash_split_of_the_win_sets_is_signed_and_ratified(
    wanted: tuple[float, float],
) -> None:
    expected = SPLITS[wanted] or 0.0
    offer = round(SLICES * (1 - expected))
    scenario = game(wanted, silent(offer), Scripted(answers=(Answer.ACCEPT,)))
    row = negotiate(scenario).to_frame().iloc[0]
    assert (row["status"], row["round"], row["ratified"], row["vetoes"]) == ("deal", 1, 1, 0)
    assert row["payoff.partner"] / SLICES == pytest.approx(expected, abs=1e-6)


@dataclass(frozen=True)
class EverySplit(BatchStrategy):
    """Offers package k in world k."""

    def propose(self, view: Any) -> Any:
        return view.worlds


@pytest.mark.parametrize("wanted", SPLITS)
def test_v29_what_lies_outside_the_win_sets_is_vetoed(wanted: tuple[float, float]) -> None:
    scenario = game(wanted, EverySplit(), Scripted(answers=(Answer.ACCEPT,)))
    table = negotiate(scenario, SLICES + 1).to_frame()
    inside = table["world"].isin(win_set(scenario))
    assert (table["status"] == "deal").equals(inside)
    assert set(table.loc[~inside, "status"]) == {"vetoed"}
