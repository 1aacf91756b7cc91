"""Equilibria of the trade model: the conditions, computed again, and cases with a known answer."""

import tracemalloc
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.economy.equilibrium import steps
from sim.economy.equilibrium.solve import solve, without_imbalances
from sim.errors import ConvergenceError

pytestmark = pytest.mark.fast

KINDS = ("monopolistic", "perfect")


def random_economy(seed, regions, sectors, vectors=2):
    """Give flows, tariffs, new tariffs and elasticities; trade is not balanced."""
    rng = np.random.default_rng(seed)
    own = np.arange(regions)
    flows = np.exp(rng.normal(0, 0.8, (regions, regions, sectors)))
    flows[own, own] *= rng.uniform(3, 20)
    flows *= np.exp(rng.normal(0, 0.5, (regions, 1, 1)))
    tariffs = rng.uniform(0, 0.3, flows.shape)
    new = rng.uniform(0, 0.8, (vectors, *flows.shape))
    tariffs[own, own] = new[:, own, own] = 0
    return flows, tariffs, new, rng.uniform(1.5, 8, sectors)


def balanced(seed, regions, sectors):
    """Give flows in which every region sells abroad what it buys there."""
    flows, *rest = random_economy(seed, regions, sectors)
    return (flows + np.swapaxes(flows, 0, 1), *rest)


def each(solution):
    """Give the results of every tariff vector by name."""
    for b in range(len(solution.welfare)):
        yield {name: value[b] for name, value in vars(solution).items()}


def conditions(flows, tariffs, new, sigma, kind, got, passed=None, owners=None, held=1.0):
    """Compute both sides of every equilibrium condition from its definition, region by region.

    With pass-through f a buyer's price moves with r^f and the seller's with r^(f-1), where r is the
    change of one plus the tariff; labour follows quantities.
    """
    regions, _, sectors = flows.shape
    places, goods = range(regions), range(sectors)
    share = {s: 1 / sigma[s] if kind == "monopolistic" else 0.0 for s in goods}
    spent = (1 + tariffs) * flows
    total = {j: sum(spent[i, j, s] for i in places for s in goods) for j in places}
    sold = {(i, s): sum(flows[i, j, s] for j in places) for i in places for s in goods}
    wages = {i: sum((1 - share[s]) * sold[i, s] for s in goods) for i in places}
    change = (1 + new) / (1 + tariffs)
    passed = np.ones(sectors) if passed is None else passed
    buyers = {(i, j, s): change[i, j, s] ** passed[s] for i, j, s in np.ndindex(flows.shape)}
    owns = owners if owners is not None else np.eye(regions)[..., None] * np.ones(sectors)
    w, price, spending = got["wages"], got["price_index"], got["expenditure"]
    for j, s in product(places, goods):
        parts = [spent[i, j, s] * (w[i] * buyers[i, j, s]) ** (1 - sigma[s]) for i in places]
        bought = sum(spent[i, j, s] for i in places)
        yield "price index", price[j, s] ** (1 - sigma[s]), sum(parts) / bought
    demanded, made = np.zeros(flows.shape), np.zeros(flows.shape)
    for i, j, s in product(places, places, goods):
        paid = w[i] * buyers[i, j, s]
        quantity = paid ** -sigma[s] * price[j, s] ** (sigma[s] - 1) * spending[j]
        demanded[i, j, s] = flows[i, j, s] * quantity * paid / change[i, j, s]
        made[i, j, s] = (1 - share[s]) * flows[i, j, s] * quantity * w[i]
        yield "flows", got["flows"][i, j, s], demanded[i, j, s]
    before, profit = np.zeros((regions, sectors)), np.zeros((regions, sectors))
    for i, s in product(places, goods):
        before[i, s] = share[s] * sold[i, s]
        profit[i, s] = sum(demanded[i, :, s]) - sum(made[i, :, s])
        if kind == "monopolistic":
            yield "profits", got["profits"][i, s], profit[i, s] / before[i, s]
        else:
            yield "profits", got["profits"][i, s], sum(demanded[i, :, s]) / sold[i, s]
    for i in places:
        yield "wages", w[i], made[i].sum() / wages[i]
    for j in places:
        duty = sum(new[i, j, s] * demanded[i, j, s] for i in places for s in goods)
        mine = sum(owns[j, i, s] * profit[i, s] for i in places for s in goods)
        once = sum(owns[j, i, s] * before[i, s] for i in places for s in goods)
        abroad = held * (wages[j] + once - flows[:, j].sum())
        yield "revenue", got["revenue"][j], duty
        yield "income", spending[j] * total[j], wages[j] * w[j] + mine + duty - abroad
        weights = [sum(spent[:, j, s]) / total[j] for s in goods]
        consumer = np.prod([price[j, s] ** weights[s] for s in goods])
        yield "consumer price", got["consumer_price"][j], consumer
        yield "welfare", got["welfare"][j], spending[j] / consumer
    bill = sum(wages.values())
    yield "numeraire", sum(wages[i] * w[i] for i in places) / bill, 1.0
    earned = sum(wages[i] * w[i] for i in places) + profit.sum() + got["revenue"].sum()
    yield "world income", sum(spending[j] * total[j] for j in places), earned
    for i, s in product(places, goods):
        yield "goods market", got["flows"][i, :, s].sum(), demanded[i, :, s].sum()
    for j in places:
        paid = sum((1 + new[i, j, s]) * got["flows"][i, j, s] for i in places for s in goods)
        yield "budget", paid, spending[j] * total[j]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 4))
