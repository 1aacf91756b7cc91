"""Nash in Nash: the solver and the talks against closed forms of bilateral oligopoly."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.frontier import nash, utilitarian
from sim.payoffs.nash_in_nash import nash_in_nash, response
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import Calendar, TalkRules
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.strategy import BatchStrategy
from sim.seats.views.visibility import Visibility
from sim.talks.model import negotiate
from tests.generators import payoffs, rules
from tests.theory.oligopoly import Market, Oligopoly, market
from tests.theory.players import NashOfferer

pytestmark = pytest.mark.fast

PLAIN, LINKED = Oligopoly(), Oligopoly(interaction=0.5)
TOLERANCE = dict(abs=1e-6)


def solved(game: Market, weight: float = 0.5) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Give cut and payment of both talks, alike from every start, and all payoffs."""
    found = nash_in_nash(game.payoffs, game.talks, weight=weight)
    assert all(one.converged for one in found)
    assert len({one.packages for one in found}) == 1
    packages = found[0].packages
    assert packages[0] == packages[1]
    return game.terms(packages[0]), ends(game, packages)


def ends(game: Market, packages: tuple[int, ...]) -> tuple[float, ...]:
    """Give the payoffs of hub, east and west."""
    columns = [np.array([package]) for package in packages]
    return tuple(game.payoffs.payoff(np.zeros(1, dtype=np.int64), columns)[:, 0].tolist())


def test_v15_nash_in_nash_of_two_talks_with_a_linear_externality() -> None:
    terms, (hub, east, west) = solved(market(PLAIN))
    assert terms == pytest.approx((5.0, 37.5), **TOLERANCE)
    assert (hub, east, west) == pytest.approx((25.0, -2.5, -2.5), **TOLERANCE)
    assert (PLAIN.cut, PLAIN.payment) == pytest.approx((5.0, 37.5), **TOLERANCE)


def test_v15_a_partner_loses_most_if_only_its_rival_deals() -> None:
    game = market(PLAIN)
    deal = game.package(PLAIN.cut, PLAIN.payment)
    assert ends(game, (-1, deal))[1] == pytest.approx(-15.0, **TOLERANCE)
    assert ends(game, (-1, -1))[1] == 0


def both_cut(game: Market) -> np.ndarray:
    """Give the payoffs of hub, east and west if both talks cut alike, without payments."""
    free = np.arange(len(game.cuts)) * len(game.payments)
    return game.payoffs.payoff(np.zeros_like(free), [free, free])


def test_v15_the_efficient_cut_is_smaller_and_better_for_both_partners() -> None:
    game = market(PLAIN)
    hub, east, west = both_cut(game)
    best = game.cuts[utilitarian(np.column_stack([hub, east + west]), np.full(2, -np.inf))]
    assert best == pytest.approx(3.5, **TOLERANCE)
    assert best == pytest.approx(PLAIN.efficient_cut, **TOLERANCE)
    payment = PLAIN.cost * best**2 / 2 + PLAIN.weight * PLAIN.surplus(best, best)
    assert PLAIN.partner(best, best, payment) == pytest.approx(0.875, **TOLERANCE)


def test_v15_a_talk_whose_rate_holds_for_all_cuts_less_still() -> None:
    game = market(PLAIN)
    hub, east, _ = both_cut(game)
    assert game.cuts[(hub + east).argmax()] == pytest.approx(1.75, **TOLERANCE)
    assert PLAIN.free_ridden_cut == pytest.approx(1.75, **TOLERANCE)


def test_v16_nash_in_nash_of_two_talks_that_interact() -> None:
    terms, (hub, east, west) = solved(market(LINKED))
    assert terms == pytest.approx((4.0, 24.0), **TOLERANCE)
    assert (hub, east, west) == pytest.approx((16.0, -4.0, -4.0), **TOLERANCE)
    assert (LINKED.cut, LINKED.payment) == pytest.approx((4.0, 24.0), **TOLERANCE)
    assert LINKED.efficient_cut == pytest.approx(2.3333333333, **TOLERANCE)


@pytest.mark.parametrize("weight", [0.2, 0.8])
def test_v16_the_weight_moves_the_payment_and_leaves_the_cut(weight: float) -> None:
    weighted = replace(LINKED, weight=weight)
    cut, payment = solved(market(weighted), weight)[0]
    assert cut == pytest.approx(4.0, **TOLERANCE)
    assert payment == pytest.approx(weighted.payment, abs=0.125)


