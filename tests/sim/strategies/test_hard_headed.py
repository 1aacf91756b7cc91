"""Hard-headed: much is demanded until the end, and the other side's wishes are learned."""

import pytest

from sim.seats.strategy import Answer
from sim.strategies import HardHeaded
from sim.strategies.parts import Frequency
from sim.testing import SPACE, make_view, offers, pie, play, tariff_game

pytestmark = pytest.mark.fast


def test_it_never_demands_less_than_its_share() -> None:
    game = pie(5, slices=100)
    assert offers(play(HardHeaded(1.0, least=0.4), (-1,) * 5, game=game)) == [100, 85, 70, 55, 40]
    late = offers(play(HardHeaded(0.1, least=0.4), (-1,) * 5, game=game))
    assert late[:4] == [100, 100, 100, 97]


def test_it_gives_back_the_best_offer_that_it_was_made_once_that_is_enough() -> None:
    told = play(HardHeaded(1.0, least=0.4), (0, 60, 20, 20, 20), game=pie(5, slices=100))
    assert told == [("", 100), ("reject", 85), ("reject", 70), ("reject", 60), ("reject", 60)]


def test_it_accepts_what_is_worth_its_next_offer() -> None:
    told = play(HardHeaded(1.0, least=0.4), (0, 0, 80), game=pie(5, slices=100))
    assert told[-1] == ("accept", -1)


def test_it_accepts_what_is_worth_more_than_the_least_that_it_has_offered() -> None:
    """Its offers go up and down where it gives back what it was offered: the least counts."""
    player = HardHeaded(1.0, least=0.4)
    view = make_view(game=pie(5, slices=100), mine=(100, 60, 90), theirs=(0, 0, 0, 61))
    assert list(player.answer(view, view.best_package)) == [Answer.ACCEPT]


def test_at_equality_with_its_least_offer_it_goes_on_and_with_its_next_it_accepts() -> None:
    player = HardHeaded(1.0, least=0.4)
    view = make_view(game=pie(5, slices=100), mine=(100, 60, 90), theirs=(0, 0, 0, 60))
    assert list(player.answer(view, view.best_package)) == [Answer.REJECT], "equal to the least"
    assert list(player.answer(view, view.standing)) == [Answer.ACCEPT], "equal to its next offer"
    told = play(player, (0, 0, 70), game=pie(5, slices=100))
    assert told == [("", 100), ("reject", 85), ("reject", 70), ("accept", -1)], (
        "70 is the least that it offered, and what it would give back in round 4"
    )


def test_before_its_first_offer_there_is_no_least() -> None:
    view = make_view(game=pie(5, slices=100), theirs=(90,))
    assert list(HardHeaded(1.0).answer(view, view.best_package)) == [Answer.REJECT]


def test_of_what_is_worth_its_demand_it_offers_what_the_other_asks_for_most() -> None:
    game = tariff_game(
        scope=False, review=(), rounds=5,
        hub_worth={"cars": (0, -1, -3), "metals": (0, -3), "pledge": (0, 3, 5)},
    )  # fmt: skip
    metals, cars = SPACE.package(metals=0, pledge=400), SPACE.package(cars=0, pledge=400)
    for asked, given in (({"metals": 0}, metals), ({"cars": 0}, cars)):
        view = make_view(game=game, mine=(-1,) * 3, theirs=(asked,) * 4)
        target = view.utility(metals) - 0.001
        offer = view.through(Frequency(looks=18)).offer_at(target)
        assert offer.tolist() == [given], "both are worth 2 to the hub"
