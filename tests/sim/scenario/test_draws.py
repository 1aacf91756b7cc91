"""The table of draws holds what worlds are played with."""

import numpy as np
import pytest

from sim import negotiate
from sim.config import parse, read_scenario
from sim.scenario.draws import drawn_behaviour, drawn_numbers
from sim.scenario.economy import (
    audience_cost_of,
    economy_spec,
    governments_of,
    grants_of,
    review_cost_of,
)
from sim.scenario.scenario import Scenario
from sim.scenario.uncertain.listing import uncertain
from sim.talks.model import TariffTalks
from tests.docs.test_readme import CONFIGS

FILE = CONFIGS / "scenarios" / "what_happened_2025.toml"
SEED, DRAWS = 3, 7


@pytest.fixture(scope="module")
def config():
    said = read_scenario(FILE)
    said["payoffs"]["draws"] = DRAWS
    said["economy"]["elasticity_draws"] = 2
    return parse(said, FILE.parent)


@pytest.fixture(scope="module")
def table(config):
    return drawn_numbers(config, SEED)


def test_weights_are_those_of_the_governments(config, table):
    governments = governments_of(config, SEED)
    usa = governments["usa"]
    weights = table.filter(like="payoffs.weights.usa")
    assert weights["payoffs.weights.usa.revenue"].tolist() == usa.revenue.tolist()
    assert weights["payoffs.weights.usa.price"].tolist() == usa.price.tolist()
    review = review_cost_of(config, "cars", DRAWS, SEED)
    assert weights["payoffs.weights.usa.review"].tolist() == review.tolist()
    grants = grants_of(config, SEED)
    pledge = grants["korea", "pledge"]
    assert table["talks.korea.concessions.pledge.cost"].tolist() == pledge.cost.tolist()
    assert table["talks.korea.concessions.pledge.worth"].tolist() == pledge.worth.tolist()


def test_elasticities_are_those_of_the_draw(config, table):
    cars = economy_spec(config, SEED).sigma["cars"]
    assert table["economy.sigma.cars"].tolist() == cars[np.arange(DRAWS) % 2].tolist()
    assert "economy.sigma.services" not in table or np.ptp(table["economy.sigma.services"]) > 0


def test_only_what_is_uncertain_and_has_a_say(config, table):
    paths = [number.path for number in uncertain(config)]
    assert len(paths) == len(set(paths))
    assert set(paths) <= set(table)
    assert "ratification.japan.diet.threshold" in paths
    assert "ratification.japan.farm_caucus.threshold" not in paths
    assert "payoffs.weights.japan.revenue" not in paths
    assert not any(path.startswith(("shocks", "threats")) for path in paths)
    assert "payoffs.weights.usa.extension" in paths


def test_behaviour_is_that_of_the_seats(tmp_path):
    from tests.experiments.small import SCENARIO

    (tmp_path / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    config = parse(read_scenario(tmp_path / "scenario.toml"))
    table = drawn_behaviour(config, 10, SEED)
    game = Scenario.from_config(config, SEED)
    model = TariffTalks(game, 10, seed=SEED)
    for talk in model.talks:
        hub = talk.places[0]
        for name, values in hub.parameters.items():
            column = f"strategies.hub.{talk.state.rules.name}.{name}"
            assert table[column].tolist() == values.tolist()
    assert len(table.columns) == 4
    late = drawn_behaviour(config, 4, SEED, first=6)
    assert late.equals(table.loc[6:])
    assert len(negotiate(game, 2).to_frame()) == 4


def test_what_giving_up_the_rule_costs_is_drawn_as_it_is_charged():
    said = read_scenario(FILE)
    said["payoffs"] |= {"draws": DRAWS}
    plain = parse(said, FILE.parent)
    assert "payoffs.weights.japan.audience" not in [n.path for n in uncertain(plain)]
    said["payoffs"]["weights"]["japan"]["audience"] = {"low": 0, "central": 1, "high": 5}
    config = parse(said, FILE.parent)
    (cost,) = audience_cost_of(config, DRAWS, SEED).items()
    assert cost[0] == ("japan", "japan")
    column = drawn_numbers(config, SEED)["payoffs.weights.japan.audience"]
    assert column.tolist() == cost[1].tolist()
    assert len(set(column)) == DRAWS


def test_there_are_as_many_draws_as_the_worlds_are_played_with(tmp_path):
    from tests.experiments.design.test_plan import PAYOFFS
    from tests.experiments.small import SCENARIO

    head, *rows = PAYOFFS.splitlines()
    lines = [f"draw,{head}", *(f"{d},{row}" for d in range(4) for row in rows)]
    (tmp_path / "west.csv").write_text("\n".join(lines))
    scenario = SCENARIO[: SCENARIO.index("[payoffs.given.west]")].replace("draws = 3", "draws = 1")
    (tmp_path / "scenario.toml").write_text(scenario + '[payoffs.given.west]\nfile = "west.csv"\n')
    config = parse(read_scenario(tmp_path / "scenario.toml"), tmp_path)
    game, table = Scenario.from_config(config, SEED), drawn_numbers(config, SEED)
    assert len(table) == game.payoffs.draws == 4
    costs = game.review_cost["hub", "east"][:, 0]
    assert table["payoffs.weights.hub.review"].tolist() == costs.tolist()
