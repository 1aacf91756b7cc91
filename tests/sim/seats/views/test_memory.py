"""What a seat sees of the past: its own turns, and those that the other side has had."""

from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.seats.strategy import Answer, BatchStrategy, Strategy
from sim.seats.views.memory import Memory
from sim.talks.model import negotiate
from sim.testing import pie as open_pie
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


LAYOUTS = st.lists(st.sampled_from("CF"), min_size=1, max_size=5)


@given(LAYOUTS, st.lists(st.integers(1, 3), max_size=2), st.data())
def test_memory_gives_back_what_was_written_however_it_lay(
    layouts: list[Literal["C", "F"]], shape: list[int], data: st.DataObject
) -> None:
    worlds = 6
    store: dict[str, Any] = {}
    expected = np.zeros((worlds, *shape))
    for k, layout in enumerate(layouts, start=1):
        at = np.array(sorted(data.draw(st.sets(st.integers(0, worlds - 1), min_size=1))))
        memory = Memory(store, worlds, at)
        written = k * 100 + np.arange(len(at) * prod(shape), dtype=float).reshape(len(at), *shape)
        memory["notes"] = np.asarray(written, order=layout)
        expected[at] = written
        assert memory["notes"].tolist() == expected[at].tolist()
    assert Memory(store, worlds, np.arange(worlds))["notes"].tolist() == expected.tolist()


def test_memory_takes_one_number_for_all_worlds_of_a_view() -> None:
    store: dict[str, Any] = {}
    memory = Memory(store, 3, np.array([0, 2]))
    memory["table"] = np.ones((2, 2, 2), order="F")
    memory["table"] = 7
    assert memory["table"].tolist() == np.full((2, 2, 2), 7).tolist()
    assert Memory(store, 3, np.array([1]))["table"].tolist() == [[[0, 0], [0, 0]]]


@pytest.mark.parametrize("base", [Strategy, BatchStrategy])
def test_slices_of_a_history_are_those_of_its_list(base: Any) -> None:
    """Any slice, in one world and in all: what a list of the turns would give."""
    cuts = [slice(*cut) for cut in (
        (None,), (2,), (1, None), (-2, None), (None, None, -1), (5, 1), (None, None, 2), (-9, 9),
    )]  # fmt: skip
    seen = []

    class Looking(base):  # type: ignore[misc]
        def propose(self, view: Any) -> Any:
            for history in (view.mine, view.theirs):
                for cut in cuts:
                    given, whole = history[cut], history.all
                    assert np.array_equal(given, whole[cut])
                    assert isinstance(given, list) or not given.flags.writeable
                    seen.append(len(given))
            return view.best_package

    negotiate(open_pie(5, players=(Looking(), silent(4, 3, 2))), 2, 0)
    assert max(seen) == 4