def test_every_condition_holds_in_random_economies(kind, seed, regions, sectors):
    economy = random_economy(seed, regions, sectors)
    flows, tariffs, new, sigma = economy
    solution = solve(*economy, competition=kind)
    assert (solution.residual < 1e-11).all()
    for b, got in enumerate(each(solution)):
        for name, left, right in conditions(flows, tariffs, new[b], sigma, kind, got):
            assert left == pytest.approx(right, rel=1e-8, abs=1e-8), name


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 4))
def test_every_condition_holds_with_pass_through_owners_abroad_and_part_of_the_imbalances(
    seed, regions, sectors
):
    economy = random_economy(seed, regions, sectors)
    flows, tariffs, new, sigma = economy
    rng = np.random.default_rng(seed + 1)
    least = 1 - np.log(sigma / (sigma - 1)) / np.log(1.8)
    more = {
        "passed": rng.uniform(np.maximum(0.4, least), 1),
        "owners": rng.dirichlet(np.ones(regions), (regions, sectors)).transpose(2, 0, 1),
        "held": rng.choice([0.0, 0.5, 1.0]),
    }
    said = {"pass_through": more["passed"], "owners": more["owners"], "held": more["held"]}
    solution = solve(*economy, **said)
    for b, got in enumerate(each(solution)):
        for name, left, right in conditions(flows, tariffs, new[b], sigma, KINDS[0], got, **more):
            assert left == pytest.approx(right, rel=1e-8, abs=1e-8), name


@pytest.mark.parametrize(
    ("what", "seen"),
    [
        ("wages", {"price index", "flows", "wages", "income", "numeraire", "goods market"}),
        ("expenditure", {"flows", "income", "welfare", "world income", "budget"}),
        ("profits", {"profits"}),
        ("revenue", {"revenue"}),
    ],
)
def test_the_check_of_the_conditions_sees_a_wrong_number(what, seen):
    economy = random_economy(1, 3, 2, vectors=1)
    flows, tariffs, new, sigma = economy
    got = next(each(solve(*economy)))
    got[what] = got[what] * (np.array([1.0001, 1, 1]) if got[what].ndim == 1 else 1.0001)
    wrong = {
        name
        for name, left, right in conditions(flows, tariffs, new[0], sigma, "monopolistic", got)
        if left != pytest.approx(right, rel=1e-8, abs=1e-8)
    }
    assert seen <= wrong


