"""What tariffs do, with the options of the economy, and what the shipped economy turns on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.config import override, parse, read_toml
from sim.economy.data.spec import Plants
from sim.economy.equilibrium.effects import PRICES, REVENUE, WELFARE, TradeModel, component_names
from sim.economy.equilibrium.solve import solve
from sim.economy.rates.tariffs import TariffWorld, book
from sim.errors import ConfigError
from sim.scenario.economy import economy_spec
from sim.scenario.scenario import talks_of
from tests.sim.economy import small

pytestmark = pytest.mark.fast

FILE = Path(__file__).parents[4] / "configs" / "scenarios" / "us_japan_korea_2025.toml"
BASE = small.base_year()
SIGMA = np.array([4.0, 5.0, 3.0])
PLANTS = Plants("HUB", "EAST", ("cars",), share=0.4, credited=0.5)


def two_states(talks, spec):
    """Give the tariffs of no deal and of free cars from the east."""
    world = TariffWorld(BASE, spec, talks, [book(rules, spec, BASE) for rules in talks])
    free = talks[0].space.package(cars=0) // talks[0].space.parts[1]
    return world.vectors([np.array([0, free]), np.zeros(2, int)])


def change(**settings):
    """Give what free cars from the east do, (regions, components)."""
    spec = small.spec(**settings)
    found = TradeModel(BASE, spec, SIGMA).effects(two_states(small.talks(), spec))
    return found.values[1] - found.values[0]


def test_the_components_have_names():
    assert component_names(("cars", "steel")) == (
        "welfare", "profits of cars", "profits of steel", "revenue", "prices",
    )  # fmt: skip


def test_components_are_what_they_say():
    spec = small.spec()
    tariffs = two_states(small.talks(), spec)
    model, got = TradeModel(BASE, spec, SIGMA), solve(BASE.flows, BASE.tariffs, tariffs, SIGMA)
    values = model.effects(tariffs).values
    spent = ((1 + BASE.tariffs) * BASE.flows).sum(axis=(0, 2))
    price = got.consumer_price[..., None]
    assert values[..., WELFARE] == pytest.approx((got.welfare - 1) * spent)
    assert values[..., 1:REVENUE] == pytest.approx(got.flows.sum(axis=2) / SIGMA / price)
    assert values[..., REVENUE] == pytest.approx(
        (tariffs * got.flows).sum(axis=(1, 3)) / price[..., 0]
    )
    assert values[..., PRICES] == pytest.approx(100 * (got.consumer_price - 1))


def test_plants_abroad_move_profits_and_welfare_to_the_parent():
    plain, credited = change(), change(plants=(PLANTS,))
    hub, east = 0, 1
    cars = 1
    assert plain[hub, cars] < 0 < plain[east, cars]
    assert credited[hub, cars] == pytest.approx(0.8 * plain[hub, cars], rel=0.05)
    assert credited[east, cars] < plain[east, cars]
    assert credited[east, WELFARE] < plain[east, WELFARE]
    assert credited[hub, WELFARE] > plain[hub, WELFARE]
    assert np.array_equal(change(plants=(replace(PLANTS, credited=0.0),)), plain)


def test_part_of_a_cut_stays_with_the_sellers_in_the_short_run():
    plain, short = change(), change(pass_through={"cars": 0.5})
    assert abs(short[0, PRICES]) < abs(plain[0, PRICES])
    assert short[1, 1] > 0
    assert np.array_equal(change(pass_through={"cars": 1.0}), plain)


def test_purged_imbalances_start_from_balanced_trade():
    spec = small.spec(imbalance="purged")
    model = TradeModel(BASE, spec, SIGMA)
    still = model.equilibria(BASE.tariffs[None])
    assert still.welfare == pytest.approx(1, abs=1e-9)
    flows = still.flows[0]
    assert flows.sum(axis=(1, 2)) == pytest.approx(flows.sum(axis=(0, 2)), abs=1e-8)
    assert not np.allclose(change(imbalance="purged"), change(), rtol=1e-2)


def test_perfect_competition_has_no_profits_to_credit_or_to_bear_a_duty_from():
    assert not change(competition="perfect")[:, 1:REVENUE].any()
    with pytest.raises(
        ConfigError, match=r"^economy\.plants: under perfect competition there are no"
    ):
        change(competition="perfect", plants=(PLANTS,))
    with pytest.raises(
        ConfigError, match=r"^economy\.pass_through: has to be 1 under perfect comp"
    ):
        change(competition="perfect", pass_through={"cars": 0.5})
    change(competition="perfect", plants=(replace(PLANTS, credited=0.0),))


def test_no_more_than_all_profits_can_be_credited():
    more = replace(PLANTS, share=0.9, credited=0.9, parent="WEST")
    with pytest.raises(
        ConfigError, match=r"^economy\.plants: more than all profits of HUB in cars"
    ):
        change(plants=(PLANTS, more))


# --- the economy that ships --------------------------------------------------------------------


def deal(changes, talk=0, **rates):
    """Give what a deal in one talk does against no deal, by country, at central elasticities."""
    said = override(read_toml(FILE), {"economy.elasticity_draws": 1, **changes})
    config = parse(said, FILE.parent)
    spec, talks = economy_spec(config, 0), talks_of(config)
    base, space = spec.base, talks[talk].space
    world = TariffWorld(base, spec, talks, [book(rules, spec, base) for rules in talks])
    heads = [np.zeros(2, int) for _ in talks]
    heads[talk][1] = space.package(**rates) // space.parts[1]
    sigma = np.array([spec.sigma[name][0] for name in base.sectors])
    values = TradeModel(base, spec, sigma).effects(world.vectors(heads)).values
    seats = [base.region(region) for region in spec.region.values()]
    moved = values[1, seats] - values[0, seats]
    return moved[:, WELFARE], moved[:, 1 + base.sector("cars")]


CARS = {"cars": 15, "parts": 15}


def test_either_partners_car_deal_alone_lowers_the_others_car_profits():
    _, first = deal({}, 0, **CARS)
    _, second = deal({}, 1, **CARS)
    assert first == pytest.approx([-1.18, 2.13, -0.10], abs=0.02)
    assert second == pytest.approx([-1.03, -0.10, 1.98], abs=0.02)


def test_the_elasticity_of_cars_sweeps_the_partners_gain_and_the_sign_of_the_hubs():
    found = {}
    for sigma in (2.75, 3.3, 3.4, 4, 8):
        same = {"economy.sigma.cars": sigma, "economy.sigma.auto_parts": sigma}
        found[sigma] = deal(same, **CARS)[0]
    hub = {sigma: welfare[0] for sigma, welfare in found.items()}
    partner = {sigma: welfare[1] for sigma, welfare in found.items()}
    assert [hub[2.75], hub[4], hub[8]] == pytest.approx([-0.42, 0.47, 3.23], abs=0.02)
    assert hub[3.3] < 0 < hub[3.4]
    assert [partner[2.75], partner[4], partner[8]] == pytest.approx([2.88, 1.94, 0.11], abs=0.02)


@pytest.mark.parametrize(
    ("changes", "hub", "partner", "profits"),
    [
        ({}, 0.47, 1.94, 2.13),
        ({"economy.imbalance": "purged"}, 0.35, 1.64, 1.80),
        ({"economy.competition": "perfect"}, 0.13, 2.48, 0.0),
        ({"economy.plants.*.credited": 1}, 0.99, 1.54, 1.74),
        ({"economy.pass_through.cars": 0.5}, -1.38, 2.53, 2.26),
        ({"economy.totals": "balance"}, 0.47, 1.94, 2.13),
        ({"economy.grades.C": 0.5}, 0.50, 2.24, 2.23),
        ({"economy.grades.C": 1.5}, 0.43, 1.81, 2.07),
    ],
)
def test_the_sizes_that_the_page_on_sensitivity_quotes(changes, hub, partner, profits):
    """Cars and parts of the first partner to 15 points."""
    welfare, cars = deal(changes, **CARS)
    assert welfare[:2] == pytest.approx([hub, partner], abs=0.015)
    assert cars[1] == pytest.approx(profits, abs=0.015)


ZERO = dict.fromkeys(("cars", "parts", "metals", "baseline", "suspended"), 0)


@pytest.mark.parametrize(
    ("talk", "rates", "welfare", "profits"),
    [
        (0, CARS, [0.5, 1.9, -0.1], [-1.2, 2.1, -0.1]),
        (1, CARS, [0.1, -0.1, 2.1], [-1.0, -0.1, 2.0]),
        (0, {"suspended": 0}, [-1.0, 4.8, -0.1], [0.2, -0.4, 0.0]),
        (1, {"suspended": 0}, [-0.8, 0.0, 3.7], [0.1, 0.0, -0.2]),
        (0, ZERO, [-7.3, 16.9, -0.6], [-3.2, 6.0, -0.3]),
        (1, ZERO, [-7.1, -0.3, 15.5], [-2.8, -0.3, 6.1]),
    ],
)
def test_the_sizes_that_the_page_on_the_economy_quotes(talk, rates, welfare, profits):
    found = deal({}, talk, **rates)
    assert found[0] == pytest.approx(welfare, abs=0.06)
    assert found[1] == pytest.approx(profits, abs=0.06)


def test_seven_regions_give_nearly_what_eleven_do():
    third = read_toml(FILE)["economy"]["third_country"]
    merged = {
        "economy.regions": {"NAM": ["MEX", "CAN"], "REST": ["GBR", "CHE", "TWN", "ROW"]},
        "economy.third_country": {
            "CHN": third["CHN"],
            "NAM": third["MEX"],
            "others": third["others"],
        },
    }
    for rates in (CARS, {"suspended": 0}, ZERO):
        for few, all_ in zip(deal(merged, **rates), deal({}, **rates), strict=True):
            assert few == pytest.approx(all_, rel=0.04, abs=0.01)
