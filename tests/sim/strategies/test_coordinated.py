"""Coordinated partners: nobody signs for less than the pact says, as long as it holds."""

from dataclasses import replace
from typing import Any

import pytest

from sim.scenario.around import Surroundings
from sim.seats.strategy import Answer
from sim.seats.views.visibility import Visibility
from sim.strategies import Coordinated
from sim.testing import SPACE, Scripted, make_view, tariff_game

pytestmark = pytest.mark.fast

GOOD = SPACE.package(cars=0, metals=0)
"""All that there is, 7."""
HALF = SPACE.package(cars=15, pledge=0)
CHEAP = SPACE.package(cars=15, pledge=400)
EAGER = Scripted((CHEAP,), answers=(Answer.ACCEPT,))


def situation(sees: str = "terms", **more: Any) -> Any:
    game = tariff_game(talks=2, scope=False, review=(), rounds=10)
    sights = {("east", "west"): Visibility(sees)}  # type: ignore[arg-type]
    game = replace(game, surroundings=Surroundings(sights=sights))
    return make_view(game=game, seat="partner", **{"mine": (), "theirs": (CHEAP,), **more})


def worth(view: Any, offer: Any) -> float:
    return float(view.utility(offer)[0])


def test_it_neither_offers_nor_accepts_less_than_the_pact_says() -> None:
    view, pact = situation(), Coordinated(EAGER, share=0.5)
    offer = pact.propose(view)
    assert worth(view, offer) >= float(view.demand(0.5)[0]) > worth(view, CHEAP)
    assert pact.answer(view, offer).tolist() == [Answer.REJECT]


def test_what_the_pact_allows_it_plays_as_inside() -> None:
    view, pact = situation(theirs=(GOOD,)), Coordinated(EAGER, share=0.5)
    assert pact.answer(view, pact.propose(view)).tolist() == [Answer.ACCEPT]


def test_the_pact_ends_at_its_time() -> None:
    late = situation(mine=(-1,) * 9, theirs=(CHEAP,) * 10)
    pact = Coordinated(EAGER, share=0.5, until=0.9)
    assert pact.propose(late).tolist() == [CHEAP]
    assert Coordinated(EAGER, until=2.0).propose(late).tolist() != [CHEAP]


def test_once_another_has_signed_it_asks_for_no_worse_terms() -> None:
    view, pact = situation(signed={"west": HALF}), Coordinated(EAGER, share=0.9)
    assert worth(view, pact.propose(view)) == worth(view, HALF)


def test_where_it_sees_that_another_undercuts_the_pact_is_over() -> None:
    for sees, offer in (("offers", CHEAP), ("terms", None)):
        view = situation(sees)
        west = next(state for state, _ in view._place.others)
        west.standing[1][:] = CHEAP
        made = Coordinated(EAGER, share=0.5).propose(view).tolist()
        assert (made == [offer]) if offer is not None else (made != [CHEAP])


def test_an_agreement_in_principle_is_kept() -> None:
    view = situation(agreed=CHEAP)
    assert Coordinated(EAGER, share=0.9).answer(view, [-1]).tolist() == [Answer.ACCEPT]