@pytest.mark.parametrize(("step", "paid"), [(0.6, 1.0), (0.3, 0.5), (0.11, 0.2)])
def test_v16_off_the_grid_the_solver_is_a_step_away(step: float, paid: float) -> None:
    game = market(LINKED, step, paid=paid)
    for one in nash_in_nash(game.payoffs, game.talks):
        assert one.converged
        for package in one.packages:
            cut, payment = game.terms(package)
            assert cut == pytest.approx(4.0, abs=step)
            slope = LINKED.weight * LINKED.value + LINKED.cost * LINKED.cut
            assert payment == pytest.approx(24.0, abs=paid + slope * step)


def test_v17_the_follower_answers_the_first_deal() -> None:
    first, second = 4.1481481481, 3.962962963
    assert LINKED.followed_cut == pytest.approx(first, **TOLERANCE)
    assert LINKED.following_cut(first) == pytest.approx(second, **TOLERANCE)
    game = market(LINKED)
    packages = (game.package(first, 24.0), -1)
    cut, _ = game.terms(response(game.payoffs, game.talks, 1, packages))
    assert cut == pytest.approx(second, abs=0.05)


def test_v17_a_first_talk_that_foresees_the_second_cuts_more() -> None:
    """The grid holds the exact answers; what hub and first partner get is quadratic in the cut."""
    cuts = np.arange(72, 93) / 20
    game = Market(LINKED, cuts, np.arange(16_000, 21_600) / 800)
    tried = cuts[::4]
    first = [game.package(cut, 20.0) for cut in tried]
    second = [response(game.payoffs, game.talks, 1, (package, -1)) for package in first]
    answers = [game.terms(package)[0] for package in second]
    assert answers == pytest.approx([LINKED.following_cut(cut) for cut in tried], **TOLERANCE)
    joint = [sum(ends(game, pair)[:2]) for pair in zip(first, second, strict=True)]
    square, slope, _ = np.polyfit(tried, joint, 2)
    assert -slope / (2 * square) == pytest.approx(4.1481481481, **TOLERANCE)


def test_v18_the_partners_are_in_a_prisoners_dilemma() -> None:
    game = market(PLAIN)
    deal = game.package(PLAIN.cut, PLAIN.payment)
    table = {
        (mine, theirs): ends(game, (mine, theirs))[1]
        for mine in (deal, -1)
        for theirs in (deal, -1)
    }
    expected = {(deal, deal): -2.5, (deal, -1): 12.5, (-1, deal): -15.0, (-1, -1): 0.0}
    assert table == pytest.approx(expected, **TOLERANCE)
    assert table[deal, deal] > table[-1, deal], "whatever the rival does a deal is better"
    assert table[deal, -1] > table[-1, -1]
    assert table[-1, -1] > table[deal, deal], "and both would rather hold out together"


@dataclass(frozen=True)
class Answering(BatchStrategy):
    """Offers the Nash point of its talk given what lies on the other table, or was signed there.

    Accepts what it would offer, once that is what it offered before.
    """

    game: Market

    def propose(self, view: Any) -> Any:
        talks = self.game.talks
        number = next(k for k, rules in enumerate(talks) if rules.name == view.talk)
        (other,) = view.others.values()
        there = np.where(other.package >= 0, other.package, other.offers[0])
        packages = [there, there]
        found = [
            response(self.game.payoffs, talks, number, [int(p[k]) for p in packages])
            for k in range(len(view))
        ]
        return np.array(found)

    def answer(self, view: Any, mine: Any) -> Any:
        settled = len(view.mine) > 0 and (view.mine[-1] == mine)
        return ((view.standing == mine) & settled).astype(int)


def played(game: Market, strategy: Any, rounds: int = 20) -> tuple[Any, Scenario]:
    """Let one strategy sit in every seat; everybody sees all offers."""
    seats = [("hub", "east"), ("east", "east"), ("hub", "west"), ("west", "west")]
    scenario = Scenario(
        name="oligopoly",
        title="",
        countries=("hub", "east", "west"),
        labels={},
        talks=game.talks,
        calendar=Calendar(rounds),
        strategies=dict.fromkeys(seats, strategy),
        payoffs=game.payoffs,
        information="complete",
        surroundings=Surroundings(
            sights={("east", "west"): Visibility("offers"), ("west", "east"): Visibility("offers")}
        ),
    )
    return negotiate(scenario, turns=True), scenario


@pytest.mark.parametrize(("rules_of", "expected"), [(PLAIN, (5.0, 37.5)), (LINKED, (4.0, 24.0))])
def test_v15_v16_talks_that_answer_each_other_settle_at_nash_in_nash(
    rules_of: Oligopoly, expected: tuple[float, float]
) -> None:
    game = market(rules_of)
    frame = played(game, Answering(game))[0].to_frame()
    assert frame["status"].tolist() == ["deal", "deal"]
    for package in frame["package"]:
        assert game.terms(package) == pytest.approx(expected, **TOLERANCE)
    found = nash_in_nash(game.payoffs, game.talks)[0].packages
    assert tuple(frame["package"]) == found


