"""The solved tables: against direct solutions, alone and jointly, and their interaction."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.chance.luck import uniforms
from sim.config import override, parse, read_toml
from sim.economy.equilibrium import effects
from sim.economy.equilibrium.solve import solve
from sim.economy.rates.tariffs import TariffWorld, book
from sim.economy.solved.components import components
from sim.errors import ConvergenceError
from sim.scenario.economy import economy_spec
from sim.scenario.scenario import talks_of
from tests.sim.economy import small

pytestmark = pytest.mark.fast

FILE = Path(__file__).parents[4] / "configs" / "scenarios" / "us_japan_korea_2025.toml"
BASE = small.base_year()
COUNTRIES = ("HUB", "EAST", "WEST")
K = len(small.SECTORS) + 3
PARTS = replace(small.CARS, name="parts", levels=(25, 10), goods=("steel",))
SETS = {
    "cars and reciprocal": (small.CARS, small.BASELINE, small.SUSPENDED),
    "three goods": (small.CARS, small.METALS, small.SUSPENDED),
    "one for two goods": (replace(small.CARS, goods=("cars", "other")), PARTS, small.SUSPENDED),
}


@pytest.fixture(autouse=True)
def place(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TARIFF_TALKS_CACHE", str(tmp_path_factory.getbasetemp() / "components"))


def tables(talks, **changes):
    spec = small.spec(**changes)
    return components(BASE, spec, talks, [book(rules, spec, BASE) for rules in talks])


def direct(talks, heads, family, **changes):
    """Solve for some states and give every component from its meaning, (C, K, B)."""
    spec = small.spec(**changes)
    world = TariffWorld(BASE, spec, talks, [book(rules, spec, BASE) for rules in talks])
    sigma = np.array([spec.sigma[name][family] for name in BASE.sectors])
    start = [np.append(0, head) for head in heads]
    vectors = world.vectors(start)
    got = solve(BASE.flows, BASE.tariffs, vectors, sigma, competition=spec.competition)
    out = np.zeros((3, K, len(start[0])))
    for c, region in enumerate(COUNTRIES):
        r = BASE.region(region)
        spent = ((1 + BASE.tariffs[:, r]) * BASE.flows[:, r]).sum()
        price = np.prod(
            [
                got.price_index[:, r, s]
                ** (((1 + BASE.tariffs[:, r, s]) * BASE.flows[:, r, s]).sum() / spent)
                for s in range(len(BASE.sectors))
            ],
            axis=0,
        )
        out[c, 0] = (got.expenditure[:, r] / price - 1) * spent
        if spec.competition == "monopolistic":
            out[c, 1:-2] = got.flows[:, r].sum(axis=1).T / sigma[:, None] / price
        out[c, -2] = (vectors[:, :, r] * got.flows[:, :, r]).sum(axis=(1, 2)) / price
        out[c, -1] = 100 * (price - 1)
    return out[..., 1:] - out[..., :1]


def total(found, here, there, family):
    """Add own tables of two talks and their interaction up, (C, K, B)."""
    return (
        found.main[0][family][..., 1 + here]
        + found.main[1][family][..., 1 + there]
        + small.crossed(found)[0, 1][family][..., 1 + here, 1 + there]
    )


def grid(talks):
    sizes = [np.arange(rules.space.parts[0]) for rules in talks]
    return [side.ravel() for side in np.meshgrid(*sizes, indexing="ij")]


@pytest.mark.parametrize("competition", ["monopolistic", "perfect"])
@pytest.mark.parametrize("family", [0, 1])
def test_the_table_of_a_talk_is_what_its_tariff_parts_do(family, competition):
    talks = small.talks()
    found = tables(talks, competition=competition)
    every, none = np.arange(18), np.zeros(18, dtype=int)
    assert [table.shape for table in found.main] == [(2, 3, K, 19)] * 2
    for i, heads in enumerate([(every, none), (none, every)]):
        expected = direct(talks, heads, family, competition=competition)
        assert found.main[i][family][..., 1:] == pytest.approx(expected, abs=1e-8)
        assert np.abs(expected[:, 0]).max() > 0.01


def test_no_deal_and_a_deal_that_keeps_every_rate_are_zero_to_the_bit():
    found = tables(small.talks())
    for table in found.main:
        assert (table[..., :2] == 0).all()
        assert (table[:, :, 0, 2:] != 0).all()
    cross = small.crossed(found)[0, 1]
    assert cross.shape == (2, 3, K, 19, 19)
    assert (cross[..., :2, :] == 0).all()
    assert (cross[..., :, :2] == 0).all()
    assert cross.any()


@pytest.mark.parametrize("measures", SETS.values(), ids=SETS)
def test_the_exact_grid_is_the_joint_solution(measures):
    talks = small.talks(measures)
    found, (here, there) = tables(talks, table="exact"), grid(talks)
    for family in (0, 1):
        expected = direct(talks, (here, there), family)
        assert total(found, here, there, family) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("measures", SETS.values(), ids=SETS)
def test_own_tables_and_the_interaction_are_near_the_joint_solution(measures):
    talks = small.talks(measures)
    found, exact, (here, there) = tables(talks), tables(talks, table="exact"), grid(talks)
    for table, other in zip(found.main, exact.main, strict=True):
        assert np.array_equal(table, other)
    for family in (0, 1):
        truth = total(exact, here, there, family)
        size = np.ptp(truth, axis=-1)
        off = np.abs(total(found, here, there, family) - truth).max(axis=-1) / size
        alone = (
            np.abs(small.crossed(exact)[0, 1][family][..., 1 + here, 1 + there]).max(axis=-1) / size
        )
        assert off.max() < 0.06
        assert alone[:, 0].min() > 0.02
        assert (off[:, 0] < 0.3 * alone[:, 0]).all()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Give base year, settings and talks of the scenario that ships, central elasticities."""
    config = parse(override(read_toml(FILE), {"economy.elasticity_draws": 1}), FILE.parent)
    spec = economy_spec(config, 0)
    return spec.base, spec, list(talks_of(config))


