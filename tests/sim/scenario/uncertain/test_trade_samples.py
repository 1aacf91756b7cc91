"""Samples of the trade model: pass-through that leaves sellers something, shared elasticities."""

from dataclasses import replace

import numpy as np
import pytest

from sim.chance.spreads import SHAPES, Listed
from sim.config import override, parse, read_scenario
from sim.economy.data.spec import EconomySpec
from sim.economy.equilibrium.effects import TradeModel
from sim.economy.rates.tariffs import TariffWorld, book
from sim.economy.solved.components import components
from sim.errors import ConfigError
from sim.scenario.economy import economy_spec
from sim.scenario.scenario import talks_of
from sim.scenario.uncertain.trade_samples import highest_tariffs
from tests.docs.test_readme import CONFIGS
from tests.sim.economy import small

FILE = CONFIGS / "scenarios" / "us_japan_korea_2025_governments.toml"
SAMPLES = 100


def config(**changes):
    said = {name.replace("__", "."): value for name, value in changes.items()}
    return parse(override(read_scenario(FILE), said), FILE.parent)


def world(said, spec: EconomySpec) -> TariffWorld:
    talks = talks_of(said)
    return TariffWorld(spec.base, spec, talks, [book(rules, spec, spec.base) for rules in talks])


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_no_draw_of_the_pass_through_leaves_a_negative_margin(seed):
    said = config()
    spec = economy_spec(said, seed)
    no_deal = world(said, spec).vectors([np.zeros(1, dtype=int)] * 2)
    margins = []
    for e in range(SAMPLES):
        sigma = np.array([spec.sigma[name][e] for name in spec.base.sectors])
        margins.append(TradeModel(spec.base, spec.at(e), sigma).margins(no_deal))
    assert np.min(margins) >= 0
    cars = spec.passed["cars"]
    assert cars.shape == (SAMPLES,)
    assert cars.min() >= 0.3
    assert cars.max() <= 1
    assert cars.min() < 0.35
    assert cars[spec.sigma["cars"] > 7].min() > 0.53


def test_the_highest_tariffs_are_those_without_a_deal_and_those_of_retaliation():
    said = config()
    spec = economy_spec(said, 0)
    no_deal = world(said, spec).vectors([np.zeros(1, dtype=int)] * 2)[0]
    assert highest_tariffs(said, spec.base) == pytest.approx(no_deal, abs=1e-12)
    duty = {"importer": "CHN", "exporters": ["USA"], "goods": ["cars"], "points": 125}
    duty |= {"in_force": "2025-04-12"}
    more = parse(
        read_scenario(FILE) | {"economy": read_scenario(FILE)["economy"] | {"duties": {"a": duty}}},
        FILE.parent,
    )
    spec = economy_spec(more, 0)
    no_deal = world(more, spec).vectors([np.zeros(1, dtype=int)] * 2)[0]
    assert highest_tariffs(more, spec.base) == pytest.approx(no_deal, abs=1e-12)


def test_a_pass_through_of_one_gives_the_bits_of_a_scenario_without():
    every = {"low": 1, "central": 1, "high": 1}
    sectors = ("cars", "auto_parts", "other_goods")
    ones = config(economy__pass_through=dict.fromkeys(sectors, every), economy__elasticity_draws=2)
    none = config(economy__pass_through={}, economy__elasticity_draws=2)
    found = []
    for said in (ones, none):
        spec = economy_spec(said, 4)
        vectors = world(said, spec).vectors([np.array([0, 60])] * 2)
        sigma = np.array([spec.sigma[name][1] for name in spec.base.sectors])
        found.append(TradeModel(spec.base, spec.at(1), sigma).effects(vectors).values)
    assert found[0].tobytes() == found[1].tobytes()


def test_one_sample_has_the_central_pass_through_and_a_known_one_is_left_alone():
    one = economy_spec(config(economy__elasticity_draws=1), 0)
    assert one.pass_through["cars"] == 0.6
    assert one.pass_through["auto_parts"] == 0.9
    known = economy_spec(config(economy__pass_through__cars=0.3), 0)
    assert known.pass_through["cars"] == 0.3
    assert "cars" not in known.passed
    assert known.passed["auto_parts"].shape == (SAMPLES,)


def test_sectors_that_share_an_estimate_have_one_elasticity():
    shared = economy_spec(config(), 2).sigma
    assert np.array_equal(shared["cars"], shared["auto_parts"])
    apart = economy_spec(config(economy__estimates={}), 2).sigma
    assert not np.array_equal(apart["cars"], apart["auto_parts"])
    assert np.array_equal(apart["cars"], shared["cars"])
    assert np.array_equal(apart["steel"], shared["steel"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"economy__estimates": {"a": ["cars", "car"]}}, "economy.estimates.a: there is no sector"),
        (
            {"economy__estimates": {"a": ["cars", "steel"], "b": ["steel"]}},
            "economy.estimates.b: 'steel' is in a already; a sector has one elasticity",
        ),
        (
            {"economy__pass_through__cars": {"low": 0, "central": 0.5, "high": 1}},
            "economy.pass_through.cars: 0 is out of range; it has to be more than 0",
        ),
        (
            {"economy__pass_through__cars": {"low": 0.5, "central": 0.5, "high": 1.2}},
            "economy.pass_through.cars: 1.2 is out of range; it has to be at most 1",
        ),
    ],
)
def test_what_is_wrong_with_a_sample_is_a_sentence(changes, sentence):
    with pytest.raises(ConfigError) as caught:
        economy_spec(config(**changes), 0)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("shape", list(SHAPES))
def test_the_share_below_a_value_undoes_the_quantile(shape):
    spread = SHAPES[shape](0.3, 0.6, 1.0)
    share = np.linspace(0.01, 0.99, 37)
    assert spread.below(spread.quantile(share)) == pytest.approx(share, abs=1e-12)
    assert spread.below([0.0, 0.3, 2.0]) == pytest.approx([0, 0, 1], abs=1e-12)
    assert Listed.of([1.0, 2.0, 3.0, 4.0]).below(2.5) == pytest.approx(0.5)


def test_tables_are_solved_at_the_pass_through_of_each_sample(tmp_path, monkeypatch):
    monkeypatch.setenv("TARIFF_TALKS_CACHE", str(tmp_path))
    talks = small.talks()
    drawn = small.spec(passed={"cars": np.array([0.9, 0.7])}, markup={"cars": 0.2})
    books = [book(rules, drawn, drawn.base) for rules in talks]
    found = components(drawn.base, drawn, talks, books)
    for e, passed in enumerate((0.9, 0.7)):
        known = replace(drawn, passed={}, pass_through={"cars": passed})
        alone = components(known.base, known, talks, books)
        assert np.array_equal(found.main[0][e], alone.main[0][e])
    with pytest.raises(ValueError, match=r"take one: spec\.at\(sample\)"):
        TradeModel(drawn.base, drawn, np.array([4.0, 5.0, 3.0]))
