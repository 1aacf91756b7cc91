"""Nothing is agreed until everything is agreed: what opens later is a reason to ask both again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from experiments.results.transcript import transcript
from sim.protocol.reviews import TESTS
from sim.protocol.rules import Calendar
from sim.protocol.state import Status, TalkState
from sim.scenario.scenario import Scenario
from sim.seats.player import Player
from sim.seats.strategy import Answer, SideMove, Wrapper
from sim.seats.views.view import View
from sim.strategies import Asker, Boulware, Conceder, Hardliner, Linear, ScopeRefuser
from sim.strategies.time_dependent import TimeDependent
from sim.talks.agents import Country
from sim.talks.model import TariffTalks, negotiate
from sim.testing import make_view, make_world_view
from tests.examples import fewer
from tests.games import SPACE, Scripted, game
from tests.generators import scenarios, with_strategies
from tests.plays import WORLDS
from tests.sim.protocol.test_calendar import Aside

pytestmark = pytest.mark.fast

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
RULE = ("cars", "metals")
METALS = SPACE.package(metals=0, pledge=200)
CARS = SPACE.package(cars=0, pledge=200)
HUB_WORTH = {"cars": (0, -1, -3), "metals": (0, -1), "pledge": (0, 3, 5)}


def table(hub: Any, partner: Any, **settings: Any) -> Scenario:
    """Eight rounds about cars and metals; the partner requests both, and the rule names both."""
    usual: dict[str, Any] = {"review": RULE, "rounds": 8, "positions": ((), RULE)}
    return game(hub, partner, hub_worth=HUB_WORTH, **usual | settings)


def play(scenario: Scenario) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """Give how the talk ended, and round, seat, answer and event of every turn with any."""
    record = negotiate(scenario, turns=True)
    told = record.to_turns()[["round", "seat", "answer", "event"]].to_numpy().tolist()
    return record.to_frame().iloc[0].to_dict(), [tuple(row) for row in told if row[2] or row[3]]


QUIET = Asker(Conceder(3.0), until=0)
"""A partner that offers and accepts what is open, and never asks for more."""

OPENS_LATE = Scripted((-1, METALS), (("metals",), ("metals",), ("metals",), RULE), (REJECT, None))
"""A hub that offers metals for a pledge in round 2, and opens cars in round 4."""


@pytest.mark.parametrize("test", [name for name, test in TESTS.items() if not test.by_cut])
def test_a_transcript_says_too_late_where_the_test_says_so(test: str) -> None:
    """What the rule names is closed: two rounds of review are too late for in the last round.

    By change nobody could agree to what keeps it.
    """
    last = Scripted((-1, -1, METALS), (("metals",),) * 3, (REJECT, None))
    told = transcript(table(last, QUIET, rounds=3, period=2, test=test), 0, 0)
    (accepted,) = (line for line in told.splitlines() if "agreement in principle," in line)
    assert ("too late for a review of cars" in " ".join(told.split())) == TESTS[test].exchange
    assert "accepts" in accepted


def test_who_agreed_to_less_is_asked_again_when_the_rest_opens() -> None:
    row, turns = play(table(OPENS_LATE, QUIET))
    assert turns == [
        (2, "east", "accept", "agreement in principle"),
        (3, "hub", "stand", ""),
        (3, "east", "stand", ""),
        (4, "hub", "stand", "judged anew"),
        (4, "east", "reopen", "judged anew"),
        (5, "hub", "reject", ""),
        (5, "east", "reject", ""),
        (6, "hub", "reject", ""),
        (6, "east", "accept", "deal"),
    ], "the hub is asked in the turn in which it opens, the partner in its next one"
    assert (row["status"], row["in_principle"], row["round"]) == ("deal", 2, 6)
    text = transcript(table(OPENS_LATE, QUIET), world=0, seed=0)
    assert "hub stands by the agreement in principle, judged anew." in text
    assert "east judges the agreement in principle anew, and reopens it." in text


def test_who_still_wants_it_stands_by_it_and_it_is_signed() -> None:
    content = Scripted((-1,), (RULE,), (REJECT, ACCEPT, ACCEPT, None))
    row, turns = play(table(OPENS_LATE, content))
    assert turns[3:] == [
        (4, "hub", "stand", "judged anew"),
        (4, "east", "stand", "judged anew"),
        (5, "hub", "stand", ""),
        (5, "east", "stand", ""),
        (5, "", "", "deal"),
    ], "it is asked once: what it has seen open is no news"
    assert (row["package"], row["rate.cars"], row["review.cars"]) == (METALS, 25, "reviewed")


def test_what_the_rule_does_not_name_is_news_if_the_partner_requested_it() -> None:
    _, turns = play(table(OPENS_LATE, Conceder(3.0), review=("metals",), period=4))
    assert (4, "east", "reopen", "judged anew") in turns


def test_who_offered_on_what_was_closed_knew_it() -> None:
    hub = Scripted((-1,), ((), (), RULE), (REJECT, REJECT, ACCEPT))
    asks = Scripted((CARS,), (RULE,), (REJECT,))
    row, turns = play(table(hub, asks, review=("cars",), test="by_admission"))
    asked = [(3, "hub", "accept", "agreement in principle, to be judged anew")]
    asked += [(3, "east", "reopen", "judged anew"), (4, "hub", "accept", "deal")]
    assert turns[-3:] == asked, "metals were requested, and its offer does not touch them"
    only_cars = Scripted((CARS,), (("cars",),), (REJECT,))
    row, turns = play(table(hub, only_cars, review=("cars",), test="by_admission"))
    assert turns[-1] == (3, "hub", "accept", "deal")
    assert row["package"] == CARS


def test_both_views_say_that_an_agreement_is_judged_anew() -> None:
    scene = {"game": table(Linear(), Linear()), "docket": {"metals": "open"}, "agreed": METALS}
    for seat in ("hub", "partner"):
        for anew in (False, True):
            view = make_view(seat=seat, anew=anew, **scene)
            one = make_world_view(seat=seat, anew=anew, **scene)
            assert view.anew.tolist() == [anew] == [one.anew]
            assert view.agreed.tolist() == [-1 if anew else METALS] == [one.agreed]
            assert view.standing.tolist() == [METALS] == [one.standing]


def state_of(scenario: Scenario) -> TalkState:
    return TariffTalks(scenario).talks[0].state


def test_a_trifle_that_the_hub_opens_of_its_own_is_no_news() -> None:
    at = np.array([0])
    state = state_of(table(Linear(), Linear(), review=("metals",)))
    state.docket.open[:] = 0b01
    assert state.unheard(at, 0).tolist() == [0], "cars: neither named nor requested"
    state.docket.wished[:] = 0b01
    assert state.unheard(at, 0).tolist() == [0b01]
    state.docket.wished[:], state.named[:] = 0, 0b01
    assert state.unheard(at, 1).tolist() == [0b01]
    state.seen_open[1] = 0b01
    assert state.unheard(at, 1).tolist() == [0]


TRIFLES = Aside(
    Scripted((-1, METALS), (("metals",),), (REJECT, None)),
    ((4, SideMove(opens=(True, False))),),
)
"""A hub that agrees about metals, and opens cars of its own in round 4."""


@pytest.mark.parametrize("review", [(), ("metals",)])
def test_a_hub_cannot_undo_an_agreement_by_opening_a_trifle(review: Any) -> None:
    """Nobody asked for cars: the partner stands by what it has, though its best is better now."""
    asks_metals = Scripted((-1,), (("metals",),), (REJECT, ACCEPT, None))
    settings: dict[str, Any] = {"period": 5, "review": review, "positions": ((), ("metals",))}
    row, turns = play(table(TRIFLES, asks_metals, **settings))
    assert not any(event == "judged anew" for *_, event in turns)
    assert (row["status"], row["package"], row["in_principle"]) == ("deal", METALS, 2)
    assert row["review.cars"] in ("open", "reviewed")


@pytest.mark.parametrize("silence", ["pending", "refuse"])
def test_what_was_refused_and_is_opened_later_is_news_to_who_requested_it(silence: Any) -> None:
    content = Scripted((-1,), (RULE,), (REJECT, ACCEPT, ACCEPT, None))
    settings: dict[str, Any] = {"period": 5, "review": (), "silence": silence}
    _, turns = play(table(TRIFLES, content, **settings))
    assert (4, "east", "stand", "judged anew") in turns


@dataclass(frozen=True)
class Ambush(Wrapper):
    """Opens the rest in the last round, and accepts the small package that lies there."""

    def scope(self, view: View) -> ArrayLike:
        last = view.deadline == view.round
        return np.asarray(view.is_in(("metals",)) | last[:, None])

    def answer(self, view: View, mine: Any) -> ArrayLike:
        good = view.on_menu(view.standing) & (view.utility(view.standing) > view.reservation)
        return np.where(good & (view.deadline == view.round), int(ACCEPT), int(REJECT))


@pytest.mark.parametrize("first", ["hub", "partner"])
@pytest.mark.parametrize("test", ["by_admission", "by_exchange"])
@pytest.mark.parametrize("review", [(), RULE])
def test_a_hub_that_opens_the_rest_at_the_end_does_not_sign_the_small_package(
    first: Any, test: Any, review: Any
) -> None:
    ambush = Ambush(Hardliner())
    partner = Scripted((-1, METALS), (RULE,), (REJECT,))
    settings = {"first_mover": first, "test": test, "review": review, "period": 1}
    row, turns = play(table(ambush, partner, **settings))
    assert row["status"] == "expired"
    assert (8, "hub", "accept", "agreement in principle, to be judged anew") in turns
    assert row["payoff.hub"] == 0
    assert ((8, "east", "reopen", "judged anew") in turns) == (first == "hub")


def inner(strategy: Any) -> TimeDependent:
    """Give the concession curve inside."""
    while not isinstance(strategy, TimeDependent):
        strategy = strategy.inner
    return strategy


def seats(model: TariffTalks) -> Iterator[Player]:
    for country in model.agents:
        assert isinstance(country, Country)
        yield from country.seats


def short(scenario: Scenario, worlds: int = WORLDS) -> tuple[int, int]:
    """Play, and count signatures, and those below the target of a side at that moment.

    A target is valued as that of a fresh offer: on the docket, and at the time, of the signature.
    """
    model = TariffTalks(scenario, worlds, 7)
    signed = below = 0
    while model.running:
        before = [talk.state.status.copy() for talk in model.talks]
        model.step()
        for seat in seats(model):
            state = seat.state
            fresh = (before[state.number] == Status.OPEN) & (state.status == Status.DEAL)
            at = np.flatnonzero(fresh)
            view = View(seat.place, at, model.round, (model.round, model.round))
            worth, target = view.utility(state.package[at]), inner(seat.strategy).target(view)
            signed, below = signed + len(at), below + int((worth < target - 1e-9).sum())
    return signed, below


curves = st.builds(
    lambda cls, exponent, start: cls(exponent, start),
    st.sampled_from((Boulware, Linear, Conceder)),
    st.sampled_from((0.2, 0.5, 1.0, 3.0)),
    st.sampled_from((0.0, 0.3, 0.7)),
)


@st.composite
def bargains(draw: Any) -> Scenario:
    """Concession curves on both sides; the hub opens bit by bit, the partner asks for all."""
    free = draw(st.sampled_from(("by_exchange", "by_admission", "by_change")))
    scenario = draw(scenarios(linked=False, around=False, scope=True, test=free))
    talks, players = [], {}
    for rules in scenario.talks:
        names = tuple(m.name for m in rules.space.measures)
        talks.append(replace(rules, positions=(names[:1], names), null_deal=False))
        hub = ScopeRefuser(draw(curves), names[:1], until=draw(st.sampled_from((0.3, 0.6, 1.0))))
        players |= {("hub", rules.name): hub, (rules.partner, rules.name): draw(curves)}
    additive = replace(scenario.payoffs, holdouts=None)
    scenario = replace(scenario, talks=tuple(talks), calendar=Calendar(24), payoffs=additive)
    return with_strategies(scenario, players)


@pytest.mark.slow
@given(bargains())
@fewer(4)
def test_at_signing_each_side_would_accept_the_package_as_a_fresh_offer(
    scenario: Scenario,
) -> None:
    assert short(scenario)[1] == 0


def test_it_would_not_if_nobody_was_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = ScopeRefuser(Conceder(3.0), ("metals",), until=0.5)
    scenario = table(hub, QUIET, rounds=24)
    assert short(scenario) == (2 * WORLDS, 0)
    monkeypatch.setattr(TalkState, "unheard", lambda state, at, side: np.zeros_like(at))
    assert short(scenario)[1] > 0