@pytest.mark.parametrize("kind", KINDS)
def test_no_change_of_tariffs_changes_nothing(kind):
    flows, tariffs, _, sigma = random_economy(2, 4, 3)
    still = solve(flows, tariffs, tariffs[None], sigma, competition=kind)
    for name in ("welfare", "wages", "profits", "price_index", "consumer_price", "expenditure"):
        assert getattr(still, name) == pytest.approx(1, abs=1e-12), name
    assert still.flows[0] == pytest.approx(flows, rel=1e-12)
    assert still.revenue[0] == pytest.approx((tariffs * flows).sum(axis=(0, 2)), rel=1e-12)
    assert still.iterations.tolist() == [1]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 4), st.data())
def test_a_vector_has_the_same_bits_alone_and_in_any_batch(seed, regions, sectors, data):
    flows, tariffs, new, sigma = random_economy(seed, regions, sectors, vectors=7)
    together = solve(flows, tariffs, new, sigma)
    picked = data.draw(st.lists(st.integers(0, 6), min_size=1, max_size=9))
    for some in ([picked[0]], picked):
        apart = solve(flows, tariffs, new[some], sigma)
        for name, value in vars(apart).items():
            assert np.array_equal(value, getattr(together, name)[some]), name


def test_a_vector_has_the_same_bits_where_batches_are_cut():
    flows, tariffs, new, sigma = random_economy(5, 3, 2, vectors=129)
    together = solve(flows, tariffs, new, sigma)
    for k in (0, 127, 128):
        alone = solve(flows, tariffs, new[k : k + 1], sigma)
        for name, value in vars(alone).items():
            assert np.array_equal(value[0], getattr(together, name)[k]), (name, k)


# --- how it gets there -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_damped_steps_come_to_the_same_equilibrium(kind, monkeypatch):
    economy = random_economy(12, 4, 3, vectors=9)
    quick = solve(*economy, competition=kind)
    monkeypatch.setattr(steps, "_MOST", 3)
    slow = solve(*economy, competition=kind)
    assert slow.iterations.min() > 3 * quick.iterations.max()
    for name in ("welfare", "wages", "profits", "revenue", "price_index", "expenditure"):
        assert getattr(slow, name) == pytest.approx(getattr(quick, name), rel=1e-8), name


def test_vectors_that_are_begun_again_have_the_same_bits_alone(monkeypatch):
    flows, tariffs, new, sigma = random_economy(13, 4, 2, vectors=20)
    new[::2] = tariffs
    monkeypatch.setattr(steps, "_MOST", 3)
    together = solve(flows, tariffs, new, sigma)
    assert together.iterations[::2].tolist() == [1] * 10
    for k in (0, 1, 7, 19):
        alone = solve(flows, tariffs, new[k : k + 1], sigma)
        for name, value in vars(alone).items():
            assert np.array_equal(value[0], getattr(together, name)[k]), (name, k)


def test_few_steps_are_enough():
    flows, tariffs, new, sigma = random_economy(14, 5, 3, vectors=50)
    assert solve(flows, tariffs, new, sigma).iterations.max() <= 20


