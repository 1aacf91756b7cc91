"""A cost of no deal that does not add up: what it means to the hub how many talks are open."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.joint import Holdouts
from sim.payoffs.tables import Payoffs
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer
from sim.talks.model import negotiate
from sim.testing import SPACE, Scripted, make_view, tariff_game
from tests.generators import scenarios

FRIGHTENS = (0, 1, 2.7)
"""A second hold-out costs more than the first."""
PAPER = SPACE.package(pledge=200)
"""Lowers nothing."""
SMALL = SPACE.package(cars=15)
LARGE = SPACE.package(cars=0, metals=0)


def shaped(game: Scenario, cost: float, shape: tuple[float, ...]) -> Scenario:
    """The same game with a cost of no deal of that shape; each talk's own table holds its part."""
    settles = np.append(False, SPACE.lowered > 0)
    old = game.payoffs
    main = (tuple(table + cost * settles for table in old.main[0]), *old.main[1:])
    worth = Holdouts.of(np.array([cost]), shape, (settles,) * len(old.talks))
    return replace(game, payoffs=replace(old, main=main, holdouts=worth))


def hub_gets(game: Scenario, *packages: int) -> float:
    """What the hub ends with, USD bn a year."""
    every = [np.array([package]) for package in packages]
    return float(game.payoffs.payoff(np.zeros(1, dtype=np.int64), every)[0, 0])


@pytest.mark.fast
def test_two_open_talks_cost_what_the_shape_says_and_three_too() -> None:
    plain = tariff_game(talks=3)
    game = shaped(plain, 2.0, (0, 1, 2.7, 4))
    for packages in product((-1, PAPER, SMALL, LARGE), repeat=3):
        still = sum(package in (-1, PAPER) for package in packages)
        saved = hub_gets(game, *packages) - hub_gets(plain, *packages)
        assert saved == pytest.approx(2.0 * (4 - (0, 1, 2.7, 4)[still])), packages


@pytest.mark.fast
def test_the_first_of_two_deals_saves_the_second_step_of_the_shape() -> None:
    plain = tariff_game(talks=2)
    game = shaped(plain, 2.0, FRIGHTENS)
    alone = hub_gets(plain, SMALL, -1)
    assert hub_gets(game, -1, -1) == 0
    assert hub_gets(game, SMALL, -1) == pytest.approx(alone + 2 * 1.7)
    assert hub_gets(game, SMALL, SMALL) == pytest.approx(2 * alone + 2 * 2.7)


@pytest.mark.fast
def test_what_a_deal_is_worth_to_the_hub_hangs_on_the_other_talk_and_to_the_partner_not() -> None:
    game = shaped(tariff_game(talks=2, scope=False, review=()), 2.0, FRIGHTENS)
    first, second = (make_view(game=game, signed=signed) for signed in ({}, {"west": SMALL}))
    assert first.gain(LARGE)[0] - second.gain(LARGE)[0] == pytest.approx(2 * 0.7, abs=1e-5)
    assert first.gain(PAPER)[0] == pytest.approx(second.gain(PAPER)[0])
    seats = [make_view(game=game, seat="partner", signed=s) for s in ({}, {"west": SMALL})]
    assert seats[0].gain(LARGE)[0] == seats[1].gain(LARGE)[0]


@pytest.mark.fast
def test_a_shape_that_adds_up_is_no_shape() -> None:
    game = shaped(tariff_game(talks=3), 2.0, (0, 1, 2, 3))
    assert game.payoffs.holdouts is not None
    assert not game.payoffs.holdouts.worth.any()


