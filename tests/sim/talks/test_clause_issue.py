"""A most-favoured clause in the package: who values it at what, and who is fooled; transcripts."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.app import called
from experiments.results.transcript import transcript
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import Calendar, TalkRules
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer
from sim.seats.views.visibility import Visibility
from sim.strategies import BUILT_IN
from sim.talks.model import negotiate
from sim.testing import make_view
from tests.games import Scripted
from tests.sim.strategies.transcripts import silent

pytestmark = pytest.mark.fast

SPACE = OutcomeSpace(
    (
        Issue("cars", "measure", (25, 15, 0)),
        Issue("clause", "clause", (0, 1)),
        Issue("pledge", "concession", (0, 200, 400)),
    )
)
CUT = np.array([0.0, 3.0, 5.0])
"""What lower rates are worth to a partner; they cost the hub as much."""

PLEDGE = np.array([0.0, 2.0, 4.0])
"""What the hub gains from a pledge; it costs the partner half as much."""

FREE, HALF = SPACE.package(cars=0, pledge=400), SPACE.package(cars=15, pledge=200)
BARE = SPACE.package(cars=15, pledge=200)
WITH = SPACE.package(cars=15, clause=1, pledge=200)


def better(mine: int, granted: int, theirs: int) -> float:
    """Give what a clause adds for its holder, by levels of cars."""
    return CUT[max(mine, theirs)] - CUT[mine] if granted else 0.0


def payoffs() -> Payoffs:
    """Two partners alike; states are levels of cars with and without the clause."""
    heads = [(cars, clause) for cars in range(3) for clause in range(2)]
    cuts = np.array([[0.0, *(CUT[cars] for cars, _ in heads)]])
    none = np.zeros_like(cuts)
    cross = np.zeros((3, 1, 1, 7, 7))
    for a, (mine, granted) in enumerate(heads, 1):
        for b, (theirs, too) in enumerate(heads, 1):
            east, west = better(mine, granted, theirs), better(theirs, too, mine)
            cross[:, 0, 0, a, b] = -east - west, east, west
    tails = (PLEDGE[None], -PLEDGE[None] / 2, 0 * PLEDGE[None])
    states = np.arange(7)
    return Payoffs(
        ("hub", "east", "west"),
        ("east", "west"),
        (6, 6),
        (3, 3),
        ((-cuts, -cuts), (cuts, none), (none, cuts)),
        ((tails[0], tails[0]), (tails[1], tails[2]), (tails[2], tails[1])),
        {(0, 1): tuple(cross)},
        (np.ones((1, 1)),) * 3,
        np.zeros(1, dtype=np.int64),
        twins=(np.where(states % 2, states, np.maximum(states - 1, 0)),) * 2,
    )


def scenario(hub: tuple[Any, Any], partners: tuple[Any, Any], rounds: int = 8) -> Scenario:
    """The hub's players with east and with west, and theirs; everything is open."""
    names = ("east", "west")
    return Scenario(
        name="clause",
        title="",
        countries=("hub", *names),
        labels={},
        talks=tuple(
            TalkRules(n, "hub", n, SPACE, scope=False, test="by_admission", first_mover="hub")
            for n in names
        ),
        calendar=Calendar(rounds),
        strategies={("hub", n): s for n, s in zip(names, hub, strict=True)}
        | {(n, n): s for n, s in zip(names, partners, strict=True)},
        payoffs=payoffs(),
    )


def extra(view: Any) -> float:
    """Give what the clause is worth to a seat beside the same terms without it."""
    return float((view.gain(WITH) - view.gain(BARE))[0])


def test_the_hub_values_it_at_what_it_offers_elsewhere() -> None:
    offering = scenario((silent(), silent(FREE)), (silent(), silent()))
    assert extra(make_view(game=offering, mine=(HALF,), theirs=(HALF,))) == pytest.approx(-2)
    nothing = scenario((silent(), silent()), (silent(), silent()))
    assert extra(make_view(game=nothing, mine=(HALF,), theirs=(HALF,))) == 0


