"""Resource-dependent: it concedes as the talk goes on, the less the more talks it has."""

import numpy as np
import pytest

from sim.strategies import ResourceDependent
from sim.testing import make_view, offers, pie, play, tariff_game

pytestmark = pytest.mark.fast


def test_it_concedes_with_the_turns_that_have_passed() -> None:
    demands = offers(play(ResourceDependent(patience=2), (-1,) * 5, game=pie(5, slices=1000)))
    turns = np.array([0, 2, 4, 6, 8])
    given = np.exp(-2 / np.maximum(turns, 1e-9))
    assert demands == np.ceil(1000 * (1 - given) - 1e-6).astype(int).tolist()


def test_it_knows_no_deadline() -> None:
    few, many = (
        offers(play(ResourceDependent(), (-1,) * 4, game=pie(rounds, slices=1000)))[:4]
        for rounds in (4, 40)
    )
    assert few == many


def test_what_it_starts_with_it_gives_at_once() -> None:
    assert offers(play(ResourceDependent(start=0.4), (-1,), game=pie(1, slices=1000))) == [600]


def test_a_hub_is_the_more_patient_the_more_talks_are_open() -> None:
    def demand(talks: int, seat: str, signed: dict[str, int] | None = None) -> float:
        game = tariff_game(talks=talks, scope=False, review=(), rounds=20)
        view = make_view(game=game, seat=seat, mine=(-1,) * 4, theirs=(-1,) * 5, signed=signed)
        return float(ResourceDependent(patience=5).target(view)[0] - view.reservation[0])

    assert demand(1, "hub") < demand(2, "hub") < demand(3, "hub")
    signed = demand(2, "hub", {"west": 1})
    assert signed == pytest.approx(demand(1, "hub")), "a signed talk needs no patience"
    assert demand(1, "partner") == demand(3, "partner"), "a partner has one talk"
