"""The scenario that ships with the project."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from sim.config import override, parse, read_toml
from sim.errors import AccuracyWarning, ConfigError
from sim.scenario.economy import economy_spec, governments_of, grants_of, review_cost_of
from sim.scenario.scenario import Scenario, check, talks_of

ROOT = Path(__file__).parents[3]
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
    assert len(found) > 120
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
    # Korn (1998) is an author, and KOR the region of a country
    pattern = re.compile(
        rf"\b(?!Korn\b)({'|'.join(map(re.escape, names))})(ese|n)?\b", re.IGNORECASE
    )
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
def test_a_talk_has_432_tariff_parts_and_36_concession_parts(config):
    for rules in talks_of(config):
        assert rules.space.parts == (432, 36)
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


def test_an_independent_draw_does_not_depend_on_how_many_there_are(mapping):
    alone = {"payoffs.sampling": "independent"}
    few, many = (
        parse(override(mapping, {"payoffs.draws": n} | alone), FILE.parent) for n in (10, 40)
    )
    for country, government in governments_of(few, 3).items():
        longer = governments_of(many, 3)[country]
        assert np.array_equal(government.price, longer.price[:10])
        assert np.array_equal(government.no_deal, longer.no_deal[:10])
        for (_, short), (_, long) in zip(government.profits, longer.profits, strict=True):
            assert np.array_equal(short, long[:10])
    for issue, grant in grants_of(few, 3).items():
        assert np.array_equal(grant.worth, grants_of(many, 3)[issue].worth[:10])
        assert np.array_equal(grant.cost, grants_of(many, 3)[issue].cost[:10])
    assert np.array_equal(
        review_cost_of(few, "cars", 10, 3), review_cost_of(many, "cars", 40, 3)[:10]
    )


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


# --- with the economy --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load(FILE, {"payoffs.draws": 40})


@pytest.mark.slow
def test_the_file_loads_as_it_is(scenario):
    assert scenario.countries == ("usa", "japan", "korea")
    assert scenario.labels["korea"] == "Korea"
    assert scenario.payoffs.draws == 40
    assert scenario.replications == 4
    assert set(scenario.strategies) == {
        (country, rules.name) for rules in scenario.talks for country in (rules.hub, rules.partner)
    }


@pytest.mark.slow
def test_no_deal_anywhere_is_worth_nothing(scenario):
    draws, none = np.arange(40), np.full(40, -1)
    assert np.array_equal(scenario.payoffs.payoff(draws, [none, none]), np.zeros((3, 40)))


def test_a_pledge_moves_its_worth_to_the_hub_and_its_cost_from_the_giver(scenario, mapping):
    grant = grants_of(parse(override(mapping, {"payoffs.draws": 40}), FILE.parent), 0)
    draws, none = np.arange(40), np.full(40, -1)
    space = scenario.talks[0].space
    little, more = (
        scenario.payoffs.payoff(draws, [np.full(40, space.package(suspended=5, pledge=p)), none])
        for p in (0, 400)
    )
    gain = more - little
    assert gain[0] == pytest.approx(400 * grant["japan", "pledge"].worth)
    assert gain[1] == pytest.approx(-400 * grant["japan", "pledge"].cost)
    assert np.array_equal(gain[2], np.zeros(40))


def test_rates_without_and_with_a_deal(scenario):
    book, space = scenario.rates["japan"], scenario.talks[0].space
    head = space.package(cars=15, baseline=0) // space.parts[1]
    assert book.applied("cars")[0] == pytest.approx(27.5, abs=0.01)
    assert book.applied("cars")[head] == pytest.approx(17.5, abs=0.01)
    assert book.added[0].tolist() == [25, 25, 25, 25, 24]
    assert book.added[head].tolist() == [15, 25, 25, 25, 14]


def test_a_wider_review_rule_leaves_the_payoffs_alone(scenario):
    narrow = Scenario.load(FILE, {"payoffs.draws": 40, "rules.review": "none"})
    assert [rules.review for rules in narrow.talks] == [(), ()]
    for c in range(3):
        for i in range(2):
            assert np.array_equal(narrow.payoffs.main[c][i], scenario.payoffs.main[c][i])


@pytest.mark.slow
def test_cells_that_differ_in_rules_or_costs_of_moves_share_their_payoffs(scenario):
    same = {"payoffs.draws": 40, "rules.period": 5, "positions.usa": "all"}
    moves = {"payoffs.weights.japan.audience": 2, "payoffs.weights.usa.review": 3}
    for more in ({}, moves):
        assert Scenario.load(FILE, same | more).payoffs is scenario.payoffs
    for change in ({"payoffs.weights.usa.price": 3}, {"payoffs.draws": 41}):
        assert Scenario.load(FILE, same | change).payoffs is not scenario.payoffs
    quick = same | {"economy.elasticity_draws": 1}
    one, other = (Scenario.load(FILE, quick, seed=n).payoffs for n in (0, 1))
    assert not np.array_equal(one.main[0][0], other.main[0][0])


@pytest.mark.slow
def test_payoffs_follow_the_data_files(mapping, tmp_path):
    for name in ("flows_2024.csv", "baseline_tariffs_2024.csv", "elasticities.csv"):
        (tmp_path / name).write_bytes((ROOT / "configs" / "data" / name).read_bytes())
    changes = {"economy.data": str(tmp_path), "economy.elasticity_draws": 1, "payoffs.draws": 2}
    config = parse(override(mapping, changes), FILE.parent)
    before = Scenario.from_config(config).payoffs
    flows = tmp_path / "flows_2024.csv"
    flows.write_text(flows.read_text().replace("USA,USA,cars,256.0,", "USA,USA,cars,1256.0,"))
    after = Scenario.from_config(config).payoffs
    assert not np.array_equal(before.main[0][0], after.main[0][0])


def third_partner(mapping):
    """Add a third partner, in words of the config only."""
    talk = {
        "partner": "union",
        "measures": {
            "cars": {"levels": [25, 0], "goods": ["cars"]},
            "suspended": {"levels": [10, 0], "goods": ["other_goods"]},
        },
        "concessions": {"purchases": {"levels": [0, 4], "worth": 0.1, "cost": 0.05}},
    }
    small = {"talks.japan.measures.cars.levels": [25, 15], "payoffs.draws": 3}
    added = override(mapping, small)
    added["countries"]["union"] = {"label": "Union", "region": "EU27"}
    added["talks"]["union"] = talk
    added["strategies"]["union"] = "linear"
    return added


@pytest.mark.slow
def test_a_third_partner_is_a_matter_of_config(mapping):
    config = parse(third_partner(mapping), FILE.parent)
    three = Scenario.from_config(config)
    assert three.countries == ("usa", "japan", "korea", "union")
    assert three.payoffs.heads == (216, 432, 4)
    assert set(three.payoffs.cross) == {(0, 1), (0, 2), (1, 2)}
    assert three.strategies["usa", "union"] == three.strategies["usa", "japan"]
    space = three.talks[2].space
    package = np.full(3, space.package(cars=0, suspended=0, purchases=4))
    none = np.full(3, -1)
    payoff = three.payoffs.payoff(np.arange(3), [none, none, package])
    assert (payoff[3] > 0).all()
    assert (payoff[1:3] < 0).all()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"countries.japan.region": "JAP"},
            "countries.japan.region: there is no region 'JAP'; did you mean 'JPN'?",
        ),
        (
            {"economy.third_country": {"CHNA": {"cars": 45}}},
            "economy.third_country.CHNA: there is no region 'CHNA'; did you mean 'CHN'?",
        ),
        (
            {"economy.regions": {"NAM": ["USA", "CAN", "MEX"]}},
            "countries.usa.region: there is no region 'USA'",
        ),
        (
            {"economy.regions": {"NAM": ["CAN", "MX"]}},
            "economy.regions.NAM: there is no region 'MX'; did you mean 'MEX'?",
        ),
        (
            {"strategies.usa.admits": ["car"]},
            "strategies.usa.admits: there is no measure 'car'; did you mean 'cars'?",
        ),
        (
            {"strategies.usa.inner.exponent": {"uniform": [0, 1]}},
            "strategies.usa.inner.exponent: exponent is 0; it has to be above 0",
        ),
    ],
)
def test_what_does_not_fit_the_data_or_the_strategies_is_one_sentence(mapping, changes, sentence):
    config = parse(override(mapping, changes), FILE.parent)
    for call in (check, Scenario.from_config):
        with pytest.raises(ConfigError) as caught:
            call(config)
        assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"economy.sigma.servces": 3}, "economy.sigma.servces: there is no sector 'servces'; did"),
        ({"economy.sigma.cars": {"low": 3}}, "economy.sigma.cars.central: missing; give the med"),
        ({"economy.sigma.cars": 0.9}, "economy.sigma.cars: 0.9 is out of range; an elasticity has"),
        (
            {"economy.pass_through.car": 0.5},
            "economy.pass_through.car: there is no sector 'car'; did you mean 'cars'?",
        ),
        (
            {"economy.pass_through.cars": 1.5},
            "economy.pass_through.cars: 1.5 is out of range; it has to be at most 1",
        ),
        (
            {"economy.third_country.others.car": 1},
            "economy.third_country.others.car: there is no key 'car' at economy.third_country.oth",
        ),
        (
            {"economy.third_country.others": {"car": 1}},
            "economy.third_country.others.car: there is no sector 'car'; did you mean 'cars'?",
        ),
        (
            {"talks.japan.measures.cars.goods": ["car"]},
            "talks.japan.measures.cars.goods: there is no sector 'car'; did you mean 'cars'?",
        ),
        (
            {"payoffs.weights.usa.profits.protected.sectors": ["steal"]},
            "payoffs.weights.usa.profits.protected.sectors: there is no sector 'steal'; did you",
        ),
        (
            {"economy.plants.japan.host": "UAS"},
            "economy.plants.japan.host: there is no region 'UAS'; did you mean 'USA'?",
        ),
        (
            {"economy.plants.japan.credited": 2},
            "economy.plants.japan.credited: 2 is out of range; it has to be at most 1",
        ),
    ],
)
def test_what_does_not_fit_the_trade_data_is_one_sentence(mapping, changes, sentence):
    with pytest.raises(ConfigError) as caught:
        economy_spec(parse(override(mapping, changes), FILE.parent), 0)
    assert str(caught.value).startswith(sentence)


def test_a_sector_without_an_elasticity_is_named(mapping, tmp_path):
    for name in ("flows_2024.csv", "baseline_tariffs_2024.csv"):
        (tmp_path / name).write_bytes((ROOT / "configs" / "data" / name).read_bytes())
    changes = {"economy.data": str(tmp_path), "economy.sigma.cars": 4}
    with pytest.raises(ConfigError) as caught:
        economy_spec(parse(override(mapping, changes), FILE.parent), 0)
    assert str(caught.value) == (
        "economy.sigma.auto_parts: missing; give the elasticity of every sector of the data"
    )


def test_an_elasticity_of_the_config_comes_before_that_of_the_data(mapping):
    changes = {"economy.elasticity_draws": 1, "economy.sigma.cars": 8}
    spec = economy_spec(parse(override(mapping, changes), FILE.parent), 0)
    assert (spec.sigma["cars"], spec.sigma["steel"]) == ([8.0], [5.0])


def test_two_countries_with_one_region_are_an_error(mapping):
    twice = override(mapping, {"countries.korea.region": mapping["countries"]["japan"]["region"]})
    sentence = (
        r"^countries\.korea\.region: 'JPN' is already the region of japan; every country needs"
    )
    with pytest.raises(ConfigError, match=sentence):
        parse(twice, FILE.parent)


def test_a_data_directory_that_is_not_there_is_named(mapping):
    config = parse(override(mapping, {"economy.data": "../dat"}), FILE.parent)
    with pytest.raises(ConfigError, match=r"economy\.data: there is no directory '\.\./dat'"):
        Scenario.from_config(config)


# --- later rates without a deal ----------------------------------------------------------------

METALS = {
    "talks.*.measures.metals.path": {"doubled": {"announced": "2025-06-03", "level": 50}},
    "payoffs.weights.*.no_deal": 0,
    "economy.elasticity_draws": 1,
    "payoffs.draws": 3,
}


@pytest.fixture(scope="module")
def doubled():
    return Scenario.load(FILE, METALS)


@pytest.mark.slow
def test_a_later_rate_without_a_deal_has_payoffs_of_its_own(doubled):
    plain = Scenario.load(FILE, {k: v for k, v in METALS.items() if "metals" not in k})
    now, (later,) = doubled.payoffs, doubled.payoffs.later
    for c in range(3):
        for i in range(2):
            assert np.array_equal(now.main[c][i], plain.payoffs.main[c][i])
            assert later.main[c][i][:, 0].tolist() == [0, 0, 0]
    space = doubled.talks[0].space
    head = 1 + space.package(metals=0) // space.parts[1]
    gains = [step.main[1][0][0, head] - step.main[1][0][0, 1] for step in (now, later)]
    assert 0 < 1.2 * gains[0] < gains[1]


@pytest.mark.slow
def test_what_is_kept_follows_the_path_and_what_is_agreed_does_not(doubled):
    book, space = doubled.rates["japan"], doubled.talks[0].space
    kept, free = (space.package(metals=m) // space.parts[1] for m in (25, 0))
    at = [book.goods.index("steel"), book.goods.index("aluminium")]
    assert book.added[kept, at].tolist() == [50, 50]
    assert book.added[free, at].tolist() == [0, 0]
    assert book.added[kept, book.goods.index("cars")] == 25


@pytest.mark.slow
def test_steps_come_in_the_order_of_their_days(mapping):
    path = {
        "second": {"announced": "2025-06-20", "level": 40},
        "first": {"announced": "2025-06-03", "level": 50},
    }
    change = {**METALS, "talks.*.measures.metals.path": path, "payoffs.draws": 1}
    steps = Scenario.from_config(parse(override(mapping, change), FILE.parent)).payoffs.steps
    assert len(steps) == 3
    gains = [step.main[1][0][0].max() for step in steps]
    assert gains[0] < gains[2] < gains[1]


# --- how payoffs were computed -----------------------------------------------------------------


@pytest.mark.slow
def test_a_scenario_says_how_its_payoffs_were_computed(mapping):
    changes = {
        "payoffs.draws": 2,
        "economy.imbalance": "purged",
        "economy.plants.japan.credited": 0.5,
    }
    found = Scenario.from_config(parse(override(mapping, changes), FILE.parent)).provenance
    assert found["imbalance"] == "purged"
    assert found["plants_credited"] == {"JPN in USA": 0.13}
    assert (found["regions"], found["sectors"], found["elasticity_samples"]) == (11, 7, 10)
    assert found["solver"]["tolerance"] == 1e-11
    assert 0 < found["solver"]["residual"] < 1e-11
    assert 4 <= found["solver"]["iterations"] <= 15
    table = found["table"]
    assert (table["kind"], table["joint_solves"]) == ("interaction", 300)
    assert table["max_error"] == max(table["max_error_by_country"].values())
    assert all(0.001 < off < 0.2 for off in table["error_bn"].values())
    assert 0.001 < table["max_error"] < 0.006
    assert table["max_error_of"].startswith(("welfare of ", "profits of "))
    assert found["warnings"] == []


def test_a_table_that_misses_the_joint_solutions_is_a_warning_with_its_way_out(monkeypatch):
    monkeypatch.setattr("sim.economy.provenance.MOST_ERROR", 0.001)
    changes = {"economy.elasticity_draws": 1, "payoffs.draws": 6}
    with pytest.warns(AccuracyWarning) as caught:
        Scenario.load(FILE, changes)
    sentence = str(caught[0].message)
    assert re.fullmatch(
        r"the payoff tables miss 300 joint solutions by up to 0\.\d % of the range "
        r'\(welfare of usa\); payoffs\.table = "exact" solves all pairs of packages instead',
        sentence,
    )
