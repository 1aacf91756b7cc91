"""The searches of one world give what those of all worlds give, to the last bit."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim.protocol.issues import OutcomeSpace
from sim.seats.strategy import Strategy, Wrapper
from sim.seats.views.sheet import Sheet
from sim.seats.views.world import WorldView
from sim.strategies import BUILT_IN
from sim.strategies.parts import Bayesian, Frequency
from sim.talks.model import negotiate
from sim.testing import tariff_game
from tests.games import SPACE

pytestmark = pytest.mark.fast


@dataclass(frozen=True)
class Comparing(Wrapper):
    """Plays its inner strategy, and compares both views at every turn."""

    model: Any = None

    def propose(self, view: Any) -> Any:
        compare(view, self.model)
        if not view.is_hub:
            compare(view.wide(), self.model)
            compare(view.wide(view.ruled), self.model)
        return self._inner.propose(view)


def compare(plain: Any, model: Any) -> None:
    view, sheet = plain.through(model), Sheet(plain)
    luck = np.random.default_rng(view.round)
    target, share = luck.uniform(-0.2, 1.2, (2, len(view)))
    package = luck.integers(-1, view.space.size, len(view))
    band = luck.uniform(0, 1.5, len(view))
    asked = {
        "demand": view.demand(share),
        "their": view.their_utility(package),
        "their_none": view.their_reservation,
        "offer_at": view.offer_at(target),
        "within": view.offer_at(target, band),
        "near": view.near(target, package, band),
        "narrow": view.near(target, package, 0),
        "nash": view.solution("nash"),
        "egalitarian": view.solution("egalitarian"),
        "granting": view.granting(target),
        "suiting": view.suiting(target),
    }
    several = {
        "candidates": view.candidates(target, 5),
        "within": view.candidates(target, 5, band),
        "spread": view.spread(4),
    }
    for k in range(len(view)):
        one, t, b = WorldView(sheet, k).through(model), float(target[k]), float(band[k])
        assert (one.complete, one.modelled) == (view.complete, view.modelled)
        told = {
            "demand": one.demand(float(share[k])),
            "their": one.their_utility(int(package[k])),
            "their_none": one.their_reservation,
            "offer_at": one.offer_at(t),
            "within": one.offer_at(t, b),
            "near": one.near(t, int(package[k]), b),
            "narrow": one.near(t, int(package[k]), 0),
            "nash": one.solution("nash"),
            "egalitarian": one.solution("egalitarian"),
            "granting": one.granting(t),
            "suiting": one.suiting(t),
        }
        for name, value in told.items():
            assert value == asked[name][k], name
        listed = {
            "candidates": one.candidates(t, 5),
            "within": one.candidates(t, 5, b),
            "spread": one.spread(4),
        }
        for name, packages in listed.items():
            assert packages == list(dict.fromkeys(several[name][k].tolist())), name


@pytest.mark.slow
@pytest.mark.parametrize("model", [None, Frequency(looks=4), Bayesian()])
@pytest.mark.parametrize("scope", [True, False])
@pytest.mark.parametrize("money", [{}, {"band": 1.0, "in_money": True}])
def test_both_views_find_the_same(model: Any, scope: bool, money: dict[str, Any]) -> None:
    walker = BUILT_IN["random_walker"]()
    game = tariff_game(
        Comparing(BUILT_IN["conceder"](), model),
        Comparing(walker, model),
        talks=2,
        scope=scope,
        information="private" if model else "complete",
        first_mover="draw",
        positions=(("cars",), ("cars", "metals")),
        space=OutcomeSpace(SPACE.issues, "ranges") if money else SPACE,
        **money,
    )
    assert (negotiate(game, 5, 3).to_frame()["offers.hub"] > 0).all()


@dataclass(frozen=True)
class Learner(Strategy):
    """Offers, of what is worth its demand, what its model says that the other side wants."""

    model: Any = Frequency()

    def propose(self, view: Any) -> int:
        view = view.through(self.model)
        return view.offer_at(view.demand(1 - view.time))


@pytest.mark.parametrize("model", [Frequency(looks=6), Bayesian()])
def test_a_one_world_strategy_with_a_model_plays_as_the_same_in_arrays(model: Any) -> None:
    from sim.strategies.parts import Combined

    def played(player: Any) -> Any:
        other = BUILT_IN["random_walker"]()
        game = tariff_game(player, other, scope=False, review=(), rounds=8, first_mover="draw")
        return negotiate(game, 8, seed=2, turns=True).to_turns()

    batch = Combined(BUILT_IN["linear"](), model=model)
    assert played(Learner(model)).equals(played(batch))
