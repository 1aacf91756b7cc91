"""What a person at the table is told of threats that stand, and of shocks that may come."""

from typing import Any

import numpy as np
import pytest

from experiments.app.game.sight import SeenTalk, sight_of
from sim.protocol.shocks import Shock
from sim.protocol.threats import Threat, Unless
from sim.seats.strategy import SideMove
from sim.talks.model import TariffTalks
from tests.games import Scripted, game
from tests.sim.protocol.test_calendar import Aside
from tests.sim.protocol.test_shocks import struck

pytestmark = pytest.mark.fast


def seen(rounds: int, **settings: Any) -> list[tuple[SeenTalk, SeenTalk]]:
    """Give what the hub and the partner see before each round; the partner threatens in round 2."""
    threat = Threat(
        "card", "east", 0, 1.0, rounds=9, label="Treasuries", unless=Unless(4, ("cars",))
    )
    partner = Aside(Scripted(), ((2, SideMove(threat=0)),))
    base = struck(
        game(Scripted(), partner),
        Shock("sell-off", rounds=99),
        threats=(threat,),
        threat_cost=np.array([[0.75]]),
    )
    model, told = TariffTalks(base), []
    for _ in range(rounds):
        talk = model.talks[0]
        told.append((sight_of(model, talk, 0, True, None), sight_of(model, talk, 1, True, None)))
        model.step()
    return told


def test_a_threat_that_stands_is_news_to_both_until_it_falls_due() -> None:
    standing = (
        "east threatens: Treasuries, unless there is a deal by round 4 or cars is open. It falls "
        "due at the end of round 4."
    )
    news = [[standing in side.news for side in sides] for sides in seen(6)]
    assert news == [[False, False]] * 2 + [[True, True]] * 2 + [[False, False]] * 2


def test_the_threat_can_be_made_by_its_country_alone_and_not_twice() -> None:
    hub, east = zip(*seen(4), strict=True)
    assert all(not sight.threats for sight in hub)
    told = [list(sight.threats) for sight in east]
    assert (told[:2], told[3]) == ([["card"], ["card"]], []), "after round 2 no more"


def test_shocks_are_told_as_they_are_expected() -> None:
    assert [hub.shocks for hub, _ in seen(4)] == [0, 0, -4, -4], "feared as soon as it was made"
