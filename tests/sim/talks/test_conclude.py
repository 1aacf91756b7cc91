"""An agreement whose reviews are done is signed only if both sides would still sign it."""

from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer
from sim.talks.model import negotiate
from tests.games import SPACE, Scripted
from tests.sim.strategies.transcripts import open_game, silent

pytestmark = pytest.mark.fast

TERMS = SPACE.package(cars=15, pledge=200)
ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT


def agreed(loser: int, loss: float) -> Scenario:
    """East agrees in round 1, to be signed at the end of round 2, in which west signs.

    The terms are worth 2 to each side; the deal of west takes the loss off one of them.
    """
    hub, east = Scripted((TERMS,)), Scripted((-1,), answers=(ACCEPT, None))
    base = open_game(hub, east, talks=2, rounds=2, test="by_exchange", review=("cars",))
    signing = Scripted((-1,), answers=(REJECT, ACCEPT))
    west = replace(base.talks[1], review=(), test="by_admission")
    cross = np.zeros((3, 1, 1, 1 + SPACE.size, 1 + SPACE.size))
    cross[loser, 0, 0, 1:, 1:] = -loss
    payoffs = replace(
        base.payoffs,
        cross={(0, 1): tuple(cross)},
        weights=(np.ones((1, 1)),) * 3,
        family=np.zeros(1, dtype=np.int64),
    )
    changed = {("hub", "west"): silent(TERMS), ("west", "west"): signing}
    strategies = {**base.strategies, **changed}
    return replace(base, talks=(base.talks[0], west), payoffs=payoffs, strategies=strategies)


@pytest.mark.parametrize("loser", [0, 1])
@pytest.mark.parametrize(("loss", "signed"), [(0, True), (2, True), (2.01, False)])
def test_a_deal_elsewhere_may_undo_an_agreement(loser: int, loss: float, signed: bool) -> None:
    record = negotiate(agreed(loser, loss), turns=True)
    east = record.to_frame().iloc[0]
    turns = record.to_turns()
    events = turns.loc[turns["talk"] == "east", ["round", "event"]]
    told = [tuple(row) for row in events.to_numpy().tolist() if row[1]]
    assert east["review.cars"] == "reviewed"
    assert told[:2] == [(1, "agreement in principle"), (2, "deal" if signed else "reopened")]
    assert (east["status"] == "deal") == signed
