"""The scenario that ships with the project."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from sim.config import override, parse, read_toml
from sim.scenario import talks_of
from sim.weights import economy_spec, governments_of, grants_of, review_cost_of

ROOT = Path(__file__).parents[2]
FILE = ROOT / "configs" / "scenarios" / "us_japan_korea_2025.toml"


@pytest.fixture(scope="module")
def mapping():
    return read_toml(FILE)


@pytest.fixture(scope="module")
def config(mapping):
    return parse(mapping, FILE.parent)


def numbers(table, path=""):
    """Find every number of a config with the table that holds it."""
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping):
            yield from numbers(value, here)
        elif isinstance(value, bool):
            continue
        elif isinstance(value, int | float) or (
            isinstance(value, list) and any(isinstance(x, int | float) for x in value)
        ):
            yield here, table


def test_every_number_has_its_unit_and_source_beside_it(mapping):
    found = dict(numbers(mapping))
    assert len(found) > 140
    for path, table in found.items():
        assert table.get("unit"), f"{path} has no unit"
        assert table.get("source"), f"{path} has no source"


def test_the_walk_finds_a_number_without_a_source():
    walked = dict(numbers({"a": {"b": {"levels": [1, 2]}, "c": "x", "d": True}, "e": 3}))
    assert set(walked) == {"a.b.levels", "e"}
    assert "source" not in walked["a.b.levels"]


def test_no_name_of_the_scenario_stands_in_the_code(config):
    names = set(config.countries)
    names |= {country.label for country in config.countries.values()}
    names |= {country.region for country in config.countries.values()}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})(ese|n)?\b", re.IGNORECASE)
    files = [*(ROOT / "sim").rglob("*.py"), *(ROOT / "experiments").rglob("*.py")]
    assert len(files) > 20
    for file in files:
        hit = re.search(pattern, file.read_text(encoding="utf-8"))
        assert hit is None, f"{file.relative_to(ROOT)} says '{hit.group() if hit else ''}'"


@pytest.mark.fast
def test_the_calendar_ends_with_the_pause(config):
    calendar = config.calendar
    assert (calendar.rounds, calendar.days_per_round) == (33, 2)
    assert str(calendar.start) == "2025-05-04"
    assert str(calendar.deadline) == "2025-07-09"


@pytest.mark.fast
def test_a_talk_has_144_tariff_parts_and_36_concession_parts(config):
    for rules in talks_of(config):
        assert rules.space.parts == (144, 36)
        assert rules.review == ("cars", "parts", "metals", "baseline", "suspended")
        assert rules.positions == (("suspended",), rules.review)


def test_the_country_part_comes_on_top_of_the_baseline(config):
    levels = {
        name: sum(talk.measures[m].levels[0] for m in ("baseline", "suspended"))
        for name, talk in config.talks.items()
    }
    assert levels == {"japan": 24, "korea": 25}


def test_units_of_concessions_keep_a_pledge_small(config):
    largest = config.talks["japan"].concessions["pledge"]
    assert largest.cost.high * largest.levels[-1] == pytest.approx(6.0)
    assert largest.worth.central * largest.levels[-1] == pytest.approx(2.4)


def test_a_draw_does_not_depend_on_how_many_there_are(mapping):
    few, many = (parse(override(mapping, {"payoffs.draws": n}), FILE.parent) for n in (10, 40))
    for country, government in governments_of(few, 3).items():
        longer = governments_of(many, 3)[country]
        assert np.array_equal(government.price, longer.price[:10])
        assert np.array_equal(government.no_deal, longer.no_deal[:10])
        for (_, short), (_, long) in zip(government.profits, longer.profits, strict=True):
            assert np.array_equal(short, long[:10])
    for issue, grant in grants_of(few, 3).items():
        assert np.array_equal(grant.worth, grants_of(many, 3)[issue].worth[:10])
        assert np.array_equal(grant.cost, grants_of(many, 3)[issue].cost[:10])
    assert np.array_equal(review_cost_of(few, 10, 3), review_cost_of(many, 40, 3)[:10])


def test_a_weight_of_the_hub_is_one_number_in_all_talks_and_a_cost_is_its_givers(config):
    grants = grants_of(config, 0)
    here, there = grants["japan", "pledge"], grants["korea", "pledge"]
    assert np.array_equal(here.worth, there.worth)
    assert not np.array_equal(here.cost, there.cost)


def test_fixing_one_weight_leaves_the_other_draws_alone(mapping, config):
    fixed = parse(override(mapping, {"payoffs.weights.usa.price": 5}), FILE.parent)
    before, after = (governments_of(c, 0)["usa"] for c in (config, fixed))
    assert set(after.price.tolist()) == {5.0}
    assert np.array_equal(before.revenue, after.revenue)


def test_medians_of_the_weights_are_the_central_values(mapping):
    config = parse(override(mapping, {"payoffs.draws": 4000}), FILE.parent)
    government = governments_of(config, 0)["usa"]
    assert np.mean(government.price < 5) == pytest.approx(0.5, abs=0.03)
    assert np.mean(government.revenue < 0.3) == pytest.approx(0.5, abs=0.03)


def test_one_family_of_elasticities_is_the_central_one(mapping):
    one = economy_spec(
        parse(override(mapping, {"economy.elasticity_draws": 1}), FILE.parent), seed=9
    )
    assert {name: sigma.tolist() for name, sigma in one.sigma.items()}["cars"] == [4.0]
    three = economy_spec(
        parse(override(mapping, {"economy.elasticity_draws": 3}), FILE.parent), seed=9
    )
    assert three.sigma["cars"].shape == (3,)
    assert ((three.sigma["cars"] >= 2.75) & (three.sigma["cars"] <= 8)).all()


def test_third_countries_pay_what_they_paid_on_the_day(config):
    rates = economy_spec(config, 0).third_country
    assert rates["CHN"]["other_goods"] == 145
    assert rates["others"]["other_goods"] == 10
    assert "exempt" not in rates["MEX"]
