"""Offers of fair solutions: the package of the theory, from the first turn on."""

import numpy as np
import pytest

from sim.payoffs.frontier import egalitarian, kalai_smorodinsky, nash
from sim.scenario.scenario import Scenario
from sim.strategies import EgalitarianOfferer, KalaiSmorodinskyOfferer, NashOfferer
from sim.talks.model import negotiate
from sim.testing import make_view, offers, play, tariff_game

pytestmark = pytest.mark.fast

SIZE = 101
X = np.arange(SIZE) / (SIZE - 1)
SOLVE = {NashOfferer: nash, KalaiSmorodinskyOfferer: kalai_smorodinsky,
         EgalitarianOfferer: egalitarian}  # fmt: skip


def sharing(player: object, **more: object) -> Scenario:
    """A pie that is worth its square root to the partner."""
    settings = {"information": "complete", "first_mover": "hub", **more}
    return Scenario.bilateral({"x": SIZE}, (X, np.sqrt(1 - X)), (player, player), 3, **settings)


@pytest.mark.parametrize(("offerer", "x"), [(NashOfferer, 2 / 3), (KalaiSmorodinskyOfferer, 0.618),
                                            (EgalitarianOfferer, 0.618)])  # fmt: skip
def test_v07_on_the_square_root_frontier_they_ask_for_their_solution(
    offerer: type, x: float
) -> None:
    row = negotiate(sharing(offerer())).to_frame().iloc[0]
    assert (row["status"], row["round"]) == ("deal", 1), "two of them agree at once"
    assert X[int(row["package"])] == pytest.approx(x, abs=0.006)


@pytest.mark.parametrize("offerer", SOLVE)
def test_they_offer_the_solution_above_what_no_deal_is_worth(offerer: type) -> None:
    luck = np.random.default_rng(3)
    hub, partner = luck.random((2, 40))
    game = Scenario.bilateral(
        {"x": 40}, (hub, partner), (offerer(), offerer()), 2, (0.3, 0.2), information="complete"
    )
    scaled = [(v - v.min()) / np.ptp(v) for v in (hub, partner)]
    none = [(r - v.min()) / np.ptp(v) for r, v in zip((0.3, 0.2), (hub, partner), strict=True)]
    wanted = SOLVE[offerer](np.stack(scaled, axis=1), np.array(none))
    assert offers(play(offerer(), (-1, -1), game=game)) == [wanted, wanted]


def test_the_solution_moves_with_the_menu() -> None:
    game = tariff_game(positions=(("cars",), ("cars", "metals")), information="complete")
    closed, opened = (
        make_view(game=game, seat="hub", docket=docket)
        for docket in ({}, {"cars": "open", "metals": "open"})
    )
    first, second = (int(NashOfferer().propose(view)[0]) for view in (closed, opened))
    assert first != second
    assert closed.on_menu(first)[0]


def test_where_nothing_is_worth_no_deal_to_both_they_ask_for_their_best() -> None:
    game = sharing(NashOfferer(), reservation=(0.8, 0.8))
    view = make_view(game=game)
    assert view.solution("nash")[0] == -1
    assert NashOfferer().propose(view)[0] == view.best_package[0]


def test_a_solution_has_a_name() -> None:
    with pytest.raises(ValueError, match="there is no solution 'nsh'; there is nash, kalai"):
        make_view(game=sharing(NashOfferer())).solution("nsh")
