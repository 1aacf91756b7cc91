"""A talk is silent if time ran out and a side that could have offered never did."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from experiments.results.transcript import transcript
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer
from sim.strategies import Boulware, Linear, PackageOrNothing, ScopeRefuser
from sim.talks.model import negotiate
from sim.testing import silent
from tests.examples import fewer
from tests.games import SPACE, Scripted, game
from tests.generators import scenarios
from tests.plays import WORLDS

pytestmark = pytest.mark.fast

BOTH = ("cars", "metals")
PLEDGE = SPACE.package(pledge=200)
REFUSER = ScopeRefuser(Linear(), ("metals",))
STUCK: dict[str, Any] = {"review": BOTH, "test": "by_change", "positions": ((), BOTH)}


def ends(hub: Any, partner: Any, **settings: Any) -> str:
    return str(negotiate(game(hub, partner, **settings)).to_frame()["status"].iloc[0])


def test_a_partner_whose_menu_is_empty_could_still_have_asked() -> None:
    """No deal without cutting cars, which never open: whoever only reads its menu says nothing."""
    mute = Scripted((-1,), (BOTH,), (Answer.REJECT,))
    assert ends(REFUSER, mute, **STUCK) == "silent"
    assert ends(REFUSER, PackageOrNothing(Linear()), **STUCK) == "expired", "it asks"
    text = transcript(game(REFUSER, mute, **STUCK), world=0, seed=0)
    assert "END: no deal at the deadline. Neither side ever made an offer" in text


def test_a_hub_is_silent_only_if_its_menu_held_something() -> None:
    asks = silent(SPACE.package(cars=0, metals=0, pledge=200))
    assert ends(silent(), asks, **STUCK) == "expired", "nothing is open, and it offers what is"
    free: dict[str, Any] = {"review": BOTH, "positions": ((), BOTH)}
    assert ends(silent(), asks, **free) == "silent", "the pledge"
    text = transcript(game(silent(), asks, **free), world=0, seed=0)
    assert "END: no deal at the deadline. hub never made an offer" in text


def test_who_has_nothing_to_gain_is_not_silent() -> None:
    nothing = {"cars": (0, 0, 0), "metals": (0, 0), "pledge": (0, -1, -2)}
    partner = Scripted((-1,), (BOTH,), (Answer.REJECT,))
    assert ends(Boulware(), partner, partner_worth=nothing) == "expired"


def test_who_agreed_has_spoken() -> None:
    hub = Scripted((PLEDGE,), answers=(Answer.REJECT, None))
    accepts = Scripted((-1,), answers=(Answer.ACCEPT,))
    assert ends(hub, accepts, review=("cars",)) == "expired"


def test_one_offer_is_enough_whatever_it_says() -> None:
    """The status tells of nobody speaking; it is no judgement of what is said."""
    assert ends(silent(), Scripted((SPACE.package(pledge=400),)), review=BOTH) == "silent"
    assert ends(silent(PLEDGE), silent(SPACE.package(cars=0)), review=BOTH) == "expired"


@given(scenarios(linked=False, around=False))
@fewer(1)
def test_a_talk_that_ran_out_is_silent_just_where_a_side_held_its_tongue(
    scenario: Scenario,
) -> None:
    payoffs = replace(scenario.payoffs, holdouts=None)
    scenario = replace(scenario, payoffs=payoffs)
    frame = negotiate(scenario, WORLDS, seed=7).to_frame()
    for i, rules in enumerate(scenario.talks):
        for row in frame[frame["talk"] == rules.name].to_dict("records"):
            if row["status"] not in ("expired", "silent"):
                continue
            held = np.array([row[f"review.{m.name}"] in OPEN for m in rules.space.measures])
            closed = int((~held * (1 << np.arange(len(held)))).sum())
            reachable = (rules.space.lowered & closed) == 0
            mute = [
                row[f"offers.{side}"] == 0 and gains(payoffs, c, i, row["draw"], menu)
                for side, c, menu in (
                    ("hub", 0, rules.signable & reachable),
                    ("partner", i + 1, rules.signable),
                )
            ]
            spoke = pd.notna(row["in_principle"])
            assert (row["status"] == "silent") == (any(mute) and not spoke)


OPEN = ("open", "reviewed")


def gains(payoffs: Any, country: int, talk: int, draw: int, menu: np.ndarray) -> bool:
    """Tell whether a package of a menu is worth more than no deal."""
    main, tail = payoffs.main[country][talk][draw], payoffs.tail[country][talk][draw]
    worth = (main[1:, None] + tail[None, :]).ravel()
    return bool((worth[menu] > main[0] + 1e-6).any())