# --- known answers -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("before", "after"), [(0.0, 0.25), (0.1, 0.0), (0.3, 1.0)])
def test_two_alike_regions_have_a_closed_form(kind, before, after):
    """Wages stay, so that prices, shares and revenue follow without any iteration."""
    sigma, own, traded = 4.0, 8.0, 2.0
    flows = np.array([[own, traded], [traded, own]])[..., None]
    tariffs, new = (rate * (1 - np.eye(2))[..., None] for rate in (before, after))
    spent = own + (1 + before) * traded
    imported = (1 + before) * traded / spent
    lowered = imported * ((1 + after) / (1 + before)) ** (1 - sigma)
    price = (1 - imported + lowered) ** (1 / (1 - sigma))
    part = lowered / (1 - imported + lowered)
    spending = (own + traded) / (1 - part * after / (1 + after))
    got = solve(flows, tariffs, new[None], np.array([sigma]), competition=kind)
    assert got.wages == pytest.approx(1, abs=1e-10)
    assert got.price_index[0] == pytest.approx(price, rel=1e-9)
    assert got.expenditure[0] == pytest.approx(spending / spent, rel=1e-9)
    assert got.revenue[0] == pytest.approx(spending * part * after / (1 + after), abs=1e-9)
    assert got.welfare[0] == pytest.approx(spending / spent / price, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_own_share_and_revenue_share_are_all_that_matters_in_one_sector(kind, seed):
    """Arkolakis, Costinot and Rodriguez-Clare (2012); revenue as in Felbermayr and others (2015).

    With balanced trade welfare is own share to the power 1 / (1 - sigma), times the multiplier of
    revenue, 1 / (1 - revenue over expenditure).
    """
    flows, tariffs, new, sigma = balanced(seed, 4, 1)
    got = solve(flows, tariffs, new, sigma, competition=kind)
    spent, spent_new = (1 + tariffs) * flows, (1 + new) * got.flows
    own = np.einsum("iis->i", spent) / spent.sum(axis=(0, 2))
    own_new = np.einsum("biis->bi", spent_new) / spent_new.sum(axis=(1, 3))
    income = 1 - (tariffs * flows).sum(axis=(0, 2)) / spent.sum(axis=(0, 2))
    income_new = 1 - got.revenue / spent_new.sum(axis=(1, 3))
    expected = (own_new / own) ** (1 / (1 - sigma[0])) * income / income_new
    assert got.welfare == pytest.approx(expected, rel=1e-8)
    assert got.wages / got.consumer_price == pytest.approx(
        (own_new / own) ** (1 / (1 - sigma[0])), rel=1e-8
    )


def test_prohibitive_tariffs_lead_to_autarky():
    """Gains from trade are own share to the power 1 / (sigma - 1), here the other way round."""
    flows, _, _, _ = balanced(4, 3, 1)
    sigma = np.array([5.0])
    shut = 400.0 * (1 - np.eye(3))[None, ..., None]
    got = solve(flows, np.zeros(flows.shape), shut, sigma, competition="perfect")
    own = np.einsum("iis->i", flows) / flows.sum(axis=(0, 2))
    assert got.flows[0] * (1 - np.eye(3))[..., None] == pytest.approx(0, abs=1e-6)
    assert got.welfare[0] == pytest.approx(own ** (1 / (sigma[0] - 1)), rel=1e-6)


def test_the_unit_of_money_does_not_matter():
    flows, tariffs, new, sigma = random_economy(6, 4, 3)
    one, thousand = (solve(k * flows, tariffs, new, sigma) for k in (1, 1000))
    assert thousand.welfare == pytest.approx(one.welfare, rel=1e-9)
    assert thousand.revenue == pytest.approx(1000 * one.revenue, rel=1e-8)


def test_the_order_of_regions_does_not_matter():
    flows, tariffs, new, sigma = random_economy(7, 4, 3)
    order = [2, 0, 3, 1]
    at = np.ix_(order, order)
    turned = solve(flows[at], tariffs[at], new[:, order][:, :, order], sigma)
    assert turned.welfare == pytest.approx(solve(flows, tariffs, new, sigma).welfare[:, order])


@pytest.mark.parametrize("kind", KINDS)
def test_a_sector_cut_in_two_alike_halves_is_one_sector(kind):
    flows, tariffs, new, sigma = random_economy(8, 4, 2)
    cut = [0, 1, 1]
    halves = flows[..., cut] * np.array([1, 0.5, 0.5])
    whole = solve(flows, tariffs, new, sigma, competition=kind)
    parts = solve(halves, tariffs[..., cut], new[..., cut], sigma[cut], competition=kind)
    assert parts.welfare == pytest.approx(whole.welfare, rel=1e-9)
    assert parts.profits == pytest.approx(whole.profits[..., cut], rel=1e-9)


def test_what_a_region_neither_sells_nor_buys_is_left_out():
    flows, tariffs, new, sigma = random_economy(9, 3, 3)
    flows[0, :, 2] = 0
    flows[:, 0, 2] = 0
    got = solve(flows, tariffs, new, sigma)
    assert got.flows[:, :, 0, 2] == pytest.approx(0, abs=0)
    assert got.price_index[:, 0, 2] == pytest.approx(1, abs=0)
    assert np.isfinite(got.welfare).all()
    flows[..., 2] = 0
    without = solve(flows[..., :2], tariffs[..., :2], new[..., :2], sigma[:2])
    assert solve(flows, tariffs, new, sigma).welfare == pytest.approx(without.welfare, rel=1e-9)


def test_a_tariff_shifts_terms_of_trade_and_its_neighbours_lose():
    flows, tariffs, _, sigma = balanced(10, 3, 1)
    new = np.repeat(tariffs[None], 2, axis=0)
    new[1, 1:, 0] += 0.05
    got = solve(flows, tariffs, new, sigma, competition="perfect")
    assert got.wages[1, 0] > got.wages[0, 0]
    assert (got.welfare[1, 1:] < 1).all()
    assert got.revenue[1, 0] > got.revenue[0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_alike_regions_get_alike_answers(kind):
    """Four regions that differ in nothing but their names, each with a tariff on the others."""
    apart = 1 - np.eye(4)
    flows = np.stack([3 * apart + 20 * np.eye(4), apart + 50 * np.eye(4)], axis=2)
    new = np.stack([0.3 * apart, 0.1 * apart], axis=2)
    got = solve(flows, 0 * flows, new[None], np.array([5.0, 3.0]), competition=kind)
    for name in ("welfare", "wages", "profits", "revenue", "price_index", "expenditure"):
        found = getattr(got, name)[0]
        assert found == pytest.approx(np.broadcast_to(found[:1], found.shape), abs=1e-10), name
    assert got.wages == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sigma", [3.0, 5.0, 9.0])
def test_the_optimal_tariff_of_a_small_country_is_near_its_closed_form(kind, sigma):
    """1 / (sigma - 1) with one sector and one variety a country (Gros 1987)."""
    size = 1e-4
    flows = np.array([[0.5 * size, 0.5 * size], [0.5 * size, 1.0]])[..., None]
    rates = np.linspace(0, 3 / (sigma - 1), 601)
    new = np.zeros((len(rates), 2, 2, 1))
    new[:, 1, 0, 0] = rates
    got = solve(flows, 0 * flows, new, np.array([sigma]), competition=kind)
    best = rates[got.welfare[:, 0].argmax()]
    assert best == pytest.approx(1 / (sigma - 1), rel=0.02)


def test_without_imbalances_everybody_spends_what_it_earns_at_the_same_tariffs():
    flows, tariffs, new, sigma = random_economy(15, 4, 3)
    before = flows.sum(axis=(1, 2)) - flows.sum(axis=(0, 2))
    purged = without_imbalances(flows, tariffs, sigma)
    after = purged.sum(axis=(1, 2)) - purged.sum(axis=(0, 2))
    assert np.abs(before).max() > 1
    assert after == pytest.approx(0, abs=1e-8)
    assert without_imbalances(purged, tariffs, sigma) == pytest.approx(purged, rel=1e-9)
    still = solve(purged, tariffs, tariffs[None], sigma)
    assert still.welfare == pytest.approx(1, abs=1e-9)
    held, free = (solve(f, tariffs, new, sigma).welfare for f in (flows, purged))
    assert not np.allclose(held, free, rtol=1e-3)


def test_complete_pass_through_is_the_plain_model_to_the_bit():
    economy = random_economy(16, 3, 2)
    plain, same = solve(*economy), solve(*economy, pass_through=np.ones(2))
    for name, value in vars(plain).items():
        assert np.array_equal(value, getattr(same, name)), name


def test_in_the_short_run_sellers_bear_a_part_of_a_duty():
    flows, tariffs, _, sigma = balanced(17, 3, 2)
    new = tariffs[None].copy()
    new[0, 1, 0, 0] += 0.25
    full, part = (
        solve(flows, tariffs, new, sigma, pass_through=np.array([passed, 1.0]))
        for passed in (1.0, 0.5)
    )
    assert 1 < part.price_index[0, 0, 0] < full.price_index[0, 0, 0]
    assert part.profits[0, 1, 0] < full.profits[0, 1, 0] < 1
    assert part.welfare[0, 0] > full.welfare[0, 0]


def test_profits_of_plants_abroad_are_income_at_home():
    """A tariff that shelters the plants in region 0 is worth more to who owns them."""
    flows, tariffs, _, sigma = balanced(18, 3, 2)
    new = tariffs[None].copy()
    new[0, 1:, 0, 0] += 0.3
    owners = np.eye(3)[..., None] * np.ones(2)
    owners[0, 0, 0], owners[1, 0, 0] = 0.6, 0.4
    mine, shared = (
        solve(flows, tariffs, new, sigma),
        solve(flows, tariffs, new, sigma, owners=owners),
    )
    assert mine.profits[0, 0, 0] > 1
    assert shared.welfare[0, 1] > mine.welfare[0, 1]
    assert shared.welfare[0, 0] < mine.welfare[0, 0]


# --- faults ------------------------------------------------------------------------------------


def test_a_residual_that_grows_on_the_way_is_no_failure():
    """Balanced trade, moderate tariffs; the residual of small steps grows at first."""
    flows = np.array([[14.0, 1.0], [1.0, 9.0]])[..., None]
    new = np.array([[0, 0.6], [0.5, 0]])[None, ..., None]
    got = solve(flows, np.zeros(flows.shape), new, np.array([8.0]))
    assert (got.residual < 1e-11).all()


def test_too_few_steps_are_an_error_that_names_the_vector():
    flows, tariffs, new, sigma = random_economy(3, 3, 2, vectors=3)
    new[:2] = tariffs
    with pytest.raises(ConvergenceError, match=r"tariff vector 2 did not converge in 5 steps: .*"):
        solve(flows, tariffs, new, sigma, max_iterations=5)
    with pytest.raises(ConvergenceError, match="tariff vector 128 did not"):
        solve(flows, tariffs, np.concatenate([new[[0] * 128], new[2:]]), sigma, max_iterations=5)


def test_an_imbalance_that_cannot_be_paid_is_an_error():
    flows = np.array([[1.0, 8.0], [0.5, 1.0]])[..., None]
    shut = 3 * (1 - np.eye(2))[None, ..., None]
    with pytest.raises(ConvergenceError, match="and the trade imbalances, which stay"):
        solve(flows, np.zeros(flows.shape), shut, np.array([6.0]))


def changed(array, value, at):
    out = array.copy()
    out[at] = value
    return out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f, t, n, s: (f[:2], t, n, s), r"flows \(2, 3, 2\), .* do not fit"),
        (lambda f, t, n, s: (f, t[..., :1], n, s), r"tariffs \(3, 3, 1\) .* do not fit"),
        (lambda f, t, n, s: (f, t, n[0], s), r"new_tariffs \(3, 3, 2\) do not fit"),
        (lambda f, t, n, s: (f, t, n[:0], s), "holds no tariff vector; give at least one"),
        (lambda f, t, n, s: (f, t, n, s[:1]), "sigma has to be 2 elasticities above 1"),
        (lambda f, t, n, s: (f, t, n, changed(s, 1.0, 0)), "2 elasticities above 1, not"),
        (lambda f, t, n, s: (f, t, n, changed(s, np.nan, 0)), "2 elasticities above 1, not"),
        (lambda f, t, n, s: (changed(f, -1, (0, 1, 1)), t, n, s), "a flow is negative"),
        (lambda f, t, n, s: (changed(f, np.inf, (0, 1, 1)), t, n, s), "or not a number"),
        (lambda f, t, n, s: (changed(f, 0, 1), t, n, s), "every region has to sell something"),
        (lambda f, t, n, s: (changed(f, 0, (slice(None), 1)), t, n, s), "and to buy something"),
        (lambda f, t, n, s: (f, changed(t, -1, (0, 1, 1)), n, s), "^tariffs have to be finite"),
        (lambda f, t, n, s: (f, t, changed(n, -1.5, (0, 0, 1, 1)), s), "^new_tariffs have to be"),
        (lambda f, t, n, s: (f, t, changed(n, np.inf, (0, 0, 1, 1)), s), "^new_tariffs have to be"),
    ],
)
def test_bad_input_is_said_in_one_sentence(change, words):
    with pytest.raises(ValueError, match=words):
        solve(*change(*random_economy(11, 3, 2)))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"pass_through": np.array([0.0, 1.0])}, "pass_through has to be 2 shares above 0 to 1"),
        ({"pass_through": np.array([1.1, 1.0])}, "pass_through has to be 2 shares above 0 to 1"),
        ({"pass_through": np.ones(3)}, "pass_through has to be 2 shares above 0 to 1"),
        (
            {"pass_through": np.array([0.5, 1.0]), "competition": "perfect"},
            "has to be 1 under perfect competition: without profits nobody can bear",
        ),
        ({"owners": np.ones((3, 3))}, r"owners has to be \(3, 3, 2\) shares"),
        ({"owners": -np.eye(3)[..., None] * np.ones(2)}, "shares that are not negative"),
        ({"owners": np.ones((3, 3, 2))}, "the owners of a region's profits .* add up to 1"),
    ],
)
def test_a_bad_setting_is_said_in_one_sentence(more, words):
    with pytest.raises(ValueError, match=words):
        solve(*random_economy(11, 3, 2), **more)


