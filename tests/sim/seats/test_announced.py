"""Announced ratifiers: their own side reckons with them, the other one sees them; transcripts."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from experiments.results.transcript import transcript
from sim.payoffs.tables import Payoffs
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import Answer, BatchStrategy
from sim.strategies import BUILT_IN
from sim.talks.model import negotiate
from sim.testing import make_view, make_world_view
from tests.games import SPACE, Scripted, additive, game
from tests.sim.strategies.transcripts import pie

pytestmark = pytest.mark.fast

SMALL, LARGE = SPACE.package(cars=15, pledge=200), SPACE.package(cars=0, pledge=200)
"""Worth 2 and 4 to the partner."""

EVERY = np.arange(SPACE.size)
LINEAR = BUILT_IN["linear"]()


@dataclass(frozen=True)
class Taker(BatchStrategy):
    """Offers nothing, and accepts whatever is worth no less than no deal."""

    def propose(self, view: Any) -> Any:
        return np.full(len(view), -1)


def ratifier(threshold: float, country: str = "east", **said: Any) -> Ratifier:
    said = {"sd": 0.0, "announced": True, **said}
    return Ratifier("house", country, np.array([threshold]), **said)


def voted(base: Scenario, *ratifiers: Ratifier) -> Scenario:
    talk = base.talks[0].name
    return replace(base, surroundings=Surroundings(ratifiers={talk: ratifiers}))


def played(*ratifiers: Ratifier, offers: tuple[int, ...], rounds: int = 4, **more: Any) -> Any:
    """A hub that admits all and offers, and a partner that takes what is better than no deal."""
    hub = Scripted(offers, wants=(("cars", "metals"),), answers=(Answer.REJECT,))
    partner = Taker()
    rules = {"scope": False, "review": (), "test": "by_admission", **more}
    record = negotiate(voted(game(hub, partner, rounds=rounds, **rules), *ratifiers), turns=True)
    turns = record.to_turns()
    told = turns.loc[turns["event"] != "", ["round", "event"]].to_numpy().tolist()
    return told, record.to_frame().iloc[0].dropna().to_dict()


def test_who_knows_the_bar_does_not_sign_what_would_be_vetoed() -> None:
    told, row = played(ratifier(3.0, announced=False), offers=(SMALL,))
    assert [event for _, event in told] == ["signed", "vetoed by east.house"] * 2
    assert row["status"] == "vetoed"
    told, row = played(ratifier(3.0), offers=(SMALL,))
    assert told == [[4, "silent"]]


def test_who_knows_the_bar_holds_out_for_what_clears_it() -> None:
    told, row = played(ratifier(3.0), offers=(SMALL, SMALL, LARGE))
    assert told == [[3, "signed"], [3, "ratified"]]
    assert (row["vetoes"], row["package"]) == (0, LARGE)


def view(*ratifiers: Ratifier, **more: Any) -> Any:
    seat, theirs = more.pop("seat", "partner"), more.pop("theirs", (SMALL,))
    rules = {"scope": False, "review": (), "test": "by_admission", **more}
    return make_view(game=voted(game(**rules), *ratifiers), seat=seat, theirs=theirs)


def gains(seen: Any) -> np.ndarray:
    """Give what a seat decides by, package by package."""
    return np.array([seen.gain(package)[0] for package in EVERY])


WORTH: Any = additive(SPACE, {"cars": (0, 3, 5), "metals": (0, 2), "pledge": (0, -1, -2)})
"""What packages are worth to the partner."""


def test_a_package_is_weighed_by_the_chance_of_a_yes() -> None:
    expected = WORTH * norm.cdf((WORTH - 1.5) / 2)
    assert gains(view(ratifier(1.5, sd=2.0))) == pytest.approx(expected, abs=1e-6)


def test_all_of_them_have_to_agree() -> None:
    seen = view(ratifier(1.5, sd=2.0), ratifier(0.0, sd=0.5), ratifier(9.0, "hub"))
    expected = WORTH * norm.cdf((WORTH - 1.5) / 2) * norm.cdf(WORTH / 0.5)
    assert gains(seen) == pytest.approx(expected, abs=1e-6)


def test_a_vote_that_is_not_announced_is_not_reckoned_with() -> None:
    seen = view(ratifier(1.5, sd=2.0, announced=False))
    assert gains(seen) == pytest.approx(WORTH)
    assert seen.bars == ()


def test_it_is_the_gain_as_the_ratifier_counts_it_that_is_weighed() -> None:
    cuts = additive(SPACE, {"cars": (0, 3, 5), "metals": (0, 2)})
    counted = 0.5 * cuts + 2 * (WORTH - cuts)
    seen = view(ratifier(0.5, sd=1.0, tariffs=0.5, concessions=2.0))
    assert gains(seen) == pytest.approx(WORTH * norm.cdf(counted - 0.5), abs=1e-6)


def test_so_it_is_where_tariffs_and_concessions_are_tables_of_their_own() -> None:
    base = voted(game(scope=False, review=(), test="by_admission"), ratifier(1.5, sd=2.0))
    old, (tariffs, gives) = base.payoffs, SPACE.parts
    cuts = {"cars": (0, -1, -3), "metals": (0, -4)}, {"cars": (0, 3, 5), "metals": (0, 2)}
    parts = [np.append(0.0, additive(SPACE, worth)[::gives])[None] for worth in cuts]
    tails = (np.array([[0.0, 3, 5]]), np.array([[0.0, -1, -2]]))
    split = Payoffs(
        old.countries, old.talks, (tariffs,), (gives,),
        tuple((p,) for p in parts), tuple((t,) for t in tails),
    )  # fmt: skip
    seen = make_view(game=replace(base, payoffs=split), seat="partner", theirs=(SMALL,))
    expected = WORTH * norm.cdf((WORTH - 1.5) / 2)
    assert gains(seen) == pytest.approx(expected, abs=4e-6)
    assert seen.best_package[0] == expected.argmax()


def test_without_noise_what_fails_is_worth_less_than_no_deal() -> None:
    seen = view(ratifier(3.0))
    below = np.array([(seen.utility(p) < seen.reservation)[0] for p in EVERY])
    assert (below == (WORTH < 3)).all()
    assert gains(seen)[WORTH >= 3] == pytest.approx(WORTH[WORTH >= 3])
    assert (gains(seen)[WORTH < 3] > -1e-5).all(), "a veto costs nothing beyond a step of the grid"


def test_utilities_keep_their_scale() -> None:
    plain, weighed = view(), view(ratifier(3.0))
    assert weighed.utility(LARGE) == plain.utility(LARGE)
    assert weighed.reservation == plain.reservation


def test_both_sides_see_the_bars_of_both() -> None:
    harder = ((5, np.array([1.0])), (9, np.array([9.0])))
    mine = ratifier(3.0, sd=0.5, delay=4, events=harder, concessions=2.0)
    theirs = ratifier(1.0, "hub")
    for seat, offers in (("partner", (SMALL,)), ("hub", ())):
        seen = view(mine, theirs, seat=seat, theirs=offers)
        told = [(b.country, b.name, b.threshold.tolist(), b.sd) for b in seen.bars]
        assert told == [("east", "house", [4.0], 0.5), ("hub", "house", [1.0], 0.0)]
        assert (seen.bars[0].tariffs, seen.bars[0].concessions) == (1.0, 2.0)
        with pytest.raises(ValueError, match="read-only"):
            seen.bars[0].threshold[0] = 0.0


def test_the_view_of_one_world_says_the_bar_as_a_number() -> None:
    base = voted(game(), ratifier(3.0))
    (bar,) = make_world_view(game=base, seat="hub").bars
    assert (bar.threshold, type(bar.threshold)) == (3.0, float)


def test_the_vote_comes_after_an_election_that_is_known() -> None:
    """Signed in round 2 or later, the vote, two rounds on, falls into the time after it."""
    harder = ratifier(1.0, delay=2, events=((4, np.array([2.5])),))
    told, _ = played(harder, offers=(SMALL,))
    assert told == [[1, "signed"], [3, "ratified"]]
    told, _ = played(harder, offers=(-1, SMALL))
    assert told == [[4, "silent"]]
    softer = ratifier(3.0, delay=2, events=((5, np.array([-2.5])),))
    told, _ = played(softer, offers=(SMALL,), rounds=6)
    assert told == [[3, "signed"], [5, "ratified"]]


def test_an_agreement_in_principle_is_reopened_when_an_election_dooms_it() -> None:
    harder = ratifier(1.0, events=((3, np.array([2.5])),))
    rules = {"review": ("cars", "metals"), "test": "by_exchange", "period": 4, "scope": True}
    wanted = {"positions": (("cars", "metals"), ("cars", "metals"))}
    told, row = played(harder, offers=(-1, SMALL, -1), rounds=6, **rules, **wanted)
    assert told == [[2, "agreement in principle"], [6, "expired"]]
    assert row["vetoes"] == 0
    told, row = played(ratifier(1.0), offers=(-1, SMALL), rounds=6, **rules, **wanted)
    assert (row["status"], row["package"]) == ("deal", SMALL)


def test_results_keep_values_as_they_are() -> None:
    base = voted(game(LINEAR, LINEAR, scope=False, review=(), test="by_admission"), ratifier(3.0))
    record = negotiate(base, turns=True)
    row, turns = record.to_frame().iloc[0], record.to_turns()
    assert row["payoff.east"] == WORTH[int(row["package"])]
    offered = turns[turns["offer"] >= 0]
    mine = offered[offered["seat"] == "hub"]
    assert (mine["other_utility"] == (WORTH[mine["offer"]] - WORTH.min()) / np.ptp(WORTH)).all()


def test_the_transcript_says_what_was_announced() -> None:
    base = voted(game(LINEAR, LINEAR), ratifier(3.0, sd=0.5), ratifier(1.0, "hub", announced=False))
    told = " ".join(transcript(base, 0, 0).split())
    assert (
        "Announced: house (east) says yes to what it counts as a gain of at least 3.00, give or "
        "take 0.5, as payoffs are given." in told
    )
    assert told.count("Announced") == 1


SPLITS = {(0.6, 0.3): 0.6, (0.2, 0.7): 0.3, (0.6, 0.5): None, (0.4, 0.4): 0.5}
"""By what the partner's and the hub's ratifier want at least: the partner's share."""


