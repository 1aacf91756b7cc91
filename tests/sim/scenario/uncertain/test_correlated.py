"""Numbers that are drawn together: ranks as wanted, values as they were."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from sim.config import override, parse, read_scenario
from sim.errors import ConfigError
from sim.scenario.draws import drawn_numbers
from sim.scenario.economy import economy_spec, governments_of, grants_of
from sim.scenario.uncertain.correlated import correlations
from tests.docs.test_readme import CONFIGS

FILE = CONFIGS / "scenarios" / "us_japan_korea_2025_governments.toml"
PROFITS = "payoffs.weights.{}.profits.cars_and_parts.weight"
REVENUE, PRICE = "payoffs.weights.usa.revenue", "payoffs.weights.usa.price"


def config(changes=None):
    said = {"economy.elasticity_draws": 4} | (changes or {})
    return parse(override(read_scenario(FILE), said), FILE.parent)


def together(target, *numbers):
    return {"numbers": list(numbers), "target": target}


@pytest.mark.parametrize("seed", [0, 5, 11])
@pytest.mark.parametrize("draws", [100, 250])
def test_ranks_have_their_target_and_no_value_moves(seed, draws):
    asked = config({"payoffs.draws": draws})
    apart = config({"payoffs.draws": draws, "payoffs.correlations": {}})
    got, before = drawn_numbers(asked, seed), drawn_numbers(apart, seed)
    for group in asked.payoffs.correlations.values():
        for k, one in enumerate(group.numbers):
            for other in group.numbers[:k]:
                rank = spearmanr(got[one], got[other]).statistic
                assert rank == pytest.approx(group.target, abs=0.05)
    assert list(got) == list(before)
    for path in got:
        assert np.abs(np.sort(got[path]) - np.sort(before[path])).max() == 0
    moved = {path for path in got if not np.array_equal(got[path], before[path])}
    named = {n for group in asked.payoffs.correlations.values() for n in group.numbers}
    assert moved <= named


def test_two_that_go_with_a_third_need_not_go_together():
    got = drawn_numbers(config({"payoffs.draws": 500}), 3)
    pledge = "talks.{}.concessions.pledge.{}"
    costs = [got[pledge.format(talk, "cost")] for talk in ("japan", "korea")]
    assert spearmanr(*costs).statistic == pytest.approx(0, abs=0.05)
    assert got[pledge.format("japan", "worth")].equals(got[pledge.format("korea", "worth")])


@pytest.mark.parametrize("target", [-0.8, -0.3, 0.0, 0.9])
def test_any_target_is_met_and_at_none_chance_is_taken_out(target):
    said = {"a": together(target, REVENUE, PRICE)}
    got = drawn_numbers(config({"payoffs.draws": 60, "payoffs.correlations": said}), 8)
    assert spearmanr(got[REVENUE], got[PRICE]).statistic == pytest.approx(target, abs=0.05)


def test_governments_and_grants_are_drawn_as_the_table_says():
    said = config({"payoffs.draws": 40})
    table = drawn_numbers(said, 2)
    governments, grants = governments_of(said, 2), grants_of(said, 2)
    for country in ("japan", "korea"):
        drawn = governments[country].profits[0][1]
        assert np.array_equal(drawn, table[PROFITS.format(country)])
        cost = table[f"talks.{country}.concessions.pledge.cost"]
        horizon = table[f"talks.{country}.concessions.pledge.horizon"]
        assert np.array_equal(grants[country, "pledge"].cost, cost / horizon)


def test_an_independent_draw_stays_the_same_however_many_there_are():
    alone = {"payoffs.sampling": "independent"}
    few, many = (drawn_numbers(config(alone | {"payoffs.draws": n}), 3) for n in (10, 4_000))
    path = [PROFITS.format(country) for country in ("japan", "korea")]
    assert np.array_equal(few[path[0]], many[path[0]][:10])
    assert np.array_equal(few[path[1]], many[path[1]][:10])
    assert spearmanr(many[path[0]], many[path[1]]).statistic == pytest.approx(0.5, abs=0.05)


def test_a_known_number_and_a_single_draw_need_no_correlation():
    known = config({PROFITS.format("japan"): 1, "payoffs.draws": 40})
    assert set(governments_of(known, 0)["japan"].profits[0][1]) == {1.0}
    one = governments_of(config({"payoffs.draws": 1}), 0)["japan"]
    plain = governments_of(config({"payoffs.draws": 1, "payoffs.correlations": {}}), 0)["japan"]
    assert np.array_equal(one.revenue, plain.revenue)


def test_a_manifest_says_what_was_asked_for_and_what_came_by_chance():
    said = config({"payoffs.draws": 250, "economy.elasticity_draws": 10})
    found = correlations(said, 1, economy_spec(said, 1))
    assert set(found["asked"]) == set(said.payoffs.correlations)
    for group in found["asked"].values():
        assert group["lowest"] == pytest.approx(group["target"], abs=0.05)
        assert group["highest"] == pytest.approx(group["target"], abs=0.05)
    table, chance = drawn_numbers(said, 1), found["chance"]["draws"]
    one, other = (table[path] for path in chance["of"])
    assert chance["correlation"] == pytest.approx(spearmanr(one, other).statistic, abs=1e-3)
    assert 0.05 < abs(chance["correlation"]) < 0.3
    assert abs(found["chance"]["elasticities"]["correlation"]) > 0.4
    assert set(found["chance"]["elasticities"]["of"]) != {
        "economy.sigma.cars",
        "economy.sigma.auto_parts",
    }


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"a": together(0.5, REVENUE, "payoffs.weights.usa.prise")}, "a.numbers: there is no unce"),
        ({"a": together(0.5, REVENUE)}, "a.numbers: a correlation is one of two different"),
        ({"a": together(0.5, REVENUE, REVENUE)}, "a.numbers: a correlation is one of two diff"),
        (
            {"a": together(0.5, REVENUE, PRICE), "b": together(0.2, PRICE, REVENUE)},
            "b.target: 0.2, and a says 0.5 of the same two numbers; say it once",
        ),
        ({"a": together(1, REVENUE, PRICE)}, "a.target: 1 is out of range"),
    ],
)
def test_what_is_wrong_with_a_correlation_is_a_sentence(said, sentence):
    with pytest.raises(ConfigError) as caught:
        governments_of(config({"payoffs.correlations": said}), 0)
    assert str(caught.value).startswith(f"payoffs.correlations.{sentence}")


def test_what_no_numbers_can_have_and_too_few_draws_are_sentences():
    extension = "payoffs.weights.usa.welfare"
    pairs = [(REVENUE, PRICE, 0.9), (PRICE, extension, 0.9), (REVENUE, extension, -0.9)]
    said = {f"p{k}": together(r, a, b) for k, (a, b, r) in enumerate(pairs)}
    with pytest.raises(ConfigError, match=r"^payoffs\.correlations: no numbers have all of these"):
        governments_of(config({"payoffs.correlations": said}), 0)
    with pytest.raises(ConfigError, match=r"need more than \d+ draws, and payoffs\.draws is 3"):
        governments_of(config({"payoffs.draws": 3}), 0)