# --- sizes and limits ---------------------------------------------------------------------------


def many(regions):
    """Give a world of many regions with one sector, and a tariff of region 0 on all others."""
    rng = np.random.default_rng(0)
    flows = 1e-3 * np.exp(rng.normal(0, 1.5, (regions, regions, 1)))
    flows[np.arange(regions), np.arange(regions)] = rng.uniform(3, 20, (regions, 1))
    new = np.zeros((1, *flows.shape))
    new[0, 1:, 0] = 0.2
    return flows, np.zeros(flows.shape), new, np.array([5.0])


def peak(call):
    """Give the most memory that a call takes, bytes."""
    tracemalloc.start()
    call()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_the_jacobian_is_computed_in_chunks_of_few_bytes(monkeypatch):
    """Chunks of 8 vectors of 60 regions: 80 times all flows, against 2,000 at once."""
    economy = many(60)
    whole = solve(*economy)
    monkeypatch.setattr(steps, "_MEMORY", 0)
    parts = solve(*economy)
    for name, value in vars(whole).items():
        assert np.array_equal(value, getattr(parts, name)), name
    assert peak(lambda: solve(*economy)) < 200 * economy[0].nbytes


@pytest.mark.nightly
def test_all_countries_of_the_world_take_little_memory():
    assert peak(lambda: solve(*many(194))) < 0.4e9


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("rate", "seed"), [(10.0, 1), (1e3, 3)])
def test_prohibitive_rates_are_come_to_through_lower_ones(kind, rate, seed):
    flows, tariffs, _, sigma = balanced(seed, 4, 2)
    new = tariffs[None].copy()
    new[0, 1:, 0] = rate
    got = solve(flows, tariffs, new, sigma, competition=kind)
    assert got.residual.max() < 1e-11
    for name, left, right in conditions(flows, tariffs, new[0], sigma, kind, next(each(got))):
        assert left == pytest.approx(right, rel=1e-8, abs=1e-8), name


