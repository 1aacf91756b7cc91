"""Shocks to the value of no deal, and threats that make them likelier."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ConfigError, StrategyError
from sim.payoffs.tables import Payoffs
from sim.protocol.shocks import Shock, ShocksInForce
from sim.protocol.threats import Threat
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, SideMove
from sim.talks.model import TariffTalks, negotiate
from sim.testing.games import HUB_WORTH, additive
from tests.examples import fewer
from tests.games import SPACE, Scripted, game
from tests.generators import scenarios
from tests.plays import played
from tests.sim.protocol.test_calendar import Aside

pytestmark = pytest.mark.fast

ACCEPT, REJECT = Answer.ACCEPT, Answer.REJECT
CARS = SPACE.package(cars=15, pledge=200)
"""Worth 2 to the hub and 2 to the partner."""

HIT = {"hub": -4.0, "east": 0.0, "west": 0.0}


def struck(
    base: Scenario, *shocks: Shock, effects: dict[str, float] = HIT, **around: Any
) -> Scenario:
    """A scenario in which shocks can strike, all with the same effects."""
    column = [np.full((len(shocks), 1), effects[c]) for c in base.countries]
    payoffs = replace(base.payoffs, shocks=tuple(column))
    return replace(base, payoffs=payoffs, surroundings=Surroundings(shocks=shocks, **around))


def bits(weather: ShocksInForce, rounds: int) -> list[list[int]]:
    told = []
    for number in range(1, rounds + 1):
        weather.strike(number)
        weather.begin(number)
        told.append(weather.bits.tolist())
    return told


def test_a_dated_shock_is_in_force_for_its_rounds() -> None:
    weather = ShocksInForce((Shock("sell-off", round=2, rounds=3),), (), 0.0, 1, seed=0, first=0)
    assert bits(weather, 6) == [[0], [1], [1], [1], [0], [0]]


def test_shocks_are_bits() -> None:
    two = (Shock("a", round=1, rounds=2), Shock("b", round=2, rounds=2))
    assert bits(ShocksInForce(two, (), 0.0, 1, seed=0, first=0), 4) == [[1], [3], [2], [0]]


def test_a_hazard_strikes_as_often_as_it_says() -> None:
    weather = ShocksInForce((Shock("a", hazard=0.1),), (), 0.0, 2000, seed=3, first=0)
    assert np.mean(bits(weather, 10)) == pytest.approx(0.1, abs=0.01)


def test_a_shock_that_strikes_again_begins_anew() -> None:
    weather = ShocksInForce((Shock("a", hazard=0.3, rounds=3),), (), 0.0, 500, seed=3, first=0)
    told = np.array(bits(weather, 12))
    runs = [len(run) for world in told.T for run in "".join(map(str, world)).split("0") if run]
    assert min(runs[:-1]) >= 1
    assert max(runs) > 3


def test_a_common_factor_makes_shocks_come_together() -> None:
    def together(common: float) -> float:
        shocks = (Shock("a", hazard=0.2), Shock("b", hazard=0.2))
        told = np.array(bits(ShocksInForce(shocks, (), common, 4000, seed=1, first=0), 3))
        assert (told & 1).mean() == pytest.approx(0.2, abs=0.02), "each as often as before"
        return float((told == 3).mean())

    assert together(0.0) == pytest.approx(0.04, abs=0.01)
    assert together(0.8) > 0.1
    assert together(1.0) == pytest.approx(0.2, abs=0.02)


def test_the_weather_of_a_world_does_not_depend_on_the_batch() -> None:
    shocks = (Shock("a", hazard=0.3), Shock("b", hazard=0.3))
    whole = bits(ShocksInForce(shocks, (), 0.5, 6, seed=1, first=0), 5)
    part = bits(ShocksInForce(shocks, (), 0.5, 2, seed=1, first=3), 5)
    assert [row[3:5] for row in whole] == part


def test_a_shock_moves_the_reservation_value_and_the_answer() -> None:
    poor = SPACE.package(cars=0, metals=0)
    hub, partner = Scripted(), Scripted((poor,), answers=(REJECT,))
    calm = game(hub, partner, scope=False, review=(), test="by_admission")
    assert negotiate(calm).to_frame()["status"][0] == "silent", "worth -7 to the hub"
    feared = HIT | {"hub": -8.0}
    lasting = Shock("sell-off", round=3, rounds=calm.calendar.rounds)
    row = negotiate(struck(calm, lasting, effects=feared)).to_frame().iloc[0]
    assert (row["status"], row["round"]) == ("deal", 2), "its day is known, and it lasts"
    short = negotiate(struck(calm, Shock("sell-off", round=3, rounds=2), effects=feared))
    assert short.to_frame()["status"][0] == "silent", "over by the deadline: no reason to sign"


def test_without_a_deal_the_payoff_holds_the_shocks_in_force_at_the_end() -> None:
    base = game(Scripted(), Scripted(), talks=2, rounds=4)
    during = negotiate(struck(base, Shock("a", round=2, rounds=2))).to_frame()
    assert during["payoff.hub"].tolist() == [0, 0]
    lasting = negotiate(struck(base, Shock("a", round=2, rounds=3))).to_frame()
    assert lasting["payoff.hub"].tolist() == [-8, -8], "once in each of its talks without a deal"
    assert lasting["shocks"].tolist() == ["a", "a"]


def test_a_talk_keeps_the_weather_in_which_it_ended() -> None:
    walks = Scripted(answers=(Answer.WALK,))
    base = game(Scripted((SPACE.package(pledge=200),), answers=(REJECT,)), walks, talks=2, rounds=4)
    patient = {**base.strategies, ("west", "west"): Scripted(answers=(REJECT,))}
    frame = negotiate(struck(replace(base, strategies=patient), Shock("a", round=1, rounds=2)))
    told = frame.to_frame()[["status", "shocks", "payoff.hub"]].to_numpy().tolist()
    assert told == [["walked", "a", -4.0], ["silent", "", -4.0]]


CARD = Threat("card", "east", shock=0, hazard=1.0, rounds=2, most=1)


def test_a_threat_raises_the_hazard_from_the_next_round_on() -> None:
    weather = ShocksInForce((Shock("a"),), (CARD,), 0.0, 2, seed=0, first=0)
    told = []
    for number in range(1, 6):
        weather.strike(number)
        weather.begin(number)
        told.append(weather.bits.tolist())
        if number == 2:
            weather.threats.make([(0, np.array([1]), np.array([0]))], number)
    assert told == [[0, 0], [0, 0], [0, 1], [0, 1], [0, 0]]


def test_who_threatens_pays_each_time() -> None:
    moves = Aside(Scripted(), ((2, SideMove(threat=0)),))
    base = game(Scripted(), moves, rounds=4)
    cost = np.array([[0.75]])
    row = negotiate(struck(base, Shock("a"), threats=(CARD,), threat_cost=cost)).to_frame().iloc[0]
    assert (row["threats.card"], row["payoff.east"]) == (1, -0.75)
    assert (row["shocks"], row["payoff.hub"]) == ("a", -4)
    assert (row["cost.east"], row["cost.hub"]) == (0.75, 0.0), "a shock is no cost of a move"


def test_a_threat_that_is_not_allowed_is_named() -> None:
    twice = Aside(Scripted(), ((2, SideMove(threat=0)), (3, SideMove(threat=0))))
    base = game(Scripted(), twice, rounds=4)
    with pytest.raises(
        StrategyError, match="round 3, world 0: side_move makes the threat 0; this "
    ):
        negotiate(struck(base, Shock("a"), threats=(CARD,)))
    other = game(Aside(Scripted(), ((2, SideMove(threat=0)),)), Scripted())
    with pytest.raises(StrategyError, match="this country can make none"):
        negotiate(struck(other, Shock("a"), threats=(CARD,)))


@dataclass(frozen=True)
class Watcher(Scripted):
    """Writes down what it expects of the shocks."""

    seen: Any = None

    def propose(self, view: Any) -> Any:
        self.seen.append((view.round, view.shocks.tolist(), view.reservation.tolist()))
        return super().propose(view)


def watched(*shocks: Shock, rounds: int = 3) -> list[tuple[int, float, float]]:
    """Give by round what the hub sees of shocks that are worth -4, and its reservation utility."""
    seen: list[Any] = []
    base = game(Watcher(seen=seen), Scripted(), rounds=rounds, hub_worth={"pledge": (0, 4, 8)})
    TariffTalks(struck(base, *shocks)).run_model()
    return [(n, shocks[0], reservation[0]) for n, shocks, reservation in seen]


def test_a_view_shows_shocks_as_they_are_expected_at_the_deadline() -> None:
    assert watched(Shock("a", round=2, rounds=2)) == [(1, -4, -0.5), (2, -4, -0.5), (3, -4, -0.5)]
    assert watched(Shock("a", round=2, rounds=1)) == [(1, 0, 0), (2, 0, 0), (3, 0, 0)]
    assert watched(Shock("a", hazard=0.25, rounds=2), rounds=4)[:2] == [
        (1, -4 * (1 - 0.75**2), -0.5 * (1 - 0.75**2)),
        (2, -4 * (1 - 0.75**2), -0.5 * (1 - 0.75**2)),
    ], "it may strike in the last two rounds; what strikes before is over by then"


def test_what_is_expected_is_what_comes_on_average() -> None:
    """At every round the mean chance is the share of worlds in which it is in force at the end."""
    shocks = (Shock("a", hazard=0.1, rounds=3), Shock("b", hazard=0.02, rounds=9), Shock("c"))
    card = Threat("card", "east", shock=2, hazard=0.3, rounds=4)
    worlds, end = 4000, np.full(4000, 8)
    weather, expected = ShocksInForce(shocks, (card,), 0.5, worlds, seed=5, first=0), []
    for number in range(1, 9):
        weather.strike(number)
        weather.begin(number)
        if number == 4:
            weather.threats.make([(0, np.arange(worlds), np.zeros(worlds, dtype=np.int64))], number)
        weather.look_ahead(end)
        expected.append(weather.chances.mean(axis=0))
    in_force = np.array([(weather.bits >> s & 1).mean() for s in range(3)])
    np.testing.assert_array_equal(expected[-1], in_force)
    np.testing.assert_allclose(np.array(expected)[3:], [in_force] * 5, atol=0.02)
    np.testing.assert_allclose(np.array(expected)[:3, :2], [in_force[:2]] * 3, atol=0.02)
    assert expected[2][2] == 0, "nobody expects a threat that was not made"


@pytest.mark.slow
@fewer(6)
@given(scenarios(around=True), st.integers(1, 9), st.integers(1, 4), st.integers(0, 99))
def test_a_shock_that_is_surely_over_by_the_deadline_changes_no_choice(
    scenario: Scenario, first: int, rounds: int, luck: int
) -> None:
    last = scenario.calendar.rounds - 1
    first = min(first, last)
    passing = Shock("passing", round=first, rounds=min(rounds, last + 1 - first))
    with_it, effects = scenario, np.random.default_rng(luck).integers(-6, 7, scenario.payoffs.draws)
    around, old = scenario.surroundings, scenario.payoffs.shocks
    added = tuple(
        np.concatenate([old[c] if old else np.zeros((0, len(effects))), [0.5 * effects]])
        for c in range(len(scenario.countries))
    )
    with_it = replace(
        scenario,
        payoffs=replace(scenario.payoffs, shocks=added),
        surroundings=replace(around, shocks=(*around.shocks, passing)),
    )
    calm, struck = played(scenario), played(with_it)
    told = calm.turns.columns.drop(["shocks", "own_utility", "other_utility"])
    pd.testing.assert_frame_equal(calm.turns[told], struck.turns[told])
    ends = ["world", "talk", "status", "round", "package", "offers.hub", "offers.partner"]
    pd.testing.assert_frame_equal(calm.frame[ends], struck.frame[ends])


def test_every_country_in_every_talk_with_too_many_others_is_a_sentence() -> None:
    base = game(Scripted(), Scripted()).payoffs
    names = tuple(f"t{n}" for n in range(24))
    many = {
        "countries": ("hub", *names),
        "talks": names,
        "heads": base.heads * 24,
        "tails": base.tails * 24,
        "main": tuple(row * 24 for row in (base.main[0], *[base.main[1]] * 24)),
        "tail": tuple(row * 24 for row in (base.tail[0], *[base.tail[1]] * 24)),
    }
    with pytest.raises(ConfigError, match=r"talks: what can be outside of t0 .* than 58 bits tell"):
        Payoffs(**many)


@given(st.data())
def test_forecasts_and_outlooks_can_be_read_back(data: st.DataObject) -> None:
    """Whatever the number of talks, levels and shocks: what was written is what is read."""
    talks, shocks = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 8))
    heads = tuple(data.draw(st.integers(1, 60)) for _ in range(talks))
    payoffs = Payoffs(
        ("hub", *map(str, range(talks))),
        tuple(map(str, range(talks))),
        heads,
        (1,) * talks,
        tuple(tuple(np.zeros((1, 1 + h)) for h in heads) for _ in range(talks + 1)),
        tuple(tuple(np.zeros((1, 1)) for _ in heads) for _ in range(talks + 1)),
        shocks=tuple(np.ones((shocks, 1)) for _ in range(talks + 1)),
    )
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    chances = rng.integers(0, 3, (20, shocks)) / 2
    states = [rng.integers(0, 1 + h, 20) for h in heads]
    forecast = payoffs.forecast(0, chances)
    code = payoffs.encode(0, states, 0, forecast)
    others, step, told = payoffs.decode(0, code)
    np.testing.assert_array_equal(payoffs.forecasts.chances(told), chances)
    assert all((others[j] == states[j]).all() for j in others)
    assert set(others) == set(range(1, talks))
    assert (step == 0).all()
    np.testing.assert_array_equal(payoffs.calm(code), payoffs.encode(0, states))


def test_an_outside_option_counts_unless_the_talk_breaks_down() -> None:
    def ends(**rules: Any) -> tuple[str, float, float]:
        base = game(Scripted(), Scripted(), rounds=3, **rules)
        option = ((np.array([1.5]),), (np.array([0.0]),))
        frame = negotiate(replace(base, payoffs=replace(base.payoffs, outside=option))).to_frame()
        row = frame.iloc[0]
        return row["status"], row["payoff.hub"], row["utility.hub"] - row["reservation.hub"]

    assert ends() == ("silent", 1.5, 0.0)
    status, payoff, utility = ends(breakdown=0.999999)
    assert (status, payoff) == ("broken_down", 0.0)
    worth = additive(SPACE, HUB_WORTH)
    assert utility == pytest.approx(-1.5 / (worth.max() - worth.min())), "what it has lost"


def test_a_breakdown_hazard_ends_talks_as_often_as_it_says() -> None:
    base = game(Scripted(), Scripted(), rounds=6, breakdown=0.2)
    frame = negotiate(base, worlds=4000).to_frame()
    assert (frame["status"] == "silent").mean() == pytest.approx(0.8**5, abs=0.02)
    assert set(frame["status"]) == {"silent", "broken_down"}
