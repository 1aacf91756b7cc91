"""The model on the Mesa that is installed: its calendar, its seeds, and what it is needed for."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import mesa
import numpy as np
import pytest

from sim.errors import ModelError
from sim.protocol.rules import Calendar
from sim.protocol.shocks import Shock
from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import SideMove
from sim.talks.mesas import SCHEDULES, Priority, TimedModel, seed_of
from sim.talks.model import TariffTalks
from tests.games import SPACE, Scripted, game
from tests.sim.protocol.test_calendar import Aside
from tests.sim.protocol.test_shocks import struck

pytestmark = pytest.mark.fast


class Diary(TariffTalks):
    """Keeps what is written into the calendar."""

    def __init__(self, *said: Any, **more: Any) -> None:
        self.written: list[tuple[float, str]] = []
        super().__init__(*said, **more)

    def schedule_event(self, function: Any, *, at: float, **more: Any) -> Any:
        if not function.__name__.startswith(("_execute", "_close", "_wrapped")):
            self.written.append((float(at), function.__name__))
        return super().schedule_event(function, at=at, **more)


def dated(**calendar: Any) -> Scenario:
    """Nobody signs; a shock on its day, elections, a ceiling, and a rate that becomes known."""
    house = Ratifier("house", "east", np.zeros(1), events=((3, np.ones(1)), (1, np.ones(1))),
                     announced=True)  # fmt: skip
    hub = Aside(Scripted(), ((3, SideMove(extend=3)),)) if calendar else Scripted()
    base = game(hub, Scripted(), rounds=4)
    storm, rain = Shock("storm", round=2, rounds=2), Shock("rain", hazard=0.5)
    base = struck(base, storm, rain, ratifiers={"east": (house,)}, announcements=(3,))
    ceiling = (2, np.zeros(SPACE.size, dtype=bool))
    talks = tuple(replace(rules, bars=(ceiling,)) for rules in base.talks)
    return replace(base, talks=talks, calendar=Calendar(4, **calendar))


def test_what_has_a_date_is_an_event_of_the_calendar() -> None:
    model = Diary(dated(), 20)
    assert sorted(model.written) == [
        (0.5, "elect"), (1.5, "_move_ceilings"), (1.5, "_strike"), (2.5, "_learn_rate"),
        (2.5, "elect"), (4, "_snap_back"),
    ]  # fmt: skip
    told = []
    while model.running:
        model.step()
        state = model.talks[0].state
        told.append((model.time, model.weather.bits[0] & 1, state.phase, model._known))
    assert told == [(1, 0, 0, 0), (2, 1, 1, 0), (3, 1, 1, 1), (4, 0, 1, 1)]
    assert (state.ended_in == 4).all()
    assert {int(bits) >> 1 for bits in model.weather.bits} == {0, 1}, "a hazard needs no date"


@pytest.mark.parametrize("announced", [True, False])
def test_an_election_lets_both_sides_judge_anew_where_the_bar_is_known(announced: bool) -> None:
    scenario = dated()
    (house,) = scenario.surroundings.ratifiers["east"]
    around = replace(scenario.surroundings,
                     ratifiers={"east": (replace(house, announced=announced),)})  # fmt: skip
    model, told = TariffTalks(replace(scenario, surroundings=around)), []
    model.talks[0].judge_anew = lambda: told.append(model.time)
    bars = []
    while model.running:
        model.step()
        bars += model.ratifiers.get("bar")
    assert bars == [1.0, 1.0, 2.0, 2.0]
    assert told == ([0.5, 2.5] if announced else [])


def test_an_extension_writes_a_later_deadline_into_the_calendar() -> None:
    calendar: dict[str, Any] = {"mode": "extension", "extension": 3, "extensions": 1}
    model = Diary(dated(**calendar))
    for _ in range(2):
        model.step()
    assert [at for at, what in model.written if what == "_snap_back"] == [4]
    model.step()
    assert [at for at, what in model.written if what == "_snap_back"] == [4, 7]
    model.run_model()
    assert (model.round, model.talks[0].state.ended_in.tolist()) == (7, [7])


def test_overtime_ends_in_an_event_of_its_own() -> None:
    model = Diary(dated(mode="overtime", overtime=2))
    assert [at for at, what in sorted(model.written) if what == "_snap_back"] == [4, 6]


def test_an_event_of_one_s_own_comes_when_it_is_due() -> None:
    told: list[float] = []

    class Noted(TariffTalks):
        def note(self) -> None:
            told.append(self.time)

    model = Noted(dated())
    for at in (2.25, 1, 3):
        model.schedule_event(model.note, at=at)
    model.run_model()
    assert told == [1, 2.25, 3]


def test_time_moves_on_by_one_and_what_is_due_comes_in_order() -> None:
    told: list[str] = []

    class Timed(TimedModel):
        def step(self) -> None:
            told.append(f"step {self.time:g}")

        def dawn(self) -> None:
            told.append(f"dawn {self.time:g}")

        def noon(self) -> None:
            told.append(f"noon {self.time:g}")

        def dusk(self) -> None:
            told.append(f"dusk {self.time:g}")

    model = Timed(rng=1)
    model.schedule_event(model.dusk, at=1, priority=Priority.LOW)
    model.schedule_event(model.noon, at=1)
    model.schedule_event(model.dawn, at=0.5)
    model.schedule_event(model.dawn, at=1.5)
    model.step()
    assert told == ["dawn 0.5", "step 1", "noon 1", "dusk 1"]
    assert model.time == 1
    model.step()
    assert told[4:] == ["dawn 1.5", "step 2"]
    assert hasattr(mesa.Model, "schedule_event") == SCHEDULES


@pytest.mark.parametrize("said", [7, np.int64(7), np.random.default_rng, [1, 2], (3,)])
def test_a_seed_is_what_mesa_passes(said: Any) -> None:
    first, second = (seed_of(0, said(4) if callable(said) else said) for _ in range(2))
    assert first == second
    assert isinstance(first, int)
    assert first == 7 or first > 1000


def test_no_seed_is_a_new_one() -> None:
    assert seed_of(None, None) != seed_of(None, None)
    assert seed_of(0, None) == 0
    assert seed_of(None, 5) == 5


SENTENCES = {
    (3, 4): "seed = 3 and rng = 4: one of them decides; pass rng alone",
    ("soon", None): "seed = 'soon': no luck can be drawn from that; pass a whole number from 0 on",
    (-1, None): "seed = -1: no luck can be drawn from that",
    (0, 0.5): "seed = 0.5: no luck can be drawn from that",
}


@pytest.mark.parametrize(("seed", "rng"), SENTENCES)
def test_what_is_no_seed_is_a_sentence(seed: Any, rng: Any) -> None:
    with pytest.raises(ModelError) as caught:
        seed_of(seed, rng)
    assert SENTENCES[seed, rng] in str(caught.value)


STAND_IN = """
class Model:
    def __init__(self, rng=None):
        self.agents, self.running = [], True
    def remove_all_agents(self): self.agents.clear()
class Agent:
    def __init__(self, model):
        self.model, _ = model, model.agents.append(self)
"""
"""Seven lines that once took Mesa's place without anybody noticing."""

PLAYED = """
from tests.games import Scripted, game
from sim.talks.model import negotiate
print(len(negotiate(game(Scripted(), Scripted())).to_frame()))
"""

IN_ITS_PLACE = f"""
import sys, types
mesa = types.ModuleType("mesa")
exec({STAND_IN!r}, vars(mesa))
sys.modules["mesa"] = mesa
"""


@pytest.mark.slow
def test_a_stand_in_for_mesa_cannot_play() -> None:
    assert len(STAND_IN.strip().splitlines()) == 7
    real, stand_in = (
        subprocess.run([sys.executable, "-c", code + PLAYED], capture_output=True, text=True)
        for code in ("", IN_ITS_PLACE)
    )
    assert real.stdout == "1\n", real.stderr
    assert stand_in.returncode == 1
    assert (
        "AttributeError: 'TariffTalks' object has no attribute 'agents_by_type'" in stand_in.stderr
    )
