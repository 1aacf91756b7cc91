"""What a hub opens at a price, what is given for nothing, and who games either."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from sim.scenario.scenario import Scenario
from sim.seats.insides import gives_presents
from sim.seats.strategy import Wrapper
from sim.seats.views.view import View
from sim.strategies import Asker, Boulware, Linear, RandomWalker, Salami, ScopeRefuser
from sim.talks.model import negotiate
from sim.testing import Scripted
from tests.examples import fewer
from tests.games import SPACE, game
from tests.generators import scenarios, with_strategies
from tests.plays import Played, every_play, played
from tests.referee import Referee, names
from tests.sim.strategies.transcripts import log, silent, turns
from tests.sim.talks.test_invariants import deadline

pytestmark = pytest.mark.fast

FILE = Path(__file__).parents[3] / "configs" / "scenarios" / "us_japan_korea_2025.toml"
BOTH = ("cars", "metals")
PLEDGE, MORE = SPACE.package(pledge=200), SPACE.package(pledge=400)


# --- what is opened at a price --------------------------------------------------------------------


class Till(Referee):
    """A referee that looks at what a hub admits, and at the offer that stands then.

    Attributes:
        sold: what was admitted, what the standing offer lowers, what of that was closed, and what
            the rule names.
    """

    def _admit(self, row: Any) -> None:
        touched = self.lowered(self.standing["partner"])
        closed = touched - self.held("open", "reviewed")
        if row.admitted:
            sold = (names(row.admitted), touched, closed, set(self.named))
            self.sold = [*getattr(self, "sold", []), sold]
        super()._admit(row)


@pytest.mark.slow
@fewer(2)
@given(scenarios(scope=True), st.sampled_from((-1.0, 0.0, 0.5)), st.booleans())
def test_a_hub_opens_at_a_price_what_the_offer_touches_and_the_rule_names(
    scenario: Scenario, price: float, sliced: bool
) -> None:
    hub = Salami(Linear(), price) if sliced else ScopeRefuser(Linear(), price_bn=price)
    seats = {seat: hub for seat in scenario.strategies if seat[0] == "hub"}
    play = played(with_strategies(scenario, seats))
    for rules, row in play.rows:
        ratifiers = [r.key for r in play.scenario.surroundings.ratifiers.get(rules.name, ())]
        table = Till(rules, ratifiers)
        last, after = deadline(play, row["world"]), play.scenario.calendar.after
        table.judge(play.logs[row["world"], rules.name], last, after)
        position = set(rules.positions[0]) if sliced else set()
        for admitted, touched, closed, named in getattr(table, "sold", []):
            assert admitted <= touched | named | position
            assert closed or admitted <= position, "an offer for what is open pays for nothing"


# --- presents -------------------------------------------------------------------------------------


class Customs(Referee):
    """A referee that notes what is given for nothing, and what is requested then."""

    def _offer(self, row: Any, side: str) -> None:
        given = 0 < row.offer < self.rules.space.parts[1]
        if side == "partner" and given:
            self.presents = [*getattr(self, "presents", []), self.held("requested")]
        super()._offer(row, side)


@every_play
@pytest.mark.slow
def test_no_offer_gives_without_asking_while_a_request_is_pending(play: Played) -> None:
    for rules, row in play.rows:
        if gives_presents(play.scenario.strategies[rules.partner, rules.name]):
            continue
        ratifiers = [r.key for r in play.scenario.surroundings.ratifiers.get(rules.name, ())]
        table, last = Customs(rules, ratifiers), deadline(play, row["world"])
        table.judge(play.logs[row["world"], rules.name], last, play.scenario.calendar.after)
        assert not any(getattr(table, "presents", [])), "not while something is requested"


@dataclass(frozen=True)
class Generous(Wrapper):
    """Gives for nothing, by its source, and never asks."""

    presents: ClassVar[bool] = True

    def ask(self, view: View) -> ArrayLike:
        """Ask for nothing."""
        return False


POOR: dict[str, Any] = dict(reservation=(0.0, -2.5), review=(), rounds=3)
"""No deal is worth so little to the partner that it gives a pledge to be rid of it."""


def test_a_present_is_a_pass_while_a_request_is_pending() -> None:
    quiet = Asker(Linear(), until=0)
    asks, rests = (POOR | {"positions": ((), wanted)} for wanted in (BOTH, ()))
    assert turns(log(game(silent(), quiet, **asks)), "east") == [("", -1)] * 3
    assert turns(log(game(silent(), quiet, **rests)), "east")[0] == ("", PLEDGE), "no request"
    assert turns(log(game(silent(), Generous(Linear()), **asks)), "east")[0] == ("", PLEDGE)


def test_what_it_would_have_given_is_still_what_it_compares_an_offer_with() -> None:
    quiet = Asker(Linear(), until=0)
    answered = turns(log(game(silent(MORE), quiet, **POOR | {"positions": ((), BOTH)})), "east")
    assert answered[0] == ("reject", -1), "it would sooner give 200 than 400"


def test_who_gives_presents_says_so() -> None:
    assert gives_presents(RandomWalker())
    assert gives_presents(Asker(Wrapper(RandomWalker())))
    assert gives_presents(Scripted())
    assert not gives_presents(Asker(Boulware()))


# --- attacks, on the shipped scenario -------------------------------------------------------------


@dataclass(frozen=True)
class Everything(Boulware):
    """Asks for everything at 0 for nothing in every round, and yields as Boulware does."""

    def ask(self, view: View) -> ArrayLike:
        """Ask for all."""
        return True

    def propose(self, view: View) -> ArrayLike:
        """Demand the best of all packages while anything is closed."""
        yields = np.asarray(super().propose(view))
        return np.where(view.open.all(axis=1), yields, view.wide().best_package)


@dataclass(frozen=True)
class Stamps(Boulware):
    """Asks for everything at 0 in the first rounds only, as a stamp, and for nothing later."""

    def ask(self, view: View) -> ArrayLike:
        """Ask for all at first."""
        return view.round <= 3

    def propose(self, view: View) -> ArrayLike:
        """Demand the best of all packages at first."""
        return view.best_package if view.round <= 3 else super().propose(view)


STANCES: dict[str, dict[str, Any]] = {
    "never": {},
    "late": {"until": 0.7},
    "price": {"price_bn": 0.5},
}


@dataclass(frozen=True)
class Bait(Boulware):
    """Offers all but no deal while anything is closed, and takes that back once all is open."""

    def ask(self, view: View) -> ArrayLike:
        """Ask for all."""
        return True

    def propose(self, view: View) -> ArrayLike:
        """Give what can be given, and afterwards yield as Boulware does."""
        yields = np.asarray(super().propose(view))
        return np.where(view.open.all(axis=1), yields, view.at_least(view.reservation))

    def answer(self, view: View, mine: Any) -> ArrayLike:
        """Sign nothing but the best while anything is closed."""
        wanted = np.where(view.open.all(axis=1), mine, view.wide().best_package)
        return super().answer(view, wanted)


def japan(player: Any, stance: str, rule: str = "all", **more: Any) -> tuple[float, float]:
    """Give Japan's mean payoff, and the share of worlds in which cars were opened."""
    mine = talk(player, stance, rule, **more)
    opened = mine["review.cars"].isin(("open", "reviewed"))
    return float(mine["payoff.japan"].mean()), float(opened.mean())


