"""Tariffs then and now, and what a package does to trade."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.app import called
from experiments.app.shown.rates import Tariffs
from experiments.app.shown.trade import Trade, assumed
from experiments.design.plan import Plan
from experiments.tariffs.asked import tariff_package
from sim import Scenario
from sim.config import override, parse
from sim.economy.rates.states import EndStates
from sim.economy.rates.tariffs import TariffWorld
from sim.scenario.economy import economy_spec
from tests.experiments.app.conftest import REAL


@pytest.mark.fast
def test_without_an_economy_measures_are_shown(game: Scenario, plan: Plan) -> None:
    config = parse(plan.scenario, plan.directory)
    tariffs = Tariffs(game, config, game.talks[0])
    package = game.talks[0].space.package(cars=15, pledge=200)
    lines = {line.name: line for line in tariffs.lines([package, -1])}
    assert tariffs.heads(12) == ["on 1 March 2025", "no deal"]
    assert lines["cars"].cells == ("25", "25", "15", "–")
    assert lines["cars"].moved == (False, False, True, False)
    assert lines["pledge (USD bn, face value)"].cells == ("0", "0", "200", "–")


def test_total_rates_of_the_talks_of_2025(real: Scenario, real_plan: Plan) -> None:
    rules = real.talks[0]
    config = parse(override(real_plan.scenario, {}), real_plan.directory)
    tariffs = Tariffs(real, config, rules)
    lines = {line.name: line for line in tariffs.lines([rules.space.package(cars=15, suspended=5)])}
    assert tariffs.heads(33) == ["on 4 May 2025", "no deal, after 9 July 2025"]
    assert lines["Cars and light trucks, %"].cells == ("27.5", "27.5", "17.5")
    before, without, package = (float(cell) for cell in lines["Other goods, %"].cells)
    assert (without - before, without - package) == (14, 9), "the suspended part snaps back"
    assert lines["Steel, %"].moved == (False, False, False)


def test_trade_is_what_the_trade_model_says(real: Scenario, real_plan: Plan) -> None:
    rules = real.talks[0]
    config = parse(override(real_plan.scenario, {}), real_plan.directory)
    trade = Trade.of(config, 1)
    assert trade is not None
    package = rules.space.package(cars=0)
    sales = {name: (a, b) for name, a, b in trade.sales(real, 0, package, [-1, -1])}
    asked = tariff_package(REAL, {"japan.cars": 0}, samples=2)
    flows = trade.model.equilibria(asked.tariffs).flows
    base = asked.spec.base
    japan, usa, cars = base.region("JPN"), base.region("USA"), base.sector("cars")
    assert sales["Cars and light trucks"] == pytest.approx(tuple(flows[:, japan, usa, cars]))
    assert sales["all goods and services"][1] == pytest.approx(flows[1, japan, usa].sum())
    assert sales["Cars and light trucks"][1] > sales["Cars and light trucks"][0]


@pytest.mark.parametrize("clause", [False, True])
def test_trade_counts_what_other_talks_have_signed(
    real: Scenario, real_plan: Plan, clause: bool
) -> None:
    """As in the tables; with a clause, Korea's lower rates are Japan's too once both sign."""
    config = parse(override(real_plan.scenario, {}), real_plan.directory)
    trade = Trade.of(config, 1)
    assert trade is not None
    game = replace(real, talks=tuple(replace(rules, clause=clause) for rules in real.talks))
    japan, korea = game.talks
    ends = (japan.space.package(cars=15), korea.space.package(cars=0))
    sales = {name: (a, b) for name, a, b in trade.sales(game, 0, ends[0], [-1, ends[1]])}
    cut, rival = (p // r.space.parts[1] for r, p in zip(game.talks, ends, strict=True))
    states = EndStates(
        np.array([[0, cut], [rival, rival]]),
        np.array([[False, True], [True, True]]),
        np.ones((2, len(trade.base.sectors)), dtype=bool),
    )
    world = TariffWorld(trade.base, economy_spec(config, 1), game.talks, trade.books)
    flows = trade.model.equilibria(world.at_the_end(states)).flows
    base = trade.base
    here, usa, cars = base.region("JPN"), base.region("USA"), base.sector("cars")
    assert sales["Cars and light trucks"] == pytest.approx(tuple(flows[:, here, usa, cars]))
    assert sales["all goods and services"] == pytest.approx(tuple(flows[:, here, usa].sum(axis=1)))
    alone = {name: b for name, _, b in trade.sales(game, 0, ends[0], [-1, -1])}
    lower = sales["Cars and light trucks"][1] < alone["Cars and light trucks"]
    assert lower != clause, "Korea's cars are cheaper, and with a clause Japan's as well"


@pytest.mark.fast
def test_what_the_trade_table_assumes_is_said(game: Scenario) -> None:
    east, west = game.talks
    three = replace(game, talks=(east, west, replace(west, name="north", partner="north")))
    for talks, signed, told in (
        (game, [-1, -1], "without a deal in the other talk"),
        (game, [-1, 0], "with what is signed in Hub – West"),
        (three, [-1, -1, -1], "without a deal in any other talk"),
        (three, [3, -1, 0], "with what is signed in Hub – north, and no deal in any other talk"),
        (three, [-1, 2, 2], "with what is signed in Hub – West and Hub – north"),
        (replace(game, talks=(east,)), [-1], ""),
    ):
        assert assumed(talks, 0, signed) == told


@pytest.mark.fast
def test_no_trade_where_payoffs_are_given(plan: Plan) -> None:
    assert Trade.of(parse(plan.scenario, plan.directory), 1) is None


@pytest.mark.fast
def test_words_for_packages_and_numbers(game: Scenario) -> None:
    rules = game.talks[0]
    package = rules.space.package(cars=15, pledge=400, access=1)
    assert called.package(rules, package) == "cars 25 → 15; pledge 400 bn; access 1 step"
    assert called.package(rules, -1) == "nothing yet"
    assert called.package(rules, 0) == "no change"
    assert called.signed(-1.234) == "−1.23"
    assert called.signed(0.001) == "0.00"
    assert called.worth(game, 2) == "+2.00 payoff points"
    assert called.listed(rules, ["cars", "metals"]) == "every measure"
    assert np.isclose(rules.space.decode(package)["cars"], 15)
