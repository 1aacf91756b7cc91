"""Abreu and Gul: who demands, who gives in and when; closed forms are in `tests.theory`."""

import math
from typing import Any

import numpy as np
import pytest

from sim.chance.spreads import Drawn
from sim.seats.strategy import Answer
from sim.strategies import AbreuGul
from sim.strategies.abreu_gul import concession, moment
from sim.talks.model import negotiate
from tests.games import Scripted
from tests.sim.strategies.transcripts import log, pie, silent, turns

pytestmark = pytest.mark.fast


def test_an_obstinate_player_demands_its_share_to_the_end() -> None:
    scenario = pie(AbreuGul(obstinate=1.0), silent(0), 5)
    assert turns(log(scenario), "hub") == [("", 7), *[("reject", 7)] * 4]


def test_who_is_not_gives_in_at_the_last_moment() -> None:
    patient = AbreuGul(rate=1e-9, their_rate=1e-9, obstinate=0.1, their_obstinate=0.1)
    table = negotiate(pie(silent(7), patient, 5), worlds=300).to_frame()
    assert set(table["status"]) == {"deal", "expired"}
    deals = table[table["status"] == "deal"]
    assert set(deals["round"]) == {5}
    assert set(deals["package"]) == {7}
    assert len(deals) / len(table) == pytest.approx(0.9, abs=0.06)


def test_who_has_given_in_offers_what_the_other_side_demands() -> None:
    weak = AbreuGul(their_demand=0.8, obstinate=1e-12, their_obstinate=0.9)
    assert turns(log(pie(weak, silent(), 2)), "hub")[0] == ("", 2)


def test_it_accepts_its_demand_before_it_gives_in() -> None:
    firm = AbreuGul(obstinate=1.0)
    hub = Scripted((4, 3), answers=(Answer.REJECT,))
    assert turns(log(pie(hub, firm, 3)), "partner") == [("reject", 3), ("accept", -1)]


def test_both_halves_of_a_round_draw_their_own_time() -> None:
    """A seat that moves first in some worlds and second in others draws once in each."""
    obstinate = AbreuGul(obstinate=1.0)
    table = negotiate(pie(obstinate, silent(0), 3, first_mover="draw"), worlds=50).to_frame()
    assert set(table["status"]) == {"expired"}


@pytest.mark.parametrize(
    ("demands", "obstinate", "immediate", "horizon"),
    [
        ((1.0, 0.7), (0.1, 1.0), 0.9, 0.0),
        ((1.0, 1.0), (0.1, 0.2), 0.9, math.inf),
        ((0.7, 1.0), (1.0, 0.2), 0.0, 0.0),
        ((1.0, 1.0), (1.0, 1.0), 0.0, 0.0),
    ],
)
def test_at_the_ends_of_demands_and_types_the_game_is_still_solved(
    demands: tuple[float, float],
    obstinate: tuple[float, float],
    immediate: float,
    horizon: float,
) -> None:
    found = concession(demands, (0.1, 0.1), obstinate)
    assert found.immediate == pytest.approx(immediate)
    assert found.horizon == horizon
    times = moment(found, np.array([0.0, 0.5, 0.89, 0.999]))
    expected = [0.0 if u < immediate else math.inf for u in (0.0, 0.5, 0.89, 0.999)]
    assert times.tolist() == expected


WRONG: list[tuple[dict[str, Any], str]] = [
    (dict(demand=0), "demand is 0; it has to be above 0 and at most 1"),
    (dict(their_demand=1.2), "their_demand is 1.2; it has to be above 0 and at most 1"),
    (dict(obstinate=Drawn.uniform(0.5, 2)), "obstinate is 2; it has to be above 0 and at most 1"),
    (dict(rate=0), "rate is 0; it has to be above 0"),
    (
        dict(demand=0.5, their_demand=0.5),
        "demand and their_demand add up to 1; together they have to be above 1",
    ),
]


@pytest.mark.parametrize(("parameters", "sentence"), WRONG)
def test_a_wrong_parameter_is_named_with_its_rule(
    parameters: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError) as caught:
        AbreuGul(**parameters)
    assert str(caught.value) == sentence
