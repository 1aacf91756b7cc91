"""What is chosen on the page becomes a config that the command line takes."""

from pathlib import Path

import pytest

from experiments.app.choices import (
    MOST_WORLDS,
    Choices,
    check_seed,
    check_worlds,
    plan_of,
    read_changes,
    read_strategy,
)
from experiments.commands.cli import main
from sim.errors import ConfigError

pytestmark = pytest.mark.fast


def test_the_command_line_takes_the_config(
    choices: Choices, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"rules.review": "none", "strategies.east": {"name": "boulware", "exponent": 0.3}}
    text = Choices(choices.scenario, changes, 7).config("mine", "Why?", worlds=20)
    assert 'scenario = "scenarios/small.toml"' in text, "from where the page was started"
    (folder / "elsewhere").mkdir()
    file = folder / "elsewhere" / "mine.toml"
    file.write_text(text, encoding="utf-8")
    assert main(["show", str(file)]) == 0
    assert "Before a deal, these have to be reviewed: nothing." in capsys.readouterr().out
    assert main(["run", str(file), "--workers", "1", "--no-figures"]) == 0


def test_a_scenario_elsewhere_is_named_in_full(
    choices: Choices, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "other").mkdir()
    monkeypatch.chdir(folder / "other")
    text = choices.config("mine", "Why?")
    assert f'scenario = "{choices.scenario}"' in text
    assert plan_of(text).worlds == 1


def test_draws_grow_with_the_worlds(choices: Choices) -> None:
    counts = {}
    for worlds in (1, 1_000, 20_000):
        said = plan_of(choices.config("mine", "Why?", worlds)).config
        counts[worlds] = (said.draws, said.replications)
    assert counts == {1: (1, 1), 1_000: (100, 10), 20_000: (250, 80)}


def test_what_is_wrong_is_named_without_a_temporary_file(choices: Choices) -> None:
    wrong = Choices(choices.scenario, {"rules.reveiw": "none"})
    with pytest.raises(ConfigError, match=r"^rules.reveiw: .* did you mean 'review'\?$"):
        plan_of(wrong.config("mine", "Why?"))


def test_further_settings_are_toml() -> None:
    text = 'rules.period = 3\n"talks.*.measures.cars.levels" = [25, 0]\nrules.test = "by_change"'
    assert read_changes(text) == {
        "rules.period": 3,
        "talks.*.measures.cars.levels": [25, 0],
        "rules.test": "by_change",
    }
    assert read_changes("strategies.east = { name = 'linear' }") == {
        "strategies.east": {"name": "linear"}
    }
    assert read_changes("strategies.east = {}") == {"strategies.east": {}}, "told, not swallowed"
    with pytest.raises(
        ConfigError, match=r"further settings: not valid TOML: .*one setting a line"
    ):
        read_changes("rules.period 3")


def test_a_strategy_that_is_typed_in() -> None:
    assert read_strategy(" linear ", "strategies.east") == "linear"
    assert read_strategy("{ name = 'boulware', exponent = 0.3 }", "s") == {
        "name": "boulware",
        "exponent": 0.3,
    }
    with pytest.raises(ConfigError, match=r"strategies.east: is empty; type the name"):
        read_strategy("  ", "strategies.east")
    with pytest.raises(ConfigError, match=r"strategies\.east: not valid TOML"):
        read_strategy("{ name = ", "strategies.east")


def test_worlds_and_seeds_have_limits() -> None:
    assert check_worlds(MOST_WORLDS) == MOST_WORLDS
    with pytest.raises(ConfigError, match=r"worlds: 10,000,000 are more .* 'tariff-talks run'"):
        check_worlds(10_000_000)
    for nothing in (None, 0, -3):
        with pytest.raises(ConfigError, match="worlds: give a whole number of at least 1"):
            check_worlds(nothing)
    assert check_seed(0) == 0
    with pytest.raises(ConfigError, match="seed: give a whole number of at least 0"):
        check_seed(-1)


def test_single_worlds_take_central_elasticities(choices: Choices) -> None:
    real = Choices(Path(__file__).parents[3] / "configs/scenarios/suspended_only.toml")
    assert real.central() == {"economy.elasticity_draws": 1}
    assert real.rule() == ["suspended"]
    assert choices.central() == {}, "its payoffs are given"
    assert choices.rule() == "all"
