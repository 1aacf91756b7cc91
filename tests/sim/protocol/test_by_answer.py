"""Reviewed by answer: the partner named the measure, and the hub took a position on it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import ArrayLike

from sim.protocol.state import HUB, PARTNER
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, SideMove, Wrapper
from sim.seats.views.view import View
from sim.strategies import Boulware, Conceder, Linear
from sim.talks.model import TariffTalks, negotiate
from sim.testing import make_view, make_world_view, silent
from tests.examples import fewer
from tests.games import SPACE, Scripted, game
from tests.generators import scenarios
from tests.plays import WORLDS, Played, played
from tests.referee import Referee
from tests.sim.protocol.test_calendar import Aside

pytestmark = pytest.mark.fast

BOTH = ("cars", "metals")
CARS = SPACE.package(cars=15, pledge=200)
METALS = SPACE.package(metals=0, pledge=400)
PLEDGE = SPACE.package(pledge=200)
THROW_AWAY = SPACE.package(cars=0, metals=0)
"""Everything lowered to nothing, nothing given: no hub signs that."""

OPENS = Scripted((-1,), (BOTH,), (Answer.REJECT,))
ASKS = Scripted((-1,), (BOTH,), (Answer.REJECT,))


def reviewed(hub: Any, partner: Any, **settings: Any) -> dict[str, list[int]]:
    """Give the rounds in which measures became reviewed, by measure."""
    usual: dict[str, Any] = {"review": BOTH, "test": "by_answer"}
    record = negotiate(game(hub, partner, **usual | settings), turns=True)
    turns = record.to_turns()
    return {
        name: turns.loc[turns["reviewed"].str.contains(name), "round"].tolist() for name in BOTH
    }


def test_an_offer_of_the_hub_on_what_was_requested_is_an_answer() -> None:
    hub = Scripted((-1, -1, CARS), (BOTH,), (Answer.REJECT,))
    assert reviewed(hub, ASKS) == {"cars": [3], "metals": []}
    assert reviewed(hub, ASKS, period=4) == {"cars": [5], "metals": []}, "open since round 2"


def test_a_throw_away_offer_is_no_stamp() -> None:
    """By exchange two scraps of paper make both measures reviewed; by answer none."""
    hub = replace(OPENS, offers=(-1, -1, PLEDGE))
    stamp = replace(ASKS, offers=(-1, -1, THROW_AWAY))
    assert reviewed(hub, stamp, test="by_exchange") == {"cars": [3], "metals": [3]}
    assert reviewed(hub, stamp) == {"cars": [], "metals": []}


def test_whoever_lets_a_fair_offer_lie_and_makes_its_own_has_answered() -> None:
    hub = replace(OPENS, offers=(-1, -1, -1, PLEDGE))
    fair = replace(ASKS, offers=(-1, -1, CARS))
    assert reviewed(hub, fair) == {"cars": [4], "metals": []}
    assert reviewed(OPENS, fair) == {"cars": [], "metals": []}, "a pass is no answer"


def test_to_accept_or_to_stand_by_a_package_is_an_answer_on_all_that_is_open() -> None:
    accepts = Scripted((-1,), (BOTH,), (Answer.REJECT, Answer.REJECT, Answer.ACCEPT))
    assert reviewed(accepts, replace(ASKS, offers=(-1, PLEDGE))) == {"cars": [3], "metals": [3]}
    late = Scripted((PLEDGE,), ((), (), (), BOTH), (Answer.REJECT, Answer.ACCEPT))
    agrees = Scripted((-1,), (BOTH,), (Answer.ACCEPT,))
    assert reviewed(late, agrees) == {"cars": [5], "metals": [5]}, "it stood by, with both open"


def test_what_the_partner_never_named_is_not_reviewed() -> None:
    opens = Aside(Scripted((-1, -1, CARS)), ((2, SideMove(opens=True)),))
    quiet = Scripted((-1,), answers=(Answer.REJECT,))
    assert reviewed(opens, quiet, review=()) == {"cars": [], "metals": []}
    takes = Scripted((-1,), answers=(Answer.REJECT,) * 3 + (Answer.ACCEPT,))
    assert reviewed(opens, takes, review=()) == {"cars": [4], "metals": []}, "it took a cut there"


def test_players_read_which_test_is_in_force_and_what_reviews_cost() -> None:
    base = replace(
        game(Linear(), Linear(), test="by_answer"),
        review_cost={("hub", "east"): np.array([[0.5, 2.0]])},
    )
    docket = {"cars": "open", "metals": "reviewed"}
    for seat, cost in (("hub", [0.5, 0.0]), ("partner", [0.0, 0.0])):
        view = make_view(game=base, seat=seat, docket=docket)
        one = make_world_view(game=base, seat=seat, docket=docket)
        assert view.review_test == one.review_test == "by_answer"
        assert view.review_cost.tolist() == [cost] == [one.review_cost]


@dataclass(frozen=True)
class Stamp(Wrapper):
    """Throws everything on the table in every other offer, so that it counts as spoken of."""

    def propose(self, view: View) -> ArrayLike:
        inner = np.asarray(self._inner.propose(view))
        return np.where(view.open.all(axis=1) & (view.round % 2 == 1), THROW_AWAY, inner)


def test_a_partner_that_stamps_gets_no_review_that_it_would_not_get_without() -> None:
    hub, partner = Conceder(3.0), Linear()
    settings: dict[str, Any] = {"positions": (BOTH, BOTH), "period": 1, "rounds": 12}
    stuck = {"hub_worth": {"cars": (0, -9, -9), "metals": (0, -9), "pledge": (0, 3, 5)}}
    for more in ({}, stuck):
        honest = reviewed(hub, partner, **settings, **more)
        stamped = reviewed(hub, Stamp(partner), **settings, **more)
        for name in BOTH:
            assert not stamped[name] or stamped[name] >= honest[name] != []
    assert reviewed(Boulware(0.01), Stamp(silent()), **settings) == {"cars": [], "metals": []}


@pytest.mark.slow
@given(scenarios(linked=False, around=False, scope=True, test="by_answer"))
@fewer(1)
def test_what_counts_as_reviewed_was_named_by_the_partner_and_answered_by_the_hub(
    scenario: Scenario,
) -> None:
    scenario = replace(scenario, payoffs=replace(scenario.payoffs, holdouts=None))
    play = played(scenario)
    for i, rules in enumerate(scenario.talks):
        for row in play.frame[play.frame["talk"] == rules.name].to_dict("records"):
            fair = signed_at_no_loss(play, i, row["draw"])
            log = play.logs[row["world"], rules.name]
            table = Referee(rules, fair=fair).judge(log, scenario.calendar.rounds)
            assert table.state == {m: row[f"review.{m}"] for m in table.measures}


def signed_at_no_loss(play: Played, talk: int, draw: int) -> Any:
    payoffs = play.scenario.payoffs
    main, tail = payoffs.main[0][talk][draw], payoffs.tail[0][talk][draw]
    worth = (main[1:, None] + tail[None, :]).ravel()
    return lambda package: bool(worth[package] >= main[0] - 1e-9)


@pytest.mark.slow
@given(scenarios(scope=True))
@fewer(2)
def test_nobody_has_spoken_of_a_measure_before_it_opens(scenario: Scenario) -> None:
    """So nothing has to be forgotten when it does; by answer the partner may name it before."""
    model = TariffTalks(scenario, WORLDS, 7)
    while model.running:
        model.step()
        for talk in model.talks:
            docket = talk.state.docket
            assert not (docket.exchanged[HUB] & ~docket.open).any()
            if not docket.test.by_position:
                assert not (docket.exchanged[PARTNER] & ~docket.open).any()
