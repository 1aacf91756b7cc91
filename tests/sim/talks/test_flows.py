"""Flows: the rates in force until a deal, then the deal's; day by day, with numbers by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config import override, parse, read_toml
from sim.payoffs.interim import Interim
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import Answer
from sim.talks import charges
from sim.talks.charges import Flows, flows
from sim.talks.model import negotiate
from sim.testing import SPACE, Scripted, tariff_game
from tests.examples import fewer
from tests.generators import scenarios

FILE = Path(__file__).parents[3] / "configs" / "scenarios" / "us_japan_korea_2025.toml"
START = date(2025, 5, 4)
CUT = SPACE.package(cars=0)
"""A year of it is worth −3 to the hub and 5 to the partner."""
OPEN: dict[str, Any] = {"scope": False, "review": (), "test": "by_admission"}


def dated(game: Scenario, *before: tuple[float, ...], since: tuple[date, ...] = (START,)) -> Any:
    """The same game in rounds of ten days, with what a year before a deal is worth.

    Args:
        game: the game; everything is open.
        before: for the hub and each partner, what a year before its own deal is worth, by step.
        since: days from which the steps hold.
    """
    talks, steps = len(game.talks), len(since)
    nothing = np.zeros((1, steps))
    worth = [np.array([said], dtype=float) for said in before]
    main = [(worth[0],) * talks]
    main += [tuple(worth[1 + i] if i == k else nothing for i in range(talks)) for k in range(talks)]
    payoffs = replace(
        game.payoffs, weights=(np.zeros((1, 0)),) * (1 + talks), family=np.zeros(1, int)
    )
    pairs = [(i, j) for i in range(talks) for j in range(talks) if i != j]
    size = 1 + SPACE.size
    empty = {pair: (np.zeros((1, 0, steps, size)),) * (1 + talks) for pair in pairs}
    both = {pair: (np.zeros((1, 0, steps)),) * (1 + talks) for pair in pairs if pair[0] < pair[1]}
    cross = {pair: (np.zeros((1, 0, size, size)),) * (1 + talks) for pair in both}
    payoffs = replace(payoffs, cross=cross)
    interim = Interim(payoffs, since, tuple(main), empty, both)
    calendar = replace(game.calendar, start=START, days=10)
    return replace(game, payoffs=payoffs, calendar=calendar, interim=interim)


def signs_in(round: int | None) -> dict[str, Any]:
    """A hub that asks for nothing and a partner that offers the cut, taken in a round."""
    answers = (Answer.REJECT,) * 20 if round is None else (Answer.REJECT,) * (round - 1)
    hub = Scripted((-1,), answers=(*answers, *(() if round is None else (Answer.ACCEPT,))))
    return {"hub": hub, "partner": Scripted((CUT,)), "first_mover": "partner"}


def alone(round: int | None, **changes: Any) -> Scenario:
    """One talk of six rounds, the cut signed in one of them."""
    return tariff_game(**{**OPEN, **signs_in(round), **changes})


def got(game: Scenario) -> list[float]:
    found = flows(game, negotiate(game).talks)
    assert found is not None
    return found[:, 0].tolist()


@pytest.mark.fast
def test_until_the_deal_the_pause_and_then_the_deal() -> None:
    """Signed in round 2, which ends after 20 of 60 days; the pause is worth −1 and 2 a year."""
    game = dated(alone(2), (-1,), (2,))
    assert got(game) == pytest.approx([(-1 * 20 - 3 * 40) / 365, (2 * 20 + 5 * 40) / 365])


@pytest.mark.fast
def test_without_a_deal_the_pause_lasts_to_the_deadline() -> None:
    game = dated(alone(None), (-1,), (2,))
    assert got(game) == pytest.approx([-60 / 365, 120 / 365])


@pytest.mark.fast
def test_who_signs_late_has_had_the_pause_for_longer() -> None:
    early, late = (got(dated(alone(n), (-1,), (8,))) for n in (1, 5))
    assert late[1] - early[1] == pytest.approx((8 - 5) * 40 / 365)


@pytest.mark.fast
def test_after_the_snap_back_no_deal_until_a_deal_in_overtime() -> None:
    """The deadline is after 60 days; the deal comes in round 8, and the horizon is 100 days."""
    game = dated(alone(8, reservation=(0.5, 1.0)), (-1,), (2,))
    game = replace(game, calendar=replace(game.calendar, mode="overtime", overtime=4))
    assert got(game) == pytest.approx(
        [(-1 * 60 + 0.5 * 20 - 3 * 20) / 365, (2 * 60 + 1 * 20 + 5 * 20) / 365]
    )


@pytest.mark.fast
def test_the_horizon_is_the_same_where_the_pause_was_not_extended() -> None:
    game = dated(alone(None, reservation=(0.5, 1.0)), (-1,), (2,))
    calendar = replace(game.calendar, mode="extension", extension=2, extensions=2)
    game = replace(game, calendar=calendar)
    assert got(game) == pytest.approx([(-60 + 0.5 * 40) / 365, (120 + 40) / 365])


@pytest.mark.fast
def test_rates_that_change_before_a_deal_change_the_flow_from_their_day_on() -> None:
    """From 15 May, day 11, the pause is worth −2 and 6; signed in round 2."""
    game = dated(alone(2), (-1, -2), (2, 6), since=(START, date(2025, 5, 15)))
    assert got(game) == pytest.approx(
        [(-1 * 11 - 2 * 9 - 3 * 40) / 365, (2 * 11 + 6 * 9 + 5 * 40) / 365]
    )


@pytest.mark.fast
def test_a_package_that_waits_for_its_vote_holds_the_snap_back() -> None:
    """Signed in round 6, approved after two rounds more: 20 days of pause beyond the deadline."""
    house = Ratifier("house", "east", np.full(1, -9.0), sd=0.0, delay=2)
    game = dated(alone(6), (-1,), (2,))
    game = replace(game, surroundings=Surroundings(ratifiers={"east": (house,)}))
    assert got(game) == pytest.approx([-80 / 365, 2 * 80 / 365])
    early = dated(alone(3), (-1,), (2,))
    early = replace(early, surroundings=game.surroundings)
    assert got(early) == pytest.approx([(-50 - 90) / 365, (2 * 50 + 5 * 30) / 365])


@pytest.mark.fast
def test_two_talks_add_what_they_do_together_day_by_day() -> None:
    """East signs in round 2, west in round 4, of six: 20 days, 20 days, 20 days.

    Both before a deal add 10 to the hub, east's deal and west before one 20, both deals 40.
    """
    players = {("hub", "east"): 2, ("hub", "west"): 4}
    game = tariff_game(talks=2, first_mover="partner", **OPEN)
    offers = Scripted((CUT,))
    seats: dict[Any, Any] = {("east", "east"): offers, ("west", "west"): offers}
    seats |= {seat: signs_in(n)["hub"] for seat, n in players.items()}
    game = dated(replace(game, strategies=seats), (-1,), (2,), (3,))
    size, cut = 1 + SPACE.size, 1 + CUT
    beside, both, cross = (
        np.zeros((1, 1, 1, size)),
        np.full((1, 1, 1), 10.0),
        np.zeros((1, 1, size, size)),
    )
    there = beside.copy()
    there[..., cut], cross[..., cut, cut] = 20.0, 40.0
    old = game.interim
    assert old is not None
    payoffs = replace(
        old.payoffs,
        weights=(np.ones((1, 1)), *old.payoffs.weights[1:]),
        cross={(0, 1): (cross, *old.payoffs.cross[0, 1][1:])},
    )
    interim = replace(
        old,
        payoffs=payoffs,
        beside={
            (0, 1): (beside, *old.beside[0, 1][1:]),
            (1, 0): (there, *old.beside[1, 0][1:]),
        },
        both={(0, 1): (both, *old.both[0, 1][1:])},
    )
    game = replace(game, payoffs=payoffs, interim=interim)
    hub = (-2 + 10) * 20 + (-3 - 1 + 20) * 20 + (-6 + 40) * 20
    assert got(game) == pytest.approx([hub / 365, (2 * 20 + 5 * 40) / 365, (3 * 40 + 5 * 20) / 365])


# --- over random scenarios ---------------------------------------------------------------------


def random_interim(game: Scenario, seed: int) -> Scenario:
    """The same scenario with dates and random values of the rates before a deal."""
    rng, payoffs, steps = np.random.default_rng(seed), game.payoffs, 2
    countries, talks = range(len(payoffs.countries)), range(len(payoffs.talks))
    if not payoffs.cross:
        one = np.ones((payoffs.draws, 1))
        pairs = [(i, j) for j in talks for i in range(j)]
        empty = {
            (i, j): (np.zeros((1, 1, 1 + payoffs.heads[i], 1 + payoffs.heads[j])),) * len(countries)
            for i, j in pairs
        }
        family = np.zeros(payoffs.draws, dtype=np.int64)
        payoffs = replace(payoffs, cross=empty, weights=(one,) * len(countries), family=family)
    beside, both = {}, {}
    for (i, j), tables in payoffs.cross.items():
        families, parts = tables[0].shape[:2]
        for a, b in ((i, j), (j, i)):
            beside[a, b] = tuple(
                rng.integers(-3, 4, (families, parts, steps, 1 + payoffs.heads[b]))
                for _ in countries
            )
        both[i, j] = tuple(rng.integers(-3, 4, (families, parts, steps)) for _ in countries)
    main = tuple(
        tuple(rng.integers(-3, 4, (payoffs.draws, steps)) for _ in talks) for _ in countries
    )
    made = Interim(payoffs, (START, date(2025, 5, 8)), main, beside, both)
    calendar = replace(game.calendar, start=START, days=3)
    return replace(game, payoffs=payoffs, calendar=calendar, interim=made)


@fewer(5)
@given(scenarios(), st.integers(0, 99))
def test_after_the_horizon_what_flows_is_the_payoff_but_for_what_moves_cost(
    scenario: Scenario, seed: int
) -> None:
    game = random_interim(scenario, seed)
    record = negotiate(game, 6, seed=7)
    assert game.interim is not None
    told = Flows(game, game.interim, record.talks)
    late = np.full(6, told.horizon)
    assert told.rate(late) == pytest.approx(charges.reached(game, record.talks))


@fewer(5)
@given(scenarios(), st.integers(0, 99))
def test_a_flow_is_the_sum_of_its_days(scenario: Scenario, seed: int) -> None:
    game = random_interim(scenario, seed)
    record = negotiate(game, 4, seed=7)
    assert game.interim is not None
    told = Flows(game, game.interim, record.talks)
    days = sum(told.rate(np.full(4, day)) for day in range(told.horizon))
    assert told.total() == pytest.approx(days / 365)


@pytest.mark.slow
@fewer(5)
@given(scenarios(), st.integers(0, 99), st.integers(0, 99))
def test_nobody_decides_by_what_flows(scenario: Scenario, seed: int, other: int) -> None:
    one, two = (
        negotiate(random_interim(scenario, s), 4, seed=7, turns=True) for s in (seed, other)
    )
    assert one.to_turns().equals(two.to_turns())
    frames = [record.to_frame() for record in (one, two)]
    kept = [frame.drop(columns=[c for c in frame if c.startswith("flow.")]) for frame in frames]
    assert len(kept[0].columns) == len(frames[0].columns) - len(scenario.countries)
    assert kept[0].equals(kept[1])


# --- the scenario that ships -------------------------------------------------------------------

FEW: dict[str, Any] = {"payoffs.draws": 3, "economy.elasticity_draws": 1}
FREE: dict[str, Any] = {"payoffs.weights.*.no_deal": 0, "payoffs.weights.usa.red_lines": {}}


def shipped(**changes: Any) -> Scenario:
    return Scenario.load(FILE, {**FEW, **{k.replace("__", "."): v for k, v in changes.items()}})


def test_todays_rates_are_worth_what_trade_makes_of_a_cut_to_them() -> None:
    """Suspended at 0 is today, and it is a level; without politics both are the same."""
    game = Scenario.load(FILE, {**FEW, **FREE})
    before, payoffs = game.interim, game.payoffs
    assert before is not None
    head = {
        i: 1 + r.space.package(suspended=0) // r.space.parts[1] for i, r in enumerate(game.talks)
    }
    for c in range(3):
        for i in range(2):
            assert before.main[c][i][:, 0] == pytest.approx(
                payoffs.main[c][i][:, head[i]], abs=1e-6
            )
        cross = payoffs.cross[0, 1][c]
        reach = np.abs(cross).max()
        assert before.both[0, 1][c][..., 0] == pytest.approx(
            cross[..., head[0], head[1]], abs=0.02 * reach
        )
        assert before.beside[0, 1][c][:, :, 0] == pytest.approx(
            cross[:, :, head[0]], abs=0.02 * reach
        )
        assert before.beside[1, 0][c][:, :, 0] == pytest.approx(
            cross[..., head[1]], abs=0.02 * reach
        )


def test_a_pause_at_the_rates_without_a_deal_is_worth_nothing() -> None:
    game = Scenario.load(
        FILE,
        {
            **FEW,
            "talks.japan.measures.suspended.today": 14,
            "talks.korea.measures.suspended.today": 15,
        },
    )
    assert game.interim is not None
    for tables in game.interim.main:
        assert np.abs(tables).max() < 1e-6


@pytest.mark.slow
def test_a_rate_of_today_that_is_no_level_changes_flows_and_nothing_else() -> None:
    plain = negotiate(Scenario.load(FILE, FEW), 12, seed=1).to_frame()
    seven = negotiate(
        Scenario.load(FILE, {**FEW, "talks.japan.measures.suspended.today": 7}), 12, seed=1
    ).to_frame()
    moved = [c for c in plain if not plain[c].equals(seven[c])]
    assert moved == ["flow.usa", "flow.japan", "flow.korea"]
    assert (seven["flow.japan"] < plain["flow.japan"]).all()


@pytest.mark.slow
def test_a_later_rate_without_a_deal_counts_from_the_day_on_which_it_is_in_force() -> None:
    path = {"announced": "2025-05-30", "in_force": "2025-06-04", "level": 50}
    told = parse(
        override(read_toml(FILE), {**FEW, "talks.*.measures.metals.path": {"doubled": path}}),
        FILE.parent,
    )
    game = Scenario.from_config(told)
    assert game.interim is not None
    assert game.interim.since == (START, date(2025, 6, 4))
    first, then = game.interim.main[1][0].mean(axis=0)
    assert first > then > 0


def test_without_dates_or_without_an_economy_there_is_no_flow() -> None:
    mapping = override(read_toml(FILE), FEW)
    mapping["calendar"] = {"rounds": 10}
    for name in ("ratification", "shocks", "threats"):
        mapping.pop(name, None)
    record = negotiate(Scenario.from_config(parse(mapping, FILE.parent)), 4)
    assert not [c for c in record.to_frame() if c.startswith("flow.")]
    assert flows(tariff_game(), negotiate(tariff_game()).talks) is None
