"""What a seat sees of the past: its own turns, and those that the other side has had."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from sim.model import negotiate
from sim.strategy import Answer, BatchStrategy, Strategy
from tests.sim.strategies.transcripts import pie, silent

pytestmark = pytest.mark.fast

SCRIPT = (4, -1, 2, 3)
STOOD = (4, 4, 2, 3)


@dataclass(frozen=True)
class Chronicler(BatchStrategy):
    """Plays a script and writes down both histories at every turn."""

    seen: list[Any] = field(default_factory=list)

    def propose(self, view: Any) -> Any:
        self.seen.append((view.mine.all[:, 0].tolist(), view.theirs.all[:, 0].tolist()))
        assert [view.mine[k][0] for k in range(len(view.mine))] == self.seen[-1][0]
        return SCRIPT[view.round - 1]

    def answer(self, view: Any, mine: Any) -> Any:
        return Answer.REJECT


@dataclass(frozen=True)
class OneWorldChronicler(Strategy):
    """The same, one world at a time."""

    seen: list[Any] = field(default_factory=list)

    def propose(self, view: Any) -> int:
        self.seen.append((view.mine.all, view.theirs.all))
        assert [view.theirs[-k - 1] for k in range(len(view.theirs))] == view.theirs.all[::-1]
        return SCRIPT[view.round - 1]

    def answer(self, view: Any, mine: int) -> Answer:
        return Answer.REJECT


@pytest.mark.parametrize("kind", [Chronicler, OneWorldChronicler])
@pytest.mark.parametrize("side", ["hub", "partner"])
@pytest.mark.parametrize("first", ["hub", "partner"])
def test_a_seat_sees_its_own_turns_and_those_the_other_side_has_had(
    kind: Any, side: str, first: str
) -> None:
    player, other = kind(), silent(7, 6, -1, 5)
    sides = (player, other) if side == "hub" else (other, player)
    negotiate(pie(*sides, 4, first_mover=first))
    theirs, ahead = (7, 6, 6, 5), side != first
    assert player.seen == [
        (list(STOOD[:turn]), list(theirs[: turn + ahead])) for turn in range(len(SCRIPT))
    ]
