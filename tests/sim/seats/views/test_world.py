"""The view of one world says in plain numbers what the view of all worlds says in arrays."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from sim import negotiate
from sim.protocol.rules import Calendar
from sim.protocol.shocks import Shock
from sim.protocol.threats import Threat, Unless
from sim.scenario.around import Surroundings
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import BatchStrategy, Strategy, Wrapper
from sim.seats.views.sheet import Sheet
from sim.seats.views.view import SeatError
from sim.seats.views.visibility import Visibility
from sim.seats.views.world import WorldView
from sim.strategies import BUILT_IN
from tests.games import game


@dataclass(frozen=True)
class Comparing(Wrapper):
    """Plays its inner strategy, and compares both views at every turn."""

    def propose(self, view: Any) -> Any:
        offer = np.asarray(self._inner.propose(view))
        compare(view, offer)
        if not view.is_hub:
            compare(view.wide(), offer)
            compare(view.wide(view.ruled), offer)
            some = view.wide(view.ruled)
            for k in range(len(view)):
                one = WorldView(Sheet(view), k).wide(view.ruled[k])
                assert (one.best_package, one.best) == (some.best_package[k], some.best[k])
        return offer


def compare(view: Any, offer: np.ndarray) -> None:
    sheet = Sheet(view)
    luck = np.random.default_rng(view.round)
    target = luck.uniform(-0.2, 1.2, len(view))
    package = luck.integers(-1, view.space.size, len(view))
    steps = int(luck.integers(1, 4))
    asked = {
        "time": view.time,
        "deadline": view.deadline,
        "standing": view.standing,
        "agreed": view.agreed,
        "inbox": view.inbox,
        "best": view.best,
        "best_package": view.best_package,
        "reservation": view.reservation,
        "docket": view.docket,
        "open": view.open,
        "world": view.worlds,
        "utility": view.utility(package),
        "offer": view.utility(offer),
        "none": view.utility(-1),
        "on_menu": view.on_menu(package),
        "at_least": view.at_least(target),
        "below": view.below(package, steps),
        "near": view.near(target, package),
        "first": view.near(target, -1),
        "uniform": view.uniform(),
        "luck": view.luck(3),
        "mine": view.mine.all.T,
        "theirs": view.theirs.all.T,
        "gain": view.gain(package),
        "ruled": view.ruled,
        "may_relent": view.may_relent,
        "hopeless": view.hopeless,
        "without": view.best_without(view.is_in(["cars"])),
        "audience_cost": view.audience_cost,
        "review_cost": view.review_cost,
        "anew": view.anew,
        "their": view.their_utility(package),
        "their_none": view.their_reservation,
        "vetoed": view.vetoed,
        "shocks": view.shocks,
        "may_extend": view.may_extend,
    }
    for k in range(len(view)):
        one, p, t = WorldView(sheet, k), int(package[k]), float(target[k])
        told = {
            name: getattr(one, name)
            for name in (
                "time", "deadline", "standing", "agreed", "inbox", "best", "best_package",
                "reservation", "docket", "open", "world", "vetoed", "shocks", "may_extend",
                "may_relent", "audience_cost", "hopeless", "review_cost", "anew",
            )
        } | {
            "utility": one.utility(p),
            "gain": one.gain(p),
            "ruled": one.ruled,
            "without": one.best_without(one.is_in(["cars"])),
            "offer": one.utility(int(offer[k])),
            "none": one.utility(-1),
            "on_menu": one.on_menu(p),
            "at_least": one.at_least(t),
            "below": one.below(p, steps),
            "near": one.near(t, p),
            "first": one.near(t, -1),
            "uniform": one.uniform(),
            "luck": one.luck(3),
            "mine": one.mine.all,
            "theirs": one.theirs.all,
            "their": one.their_utility(p),
            "their_none": one.their_reservation,
        }  # fmt: skip
        for name, value in told.items():
            np.testing.assert_array_equal(value, asked[name][k], err_msg=name)
        for name, other in one.others.items():
            seen = view.others[name]
            assert (other.signed, other.package, other.mirror) == (
                seen.signed[k], seen.package[k], seen.mirror[k],
            )  # fmt: skip
            assert other.offers == tuple(seen.offers[:, k])
            assert other.mirrors == tuple(seen.mirrors[:, k])
        told_bars = [(bar.country, bar.name, bar.threshold) for bar in one.bars]
        assert told_bars == [(bar.country, bar.name, bar.threshold[k]) for bar in view.bars]
        for name in view.threats:
            assert one.may_threaten(name) == view.may_threaten(name)[k]
            assert one.heeded(name) == view.heeded(name)[k]
        due = {name: rounds[k] for name, rounds in view.threats_due.items()}
        assert one.threats_due == due
        for name in ("discount", "their_discount", "longest_extension", "threats"):
            assert getattr(one, name) == getattr(view, name)
        assert type(one.best) is float
        assert type(one.standing) is int


@pytest.mark.slow
@pytest.mark.fast
@pytest.mark.parametrize("talks", [1, 2])
@pytest.mark.parametrize("scope", [True, False])
def test_both_views_say_the_same(talks: int, scope: bool) -> None:
    conceder = Comparing(BUILT_IN["conceder"]())
    played = game(
        conceder,
        Comparing(BUILT_IN["random_walker"]()),
        talks=talks,
        scope=scope,
        information="complete",
        first_mover="draw",
        positions=(("cars",), ("cars", "metals")),
    )
    assert (negotiate(played, 6, 3).to_frame()["offers.hub"] > 0).all()


def test_both_views_say_the_same_of_what_is_around_the_tables() -> None:
    walker = Comparing(BUILT_IN["random_walker"]())
    hub = BUILT_IN["extender"](BUILT_IN["threatener"](walker))
    base = game(hub, walker, talks=2, information="complete", scope=False, test="by_admission")
    due = Unless(signed_by=4, within=1)
    card = Threat("card", "hub", shock=0, hazard=1.0, most=2, unless=due)
    house = Ratifier("house", "east", np.array([3.0]), announced=True)
    quiet = Ratifier("senate", "hub", np.array([1.0]))
    around = Surroundings(
        ratifiers={"east": (house, quiet)},
        shocks=(Shock("sell-off", hazard=0.3, rounds=2),),
        threats=(card,),
        discounts={"hub": 0.9},
        sights={("west", "east"): Visibility("offers", lag=1)},
    )
    effects = tuple(np.array([[e]]) for e in (-4.0, 1.0, 0.0))
    calendar = Calendar(6, mode="extension", extension=3, extensions=1)
    payoffs = replace(base.payoffs, shocks=effects)
    played = replace(base, payoffs=payoffs, calendar=calendar, surroundings=around)
    frame = negotiate(played, 12, 3).to_frame()
    assert (frame["vetoes"] > 0).any()
    assert (frame["extensions"] > 0).any()


@dataclass(frozen=True)
class Curious(Strategy):
    """Asks for what is private."""

    def propose(self, view: WorldView) -> int:
        view.their_utility(0)
        return -1


@dataclass(frozen=True)
class CuriousBatch(BatchStrategy):
    """Asks for what is private."""

    def propose(self, view: Any) -> Any:
        view.their_utility(0)
        return -1


@pytest.mark.parametrize("curious", [Curious(), CuriousBatch()])
def test_the_other_side_is_private_in_both(curious: Any) -> None:
    with pytest.raises(Exception, match="private in this scenario") as caught:
        negotiate(game(BUILT_IN["linear"](), curious))
    assert isinstance(caught.value.__cause__, SeatError)


@dataclass(frozen=True)
class Backward(Strategy):
    """Reads histories from both ends, and beyond."""

    def propose(self, view: WorldView) -> int:
        mine = view.mine
        if len(mine):
            assert mine[-1] == mine[len(mine) - 1] == list(mine)[-1]
        with pytest.raises(IndexError, match=f"turn {len(mine)} of a history of {len(mine)}"):
            mine[len(mine)]
        return view.best_package


def test_a_history_ends_where_it_ends() -> None:
    assert len(negotiate(game(Backward(), Backward())).to_frame()) == 1