def talk(player: Any, stance: str, rule: str = "all", **more: Any) -> pd.DataFrame:
    """Play Japan's talk with a player in Japan's seat; give its rows."""
    told = {
        "payoffs.draws": 50,
        "economy.elasticity_draws": 1,
        "rules.review": rule,
        "strategies.usa": ScopeRefuser(Boulware(0.4), admits=("suspended",), **STANCES[stance]),
        "strategies.japan": player,
        "strategies.korea": Boulware(0.5),
        "payoffs.weights.usa.review": 0.2,
    }
    frame = negotiate(Scenario.load(FILE, told | more), 100, seed=1).to_frame()
    return frame[frame["talk"] == "japan"]


ATTACKS = {
    "everything for nothing in every round": Everything(0.5),
    "everything for nothing as a stamp": Stamps(0.5),
    "presents": Generous(Boulware(0.5)),
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("stance", ["never", "price"])
@pytest.mark.parametrize("rule", ["all", "none"])
@pytest.mark.one_in(3)
def test_who_asks_for_nothing_or_gives_for_nothing_opens_nothing(
    attack: str, stance: str, rule: str
) -> None:
    honest, gamed = (japan(player, stance, rule) for player in (Boulware(0.5), ATTACKS[attack]))
    assert gamed[1] == 0
    assert gamed[0] <= honest[0]


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_who_yields_with_time_is_not_hurried(attack: str) -> None:
    opened = [japan(player, "late")[1] for player in (Asker(Boulware(0.5), 0), ATTACKS[attack])]
    assert opened[1] <= opened[0]


def test_an_honest_partner_does_buy() -> None:
    assert japan(Boulware(1.0), "price")[1] > 0


def test_an_offer_that_is_taken_back_does_not_gain_at_the_cost_of_the_hub() -> None:
    """A hub cannot tell a bait; but what it opens for it is signed at terms that it accepts."""
    honest, bait = (talk(player, "price") for player in (Boulware(1.0), Bait(1.0)))
    assert bait["review.cars"].isin(("open", "reviewed")).any(), "the bait is taken"
    assert bait["payoff.usa"].mean() >= honest["payoff.usa"].mean()
