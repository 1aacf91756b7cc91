"""What governments gain in the scenario with numbers of its own: no deal, pledges, lobbies."""

import numpy as np
import pytest

from sim.config import override, parse, read_scenario
from sim.economy.governments import solve_tables
from sim.errors import ConfigError
from sim.scenario.economy import economy_spec, governments_of, grants_of
from sim.scenario.scenario import Scenario, talks_of
from tests.docs.test_readme import CONFIGS

FILE = CONFIGS / "scenarios" / "us_japan_korea_2025_governments.toml"
PLEDGE = "talks.{}.concessions.pledge"
ONE = {"economy.elasticity_draws": 1}


def config(changes=None):
    return parse(override(read_scenario(FILE), ONE | (changes or {})), FILE.parent)


def central(changes=None):
    return grants_of(config({"payoffs.draws": 1000} | (changes or {})), 0)


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(FILE, ONE | {"payoffs.draws": 60})


@pytest.mark.slow
def test_a_package_that_lowers_nothing_saves_nothing(scenario):
    payoffs, draws = scenario.payoffs, np.arange(60)
    none = np.full(60, -1)
    for rules in scenario.talks:
        k = scenario.talks.index(rules)
        paper = [none, none]
        paper[k] = np.zeros(60, dtype=int)
        assert not payoffs.payoff(draws, paper).any()
        given = [none, none]
        given[k] = np.full(60, rules.space.parts[1] - 1)
        values = payoffs.payoff(draws, given)
        partner = payoffs.countries.index(rules.partner)
        assert (values[partner] < 0).all()
        assert values[partner] == pytest.approx(payoffs.tail[partner][k][:, -1])


def test_no_deal_is_a_multiple_of_the_own_effect(scenario):
    said = config({"payoffs.draws": 60})
    weights = {c: governments_of(said, 0)[c].welfare for c in ("usa", "japan", "korea")}
    for country, high in (("usa", 4), ("japan", 5), ("korea", 5)):
        assert weights[country].min() >= 1
        assert weights[country].max() <= high
    assert np.median(weights["japan"]) == pytest.approx(2.75, abs=0.1)
    single = Scenario.load(FILE, ONE | {"payoffs.draws": 60, "payoffs.weights.japan.welfare": 1})
    double = Scenario.load(FILE, ONE | {"payoffs.draws": 60, "payoffs.weights.japan.welfare": 2})
    spec = economy_spec(said, 0)
    solved, _ = solve_tables(spec, talks_of(said))
    welfare = solved.main[0][0, 1, 0]
    more = double.payoffs.main[1][0] - single.payoffs.main[1][0]
    assert more == pytest.approx(np.broadcast_to(welfare, more.shape), abs=1e-9)
    assert welfare[-1] > 10


def test_the_pledge_of_the_smaller_economy_costs_more_of_the_same_face_value():
    tails = {}
    same = {}
    for talk in ("japan", "korea"):
        for key, value in (("cost", 0.03), ("horizon", 3.7), ("rise", 2)):
            same[f"{PLEDGE.format(talk)}.{key}"] = value
    grants = central(same)
    for talk in ("japan", "korea"):
        grant = grants[talk, "pledge"]
        tails[talk] = 600 * grant.cost[0] * (1 + 600 * grant.rise[0])
    assert tails["japan"] == pytest.approx(600 * 0.03 / 3.7 * (1 + 2 * 600 / 4026))
    assert tails["korea"] == pytest.approx(600 * 0.03 / 3.7 * (1 + 2 * 600 / 1870))
    assert tails["japan"] == pytest.approx(6.31, abs=0.01)
    assert tails["korea"] == pytest.approx(7.99, abs=0.01)
    means = [np.mean(g.cost * (1 + 600 * g.rise)) for g in (central()[t, "pledge"] for t in tails)]
    assert means[0] < means[1]


def test_the_cost_of_a_pledge_rises_faster_than_its_face_value(scenario):
    rules = scenario.talks[1]
    c = scenario.payoffs.countries.index("korea")
    per = rules.space.parts[1]
    cost = {}
    for level in (200, 400, 600):
        cost[level] = _pledge(scenario, c, level, per)
    assert (cost[400] >= 2 * cost[200] - 1e-9).all()
    assert (cost[600] - cost[400] >= cost[400] - cost[200] - 1e-9).all()
    assert (cost[600] > 3 * cost[200]).mean() > 0.95


def _pledge(scenario, c, level, per):
    rules = scenario.talks[1]
    names = [issue.name for issue in rules.space.issues]
    k = names.index("pledge")
    wanted = rules.space.issues[k].levels.index(level)
    levels = rules.space.levels[:per]
    others = [n for n in range(len(names)) if n != k]
    row = np.flatnonzero((levels[:, k] == wanted) & (levels[:, others] == 0).all(axis=1))[0]
    return -scenario.payoffs.tail[c][1][:, row]


@pytest.mark.slow
def test_no_protected_sector_gains_from_freeing_other_goods():
    fixed, plain = (
        solve_tables(economy_spec(said, 0), talks_of(said))[0]
        for said in (config(), config({"economy.lobbies": "equilibrium"}))
    )
    rules = talks_of(config())[0]
    levels = rules.space.levels[:: rules.space.parts[1]]
    measures = [m.name for m in rules.space.measures]
    other = [measures.index("baseline"), measures.index("suspended")]
    freed = np.array([levels[h, m] for h in range(len(levels)) for m in other]).reshape(-1, 2)
    kept = [m for m in range(len(measures)) if m not in other]
    heads = np.flatnonzero((freed > 0).all(axis=1) & (levels[:, kept] == 0).all(axis=1))
    assert len(heads)
    protected = [1 + fixed.sectors.index(s) for s in ("cars", "auto_parts", "steel", "aluminium")]
    change = fixed.main[0][0, 0][protected][:, 1 + heads]
    assert np.abs(change).max() < 1e-9
    assert (plain.main[0][0, 0][protected][:, 1 + heads] > 0).all()
    cut = np.flatnonzero(levels[:, measures.index("cars")] > 0)
    assert (fixed.main[0][0, 0][protected[0], 1 + cut] < 0).all()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({f"{PLEDGE.format('japan')}.size": None}, "a cost rises with a size, and there is no"),
        ({f"{PLEDGE.format('japan')}.rise": -1}, "the rise -1 is out of range; it has to be at"),
        ({f"{PLEDGE.format('japan')}.horizon": 0}, "the horizon 0 is out of range; it has to be"),
    ],
)
def test_what_is_wrong_with_the_cost_of_a_concession_is_a_sentence(changes, sentence):
    with pytest.raises(ConfigError) as caught:
        config(changes)
    assert sentence in str(caught.value)


def test_lobbies_at_fixed_wages_are_without_links():
    with pytest.raises(ConfigError, match=r"^economy\.lobbies: 'fixed_wages' is for production"):
        said = config({"economy.production": "links"})
        solve_tables(economy_spec(said, 0), talks_of(said))
