"""What a country sees of the other talks: levels, lags, leaks; ceilings and clauses."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from sim.errors import StrategyError
from sim.protocol.state import Status
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import Answer
from sim.seats.views.visibility import Visibility
from sim.talks.model import TariffTalks, negotiate
from tests.games import SPACE, Scripted, game

pytestmark = pytest.mark.fast

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
CARS = SPACE.package(cars=15, pledge=200)
LESS = SPACE.package(cars=0, pledge=200)


@dataclass(frozen=True)
class Spy(Scripted):
    """Writes down what it sees of the talk with west."""

    seen: list[Any] = field(default_factory=list)

    def propose(self, view: Any) -> Any:
        west = view.others["west"]
        self.seen.append(
            (bool(west.signed[0]), int(west.package[0]), tuple(west.offers[:, 0].tolist()))
        )
        return super().propose(view)


def spied(sight: Visibility | None, *, rounds: int = 5, worlds: int = 1) -> list[Any]:
    """Let east see how the hub and west sign in round 2; give what it sees, round by round."""
    spy = Spy()
    base = game(Scripted((CARS,), answers=(REJECT,)), spy, talks=2, rounds=rounds, scope=False,
                review=(), test="by_admission")  # fmt: skip
    strategies = {
        **base.strategies,
        ("hub", "east"): Scripted(),
        ("west", "west"): Scripted((LESS,), answers=(REJECT, ACCEPT)),
    }
    sights = {} if sight is None else {("east", "west"): sight}
    negotiate(
        replace(base, strategies=strategies, surroundings=Surroundings(sights=sights)), worlds
    )
    return spy.seen


NOTHING = (False, -1, (-1, -1))
DEAL = (True, CARS, (-1, -1))


def test_by_default_a_partner_sees_the_terms_of_what_is_signed() -> None:
    assert spied(None) == spied(Visibility("terms")) == [NOTHING, NOTHING, DEAL, DEAL, DEAL]


def test_nothing() -> None:
    assert spied(Visibility("nothing")) == [NOTHING] * 5


def test_the_outcome_without_its_terms() -> None:
    signed = (True, -1, (-1, -1))
    assert spied(Visibility("outcome")) == [NOTHING, NOTHING, signed, signed, signed]


def test_offers_as_they_lie_on_the_table_when_the_turn_begins() -> None:
    first, second = (False, -1, (CARS, -1)), (False, -1, (CARS, LESS))
    assert spied(Visibility("offers")) == [first, second, DEAL, DEAL, DEAL]
    assert spied(Visibility("offers", lag=1)) == [NOTHING, second, DEAL, DEAL, DEAL]


def test_a_lag() -> None:
    assert spied(Visibility("terms", lag=2)) == [NOTHING, NOTHING, NOTHING, DEAL, DEAL]


@pytest.mark.parametrize("lag", [1, 2, 3])
@pytest.mark.parametrize("last", [Answer.WALK, ACCEPT, REJECT])
@pytest.mark.parametrize("delay", [0, 4])
def test_what_a_lag_shows_is_what_lay_there_so_many_rounds_ago(
    lag: int, last: Answer, delay: int
) -> None:
    """Also where the talk has ended since, or its package waits for a vote."""
    spy = Spy(answers=(REJECT,))
    base = game(Scripted((CARS,), answers=(REJECT,)), spy, talks=2, rounds=8, scope=False,
                review=(), test="by_admission")  # fmt: skip
    strategies = {
        **base.strategies,
        ("hub", "east"): Scripted(answers=(REJECT,)),
        ("west", "west"): Scripted((LESS,), answers=(REJECT, REJECT, last)),
    }
    house = Ratifier("house", "west", np.array([-99.0]), sd=0, delay=delay)
    around = Surroundings(
        sights={("east", "west"): Visibility("offers", lag=lag)}, ratifiers={"west": (house,)}
    )
    model = TariffTalks(replace(base, strategies=strategies, surroundings=around))
    lay, signed = [NOTHING[2]], [False]
    while model.running:
        model.step()
        west = model.talks[1].state
        lay.append(tuple(west.lying[:, 0].tolist()))
        signed.append(bool(west.status[0] == Status.DEAL))
    assert len(spy.seen) >= 7
    for n, (deal, _, offers) in enumerate(spy.seen, 1):
        then = max(n - lag, 0)
        assert (deal, offers) == (signed[then], lay[then])


def test_a_leak_shows_the_offers_in_some_rounds() -> None:
    assert spied(Visibility("nothing", leak=1.0))[1] == (False, -1, (CARS, LESS))
    assert spied(Visibility("nothing", leak=0.0)) == [NOTHING] * 5


def test_a_leak_comes_as_often_as_it_says() -> None:
    seen: list[float] = []

    @dataclass(frozen=True)
    class Counter(Scripted):
        def propose(self, view: Any) -> Any:
            seen.append(float((view.others["west"].offers[0] >= 0).mean()))
            return super().propose(view)

    base = game(Scripted((CARS,), answers=(REJECT,)), Counter(answers=(REJECT,)), talks=2,
                rounds=4, scope=False, review=(), test="by_admission")  # fmt: skip
    base = replace(
        base, strategies={**base.strategies, ("west", "west"): Scripted(answers=(REJECT,))}
    )
    around = Surroundings(sights={("east", "west"): Visibility("nothing", leak=0.25)})
    negotiate(replace(base, surroundings=around), worlds=2000)
    assert seen[1:] == pytest.approx([0.25] * 3, abs=0.03)


def linked(base: Scenario, gain: float) -> Scenario:
    """East gains from the talk with west whatever is signed there, and only if it signs too."""
    p = base.payoffs
    cross = np.zeros((1, 1, 1 + SPACE.size, 1 + SPACE.size))
    cross[..., 1:, 1:] = gain
    nothing = np.zeros_like(cross)
    weights, family = (np.ones((1, 1)),) * 3, np.zeros(1, dtype=np.int64)
    cross = {(0, 1): (nothing, cross, nothing)}
    return replace(base, payoffs=replace(p, cross=cross, weights=weights, family=family))


@pytest.mark.parametrize(("level", "status"), [("terms", "silent"), ("outcome", "deal")])
def test_a_deal_moves_the_values_of_those_who_see_its_terms(level: Any, status: str) -> None:
    hub = Scripted((CARS,), answers=(REJECT,))
    base = game(hub, Scripted(answers=(REJECT, REJECT, None)), talks=2, scope=False, review=(),
                test="by_admission")  # fmt: skip
    base = replace(
        base, strategies={**base.strategies, ("west", "west"): Scripted(answers=(ACCEPT,))}
    )
    around = Surroundings(sights={("east", "west"): Visibility(level)})
    frame = negotiate(replace(linked(base, -5.0), surroundings=around)).to_frame()
    assert frame["status"].tolist() == [status, "deal"]


def test_the_seats_of_a_hub_that_does_not_talk_to_itself() -> None:
    seen: list[Any] = []

    @dataclass(frozen=True)
    class Hub(Scripted):
        def propose(self, view: Any) -> Any:
            if view.talk == "east":
                seen.append(bool(view.others["west"].signed[0]))
            return super().propose(view)

    base = game(Hub((CARS,)), Scripted(answers=(REJECT,)), talks=2, rounds=3, scope=False,
                review=(), test="by_admission")  # fmt: skip
    base = replace(
        base, strategies={**base.strategies, ("west", "west"): Scripted(answers=(ACCEPT,))}
    )
    negotiate(base)
    apart = Surroundings(sights={("hub", "west"): Visibility("nothing")})
    negotiate(replace(base, surroundings=apart))
    assert seen == [False, True, True, False, False, False]


def test_a_barred_package_is_on_no_menu() -> None:
    barred = SPACE.levels[:, 0] == 0
    base = game(Scripted((SPACE.package(pledge=200),)), Scripted(), scope=False, review=())
    base = replace(base, talks=(replace(base.talks[0], barred=barred),))
    with pytest.raises(StrategyError, match="keeps a rate above the ceiling that the partners"):
        negotiate(base)


def clause(own: int, other: int, holder: bool = True) -> dict[str, Any]:
    """East and west both sign in round 1; east has a most-favoured clause, or not."""
    base = game(Scripted((own,)), Scripted(answers=(ACCEPT,)), talks=2, scope=False, review=(),
                test="by_admission")  # fmt: skip
    strategies = {**base.strategies, ("hub", "west"): Scripted((other,))}
    talks = (replace(base.talks[0], clause=holder), replace(base.talks[1], clause=not holder))
    frame = negotiate(replace(base, strategies=strategies, talks=talks)).to_frame()
    row: dict[str, Any] = frame.iloc[0].to_dict()
    return row


def test_with_a_clause_the_better_rate_of_the_other_holds_for_the_holder() -> None:
    row = clause(CARS, LESS)
    assert (row["rate.cars"], row["by_clause.cars"], row["by_clause.metals"]) == (15, 15, 0)


def test_a_clause_never_raises_a_rate_and_gives_nothing_to_others() -> None:
    assert clause(LESS, CARS)["by_clause.cars"] == 0
    assert clause(CARS, LESS, holder=False)["by_clause.cars"] == 0


def test_a_clause_holds_from_a_deal_on() -> None:
    row = clause(CARS, -1)
    assert (row["status"], row["by_clause.cars"]) == ("deal", 0)
