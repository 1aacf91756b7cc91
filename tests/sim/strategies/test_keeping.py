"""Offers at a target under attack: never worth less than it, and kept where that is said."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chance.spreads import Drawn
from sim.scenario.scenario import Scenario
from sim.strategies import Linear
from sim.strategies.at_target import kept
from sim.talks.model import negotiate
from sim.testing import make_view, silent
from tests.examples import fewer
from tests.games import SPACE, game
from tests.generators import scenarios, with_strategies
from tests.sim.strategies.transcripts import offers, open_game

EXPONENTS, BANDS = (0.3, 1.0, 3.0), (None, 0.0, 0.2, 5.0, Drawn.choice((0.0, 1.0)))


@dataclass(frozen=True)
class Watched(Linear):
    """Concedes in time, and looks at every offer before it makes it."""

    def propose(self, view: Any) -> Any:
        offer, target = np.asarray(super().propose(view)), self.target(view)
        some = np.flatnonzero(offer >= 0)
        assert (view.utility(offer)[some] >= np.minimum(target, view.best)[some] - 1e-9).all()
        if self.keeps and len(view.mine):
            last = view.mine[-1]
            held = (last >= 0) & (offer >= 0) & view.on_menu(last)
            held &= view.utility(last) >= target
            given = view.space.joined(np.maximum(offer, 0), np.maximum(last, 0), view.is_hub)
            assert (given[held] == offer[held]).all()
        return offer


@fewer(3)
@given(scenarios(), st.data())
def test_no_offer_is_worth_less_than_its_target_nor_takes_back_what_it_could_keep(
    scenario: Scenario, data: st.DataObject
) -> None:
    players = st.builds(
        Watched,
        exponent=st.sampled_from(EXPONENTS),
        band=st.sampled_from(BANDS),
        keeps=st.booleans(),
    )
    seats = {seat: data.draw(players) for seat in scenario.strategies}
    assert len(negotiate(with_strategies(scenario, seats), 5, seed=2).to_frame())


WORTH = {"cars": (0, 3, 5), "metals": (0, 2), "pledge": (0, -1, -2)}
SWINGS = (
    SPACE.package(cars=15, pledge=400),
    SPACE.package(metals=0, pledge=200),
    SPACE.package(cars=0, metals=0, pledge=400),
)


@pytest.mark.fast
@pytest.mark.parametrize("band", [0.0, 0.1, 0.5])
def test_who_swings_its_wishes_gets_no_keeper_below_its_target(band: float) -> None:
    """A hub asks now for this and now for that, so that a partner which takes nothing back adds up
    what it gave. It gains nothing beyond the target: a join that costs too much is not offered."""
    swings = [SWINGS[k % len(SWINGS)] for k in range(9)]
    for keeps in (False, True):
        player = Linear(band=band, keeps=keeps)
        table = open_game(silent(*swings), player, partner_worth=WORTH, rounds=9)
        given = [offer for offer in offers(table, "east") if offer >= 0]
        worth = make_view(game=table, seat="partner").utility(np.array([given]))[0]
        targets = 7 / 9 * (1 - np.arange(len(given)) / 8) + 2 / 9
        assert (worth >= targets - 1e-9).all()
        if not keeps:
            usual = worth
    assert worth.sum() >= usual.sum(), "not taking back concedes later, not more"


@pytest.mark.fast
def test_a_join_is_offered_where_it_is_worth_the_target() -> None:
    last, new = SPACE.package(cars=15, pledge=200), SPACE.package(cars=15, metals=0, pledge=400)
    view = make_view(game=game(scope=False, review=()), seat="partner", mine=[last], theirs=[-1])
    offer = np.array([new])
    joined = SPACE.package(cars=15, pledge=400)
    told = {
        SPACE.package(cars=15, metals=0, pledge=400): 1.0,
        last: float(view.utility(np.array([last]))[0]),
        joined: float(view.utility(np.array([joined]))[0]),
    }
    for wanted, target in told.items():
        assert kept(view, np.array([target]), offer).tolist() == [wanted]


@pytest.mark.fast
def test_who_has_offered_nothing_keeps_nothing() -> None:
    view = make_view(game=game(scope=False, review=()), seat="partner")
    offer = np.array([SPACE.package(cars=0)])
    assert kept(view, np.array([0.0]), offer) is offer