@pytest.mark.slow
def test_the_tables_are_within_half_a_percent_in_the_scenario_that_ships(shipped):
    """Of the range of every component over all end states, in a sample of them."""
    base, spec, talks = shipped
    books = [book(rules, spec, base) for rules in talks]
    found = components(base, spec, talks, books)
    rng = np.random.default_rng(3)
    heads = [np.append([0, 431], rng.integers(0, 432, 100)) for _ in talks]
    sigma = np.array([spec.sigma[name][0] for name in base.sectors])
    got = solve(
        base.flows, base.tariffs, TariffWorld(base, spec, talks, books).vectors(heads), sigma
    )
    regions = [base.region(name) for name in spec.region.values()]
    spent = ((1 + base.tariffs) * base.flows).sum(axis=(0, 2))
    welfare = ((got.welfare - got.welfare[0]) * spent)[:, regions].T
    revenue = (got.revenue / got.consumer_price)[:, regions].T
    revenue = revenue - revenue[:, :1]
    for k, truth in ((0, welfare), (-2, revenue)):
        off = np.abs(total(found, *heads, 0)[:, k] - truth).max(axis=1)
        assert (off < 0.005 * np.ptp(truth, axis=1)).all()


@pytest.mark.slow
def test_payoffs_are_nearly_additive_across_the_talks_that_ship_least_so_for_the_hub(shipped):
    """What the tables of both talks alone miss of welfare, as a share of its range."""
    base, spec, talks = shipped
    found = components(base, spec, talks, [book(rules, spec, base) for rules in talks])
    luck = uniforms(0, "economy", "joint states", 300, n=2)
    here, there = (luck * 432).astype(int).T
    joint = small.crossed(found)[0, 1][0, :, 0, 1 + here, 1 + there].T
    together = total(found, here, there, 0)[:, 0]
    missed = np.abs(joint).max(axis=1) / np.ptp(together, axis=1)
    assert missed == pytest.approx([0.0843, 0.0198, 0.0271], abs=0.001)
    assert found.error.max() < 0.004


def test_talks_that_move_the_same_goods_only_interact_exactly():
    talks = small.talks()
    found, (here, there) = tables(talks), grid(talks)
    cars, other = [
        (rules_levels == 0).all(axis=1)
        for rules_levels in (
            talks[0].space.levels[:: talks[0].space.parts[1], 1:3],
            talks[0].space.levels[:: talks[0].space.parts[1], :1],
        )
    ]
    for group in (cars, other):
        both = group[here] & group[there]
        assert both.sum() in (9, 36)
        expected = direct(talks, (here[both], there[both]), 0)
        assert total(found, here[both], there[both], 0) == pytest.approx(expected, abs=1e-8)


def test_measures_that_share_goods_in_a_chain_are_solved_together():
    """East has one measure on two goods, west one measure on each; metals are the east's alone."""
    both = replace(small.CARS, goods=("cars", "other"))
    talks = [
        small.talks((both, small.METALS))[0],
        small.talks((small.SUSPENDED, replace(small.CARS, levels=(25, 0))))[1],
    ]
    found = tables(talks)
    here, there = grid(talks)
    assert small.crossed(found)[0, 1].shape == (2, 3, K, 7, 7)
    kept = here % 2 == 0
    expected = direct(talks, (here[kept], there[kept]), 0)
    assert total(found, here[kept], there[kept], 0) == pytest.approx(expected, abs=1e-8)


def test_where_every_group_is_at_no_deal_or_lowest_the_tables_are_exact():
    talks = small.talks((small.CARS, small.METALS, small.SUSPENDED))
    found = tables(talks)
    ends = [
        rules.space.package(cars=a, metals=b, suspended=c) // rules.space.parts[1]
        for rules in talks[:1]
        for a in (25, 0)
        for b in (25, 0)
        for c in (14, 0)
    ]
    here, there = (side.ravel() for side in np.meshgrid(ends, ends))
    assert total(found, here, there, 1) == pytest.approx(direct(talks, (here, there), 1), abs=1e-8)


