"""Threatener: it plays its card once its time has come."""

from typing import Any

import numpy as np
import pytest

from sim.protocol.shocks import Shock
from sim.protocol.threats import Threat
from sim.scenario.scenario import Scenario
from sim.strategies import Threatener
from tests.games import Scripted, game
from tests.sim.protocol.test_shocks import struck
from tests.sim.strategies.transcripts import log

pytestmark = pytest.mark.fast

CARD = Threat("card", "east", shock=0, hazard=1.0, most=2)
OTHER = Threat("other", "east", shock=0, hazard=1.0)


def made(player: Any, *threats: Threat, rounds: int = 5) -> list[tuple[int, str]]:
    """Give the rounds in which a threat was made, and which."""
    base: Scenario = game(Scripted(), player, rounds=rounds)
    cost = np.zeros((len(threats), 1))
    turns = log(struck(base, Shock("sell-off"), threats=threats, threat_cost=cost))
    return [(int(n), t) for n, t in zip(turns["round"], turns["threat"], strict=True) if t]


def test_it_threatens_as_often_as_it_may() -> None:
    assert made(Threatener(Scripted(), at=0.5), CARD) == [(3, "card"), (4, "card")]


def test_it_takes_the_first_threat_or_the_one_that_it_is_told() -> None:
    assert made(Threatener(Scripted(), at=1.0), OTHER, CARD) == [(5, "other")]
    assert made(Threatener(Scripted(), "card", at=1.0), OTHER, CARD) == [(5, "card")]


def test_without_a_card_it_plays_as_inside() -> None:
    assert made(Threatener(Scripted(), at=0.0)) == []
    hub = Threat("card", "hub", shock=0, hazard=1.0)
    assert made(Threatener(Scripted(), "card", at=0.0), hub) == []
