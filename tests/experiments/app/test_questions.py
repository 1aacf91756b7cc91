"""A person is asked only what the rules of the talk let it do now, over whole games."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.app.game.sight import SeenTalk
from experiments.app.game.sitting import Sitting, ToMove
from experiments.app.moves import Move
from sim import Scenario
from sim.errors import StrategyError

pytestmark = pytest.mark.fast


def some(sight: SeenTalk, luck: np.random.Generator) -> Move:
    """Answer the questions of the form at random."""
    asked = sight.asked()
    want = tuple(name for name in asked if luck.random() < 0.6)
    move = Move(sight.rules.name, sight.round, want)
    offers = sight.offers(list(want))
    if sight.agreed >= 0:
        replies = ("accept", "reopen")
        move = replace(move, reply=replies[int(luck.integers(2))])  # type: ignore[arg-type]
    elif sight.may_accept(list(want)) and luck.random() < 0.2:
        return replace(move, reply="accept")
    elif len(offers) and luck.random() < 0.6:
        values = sight.rules.space.decode(int(luck.choice(offers)))
        return replace(move, offer=values)
    return move


@pytest.mark.parametrize("country", ["hub", "east"])
@pytest.mark.parametrize("silence", ["pending", "refuse"])
def test_what_may_be_asked_for_is_then_asked_for(
    game: Scenario, open_game: Scenario, country: str, silence: str
) -> None:
    """What the form offers is carried out: requests, acceptances, offers."""
    luck, resting = np.random.default_rng(7), 0
    for start in (game, open_game):
        talks = tuple(replace(rules, silence=silence) for rules in start.talks)
        sitting = Sitting(replace(start, talks=talks), country, int(luck.integers(99)))
        while isinstance(sitting.now, ToMove):
            before = sitting.now
            moves = [some(sight, luck) for sight in before.due]
            assert [sight.problem(m) for sight, m in zip(before.due, moves, strict=True)] == (
                [""] * len(moves)
            )
            sitting = sitting.after(moves)
            try:
                after = sitting.now
            except StrategyError as problem:
                pytest.fail(f"{moves}: {problem}")
            if not isinstance(after, ToMove):
                break
            resting += sum(len(sight.resting()) for sight in before.due)
            for sight, move in zip(before.due, moves, strict=True):
                if not sight.hub:
                    requested(sight, move, after)
    assert (resting > 0) == (country == "east" and silence == "refuse")


def requested(before: SeenTalk, move: Move, after: ToMove) -> None:
    """Check that what was asked for is told as asked for, in the round of the move."""
    told = [said for n, said in after.sights[0].story if n == before.round]
    new = [
        measure.name
        for measure, state in zip(before.rules.space.measures, before.docket, strict=True)
        if measure.name in move.want and state in ("off", "refused")
    ]
    if new:
        assert any(said.startswith("East requests review of") for said in told), (new, told)
