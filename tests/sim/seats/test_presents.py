"""Presents: a partner that gives something for nothing, to be rid of the cost of no deal."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, BatchStrategy
from sim.strategies import Boulware
from sim.talks.model import negotiate

FILE = Path(__file__).parents[3] / "configs" / "scenarios" / "us_japan_korea_2025.toml"
COSTLY = {
    "payoffs.weights.*.no_deal": 4,
    "rules.review": "none",
    "payoffs.draws": 20,
    "economy.elasticity_draws": 1,
}
"""No deal costs every country 4 bn a year beyond trade, and there is no rule."""
PARTNERS = ("japan", "korea")


@dataclass(frozen=True)
class Giver(BatchStrategy):
    """Asks for nothing and gives: of all packages that lower nothing the one best for itself.

    Attributes:
        anyway: also where that is worth less than no deal.
    """

    rational: ClassVar[bool] = False
    presents: ClassVar[bool] = True
    seats: ClassVar[tuple[str, ...]] = ("partner",)
    anyway: bool = False

    def ask(self, view: Any) -> Any:
        """Ask for nothing."""
        return False

    def propose(self, view: Any) -> Any:
        """Offer the cheapest present."""
        presents = np.flatnonzero(view.space.lowered == 0)[1:]
        gains = view.gain(np.repeat(presents[None], len(view), axis=0))
        best = gains.argmax(axis=1)
        good = self.anyway | (gains[np.arange(len(view)), best] > 0)
        return np.where(good, presents[best], -1)

    def answer(self, view: Any, mine: Any) -> Any:
        """Wait for the hub to take it."""
        return Answer.REJECT


@pytest.fixture(scope="module")
def game() -> Scenario:
    return Scenario.load(FILE, COSTLY, seed=1)


def played(game: Scenario, giver: Giver) -> Any:
    seats = {(name, name): giver for name in PARTNERS}
    seats |= {("usa", name): Boulware(exponent=1.0) for name in PARTNERS}
    return negotiate(replace(game, strategies={**game.strategies, **seats}), 40).to_frame()


def test_no_present_is_worth_the_paper_to_who_gives_it(game: Scenario) -> None:
    """A scrap saved 4 bn a year; now it costs what is given, and nobody offers one."""
    frame = played(game, Giver())
    assert not frame["offers.partner"].any()
    assert set(frame.status) == {"silent"}


def test_who_gives_all_the_same_pays_for_it_and_saves_nothing(game: Scenario) -> None:
    frame = played(game, Giver(anyway=True))
    presents = frame[frame.status == "deal"]
    assert len(presents) > 20
    assert not presents.lowers.any()
    for name in PARTNERS:
        assert (presents[presents.talk == name][f"payoff.{name}"] < 0).all()