@pytest.mark.slow
@given(scenarios(talks=(2, 3)))
def test_a_row_of_the_hub_is_what_its_payoff_says_with_any_shape(scenario: Scenario) -> None:
    payoffs = replace(scenario.payoffs, shocks=(), outside=())
    rng = np.random.default_rng(3)
    for talk, states in enumerate(payoffs.heads):
        draws = rng.integers(0, payoffs.draws, 4)
        others = [rng.integers(-1, rules.space.size, 4) for rules in scenario.talks]
        found = payoffs.row(0, talk, draws, payoffs.encode(talk, payoffs.states(others)))
        ends = [_payoff(payoffs, draws, others, talk, state) for state in range(1 + states)]
        rises = np.array(ends).T - np.array(ends[0])[:, None]
        assert found - found[:, :1] == pytest.approx(rises)


def _payoff(payoffs: Payoffs, draws: Any, others: list[Any], talk: int, state: int) -> Any:
    """What the hub ends with if a talk ends in a state, without what is given there."""
    packages = list(others)
    packages[talk] = np.full(len(draws), -1 if state == 0 else (state - 1) * payoffs.tails[talk])
    given = payoffs.tail[0][talk][draws, 0] if state else 0
    return payoffs.payoff(draws, packages)[0] - given


@pytest.mark.slow
@given(scenarios(talks=(1, 3)), st.integers(0, 8))
def test_all_talks_open_is_worth_what_it_is_without_a_shape(scenario: Scenario, draw: int) -> None:
    payoffs = scenario.payoffs
    draws = np.array([draw % payoffs.draws])
    none = [np.array([-1]) for _ in payoffs.talks]
    plain = replace(payoffs, holdouts=None)
    assert np.array_equal(payoffs.payoff(draws, none), plain.payoff(draws, none))


# --- attacks -----------------------------------------------------------------------------------


def ends(hub: dict[str, Any], shape: tuple[float, ...]) -> dict[str, float]:
    """The hub's payoff, and its talks with a deal, where it plays each talk by its own strategy."""
    game = shaped(tariff_game(talks=2, scope=False, review=()), 2.0, shape)
    eager = Scripted((SMALL,), answers=(Answer.ACCEPT,))
    players = {("hub", talk): strategy for talk, strategy in hub.items()}
    players |= {(name, name): eager for name in hub}
    frame = negotiate(replace(game, strategies=players)).to_frame()
    return {"hub": float(frame["payoff.hub"][0]), "deals": int((frame.status == "deal").sum())}


def test_a_hub_that_hurries_one_talk_gets_the_step_of_the_shape_once() -> None:
    """Round 1: it takes what lies in the east, to face a lone hold-out in the west.

    What it saves hangs on how many are open at the end, not on who was first: hurrying both or
    either and the other one later comes to the same, and paper saves nothing.
    """
    takes, waits = (
        Scripted((-1,), answers=(Answer.ACCEPT,)),
        Scripted((-1,), answers=(Answer.REJECT,)),
    )
    late = Scripted((-1,), answers=(Answer.REJECT,) * 4 + (Answer.ACCEPT,))
    plain = hub_gets(tariff_game(talks=2), SMALL, -1)
    east, west = (
        ends({"east": takes, "west": waits}, FRIGHTENS),
        ends({"east": waits, "west": takes}, FRIGHTENS),
    )
    assert east == west == {"hub": pytest.approx(plain + 2 * 1.7), "deals": 1}
    hurried, both = (
        ends({"east": takes, "west": late}, FRIGHTENS),
        ends({"east": takes, "west": takes}, FRIGHTENS),
    )
    assert hurried == both == {"hub": pytest.approx(2 * plain + 2 * 2.7), "deals": 2}


def test_paper_in_one_talk_makes_no_lone_hold_out_of_the_other() -> None:
    game = shaped(tariff_game(talks=2, scope=False, review=()), 2.0, FRIGHTENS)
    with_paper, without = (make_view(game=game, signed=s) for s in ({"west": PAPER}, {}))
    every = np.arange(SPACE.size)[None]
    assert np.array_equal(with_paper.gain(every), without.gain(every))
    assert hub_gets(game, PAPER, PAPER) == hub_gets(tariff_game(talks=2), PAPER, PAPER)