def test_a_partner_values_it_at_what_another_has_signed() -> None:
    offering = scenario((silent(), silent(FREE)), (silent(), silent()))
    mine: dict[str, Any] = {"game": offering, "seat": "partner", "mine": (HALF,), "theirs": (HALF,)}
    assert extra(make_view(**mine)) == 0, "it sees no offers"
    assert extra(make_view(**mine, signed={"west": FREE})) == pytest.approx(2)
    assert extra(make_view(**mine, signed={"west": HALF})) == 0


def test_a_partner_that_sees_offers_values_it_at_these() -> None:
    offering = scenario((silent(), silent(FREE)), (silent(), silent()))
    seeing = Surroundings(sights={("east", "west"): Visibility("offers")})
    game = replace(offering, surroundings=seeing)
    seen = make_view(game=game, seat="partner", mine=(HALF,), theirs=(HALF,))
    assert extra(seen) == pytest.approx(2)


def test_what_was_signed_is_carried_out_whoever_signs_first() -> None:
    takes = Scripted(answers=(Answer.ACCEPT,))
    for east, west in (((WITH,), (-1, FREE)), ((-1, WITH), (FREE,))):
        hub = (Scripted(east), Scripted(west))
        frame = negotiate(scenario(hub, (takes, takes))).to_frame().set_index("talk")
        assert frame["status"].tolist() == ["deal", "deal"]
        assert frame["clause"].tolist() == [True, False]
        assert frame["rate.cars"].tolist() == [15, 0]
        assert frame["by_clause.cars"].tolist() == [15, 0]
        assert frame["payoff.east"].iloc[0] == 5 - 1


def test_the_transcript_says_that_it_is_granted() -> None:
    hub = (Scripted((WITH,)), silent())
    told = transcript(scenario(hub, (Scripted(answers=(Answer.ACCEPT,)), silent())), 0, 0)
    assert "Hub offers" in told or "hub offers" in told
    assert "cars 25 → 15, a most-favoured clause, pledge 200" in " ".join(told.split())


TAKES = SPACE.package(clause=1)
"""The clause for nothing."""


def ends(sight: Visibility | None, attacker: Any) -> Any:
    """East asks for the clause for nothing and waits; the hub bargains with both."""
    linear = BUILT_IN["linear"]()
    base = scenario((linear, linear), (attacker, linear), rounds=12)
    if sight is not None:
        seen = {("hub", talk): sight for talk in ("east", "west")}
        base = replace(base, surroundings=Surroundings(sights=seen))
    return negotiate(base).to_frame().set_index("talk")


def test_who_takes_the_clause_for_nothing_and_waits_does_not_live_off_the_other() -> None:
    """The attack: the clause costs nothing while nobody else has a deal, and pays afterwards."""
    frame = ends(None, Scripted((TAKES,), answers=(Answer.REJECT,)))
    assert frame.loc["west", "rate.cars"] < 25, "there is something to live off"
    assert frame.loc["east", "status"] != "deal"
    assert frame["payoff.east"].iloc[0] == 0
    honest = ends(None, BUILT_IN["linear"]())
    assert honest["payoff.east"].iloc[0] > 0


def test_a_hub_that_does_not_see_its_own_offers_is_taken_in() -> None:
    """Sight is what protects it: blind, it gives the clause away for nothing."""
    blind = ends(Visibility("nothing"), Scripted((TAKES,), answers=(Answer.REJECT,)))
    assert bool(blind.loc["east", "clause"])
    assert blind["payoff.east"].iloc[0] > 0


def test_a_person_at_the_table_reads_it_in_words() -> None:
    (rules, _) = scenario((silent(), silent()), (silent(), silent())).talks
    assert called.package(rules, WITH) == "cars 25 → 15; clause granted; pledge 200"
    assert [called.amount(SPACE.issues[1], level) for level in (0, 1)] == ["none", "granted"]
