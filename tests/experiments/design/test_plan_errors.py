import os

import pytest

from experiments.design.plan import Plan
from sim.errors import ConfigError
from tests.experiments.small import EXPERIMENT, SCENARIO, write


def sentence(directory, more="", scenario=SCENARIO, changes=None, experiment=EXPERIMENT):
    config = write(directory, more, scenario)
    config.write_text(experiment + more, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Plan.load(config, changes)
    said = str(caught.value)
    assert "\n" not in said
    return said.replace(f"{directory}{os.sep}", "")


def sweep(path, values):
    return f'[sweep]\n"{path}" = {values}\n'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("wrlds = 3\n", "wrlds: there is no key 'wrlds'; did you mean 'worlds'?"),
        ("draws = 0\n", "draws: 0 is out of range; it has to be at least 1"),
        ("draws = 2.5\n", "draws: 2.5 is not a whole number"),
        ("sweep = 5\n", "sweep: 5 is not a table"),
        (
            sweep("rules.reviw", '["all"]'),
            "rules.reviw: there is no key 'reviw' at rules; did you mean 'review'?",
        ),
        (
            sweep("ruls.review", '["all"]'),
            "ruls.review: there is no key 'ruls'; did you mean 'rules'?",
        ),
        (
            sweep("rules.review", '["al"]'),
            "rules.review: 'al' is neither 'all', 'none' nor a list of measures; "
            "did you mean 'all'?",
        ),
        (
            sweep("rules.review", '[["cras"]]'),
            "rules.review: there is no measure 'cras'; did you mean 'cars'?",
        ),
        (
            sweep("rules.period", "[-1]"),
            "rules.period: -1 is out of range; it has to be at least 1",
        ),
        (
            sweep("strategies.east", '["linea"]'),
            "strategies.east: there is no strategy 'linea'; did you mean 'linear'?",
        ),
        (
            sweep("strategies.hub.untl", "[0.5]"),
            "strategies.hub.untl: there is no parameter 'untl'; did you mean 'until'?",
        ),
        (
            sweep("rules.review", '"all"'),
            "sweep.rules.review: 'all' is not a list of values; write a list such as [1, 2]",
        ),
        (
            sweep("rules.review", "[]"),
            "sweep.rules.review: [] is not a list of values; write a list such as [1, 2]",
        ),
        (
            sweep("rules.review", '["all", "all"]'),
            "sweep.rules.review: two values are called 'all'; give each {value = …, label = …}",
        ),
        (
            sweep("rules.period", '[{ value = 1, label = ["x"] }]'),
            "sweep.rules.period: the label ['x'] is no text in quotes",
        ),
        (
            sweep("rules.period", '[{ value = 1, also = "rules.review" }]'),
            "sweep.rules.period: also is 'rules.review'; write a table of dotted paths and values",
        ),
        (
            sweep("rules.period", "[{ value = 1, also = { rules.test = 'by_change' } }]")
            + '"rules.test" = ["by_exchange"]\n',
            "sweep.rules.period: also sets rules.test, which is swept itself; drop one",
        ),
        (
            sweep("rules.period", "[{ value = 1, also = { rules.tst = 'by_change' } }]"),
            "rules.tst: there is no key 'tst' at rules; did you mean 'test'?",
        ),
        (
            sweep("rules.period", "[{ value = 1, labl = 'x' }]"),
            "rules.period: there is no key 'labl'; beside a value stand only unit and source",
        ),
        (
            sweep("strategies.hub.until", "[{ uniform = [0.1] }]"),
            "strategies.hub.until: {'uniform': [0.1]}: a uniform has two ends, the lower one first",
        ),
        (
            '[overrides]\n"rules.perod" = 3\n',
            "rules.perod: there is no key 'perod' at rules; did you mean 'period'?",
        ),
        (
            '[overrides]\n"talks.*.measures.car.levels" = [1]\n',
            "talks.*.measures.car.levels: no key of the scenario fits this path",
        ),
    ],
)
def test_what_is_wrong_with_a_config_is_one_sentence(tmp_path, more, expected):
    assert sentence(tmp_path, more) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("worlds = 12", "", "worlds: missing; give the number of worlds per cell"),
        ("worlds = 12", "worlds = 0", "worlds: 0 is out of range; it has to be at least 1"),
        ("worlds = 12", "worlds = true", "worlds: true is not a whole number"),
        ("seed = 5", "seed = -1", "seed: -1 is out of range; it has to be at least 0"),
        ('name = "small"', "", "name: missing; give a short name for the results"),
        (
            'name = "small"',
            'name = "a/b"',
            "name: 'a/b' names a directory; use letters, digits, '_', '-' and '.' only",
        ),
        ('scenario = "scenario.toml"', "", "scenario: missing; give the path of a scenario file"),
        (
            'scenario = "scenario.toml"',
            "scenario = 5",
            "scenario: 5 is neither the path of a scenario file nor a scenario",
        ),
        (
            "scenario.toml",
            "scenaro.toml",
            "scenaro.toml: there is no such file; did you mean 'scenario.toml'?",
        ),
        ("seed = 5", "seed = ", "config.toml: not valid TOML: Invalid value (at line 6, column 8)"),
    ],
)
def test_what_is_wrong_at_the_top_of_a_config_is_one_sentence(tmp_path, old, new, expected):
    assert old in EXPERIMENT
    assert sentence(tmp_path, experiment=EXPERIMENT.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("change", "value", "expected"),
    [
        ("wrlds", 3, "wrlds: there is no key 'wrlds'; did you mean 'worlds'?"),
        ("ruls.review", "none", "ruls.review: there is no key 'ruls'; did you mean 'rules'?"),
        (
            "rules.review",
            "nine",
            "rules.review: 'nine' is neither 'all', 'none' nor a list of measures; "
            "did you mean 'none'?",
        ),
        ("worlds", "many", "worlds: 'many' is not a whole number"),
        (
            "strategies.east",
            "linaer",
            "strategies.east: there is no strategy 'linaer'; did you mean 'linear'?",
        ),
        ("rules", 5, "rules: 5 is not a table"),
        ("payoffs.draws", 2.5, "payoffs.draws: 2.5 is not a whole number"),
    ],
)
def test_what_is_wrong_with_a_change_is_one_sentence(tmp_path, change, value, expected):
    assert sentence(tmp_path, changes={change: value}) == expected


@pytest.mark.fast
def test_a_scenario_given_as_an_experiment_is_told_apart(tmp_path):
    write(tmp_path)
    with pytest.raises(ConfigError) as caught:
        Plan.load(tmp_path / "scenario.toml")
    assert str(caught.value) == (
        f"{tmp_path / 'scenario.toml'}: is a scenario, not an experiment; write a config that "
        "names it: scenario = 'scenario.toml', worlds = 1000"
    )


def test_a_scenario_that_is_wrong_is_named_by_its_own_key(tmp_path):
    scenario = SCENARIO.replace("rounds = 12", "rounds = 0")
    assert (
        sentence(tmp_path, scenario=scenario)
        == "calendar.rounds: 0 is out of range; it has to be at least 1"
    )


def test_a_config_that_is_not_there_has_a_near_match(tmp_path):
    write(tmp_path)
    with pytest.raises(ConfigError) as caught:
        Plan.load(tmp_path / "confg.toml")
    assert str(caught.value) == (
        f"{tmp_path / 'confg.toml'}: there is no such file; "
        f"did you mean '{tmp_path / 'config.toml'}'?"
    )
