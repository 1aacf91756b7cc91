"""A file of draws: its values are those that worlds are played with, and its sentences."""

import numpy as np
import pandas as pd
import pytest

from sim.config import parse, read_scenario
from sim.errors import ConfigError, DataError
from sim.scenario.draws import drawn_numbers
from sim.scenario.scenario import Scenario
from tests.experiments.small import SCENARIO

REVIEW = "payoffs.weights.hub.review"


def scenario(folder, table=None, draws="draws.parquet"):
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    said = read_scenario(folder / "scenario.toml")
    if table is not None:
        table.to_parquet(folder / "draws.parquet", index=False)
    said["payoffs"]["draws"] = draws
    return parse(said, folder)


def test_worlds_are_played_with_the_values_of_the_file(tmp_path):
    values = [0.3, 0.1, 0.1, 0.25, 0.2]
    config = scenario(tmp_path, pd.DataFrame({REVIEW: values}))
    assert config.payoffs.draws == 5
    assert config.draws_file == tmp_path / "draws.parquet"
    assert drawn_numbers(config, 9)[REVIEW].tolist() == values
    game = Scenario.from_config(config, 9)
    assert game.review_cost["hub", "east"][:, 0].tolist() == values


def test_what_the_file_does_not_list_is_drawn_from_its_range(tmp_path):
    config = scenario(tmp_path, pd.DataFrame({"payoffs.weights.hub.outside": [0.0, 0.1] * 4}))
    plain = scenario(tmp_path, draws=8)
    here, there = (drawn_numbers(each, 9)[REVIEW].to_numpy() for each in (config, plain))
    assert np.array_equal(here, there)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (pd.DataFrame({REVIEW: []}), "has no draw; give a row for each"),
        (
            pd.DataFrame({"payoff.weights.hub.review": [0.1]}),
            "the column 'payoff.weights.hub.review' is not the path of an uncertain number of a "
            "scenario, such as payoffs.weights.NAME.revenue; did you mean 'payoffs'?",
        ),
        (
            pd.DataFrame({REVIEW: [0.1, np.nan]}),
            f"row 1, column {REVIEW}: nan is not a finite number",
        ),
        (
            pd.DataFrame({"payoffs.weights.hub.reviews": [0.1]}),
            "payoffs.weights.hub.reviews: there is no key 'reviews' at payoffs.weights.hub; did "
            "you mean 'review'?",
        ),
    ],
)
def test_a_bad_file_gets_a_sentence(tmp_path, table, sentence):
    with pytest.raises((ConfigError, DataError)) as problem:
        scenario(tmp_path, table)
    said = str(problem.value)
    assert said.startswith(str(tmp_path / "draws.parquet"))
    assert said.endswith(sentence)


def test_a_file_that_is_not_there_or_no_table(tmp_path):
    with pytest.raises(ConfigError, match=r"^payoffs.draws: there is no file '.*none.parquet'; "):
        scenario(tmp_path, draws="none.parquet")
    (tmp_path / "draws.parquet").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"draws.parquet: is no parquet file"):
        scenario(tmp_path)


def test_a_file_of_another_scenario_is_refused(tmp_path):
    table = pd.DataFrame({"talks.north.concessions.pledge.worth": [0.1]})
    with pytest.raises(ConfigError, match=r"draws.parquet: talks.north.* there is no key 'north'"):
        scenario(tmp_path, table)