def test_v16_their_offers_come_nearer_from_round_to_round() -> None:
    game = market(LINKED)
    turns = played(game, Answering(game))[0].to_turns()
    mine = turns[(turns["talk"] == "east") & (turns["seat"] == "hub") & (turns["offer"] >= 0)]
    cuts = [game.terms(package)[0] for package in mine["offer"]]
    assert cuts == pytest.approx([5.0, 3.75, 4.05, 4.0]), "5 as if the other talk did not exist"


def test_v15_nash_offerers_who_see_no_other_deal_are_at_nash_in_nash_without_interaction() -> None:
    game = market(PLAIN, 0.25, paid=0.5)
    frame = played(game, NashOfferer())[0].to_frame()
    assert frame["round"].tolist() == [1, 1]
    assert [game.terms(package) for package in frame["package"]] == [(5.0, 37.5)] * 2


def test_v16_nash_offerers_who_sign_at_once_overlook_that_the_talks_interact() -> None:
    game = market(LINKED, 0.25, paid=0.5)
    frame = played(game, NashOfferer())[0].to_frame()
    assert [game.terms(package)[0] for package in frame["package"]] == [5.0, 5.0]


@pytest.mark.slow
@given(st.data(), st.integers(1, 3))
def test_every_fixed_point_answers_itself_and_every_cycle_comes_again(
    data: st.DataObject, number: int
) -> None:
    talks = [data.draw(rules(name, 2)) for name in ("east", "west", "north")[:number]]
    values = data.draw(payoffs(talks, linked=True))
    draw = data.draw(st.integers(0, values.draws - 1))
    for one in nash_in_nash(values, talks, draw=draw):
        assert one.period > 0
        packages = one.packages
        for _ in range(one.period):
            packages = swept(values, talks, packages, draw)
        assert packages == one.packages
        assert one.converged == (swept(values, talks, one.packages, draw) == one.packages)


def swept(values: Any, talks: Any, packages: tuple[int, ...], draw: int) -> tuple[int, ...]:
    """Let all talks answer once, one after the other."""
    for k in range(len(talks)):
        found = response(values, talks, k, packages, draw=draw)
        packages = (*packages[:k], found, *packages[k + 1 :])
    return packages


@given(st.data())
def test_a_response_has_the_largest_product_of_gains(data: st.DataObject) -> None:
    talks = [data.draw(rules(name, 2)) for name in ("east", "west")]
    values = data.draw(payoffs(talks, linked=True))
    there = data.draw(st.integers(-1, talks[1].space.size - 1))
    found = response(values, talks, 0, (-1, there))
    signable = np.flatnonzero(talks[0].signable)
    every = np.append(signable, -1)
    columns = [every, np.full(len(every), there)]
    ends = values.payoff(np.zeros(len(every), dtype=np.int64), columns)[:2].T
    best = nash(ends[:-1], ends[-1])
    if best < 0:
        assert found == -1
        return
    gains = (ends - ends[-1]).prod(axis=1)
    assert gains[every.tolist().index(found)] == pytest.approx(gains[best], abs=1e-9)


def test_talks_may_chase_each_other_for_ever() -> None:
    space = OutcomeSpace((Issue("duty", "measure", (10, 0)),))
    talks = [TalkRules(name, "hub", name, space, null_deal=True) for name in ("east", "west")]
    gain, none = np.array([[0.0, 1.0, 1.0]]), np.zeros((1, 3))
    alike = np.zeros((1, 1, 3, 3))
    alike[0, 0, 1:, 1:] = np.eye(2)
    values = Payoffs(
        ("hub", "east", "west"), ("east", "west"), (2, 2), (1, 1),
        main=((gain, gain), (gain, none), (none, gain)),
        tail=((np.zeros((1, 1)),) * 2,) * 3,
        cross={(0, 1): (0 * alike, alike, -0.5 * alike)},
        weights=(np.ones((1, 1)),) * 3,
        family=np.zeros(1, dtype=np.int64),
    )  # fmt: skip
    (one,) = nash_in_nash(values, talks, [(0, 0)])
    assert one.period == 2, "east wants to do as west does, west something else"
    assert not one.converged


def test_a_start_is_given_up_after_some_sweeps() -> None:
    game = market(LINKED, 0.25, paid=0.5)
    (one,) = nash_in_nash(game.payoffs, game.talks, [(-1, -1)], most=1)
    assert (one.period, one.sweeps, one.converged) == (0, 1, False)