def test_talks_about_other_goods_touch_each_other_a_little_through_everything_at_once():
    talks = [small.talks((small.CARS,))[0], small.talks((small.METALS,))[1]]
    found, exact = tables(talks), tables(talks, table="exact")
    assert small.crossed(found)[0, 1].shape == (2, 3, K, 4, 3)
    apart = np.abs(small.crossed(exact)[0, 1])
    off = np.abs(small.crossed(found)[0, 1] - small.crossed(exact)[0, 1])
    assert 0 < apart.max() < 0.05
    assert off.max() < 0.2 * apart.max()
    assert off[..., [1, 3], :] == pytest.approx(0, abs=1e-9)


def test_the_error_of_the_tables_is_that_of_300_joint_solutions():
    talks = small.talks()
    found = tables(talks)
    luck = uniforms(0, "economy", "joint states", 300, n=2)
    here, there = (luck * 18).astype(int).T
    for family in (0, 1):
        truth = direct(talks, (here, there), family)
        off = np.abs(total(found, here, there, family) - truth).max(axis=-1)
        expected = off / np.ptp(truth, axis=-1)
        assert found.error[family] == pytest.approx(expected, abs=1e-7)
    assert 0.0005 < found.error.max() < 0.03
    assert tables(talks, table="exact").error.max() < 1e-7
    assert not tables(talks[:1]).error.any()


def test_with_three_talks_the_error_is_what_all_three_add_to_the_pairs():
    region = {"hub": "HUB", "east": "EAST", "west": "WEST", "rest": "REST"}
    talks = small.talks((small.CARS,), ("east", "west", "rest"))
    found = tables(talks, region=region, third_country={}, table="exact")
    assert 0.001 < found.error.max() < 0.08


def test_tables_tell_how_hard_the_worst_equilibrium_was():
    found = tables(small.talks())
    assert 3 <= found.iterations <= 40
    assert 0 < found.residual < 1e-11


def test_an_equilibrium_that_does_not_converge_is_named_by_its_rates(monkeypatch):
    def lost(_model, tariffs):
        raise ConvergenceError(len(tariffs) - 1, "did not converge")

    monkeypatch.setattr(effects.TradeModel, "effects", lost)
    talks = small.talks((small.CARS, replace(small.METALS, levels=(50.5, 1))))
    with pytest.raises(ConvergenceError) as caught:
        tables(talks)
    luck = uniforms(0, "economy", "joint states", 300, n=2)[-1]
    heads = [divmod(int(x), 2) for x in luck * 6]
    said = [f"cars {(25, 15, 0)[a]}, metals {('50.5', '1')[b]}" for a, b in heads]
    assert str(caught.value) == (
        f"the end state east: {said[0]}; west: {said[1]} at sample 0 of the elasticities "
        "did not converge"
    )


def test_the_order_of_the_talks_does_not_matter():
    talks = small.talks()
    one, turned = tables(talks), tables(talks[::-1])
    seats = [0, 2, 1]
    for i in (0, 1):
        assert turned.main[i] == pytest.approx(one.main[1 - i][:, seats], abs=1e-9)
    swapped = small.crossed(one)[0, 1][:, seats].swapaxes(-1, -2)
    assert small.crossed(turned)[0, 1] == pytest.approx(swapped, abs=1e-9)


def test_a_third_talk_leaves_the_first_two_as_they_are_but_for_its_seat():
    region = {"hub": "HUB", "east": "EAST", "west": "WEST", "rest": "REST"}
    talks = small.talks((small.CARS,), ("east", "west", "rest"))
    three = tables(talks, region=region, third_country={})
    assert set(small.crossed(three)) == {(0, 1), (0, 2), (1, 2)}
    assert three.main[2].shape == (2, 4, K, 4)
    none = {"third_country": {"REST": {"cars": 25}}}
    two = tables(talks[:2], **none)
    for i in (0, 1):
        assert two.main[i] == pytest.approx(three.main[i][:, :3], abs=1e-9)
    assert small.crossed(two)[0, 1] == pytest.approx(small.crossed(three)[0, 1][:, :3], abs=1e-9)


def test_one_talk_alone_has_no_interaction():
    talks = small.talks()[:1]
    found = tables(talks)
    assert small.crossed(found) == {}
    assert found.main[0].shape == (2, 2, K, 19)


def test_lower_tariffs_help_the_partner_and_hurt_its_rival():
    talks = small.talks()
    cars_free = talks[0].space.package(cars=0) // talks[0].space.parts[1]
    change = tables(talks).main[0][0, :, :, 1 + cars_free]
    profits = change[:, 1 + small.SECTORS.index("cars")]
    assert change[1, 0] > 0 > change[2, 0]
    assert profits[1] > 0 > profits[2]
    assert profits[0] < 0
    assert change[0, -1] < 0


def test_perfect_competition_knows_no_profits():
    assert not tables(small.talks(), competition="perfect").main[0][:, :, 1:-2].any()


def test_weights_put_every_component_in_its_place():
    found = tables(small.talks())
    weights = found.weights([(("cars",), 2.0), (("cars", "steel"), 0.5)], revenue=0.3, price=4.0)
    assert weights.tolist() == [1, 2.5, 0.5, 0, 0.3, -4]
    assert found.weights([], 0, 0).tolist() == [1, 0, 0, 0, 0, 0]