@pytest.mark.parametrize("kind", KINDS)
def test_an_elasticity_near_one_is_solved(kind):
    flows, tariffs, new, _ = random_economy(0, 4, 2)
    sigma = np.array([1.01, 3.0])
    got = solve(flows, tariffs, new, sigma, competition=kind)
    for b, each_ in enumerate(each(got)):
        for name, left, right in conditions(flows, tariffs, new[b], sigma, kind, each_):
            if name not in ("price index", "consumer price"):
                assert left == pytest.approx(right, rel=1e-7, abs=1e-8), name


def test_regions_that_fall_apart_are_refused():
    flows, tariffs, new, sigma = random_economy(11, 5, 2)
    flows[:3, 3:] = flows[3:, :3] = 0
    with pytest.raises(ValueError, match=r"2 groups that do not trade .*: regions 3, 4 and the"):
        solve(flows, tariffs, new, sigma)
    flows[2, 4, 1] = 0.1
    assert (solve(flows, tariffs, new, sigma).residual < 1e-11).all()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"held": "all"}, "held has to be a number from 0 to 1, .* not 'all'"),
        ({"held": np.nan}, "held has to be a number from 0 to 1"),
        ({"held": 2}, "held has to be a number from 0 to 1"),
        ({"held": True}, "held has to be a number from 0 to 1"),
        ({"tolerance": "1e-9"}, "tolerance has to be a number above 0 and below 1, not '1e-9'"),
        ({"tolerance": 0.0}, "tolerance has to be a number above 0"),
        ({"tolerance": np.nan}, "tolerance has to be a number above 0"),
        ({"max_iterations": 2.5}, "max_iterations has to be a whole number of at least 1"),
        ({"max_iterations": 0}, "max_iterations has to be a whole number of at least 1"),
    ],
)
def test_a_setting_that_is_no_number_is_said_in_one_sentence(more, words):
    with pytest.raises(ValueError, match=words):
        solve(*random_economy(11, 3, 2), **more)


