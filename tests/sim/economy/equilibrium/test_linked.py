"""Input-output links, labour supply and the use of revenue: conditions and closed forms."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.economy import Labour, Links, solve, without_imbalances
from sim.economy.equilibrium import steps
from tests.sim.economy.equilibrium.test_solve import balanced, each, random_economy

pytestmark = pytest.mark.fast


def random_links(seed, flows, tariffs, markup):
    """Give links that leave final demand in every sector."""
    rng = np.random.default_rng(seed)
    regions, _, sectors = flows.shape
    added = rng.uniform(0.3, 0.9, (regions, sectors))
    inputs = rng.dirichlet(np.ones(sectors), (regions, sectors))
    bought, costs = ((1 + tariffs) * flows).sum(axis=0), (1 - markup) * flows.sum(axis=1)
    while (np.einsum("jks,jk,jk->js", inputs, 1 - added, costs) > 0.9 * bought).any():
        added = 1 - 0.9 * (1 - added)
    return Links(added, inputs)


def conditions(economy, links, got, markup, owners, held, labour, revenue):
    """Compute both sides of every condition from its definition, region by region."""
    flows, tariffs, new, sigma = economy
    regions, _, sectors = flows.shape
    places, goods = range(regions), range(sectors)
    spent = (1 + tariffs) * flows
    used = (1 - links.value_added)[..., None] * links.inputs
    w, hours, price = got["wages"], got["labour"], got["price_index"]
    cost = np.ones((regions, sectors))
    for i, s in product(places, goods):
        cost[i, s] = w[i] ** links.value_added[i, s] * hours[i] ** -labour.scale
        for k in goods:
            cost[i, s] *= price[i, k] ** used[i, s, k]
    sales, sales_new = flows.sum(axis=1), got["flows"].sum(axis=1)
    spending_new = ((1 + new) * got["flows"]).sum(axis=0)
    for j, s in product(places, goods):
        change = (1 + new[:, j, s]) / (1 + tariffs[:, j, s])
        parts = spent[:, j, s] * (cost[:, s] * change) ** (1 - sigma[s])
        made = (parts.sum() / spent[:, j, s].sum()) ** (1 / (1 - sigma[s]))
        yield "price index", price[j, s], made
        for i in places:
            share = spent[i, j, s] / spent[:, j, s].sum()
            share *= (cost[i, s] * change[i] / price[j, s]) ** (1 - sigma[s])
            yield "flows", got["flows"][i, j, s], share * spending_new[j, s] / (1 + new[i, j, s])
    costs, costs_new = (1 - markup) * sales, (1 - markup) * sales_new
    bill, bill_new = ((links.value_added * part).sum(axis=1) for part in (costs, costs_new))
    duty = (tariffs * flows).sum(axis=(0, 2))
    yield "numeraire", bill_new.sum(), bill.sum()
    for j in places:
        yield "wages", bill_new[j], bill[j] * w[j] * hours[j]
        before, after = (
            sum(owners[j, i, s] * markup[s] * sold[i, s] for i in places for s in goods)
            for sold in (sales, sales_new)
        )
        inputs = np.array([sum(used[j, k, s] * costs[j, k] for k in goods) for s in goods])
        inputs_new = np.array([sum(used[j, k, s] * costs_new[j, k] for k in goods) for s in goods])
        final = spent[:, j].sum(axis=0) - inputs
        surplus = held * (bill[j] + before + duty[j] - final.sum())
        income = bill_new[j] + after + got["revenue"][j] - surplus
        yield "revenue", got["revenue"][j], (new[:, j] * got["flows"][:, j]).sum()
        yield "income", got["expenditure"][j] * final.sum(), income
        for s in goods:
            asked = final[s] / final.sum() * income + inputs_new[s]
            yield "expenditure", spending_new[j, s], asked
        consumer = np.prod(price[j] ** (final / final.sum()))
        yield "consumer price", got["consumer_price"][j], consumer
        relief = got["revenue"][j] / bill_new[j] - duty[j] / bill[j]
        kept = 1 - labour.tax
        left = (kept + relief) / kept if revenue == "labour_tax" else 1.0
        yield "tax", got["net_of_tax"][j], left
        yield "hours", hours[j], (left * w[j] / consumer) ** labour.elasticity
        toil = labour.elasticity / (1 + labour.elasticity) * kept * bill[j]
        utility = income / consumer - toil * left * w[j] * hours[j] / consumer
        yield "welfare", got["welfare"][j], utility / (final.sum() - toil)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 4), st.booleans())
def test_every_condition_holds_in_random_economies(seed, regions, sectors, taxed):
    flows, tariffs, new, sigma = random_economy(seed, regions, sectors)
    rng = np.random.default_rng(seed + 1)
    markup = rng.choice([0.0, 0.15], sectors)
    owners = rng.dirichlet(np.ones(regions), (regions, sectors)).transpose(2, 0, 1)
    held = float(rng.choice([0.0, 0.5, 1.0]))
    labour = Labour(*rng.uniform(0, [0.8, 0.3, 0.4]).tolist())
    revenue = "labour_tax" if taxed else "lump_sum"
    links = random_links(seed, flows, tariffs, markup)
    said = {"owners": owners, "held": held, "labour": labour, "revenue": revenue}
    solution = solve(flows, tariffs, new, sigma, markup=markup, links=links, **said)
    assert (solution.residual < 1e-11).all()
    for b, got in enumerate(each(solution)):
        economy = (flows, tariffs, new[b], sigma)
        for name, left, right in conditions(economy, links, got, markup, **said):
            assert left == pytest.approx(right, rel=1e-8, abs=1e-8), name


@pytest.mark.parametrize("what", ["wages", "labour", "price_index", "flows", "expenditure"])
def test_the_check_of_the_conditions_sees_a_wrong_number(what):
    flows, tariffs, new, sigma = random_economy(1, 3, 2, vectors=1)
    markup, owners = np.array([0.1, 0.0]), np.eye(3)[..., None] * np.ones(2)
    links, labour = random_links(1, flows, tariffs, markup), Labour(0.5, 0.1, 0.2)
    got = next(each(solve(flows, tariffs, new, sigma, markup=markup, links=links, labour=labour)))
    got[what] = 1.0001 * got[what]
    said = (markup, owners, 1.0, labour, "lump_sum")
    assert any(
        left != pytest.approx(right, rel=1e-8, abs=1e-8)
        for _, left, right in conditions((flows, tariffs, new[0], sigma), links, got, *said)
    )


@pytest.mark.parametrize("markup", [0.0, 0.2])
@pytest.mark.parametrize("seed", range(20))
def test_with_one_sector_the_real_wage_is_the_own_share_to_the_power_of_minus_one_over_theta_beta(
    seed, markup
):
    """Arkolakis, Costinot and Rodriguez-Clare (2012, section IV), theta = sigma - 1."""
    flows, tariffs, new, sigma = random_economy(seed, 4, 1)
    profits = np.array([markup])
    links = random_links(seed, flows, tariffs, profits)
    got = solve(flows, tariffs, new, sigma, markup=profits, links=links)
    spent, spent_new = (1 + tariffs) * flows, (1 + new) * got.flows
    own = np.einsum("iis->i", spent) / spent.sum(axis=(0, 2))
    own_new = np.einsum("biis->bi", spent_new) / spent_new.sum(axis=(1, 3))
    power = -1 / ((sigma[0] - 1) * links.value_added[:, 0])
    real = got.wages / got.consumer_price
    assert real == pytest.approx((own_new / own) ** power, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_gains_from_trade_are_larger_with_links(seed):
    """From tariffs to free trade with balanced trade: welfare is the real wage, and revenue."""
    flows, _, new, sigma = balanced(seed, 3, 1)
    free, rate = np.zeros(flows.shape), new[:1]
    none = np.zeros(1)
    links = random_links(seed, flows, free, none)
    got = solve(flows, free, rate, sigma, competition="perfect", links=links)
    spent = flows.sum(axis=(0, 2))
    spent_new = ((1 + rate) * got.flows).sum(axis=(1, 3))
    own = np.einsum("iis->i", flows) / spent
    own_new = np.einsum("biis->bi", (1 + rate) * got.flows) / spent_new
    real = (own_new / own) ** (-1 / ((sigma[0] - 1) * links.value_added[:, 0]))
    bill = (links.value_added * flows.sum(axis=1)).sum(axis=1) * got.wages
    assert got.welfare == pytest.approx(real * (1 + got.revenue / bill), rel=1e-9)


@pytest.mark.parametrize(("before", "after"), [(0.0, 0.25), (0.1, 0.0), (0.3, 1.0)])
def test_two_alike_regions_have_a_closed_form(before, after):
    """Wages stay; prices follow from the share of value added, and sales are what they were."""
    sigma, own, traded, added = 4.0, 8.0, 2.0, 0.4
    flows = np.array([[own, traded], [traded, own]])[..., None]
    tariffs, new = (rate * (1 - np.eye(2))[..., None] for rate in (before, after))
    spent = own + (1 + before) * traded
    imported = (1 + before) * traded / spent
    lowered = imported * ((1 + after) / (1 + before)) ** (1 - sigma)
    price = (1 - imported + lowered) ** (1 / ((1 - sigma) * added))
    part = lowered / (1 - imported + lowered)
    spending = (own + traded) / (1 - part * after / (1 + after))
    income, income_new = (
        added * (own + traded) + duty
        for duty in (before * traded, spending * part * after / (1 + after))
    )
    links = Links(np.full((2, 1), added), np.ones((1, 1)))
    one = np.array([sigma])
    got = solve(flows, tariffs, new[None], one, competition="perfect", links=links)
    assert got.wages == pytest.approx(1, abs=1e-10)
    assert got.price_index[0] == pytest.approx(price, rel=1e-9)
    assert got.expenditure[0] == pytest.approx(income_new / income, rel=1e-9)
    assert got.welfare[0] == pytest.approx(income_new / income / price, rel=1e-9)


def test_alike_regions_get_alike_answers():
    apart = 1 - np.eye(4)
    flows = np.stack([3 * apart + 20 * np.eye(4), apart + 50 * np.eye(4)], axis=2)
    new = np.stack([0.3 * apart, 0.1 * apart], axis=2)
    links = Links(np.tile([0.4, 0.7], (4, 1)), np.array([[0.6, 0.4], [0.2, 0.8]]))
    sigma = np.array([5.0, 3.0])
    got = solve(flows, 0 * flows, new[None], sigma, links=links, labour=Labour(0.5, 0.1))
    for name in ("welfare", "wages", "labour", "profits", "revenue", "price_index"):
        found = getattr(got, name)[0]
        assert found == pytest.approx(np.broadcast_to(found[:1], found.shape), abs=1e-10), name


@pytest.mark.parametrize("scale", [0.0, 0.1675])
def test_hours_have_a_closed_form_where_regions_are_alike(scale):
    """With prices at g times cost, hours are g to the power of -k / (1 - scale k)."""
    sigma, elasticity = 5.0, 0.5
    flows = np.array([[8.0, 2.0], [2.0, 8.0]])[..., None]
    new = 0.3 * (1 - np.eye(2))[None, ..., None]
    dearer = (0.8 + 0.2 * 1.3 ** (1 - sigma)) ** (1 / (1 - sigma))
    labour = Labour(elasticity, scale)
    got = solve(flows, 0 * flows, new, np.array([sigma]), competition="perfect", labour=labour)
    hours = dearer ** (-elasticity / (1 - scale * elasticity))
    assert got.labour == pytest.approx(hours, rel=1e-9)
    assert got.wages * got.labour == pytest.approx(1, rel=1e-9)


def test_no_change_of_tariffs_changes_nothing():
    flows, tariffs, _, sigma = random_economy(2, 4, 3)
    links = random_links(2, flows, tariffs, 1 / sigma)
    for revenue in ("lump_sum", "labour_tax"):
        still = solve(
            flows, tariffs, tariffs[None], sigma, links=links, labour=0.5, revenue=revenue
        )
        for name in ("welfare", "wages", "labour", "net_of_tax", "profits", "price_index"):
            assert getattr(still, name) == pytest.approx(1, abs=1e-12), name
        assert still.flows[0] == pytest.approx(flows, rel=1e-12)
        assert still.iterations.tolist() == [1]


def test_where_labour_is_the_only_cost_links_have_the_bits_of_the_plain_solver():
    economy = random_economy(3, 4, 3)
    links = Links(np.ones((4, 3)), np.full((3, 3), 1 / 3))
    plain, linked = solve(*economy), solve(*economy, links=links)
    for name, value in vars(plain).items():
        assert np.array_equal(value, getattr(linked, name)), name


def test_the_linked_conditions_without_inputs_and_with_fixed_hours_are_the_plain_ones():
    economy = random_economy(4, 4, 3)
    plain, linked = solve(*economy), solve(*economy, labour=0.0)
    for name in ("welfare", "wages", "profits", "revenue", "price_index", "expenditure", "flows"):
        assert getattr(linked, name) == pytest.approx(getattr(plain, name), rel=1e-9), name


def test_a_vector_has_the_same_bits_alone_and_in_any_batch():
    flows, tariffs, new, sigma = random_economy(5, 4, 3, vectors=11)
    links = random_links(5, flows, tariffs, 1 / sigma)
    together = solve(flows, tariffs, new, sigma, links=links, labour=0.3)
    for some in ([0], [7], [10, 3, 3]):
        apart = solve(flows, tariffs, new[some], sigma, links=links, labour=0.3)
        for name, value in vars(apart).items():
            assert np.array_equal(value, getattr(together, name)[some]), name


def test_vectors_that_quick_steps_do_not_bring_home_come_by_tariffs_in_between(monkeypatch):
    flows, tariffs, new, sigma = random_economy(6, 3, 2, vectors=2)
    links = random_links(6, flows, tariffs, 1 / sigma)
    quick = solve(flows, tariffs, new, sigma, links=links)
    monkeypatch.setattr(steps, "_MOST", 3)
    slow = solve(flows, tariffs, new, sigma, links=links)
    assert slow.iterations.min() > 3 * quick.iterations.max()
    assert slow.welfare == pytest.approx(quick.welfare, rel=1e-9)


def test_without_imbalances_everybody_spends_what_it_earns():
    flows, tariffs, _, sigma = random_economy(7, 4, 2)
    links = random_links(7, flows, tariffs, 1 / sigma)
    purged = without_imbalances(flows, tariffs, sigma, links=links)
    after = purged.sum(axis=(1, 2)) - purged.sum(axis=(0, 2))
    assert after == pytest.approx(0, abs=1e-8)
    still = solve(purged, tariffs, tariffs[None], sigma, links=links)
    assert still.welfare == pytest.approx(1, abs=1e-9)


# --- two models of the literature ---------------------------------------------------------------


def test_liberation_day_can_be_stated():
    """Ignatenko, Lashkaripour, Macedoni and Simonovska (2025), one sector, deficits held.

    The conditions are theirs: shares with costs w L^-psi, a base tax that the new revenue replaces
    in full, transfers in units of the world's income. Welfare is theirs, too: of two terms, weighed
    with delta, the second at the wage before tax.
    """
    flows, _, new, _ = random_economy(8, 5, 1, vectors=1)
    trade, rate = flows[..., 0], new[0, ..., 0]
    rate[:, 1:] = 0
    eps, kappa, psi = 4.0, 0.5, 0.67 / 4
    got = solve(
        flows,
        0 * flows,
        rate[None, ..., None],
        np.array([1 + eps]),
        competition="perfect",
        labour=Labour(kappa, scale=psi),
        revenue="labour_tax",
    )
    w, hours, spent = got.wages[0], got.labour[0], got.expenditure[0]
    sales, spending = trade.sum(axis=1), trade.sum(axis=0)
    parts = trade / spending * (w / hours**psi)[:, None] ** -eps * (1 + rate) ** -eps
    price = parts.sum(axis=0) ** (-1 / eps)
    shares = parts / parts.sum(axis=0)
    sold = shares * spent * spending / (1 + rate)
    income = w * hours * sales
    duty = (rate * sold).sum(axis=0)
    assert sold.sum(axis=1) == pytest.approx(income, rel=1e-8)
    transfers = (spending - sales) * income.sum() / sales.sum()
    assert duty + income + transfers == pytest.approx(spent * spending, rel=1e-8)
    left = 1 / (1 - duty / income)
    assert hours == pytest.approx((left * w / price) ** kappa, rel=1e-8)
    assert got.net_of_tax[0] == pytest.approx(left, rel=1e-8)
    delta = spending / (spending - kappa / (1 + kappa) * sales / left)
    published = delta * spent / price + (1 - delta) * w * hours / price
    ours = delta * spent / price + (1 - delta) * left * w * hours / price
    assert got.welfare[0] == pytest.approx(ours, rel=1e-8)
    assert (published > got.welfare[0])[0]
    assert published[1:] == pytest.approx(got.welfare[0, 1:], rel=1e-8)


def test_caliendo_and_parro_give_the_welfare_of_small_changes():
    """Terms of trade and volume of trade (their equation 16), for a small cut of tariffs."""
    flows, tariffs, _, sigma = random_economy(9, 4, 3)
    flows = flows + np.swapaxes(flows, 0, 1)
    none = np.zeros(3)
    links = random_links(9, flows, tariffs, none)
    flows = without_imbalances(flows, tariffs, sigma, competition="perfect", links=links)
    new = (1 + tariffs) * (1 - 1e-5 * (tariffs > 0.1)) - 1
    got = solve(flows, tariffs, new[None], sigma, competition="perfect", links=links)
    cost = np.log(got.wages[0])[:, None] * links.value_added
    cost = cost + np.einsum("jks,js->jk", links.bought(), np.log(got.price_index[0]))
    exports, imports = np.einsum("ijs,is->i", flows, cost), np.einsum("ijs,is->j", flows, cost)
    volume = np.log(got.flows[0] / flows) - cost[:, None]
    spending = ((1 + tariffs) * flows).sum(axis=0)
    used = np.einsum("jks,jk->js", links.bought(), flows.sum(axis=1))
    income = (spending - used).sum(axis=1)
    first = exports - imports + np.einsum("ijs,ijs->j", tariffs * flows, volume)
    assert np.log(got.welfare[0]) == pytest.approx(first / income, rel=1e-3, abs=1e-10)


def test_a_base_year_that_is_none_is_solved_first_where_final_shares_are_given():
    flows, tariffs, new, sigma = random_economy(10, 3, 2)
    added, inputs = np.full((3, 2), 0.3), np.array([[0.9, 0.1], [0.9, 0.1]])
    said = {"competition": "perfect", "held": 0.0}
    flows[..., 0] /= 10
    with pytest.raises(ValueError, match=r"region \d uses .* of sector 0 as an input and buys"):
        solve(flows, tariffs, new, sigma, links=Links(added, inputs), **said)
    links = Links(added, inputs, np.tile([0.2, 0.8], (3, 1)))
    once = solve(flows, tariffs, tariffs[None], sigma, links=links, **said).flows[0]
    again = solve(once, tariffs, tariffs[None], sigma, links=Links(added, inputs), **said)
    assert again.welfare == pytest.approx(1, abs=1e-9)


# --- faults -------------------------------------------------------------------------------------

SHARES = np.full((3, 2), 0.5)
HALF = np.full((2, 2), 0.5)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"competition": "monopoly"}, "competition has to be 'monopolistic' or 'perfect', not 'mo"),
        ({"markup": np.ones(2)}, "markup has to be 2 shares of sales from 0 to below 1"),
        ({"markup": np.array([np.nan, 0])}, "markup has to be 2 shares of sales"),
        (
            {"markup": np.full(2, 0.1), "competition": "perfect"},
            "markup has to be 0 under perfect competition",
        ),
        ({"links": Links(SHARES[:2], HALF)}, r"links.value_added has to be \(3, 2\) shares from"),
        ({"links": Links(3 * SHARES, HALF)}, r"links.value_added has to be \(3, 2\) shares from"),
        ({"links": Links(0 * SHARES, HALF)}, "a region without value added has no income"),
        ({"links": Links(SHARES, HALF[:1])}, r"links.inputs has to be \(2, 2\) or \(3, 2, 2\)"),
        ({"links": Links(SHARES, 0.9 * HALF)}, "have to add up to 1, not to 0.9"),
        ({"links": Links(SHARES, HALF, SHARES[:1])}, r"links.final has to be \(3, 2\) shares"),
        ({"links": Links(SHARES, HALF, 0.4 * SHARES)}, "links.final: the shares of a region"),
        ({"labour": Labour(-0.5)}, "labour.elasticity has to be a number or 3 numbers"),
        ({"labour": Labour(np.ones(2))}, "labour.elasticity has to be a number or 3 numbers"),
        ({"labour": Labour(0.5, np.nan)}, "labour.scale has to be a number of at least 0"),
        ({"labour": Labour(2.0, 0.5)}, "elasticity times scale has to be below 1"),
        ({"labour": Labour(0.5, 0.0, 1.0)}, "labour.tax .* at least 0 and below 1, not 1.0"),
        ({"revenue": "income_tax"}, "revenue has to be 'lump_sum' or 'labour_tax', not 'inc"),
    ],
)
def test_a_bad_option_is_said_in_one_sentence(more, words):
    with pytest.raises(ValueError, match=words):
        solve(*random_economy(11, 3, 2), **more)
