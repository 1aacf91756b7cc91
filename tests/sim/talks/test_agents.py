"""Countries and ratifiers as agents: they act when activated, in any order, and can be read."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.errors import ModelError
from sim.protocol.state import HUB
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import Answer
from sim.talks.agents import HOME, STATE, Country, RatifierAgent
from sim.talks.model import TariffTalks, negotiate
from sim.talks.record import Record
from tests.games import SPACE, Scripted, game
from tests.sim.talks.test_model import rich

pytestmark = pytest.mark.fast

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
SMALL = SPACE.package(cars=15, pledge=200)


def voted(*thresholds: float, delay: int = 0) -> Scenario:
    """Two talks in which the partner signs at once, and houses in both that have to agree."""
    hub, partner = Scripted((SMALL,), answers=(REJECT,)), Scripted(answers=(ACCEPT,))
    base = game(hub, partner, talks=2, scope=False, review=(), test="by_admission", rounds=4)
    homes = {
        talk: tuple(
            Ratifier(f"house_{k}", talk, np.array([threshold]), sd=0.0, delay=delay)
            for k, threshold in enumerate(thresholds)
        )
        for talk in ("east", "west")
    }
    return replace(base, surroundings=Surroundings(ratifiers=homes))


def agent(model: TariffTalks, name: str) -> Any:
    (found,) = model.agents.select(lambda agent: agent.name == name)
    return found


def told(record: Record) -> tuple[pd.DataFrame, pd.DataFrame]:
    return record.to_frame(), record.to_turns()


ORDERS: dict[str, Callable[[TariffTalks], Any]] = {
    "shuffled": lambda model: model.countries.shuffle(inplace=True),
    "by name, last first": lambda model: model.countries.sort("name", inplace=True),
    "ratifiers shuffled": lambda model: model.ratifiers.shuffle(inplace=True),
}


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("scenario", [rich(), voted(3.0, 4.0)], ids=["rich", "voted"])
def test_mesa_may_change_the_order_of_activation(scenario: Scenario, order: str) -> None:
    model = TariffTalks(scenario, 12, seed=3, turns=True)
    before = [country.name for country in model.countries]
    orders = set()
    while model.running:
        ORDERS[order](model)
        orders.add(tuple(country.name for country in model.countries))
        model.step()
    if "ratifiers" not in order:
        assert orders - {tuple(before)}, "the order has been changed"
    for one, other in zip(
        told(model.record()), told(negotiate(scenario, 12, seed=3, turns=True)), strict=True
    ):
        pd.testing.assert_frame_equal(one, other)


def test_a_model_of_one_s_own_may_say_the_order() -> None:
    class Shuffled(TariffTalks):
        def activate(self) -> None:
            self.countries.shuffle_do("step")
            self.countries.shuffle_do("advance")

    model = Shuffled(rich(), 12, seed=3)
    model.run_model()
    expected = negotiate(rich(), 12, seed=3).to_frame()
    pd.testing.assert_frame_equal(model.record().to_frame(), expected)


def one_after_the_other(model: TariffTalks) -> None:
    for country in model.countries:
        country.step()
        country.advance()


def half_of_them(model: TariffTalks) -> None:
    model.countries.select(at_most=2).do("step")
    model.countries.select(at_most=2).do("advance")


def twice(model: TariffTalks) -> None:
    model.countries.do("step").do("step")


def never_laid_down(model: TariffTalks) -> None:
    model.countries.do("step")


REFUSED = {
    one_after_the_other: "hub cannot lay its play down: east, west would see it before deciding",
    half_of_them: "hub cannot lay its play down: west would see it before deciding",
    twice: "hub has no turn now: in each half of a round every country is activated once",
    never_laid_down: "hub was not activated: in each half of a round",
}


@pytest.mark.parametrize("way", REFUSED)
def test_an_activation_that_would_change_results_is_refused(way: Any) -> None:
    class Wrong(TariffTalks):
        def activate(self) -> None:
            way(self)

    with pytest.raises(ModelError, match=REFUSED[way]):
        Wrong(rich()).step()


def test_agents_act_inside_a_round() -> None:
    model = TariffTalks(voted(0.0))
    with pytest.raises(ModelError, match=r"hub has no turn now.* play one with model.step\(\)"):
        model.agents.do("step")
    with pytest.raises(ModelError, match=r"east.house_0 has no vote now"):
        model.ratifiers.do("step")


def test_who_is_taken_out_of_mesa_s_set_is_missed() -> None:
    model = TariffTalks(voted(0.0))
    model.countries.discard(agent(model, "west"))
    with pytest.raises(ModelError, match="hub cannot lay its play down: west would see it"):
        model.step()
    model = TariffTalks(voted(0.0))
    model.ratifiers.discard(agent(model, "west.house_0"))
    with pytest.raises(ModelError, match=r"west.house_0 was not activated in round 1"):
        model.step()


def test_a_ratifier_votes_once_a_round() -> None:
    class Twice(TariffTalks):
        def _hold_votes(self) -> None:
            self.voting = True
            self.ratifiers.do("step").do("step")

    with pytest.raises(ModelError, match=r"east.house_0 has voted in round 1; it is activated"):
        Twice(voted(0.0)).step()


@pytest.mark.parametrize("name", ["hub", "west", "west.house_0"])
def test_who_is_seated_or_has_a_say_cannot_be_removed(name: str) -> None:
    model = TariffTalks(voted(0.0, delay=1))
    with pytest.raises(ModelError, match=f"{name} (sits at a table|has a say) and cannot be rem"):
        agent(model, name).remove()
    with pytest.raises(ModelError, match="cannot be removed before its talks are over"):
        model.remove_all_agents()
    assert len(model.agents) == 5
    model.run_model()
    agent(model, name).remove()
    assert len(model.agents) == 4, "its talks are over"


def test_a_country_can_be_read_round_by_round() -> None:
    hub = Scripted((-1, SMALL), (("cars",),), (REJECT,))
    partner = Scripted((-1,), (("cars", "metals"),), (REJECT, REJECT, ACCEPT))
    model = TariffTalks(game(hub, partner, talks=2, review=(), rounds=3))
    east, both = agent(model, "east"), agent(model, "hub")
    assert [getattr(east, word) for word in STATE] == [-1, -1, 0, 0.0, 0, 0]
    told = []
    while model.running:
        model.step()
        told.append([getattr(east, word) for word in STATE])
    assert told == [
        [-1, -1, 0, 0.0, 2, 0],
        [-1, SMALL, 0, 0.0, 1, 1],
        [-1, SMALL, 1, 2.0, 1, 1],
    ], "both measures requested; the hub opens one and offers; it is signed"
    assert both.offer.tolist() == [SMALL, SMALL], "one for each of its talks"


@pytest.mark.parametrize("worlds", [1, 7])
def test_what_is_read_is_what_lies_on_the_tables(worlds: int) -> None:
    model = TariffTalks(rich(), worlds, seed=3)
    seen = {word: set() for word in STATE}
    while model.running:
        model.step()
        for country in model.countries:
            states = [seat.state for seat in country.seats]
            sides = [seat.side for seat in country.seats]
            assert (HUB in sides) == (country.name == "hub")
            expected = {
                "offer": [s.standing[side] for s, side in zip(states, sides, strict=True)],
                "standing": [s.standing[1 - side] for s, side in zip(states, sides, strict=True)],
                "signed": sum((s.package >= 0).astype(int) for s in states),
                "payoff": model.record().payoffs[model.game.countries.index(country.name)],
                "requested": sum(np.bitwise_count(s.docket.requested).astype(int) for s in states),
                "admitted": sum(np.bitwise_count(s.docket.open).astype(int) for s in states),
            }
            for word, values in expected.items():
                value = getattr(country, word)
                np.testing.assert_array_equal(np.ravel(value), np.ravel(values))
                one_talk = len(states) == 1 or word not in ("offer", "standing")
                shape = () if one_talk else (2,)
                assert np.shape(value) == (shape if worlds == 1 else (*shape, worlds))
                assert not one_talk or worlds > 1 or isinstance(value, int | float)
                seen[word] |= set(np.ravel(value).tolist())
    assert all(len(values) > 1 for values in seen.values()), "everything moves"


def test_what_is_read_is_a_copy() -> None:
    model = TariffTalks(rich(), 7, seed=3)
    model.run_model()
    before = model.record()
    for country in model.countries:
        for word in STATE:
            getattr(country, word)[...] = 99
    np.testing.assert_array_equal(model.record().payoffs, before.payoffs)
    np.testing.assert_array_equal(model.payoffs, before.payoffs)
    assert (model.talks[0].state.standing != 99).all()


def test_a_ratifier_can_be_read() -> None:
    model = TariffTalks(voted(2.0, 3.0))
    assert [house.name for house in model.ratifiers] == [
        "east.house_0", "east.house_1", "west.house_0", "west.house_1",
    ]  # fmt: skip
    model.step()
    lower, upper = agent(model, "east.house_0"), agent(model, "east.house_1")
    assert [getattr(lower, word) for word in HOME] == [2.0, 1, 0]
    assert [getattr(upper, word) for word in HOME] == [3.0, 0, 1]
    model.step()
    assert model.ratifiers.get("rejected") == [0, 2, 0, 2], "a second veto ends the talk"
    assert not model.running


@pytest.mark.parametrize("ascending", [True, False])
def test_of_two_that_say_no_the_first_in_the_scenario_has_vetoed(ascending: bool) -> None:
    model = TariffTalks(voted(3.0, 4.0))
    model.ratifiers.sort("name", ascending=ascending, inplace=True)
    assert model.ratifiers.get("name")[0] == ("east.house_0" if ascending else "west.house_1")
    model.step()
    assert [talk.state.vetoed_by.tolist() for talk in model.talks] == [[0], [0]]


def test_what_is_read_within_a_round_is_of_that_round() -> None:
    told: list[tuple[list[float], list[float]]] = []

    class Reading(TariffTalks):
        def read(self) -> None:
            told.append((self.countries.get("payoff"), self.record().payoffs[:, 0].tolist()))

    model = Reading(rich(), seed=3)
    for round in range(1, 7):
        model.schedule_event(model.read, at=round)
    model.run_model()
    assert all(read == reached for read, reached in told)
    assert len({tuple(read) for read, _ in told}) > 1, "it moves"


def test_the_hub_s_ratifier_is_one_agent_with_a_vote_in_every_talk() -> None:
    scenario = voted(0.0)
    congress = Ratifier("congress", "hub", np.array([-100.0]), sd=0.0)
    around = replace(scenario.surroundings, ratifiers=dict.fromkeys(("east", "west"), (congress,)))
    model = TariffTalks(replace(scenario, surroundings=around), 3)
    model.run_model()
    (agent,) = model.ratifiers
    assert isinstance(agent, RatifierAgent)
    assert agent.approved.tolist() == [2, 2, 2]


def test_mesa_s_means_say_something() -> None:
    model = TariffTalks(rich(), seed=3)
    model.run_model()
    payoffs = model.record().payoffs[:, 0].tolist()
    assert model.agents.get("payoff") == payoffs
    assert model.agents.agg("payoff", max) == max(payoffs)
    signers = model.agents.select(lambda country: country.signed > 0).get("name")
    assert "hub" in signers
    groups = model.agents.groupby(lambda country: len(country.seats)).agg("signed", sum)
    assert groups[2] == groups[1], "what the partners have signed, the hub has signed"


def test_an_agent_of_one_s_own_changes_nothing() -> None:
    class Journalist(mesa.Agent):
        name = "journalist"

    model = TariffTalks(rich(), 12, seed=3)
    Journalist(model)
    model.run_model()
    expected = negotiate(rich(), 12, seed=3).to_frame()
    pd.testing.assert_frame_equal(model.record().to_frame(), expected)
    assert {type(agent) for agent in model.agents} == {Country, Journalist}
