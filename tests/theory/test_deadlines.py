"""Private deadlines: who has less time hides it until the last moment, and gives in then."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim.seats.strategy import Answer, BatchStrategy
from sim.talks.model import negotiate
from tests.sim.strategies.transcripts import pie

pytestmark = pytest.mark.fast


@dataclass(frozen=True)
class Pressed(BatchStrategy):
    """Demands all until its own deadline, in which it gives all; Sandholm and Vulkan (1999)."""

    deadline: int

    def propose(self, view: Any) -> Any:
        all_of_it, nothing = view.best_package, view.at_least(view.reservation)
        return nothing if view.round >= self.deadline else all_of_it

    def answer(self, view: Any, mine: Any) -> Any:
        wanted = view.reservation if view.round >= self.deadline else view.best
        good = (view.standing >= 0) & (view.utility(view.standing) >= wanted)
        return np.where(good, int(Answer.ACCEPT), int(Answer.REJECT))


@pytest.mark.parametrize("first", ["hub", "partner"])
@pytest.mark.parametrize("deadlines", [(5, 9), (9, 5), (3, 7)])
def test_v14_with_private_deadlines_the_earlier_one_is_when_its_owner_gives_in(
    deadlines: tuple[int, int], first: str
) -> None:
    hub, partner = deadlines
    scenario = pie(Pressed(hub), Pressed(partner), 10, first_mover=first)
    row = negotiate(scenario).to_frame().iloc[0]
    assert row["status"] == "deal"
    assert row["round"] == min(deadlines)
    early, late = ("hub", "partner") if hub < partner else ("partner", "hub")
    assert (row[f"payoff.{early}"], row[f"payoff.{late}"]) == (0, 10)
