"""The Bayesian player: it concedes in time, and offers what it believes suits the other."""

import pytest

from sim.strategies import BayesianPlayer, Boulware
from sim.strategies.parts import Bayesian
from sim.testing import SPACE, make_view, offers, pie, play, tariff_game

pytestmark = pytest.mark.fast


def test_over_one_issue_it_concedes_as_the_strategy_of_time() -> None:
    game = pie(6, slices=100)
    seen, plain = (
        offers(play(player, (0,) * 6, game=game)) for player in (BayesianPlayer(0.2), Boulware(0.2))
    )
    assert seen == plain, "before the other side has moved it believes in nothing"


def test_of_what_is_worth_its_demand_it_offers_what_it_believes_in() -> None:
    game = tariff_game(
        scope=False, review=(), rounds=5,
        hub_worth={"cars": (0, -1, -3), "metals": (0, -3), "pledge": (0, 3, 5)},
    )  # fmt: skip
    metals, cars = SPACE.package(metals=0, pledge=400), SPACE.package(cars=0, pledge=400)
    asked = {metals: ({"metals": 0},) * 4, cars: ({"cars": 0},) * 4}
    for wanted, theirs in asked.items():
        view = make_view(game=game, mine=(-1,) * 3, theirs=theirs, model=Bayesian())
        believed = view.their_utility([[metals, cars]])[0]
        assert [metals, cars][int(believed.argmax())] == wanted