def test_sellers_do_not_lose_on_every_unit():
    """At a markup of 1 / 8 a duty of 25 % can be borne to 60 %: 7 / 8 × 1.25^0.6 is one."""
    flows, tariffs, _, _ = balanced(19, 3, 1)
    tariffs[:] = 0
    new, sigma = 0.25 * (1 - np.eye(3))[None, ..., None], np.array([8.0])
    least = 1 - np.log(8 / 7) / np.log(1.25)
    kept = solve(flows, tariffs, new, sigma, pass_through=np.array([least + 1e-6]))
    assert (kept.profits > 0).all()
    with pytest.raises(ValueError, match=r"of sector 0, .* is too low: .* sellers earn"):
        solve(flows, tariffs, new, sigma, pass_through=np.array([least - 1e-3]))
    low = np.array([least - 1e-3])
    more = solve(flows, tariffs, new, sigma, pass_through=low, markup=np.array([0.2]))
    assert (more.profits > 0).all()


def test_a_markup_of_one_over_the_elasticity_is_the_plain_model_to_the_bit():
    economy = random_economy(20, 3, 2)
    plain, same = solve(*economy), solve(*economy, markup=1 / economy[3])
    for name, value in vars(plain).items():
        assert np.array_equal(value, getattr(same, name)), name
    none = solve(*economy, markup=np.zeros(2))
    perfect = solve(*economy, competition="perfect")
    assert none.welfare == pytest.approx(perfect.welfare, rel=1e-12)
    assert none.profits == pytest.approx(perfect.profits, rel=1e-12)