@pytest.mark.parametrize("wanted", SPLITS)
def test_v29_with_complete_information_nash_players_split_what_the_win_sets_leave(
    wanted: tuple[float, float],
) -> None:
    """Putnam (1988): the smaller win set pulls the split; without overlap there is none."""
    nash = BUILT_IN["nash"]()
    houses = [ratifier(100 * least, c) for c, least in zip(("partner", "hub"), wanted, strict=True)]
    base = pie(nash, nash, 3, 100, information="complete")
    row = negotiate(voted(base, *houses)).to_frame().iloc[0]
    if SPLITS[wanted] is None:
        assert (row["status"], row["payoff.partner"]) == ("expired", 0)
    else:
        assert row["payoff.partner"] == pytest.approx(100 * SPLITS[wanted])
        assert row["vetoes"] == 0


def test_with_complete_information_the_other_side_weighs_by_the_same_chance() -> None:
    seen = view(ratifier(3.0), information="complete", seat="hub", theirs=())
    below = np.array([(seen.their_utility(p) < seen.their_reservation)[0] for p in EVERY])
    assert (below == (WORTH < 3)).all()


@dataclass(frozen=True)
class Bluff:
    """A scenario with a partner that announces a bar of its choice and concedes to the end."""

    bar: float

    def gains(self, hub: Any) -> float:
        base = pie(hub, BUILT_IN["linear"](), 20, 100, information="complete")
        row = negotiate(voted(base, ratifier(self.bar, "partner"))).to_frame().iloc[0]
        return float(row["payoff.partner"])


@pytest.mark.parametrize("hub", ["linear", "conceder", "nash", "tit_for_tat"])
def test_a_bar_that_nobody_can_clear_brings_no_more_than_no_deal(hub: str) -> None:
    """The attack: announce an absurd bar. It ties the own hands, and there is no deal."""
    player = BUILT_IN[hub]()
    assert Bluff(101.0).gains(player) == 0
    assert Bluff(1e9).gains(player) == 0
    assert Bluff(0.0).gains(player) > 0


def test_nobody_is_silent_about_a_bar_that_can_be_cleared() -> None:
    """With a bar at four fifths of the pie a side that concedes to the end gives them."""
    assert Bluff(80.0).gains(BUILT_IN["conceder"]()) >= 80
    assert Bluff(80.0).gains(BUILT_IN["conceder"]()) > Bluff(0.0).gains(BUILT_IN["conceder"]())
