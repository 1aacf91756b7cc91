"""From equilibria to payoffs: the formula, draw by draw, and sizes in the base year that ships."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.chance.luck import uniforms
from sim.config import override, parse, read_toml
from sim.economy.data.base_year import load
from sim.economy.data.spec import Government, RedLine
from sim.economy.equilibrium.solve import solve
from sim.economy.governments import build, economy
from sim.economy.rates.tariffs import TariffWorld, book
from sim.economy.solved.components import components
from sim.scenario.economy import economy_spec, governments_of, grants_of
from sim.scenario.scenario import Scenario, talks_of
from tests.sim.economy import small

pytestmark = pytest.mark.fast

FILE = Path(__file__).parents[3] / "configs" / "scenarios" / "us_japan_korea_2025.toml"
DRAWS = 5
HUB, EAST, WEST = range(3)


@pytest.fixture(autouse=True, scope="module")
def place(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TARIFF_TALKS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def made():
    """Give talks, payoffs and solved tables of the small economy, two of its regions merged."""
    spec = small.spec(
        base=small.base_year().merged({"WEST AND REST": ("WEST", "REST")}),
        region={"hub": "HUB", "east": "EAST", "west": "WEST AND REST"},
    )
    talks = small.talks((small.CARS, small.METALS, small.BASELINE))
    found = economy(spec, talks, small.governments(DRAWS), small.grants(DRAWS))
    books = list(found.rates.values())
    return talks, found.payoffs, components(spec.base, spec, talks, books), spec


def welfare_only(draws):
    """Give governments that want nothing but welfare."""
    plain = Government((), np.zeros(draws), np.zeros(draws), np.zeros(draws))
    return dict.fromkeys(("hub", "east", "west"), plain)


def rebuilt(made, governments, grants):
    """Weigh the solved tables of the small economy anew."""
    talks, _, solved, spec = made
    return build(solved, [book(r, spec, spec.base) for r in talks], talks, governments, grants)


def every_pair(talks):
    """Give all pairs of packages, no deal (-1) among them."""
    sides = [np.arange(-1, rules.space.size) for rules in talks]
    return [side.ravel() for side in np.meshgrid(*sides, indexing="ij")]


def by_hand(talks, solved, draw, packages, governments, grants):
    """Add the value of one end state up for every country, from the words of the page."""
    heads = [
        0 if p < 0 else 1 + p // rules.space.parts[1]
        for p, rules in zip(packages, talks, strict=True)
    ]
    values = []
    for c, country in enumerate(("hub", "east", "west")):
        government = governments[country]
        parts = solved.main[0][draw % 2, c, :, heads[0]] + solved.main[1][draw % 2, c, :, heads[1]]
        parts = parts + small.crossed(solved)[0, 1][draw % 2, c, :, heads[0], heads[1]]
        value = parts[0] + government.revenue[draw] * parts[-2] - government.price[draw] * parts[-1]
        for sectors, weight in government.profits:
            value += weight[draw] * sum(parts[1 + small.SECTORS.index(name)] for name in sectors)
        for rules, package in zip(talks, packages, strict=True):
            if package < 0 or country not in (rules.hub, rules.partner):
                continue
            said = rules.space.decode(package)
            if any(said[issue.name] < issue.levels[0] for issue in rules.space.measures):
                value += government.no_deal[draw]
            grant = grants[rules.name, "pledge"]
            worth = grant.worth[draw] if country == "hub" else -grant.cost[draw]
            value += worth * said["pledge"]
            for line in government.red_lines if country == "hub" else ():
                full = {issue.name: issue.levels[0] for issue in rules.space.measures}
                cuts = [full[m] - said[m] for m in line.measures if m in said]
                if any(cut > 0 for cut in cuts):
                    value -= line.cost[draw] + line.per_point[draw] * sum(cuts)
        values.append(value)
    return values


# --- the formula -------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_value_of_an_end_state_is_what_the_formula_says(made):
    talks, payoffs, solved, _ = made
    governments, grants = small.governments(DRAWS), small.grants(DRAWS)
    here, there = every_pair(talks)
    rng = np.random.default_rng(2)
    picked = rng.permutation(len(here))[:120]
    draws = rng.integers(0, DRAWS, len(picked))
    got = payoffs.payoff(draws, [here[picked], there[picked]])
    for w, k in enumerate(picked):
        state = (here[k], there[k])
        expected = by_hand(talks, solved, draws[w], state, governments, grants)
        assert got[:, w] == pytest.approx(expected, abs=1e-9), state


def test_the_error_of_payoffs_bounds_what_the_tables_miss_in_any_difference():
    talks, governments, grants = small.talks(), small.governments(DRAWS), small.grants(DRAWS)
    rough, exact = (
        economy(small.spec(table=kind), talks, governments, grants)
        for kind in ("interaction", "exact")
    )
    said = [found.provenance["table"]["error_bn"] for found in (rough, exact)]
    heads = np.array([rules.space.parts[0] for rules in talks])
    here, there = 1 + (uniforms(0, "economy", "joint states", 300, n=2) * heads).astype(int).T
    for c, country in enumerate(rough.payoffs.countries):
        worth = [
            np.stack(
                [
                    np.tensordot(p.weights[c][d], p.cross[0, 1][c][p.family[d]], 1)[here, there]
                    for d in range(DRAWS)
                ]
            )
            for p in (rough.payoffs, exact.payoffs)
        ]
        off = np.pad(worth[0] - worth[1], ((0, 0), (0, 1)))
        assert said[0][country] == pytest.approx(np.ptp(off, axis=1).mean(), abs=1e-6)
        assert said[0][country] > 1e-5
        assert said[1][country] == pytest.approx(0, abs=1e-6)


def test_tables_of_one_talk_alone_miss_nothing():
    talks = small.talks()[:1]
    found = economy(small.spec(), talks, small.governments(DRAWS), small.grants(DRAWS))
    assert set(found.provenance["table"]["error_bn"].values()) == {0.0}


def test_no_deal_anywhere_is_worth_nothing_to_the_bit(made):
    _, payoffs, _, _ = made
    none = np.full(DRAWS, -1)
    assert np.array_equal(payoffs.payoff(np.arange(DRAWS), [none, none]), np.zeros((3, DRAWS)))


def test_a_deal_saves_the_cost_of_no_deal_only_if_it_lowers_something(made):
    talks = made[0]
    governments, grants = small.governments(DRAWS), small.grants(DRAWS)
    free = {k: replace(v, no_deal=np.zeros(DRAWS)) for k, v in governments.items()}
    with_cost, without = (rebuilt(made, g, grants) for g in (governments, free))
    none, space = np.full(DRAWS, -1), talks[0].space
    for package, saves in (
        (0, False),
        (space.package(pledge=300), False),
        (space.package(cars=15), True),
        (space.package(metals=0, pledge=100), True),
    ):
        packages = [np.full(DRAWS, package), none]
        draws = np.arange(DRAWS)
        saved = with_cost.payoff(draws, packages) - without.payoff(draws, packages)
        assert saved[HUB] == pytest.approx(saves * governments["hub"].no_deal)
        assert saved[EAST] == pytest.approx(saves * governments["east"].no_deal)
        assert np.array_equal(saved[WEST], np.zeros(DRAWS))


def test_a_deal_that_changes_nothing_is_worth_nothing_and_a_present_what_is_given(made):
    talks, payoffs, _, _ = made
    grants = small.grants(DRAWS)
    none, kept = np.full(DRAWS, -1), np.zeros(DRAWS, dtype=int)
    got = payoffs.payoff(np.arange(DRAWS), [kept, none])
    assert np.array_equal(got, np.zeros((3, DRAWS)))
    pledged = np.full(DRAWS, talks[0].space.package(pledge=300))
    gain = payoffs.payoff(np.arange(DRAWS), [pledged, none])
    assert gain[HUB] == pytest.approx(300 * grants["east", "pledge"].worth)
    assert gain[EAST] == pytest.approx(-300 * grants["east", "pledge"].cost)
    assert np.array_equal(gain[WEST], np.zeros(DRAWS))


def test_the_cost_of_no_deal_may_hang_on_how_many_talks_are_open(made):
    talks, plain, _, _ = made
    governments, grants = small.governments(DRAWS), small.grants(DRAWS)
    cost = governments["hub"].no_deal
    shaped = dict(governments)
    shaped["hub"] = replace(governments["hub"], no_deal_shape=(0, 1, 2.7))
    payoffs = rebuilt(made, shaped, grants)
    space, draws = talks[0].space, np.arange(DRAWS)
    paper, cut = space.package(pledge=300), space.package(metals=0)
    for packages, beyond in (
        ((-1, -1), 0),
        ((paper, paper), 0),
        ((cut, -1), 0.7),
        ((paper, cut), 0.7),
        ((cut, cut), 0.7),
    ):
        ends = [np.full(DRAWS, package) for package in packages]
        more = payoffs.payoff(draws, ends) - plain.payoff(draws, ends)
        assert more[HUB] == pytest.approx(beyond * cost), packages
        assert np.array_equal(more[EAST:], np.zeros((2, DRAWS)))


def test_a_cost_of_no_deal_that_adds_up_leaves_every_byte(made):
    plain = made[1]
    governments = dict(small.governments(DRAWS))
    governments["hub"] = replace(governments["hub"], no_deal_shape=(0, 1, 2))
    payoffs = rebuilt(made, governments, small.grants(DRAWS))
    assert payoffs.holdouts is None
    for here, there in zip(payoffs.main, plain.main, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(here, there, strict=True))


def test_what_is_lowered_in_one_talk_moves_the_other_partner(made):
    talks = made[0]
    payoffs = rebuilt(made, welfare_only(2), small.grants(2))
    free = np.full(2, talks[0].space.package(cars=0, metals=0, baseline=0))
    got = payoffs.payoff(np.arange(2), [free, np.full(2, -1)])
    assert (got[EAST] > 0.5).all()
    assert (got[WEST] < -0.01).all()


def test_the_hub_pays_each_red_line_once_in_each_talk(made):
    talks = made[0]
    plain = small.governments(DRAWS)
    line = np.linspace(1, 2, DRAWS)
    strict = dict(plain)
    free_of_depth = np.zeros(DRAWS)
    strict["hub"] = replace(
        plain["hub"],
        red_lines=(
            RedLine(("cars", "metals"), line, free_of_depth),
            RedLine(("baseline", "tea"), 10 * line, free_of_depth),
        ),
    )
    strict["east"] = replace(
        plain["east"], red_lines=(RedLine(("cars",), 100 * line, free_of_depth),)
    )
    free = {k: replace(v, red_lines=()) for k, v in plain.items()}
    grants, draws = small.grants(DRAWS), np.arange(DRAWS)
    one, other = (rebuilt(made, g, grants) for g in (free, strict))
    space = talks[0].space
    for package, lines in (
        (space.package(cars=15), 1),
        (space.package(cars=0, metals=0), 1),
        (space.package(metals=0, baseline=0), 11),
        (space.package(pledge=300), 0),
    ):
        here, none = np.full(DRAWS, package), np.full(DRAWS, -1)
        for packages, times in (([here, none], 1), ([none, here], 1), ([here, here], 2)):
            cost = one.payoff(draws, packages) - other.payoff(draws, packages)
            assert cost[HUB] == pytest.approx(lines * times * line)
            assert cost[EAST:] == pytest.approx(0)


def test_a_red_line_grows_with_the_cut_beside_what_touching_costs(made):
    talks = made[0]
    plain, grants, draws = small.governments(DRAWS), small.grants(DRAWS), np.arange(DRAWS)
    touch, point = np.linspace(1, 2, DRAWS), np.linspace(0.1, 0.5, DRAWS)
    line = RedLine(("cars", "metals", "tea"), touch, point)
    free = {k: replace(v, red_lines=()) for k, v in plain.items()}
    deep = free | {"hub": replace(free["hub"], red_lines=(line,))}
    deep["east"] = replace(free["east"], red_lines=(line,))
    one, other = (rebuilt(made, g, grants) for g in (free, deep))
    space, none = talks[0].space, np.full(DRAWS, -1)
    for package, touched, points in (
        (space.package(cars=15), 1, 10),
        (space.package(cars=0), 1, 25),
        (space.package(cars=0, metals=0), 1, 50),
        (space.package(cars=15, metals=0, baseline=0), 1, 35),
        (space.package(baseline=0, pledge=300), 0, 0),
    ):
        here = np.full(DRAWS, package)
        for packages, times in (([here, none], 1), ([none, here], 1), ([here, here], 2)):
            cost = one.payoff(draws, packages) - other.payoff(draws, packages)
            assert cost[HUB] == pytest.approx(times * (touched * touch + points * point))
            assert cost[EAST:] == pytest.approx(0)


def test_a_red_line_counts_the_points_that_an_inclusive_total_takes_off():
    spec = small.spec()
    cars = replace(small.CARS, inclusive=True)
    governments = small.governments(DRAWS)
    point = np.linspace(0.1, 0.5, DRAWS)
    free = {k: replace(v, red_lines=()) for k, v in governments.items()}
    line = RedLine(("cars",), np.zeros(DRAWS), point)
    deep = free | {"hub": replace(free["hub"], red_lines=(line,))}
    talks, grants = small.talks((cars, small.BASELINE)), small.grants(DRAWS)
    one, other = (economy(spec, talks, g, grants) for g in (free, deep))
    ordinary, draws = float(one.rates["east"].ordinary[0]), np.arange(DRAWS)
    assert ordinary > 0
    for level, cut in ((15, 25 - (15 - ordinary)), (0, 25)):
        here = np.full(DRAWS, talks[0].space.package(cars=level))
        packages = [here, np.full(DRAWS, -1)]
        cost = one.payoffs.payoff(draws, packages) - other.payoffs.payoff(draws, packages)
        assert cost[HUB] == pytest.approx(cut * point)


def test_a_row_of_values_agrees_with_payoffs(made):
    talks, payoffs, _, _ = made
    draws = np.arange(DRAWS)
    parts = talks[0].space.parts
    packages = np.arange(-1, parts[0]) * parts[1]
    packages[0] = -1
    for other in (-1, 0, talks[1].space.package(cars=0)):
        there = np.full(DRAWS, other)
        code = payoffs.encode(0, payoffs.states([there, there]))
        for c in range(3):
            row = payoffs.row(c, 0, draws, code)
            for state, package in enumerate(packages):
                got = payoffs.payoff(draws, [np.full(DRAWS, package), there])[c]
                given = payoffs.tail[c][1][draws, other % parts[1]] if other >= 0 else 0
                assert got - given == pytest.approx(row[:, state], abs=1e-9)


def test_draws_take_the_families_of_elasticities_in_turn(made):
    _, payoffs, solved, _ = made
    assert payoffs.family.tolist() == [0, 1, 0, 1, 0]
    equal = rebuilt(made, welfare_only(4), small.grants(4))
    for c in range(3):
        for i in range(2):
            assert np.array_equal(equal.main[c][i], solved.main[i][[0, 1, 0, 1], c, 0])


def test_components_without_weight_are_left_out_of_the_interaction(made):
    _, payoffs, solved, _ = made
    assert payoffs.cross[0, 1][HUB].shape[1] == 5
    only = rebuilt(made, welfare_only(2), small.grants(2))
    assert [w.tolist() for w in only.weights] == [[[1.0], [1.0]]] * 3
    assert np.array_equal(only.cross[0, 1][EAST], small.crossed(solved)[0, 1][:, EAST, :1])


# --- the scenario that ships -------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped():
    """Give what deals of the first talk do in the scenario, at its central elasticities."""
    config = parse(override(read_toml(FILE), {"economy.elasticity_draws": 1}), FILE.parent)
    spec, talks = economy_spec(config, 0), talks_of(config)
    base = spec.base
    books = [book(rules, spec, base) for rules in talks]
    world = TariffWorld(base, spec, talks, books)
    sigma = np.array([spec.sigma[name][0] for name in base.sectors])

    def outcome(competition="monopolistic", **values):
        """Give EV and car profits of hub, partner and rival if the first talk has these values."""
        head = talks[0].space.package(**values) // talks[0].space.parts[1]
        vectors = world.vectors([np.array([0, head]), np.zeros(2, int)])
        got = solve(base.flows, base.tariffs, vectors, sigma, competition=competition)
        spent = ((1 + base.tariffs) * base.flows).sum(axis=(0, 2))
        cars = base.sector("cars")
        before = base.flows[:, :, cars].sum(axis=1) / sigma[cars]
        profits = got.profits[..., cars] * before / got.consumer_price
        welfare = got.welfare * spent
        seats = [base.region(region) for region in spec.region.values()]
        change = [table[1, seats] - table[0, seats] for table in (welfare, profits)]
        return list(np.stack(change, axis=1))

    return outcome


ZERO = dict.fromkeys(("cars", "parts", "metals", "baseline", "suspended"), 0)


def test_cars_and_parts_at_15(shipped):
    hub, partner, rival = shipped(cars=15, parts=15)
    assert partner[0] == pytest.approx(2.0, abs=0.5)
    assert -1 < hub[0] < 3
    assert partner[1] == pytest.approx(2.1, abs=0.3)
    assert -0.3 < rival[0] < 0


def test_everything_at_zero(shipped):
    hub, partner, _ = shipped(**ZERO)
    assert 12 < partner[0] < 19
    assert -12 < hub[0] < 0


def test_the_suspended_part_is_worth_more_to_the_partner_than_cars_at_15(shipped):
    suspended, cars = (shipped(**deal)[1] for deal in ({"suspended": 0}, {"cars": 15, "parts": 15}))
    assert suspended[0] == pytest.approx(4.9, abs=1.0)
    assert suspended[0] > 1.5 * cars[0]
    assert suspended[1] < 0 < cars[1]


def test_the_link_between_partners_is_small_in_welfare_and_seen_in_car_profits(shipped):
    _, partner, rival = shipped(cars=0, parts=0)
    assert -0.5 < rival[0] < 0
    assert abs(rival[0]) < 0.1 * partner[0]
    assert rival[1] < -0.1


def test_the_hub_hardly_loses_from_deals_in_either_kind_of_competition(shipped):
    """Less than 0.05 % of what it spends (about USD 30,000 bn) in any deal with one partner."""
    for kind in ("monopolistic", "perfect"):
        for values in ({"cars": 0}, {"suspended": 0}, {"metals": 0}, ZERO):
            hub, _, _ = shipped(kind, **values)
            assert abs(hub[0]) < 15


def test_own_tables_and_interaction_are_near_the_joint_solution_of_a_merged_world():
    """Four regions, fewer levels, weights as they are; the largest error over all end states."""
    mapping = read_toml(FILE)
    seated = {country["region"] for country in mapping["countries"].values()}
    others = sorted(set(load(FILE.parent / mapping["economy"]["data"]).regions) - seated)
    changes = {
        "economy.regions": {"REST": others},
        "economy.third_country": {"REST": {"cars": 25, "other_goods": 20}},
        "economy.elasticity_draws": 1,
        "payoffs.draws": 8,
        "talks.*.measures.cars.levels": [25, 0],
        "talks.*.measures.parts.levels": [25, 0],
        "talks.*.measures.metals.levels": [25, 0],
        "talks.*.measures.baseline.levels": [10, 0],
        "talks.*.measures.suspended.levels": [14, 0],
    }
    quick, exact = (
        Scenario.load(FILE, changes | {"payoffs.table": table}).payoffs
        for table in ("interaction", "exact")
    )
    without = replace(quick, cross={})
    heads, tails = quick.heads[0], quick.tails[0]
    assert heads == 32
    states = [-1, *(tails * np.arange(heads)).tolist()]
    here, there = (side.ravel() for side in np.meshgrid(states, states))
    for draw in range(8):
        draws = np.full(len(here), draw)
        truth = exact.payoff(draws, [here, there])
        size = np.ptp(truth, axis=1)
        off = np.abs(quick.payoff(draws, [here, there]) - truth).max(axis=1) / size
        alone = np.abs(without.payoff(draws, [here, there]) - truth).max(axis=1) / size
        assert (off < 0.012).all()
        assert (off < 0.5 * alone).all()


@pytest.mark.slow
def test_the_scenario_gives_the_payoffs_that_its_parts_give():
    changes = {"economy.elasticity_draws": 1, "payoffs.draws": 3}
    scenario = Scenario.load(FILE, changes)
    config = parse(override(read_toml(FILE), changes), FILE.parent)
    found = economy(
        economy_spec(config, 0), talks_of(config), governments_of(config, 0), grants_of(config, 0)
    )
    payoffs = found.payoffs
    assert list(found.rates) == [rules.name for rules in scenario.talks]
    for c in range(3):
        for i in range(2):
            assert np.array_equal(payoffs.main[c][i], scenario.payoffs.main[c][i])
            assert np.array_equal(payoffs.tail[c][i], scenario.payoffs.tail[c][i])
        assert np.array_equal(payoffs.cross[0, 1][c], scenario.payoffs.cross[0, 1][c])
