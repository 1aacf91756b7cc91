"""What the page on calibration and back-test says, at a reduced size: signs and magnitudes."""

import re
from pathlib import Path

import pandas as pd
import pytest

from experiments.backtest.calibration import acceptance, calibrate
from experiments.backtest.scores import Scores, scores
from experiments.commands.cli import parser
from experiments.commands.score import plan_to_score
from experiments.design.plan import Plan
from experiments.history.observed import read_outcomes
from experiments.history.patterns import KINDS
from experiments.runs.run import run
from sim.config import read_toml
from tests.docs.test_readme import CONFIGS, ROOT

PAGE = (ROOT / "docs" / "backtest.md").read_text(encoding="utf-8")
SMALL = {"draws": 200, "replications": 4, "worlds": 800, "economy.elasticity_draws": 1}
EU = CONFIGS / "scenarios" / "us_eu_2025.toml"


def scored(plan: Plan, folder: Path) -> Scores:
    return scores(run(plan, folder).store.outcomes(), plan)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_to_score(CONFIGS / "backtest.toml", changes=SMALL)


@pytest.fixture(scope="module")
def outcomes(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return run(plan, tmp_path_factory.mktemp("back_test")).store.outcomes()


@pytest.fixture(scope="module")
def back_test(plan: Plan, outcomes: pd.DataFrame) -> Scores:
    return scores(outcomes, plan)


@pytest.fixture(scope="module")
def means(back_test: Scores) -> pd.DataFrame:
    means = back_test.means()
    first = means["forecast"].iloc[0]
    return means[means["forecast"] == first].set_index("family")


@pytest.mark.slow
def test_rates_beat_no_change_and_lose_to_what_came(means: pd.DataFrame) -> None:
    rates = means.loc["rates"]
    assert 9 < rates["score"] < 11.5
    assert 0.1 < rates["status quo"] < 0.3
    assert 0.2 < rates["announced rates"] < 0.4
    assert -0.1 < rates["half of the announced"] < 0.1
    assert -0.3 < rates["15 percent on all"] < -0.05


def test_dates_pledges_and_events(means: pd.DataFrame) -> None:
    assert 100 < means.loc["give.pledge", "score"] < 220
    assert means.loc["dates", "half of the announced"] < -0.2
    assert means.loc["events", "status quo"] > 0.5
    assert -0.1 < means.loc["events", "half of the announced"] < 0.25


@pytest.mark.parametrize("talk", ["japan", "korea"])
def test_whether_there_is_a_deal_is_one_range(
    plan: Plan, outcomes: pd.DataFrame, talk: str
) -> None:
    """A hub that yields in time signs, one that yields later or never does not."""
    first = outcomes[outcomes["cell"] == 0]
    until = calibrate(first, plan).behaviour[f"strategies.usa.{talk}.until"].to_numpy()
    rows = first[first["talk"] == talk].sort_values("world")
    deal = (rows["status"] == "deal").to_numpy()
    assert deal[until < 0.96].mean() > 0.95
    assert not deal[until > 0.97].any()


def test_a_yes_without_steel_is_not_beaten(back_test: Scores) -> None:
    """The lead over a flat yes is steel alone: on all other events that yes is right."""
    table = back_test.table[back_test.table["family"] == "events"]
    rest = table[~table["target"].str.endswith("metals")].groupby("forecast")["score"].mean()
    assert rest["half of the announced"] == 0
    assert rest["4 May, the pause ends on 9 July"] > 0.1


def test_what_was_foreseen_and_what_not(back_test: Scores) -> None:
    table = back_test.table
    first = table[table["forecast"] == table["forecast"].iloc[0]].set_index(["talk", "target"])
    for talk in ("japan", "korea"):
        assert 0.5 < first.loc[(talk, "deal"), "mean"] < 0.75
        assert 0.4 < first.loc[(talk, "lowers.cars"), "mean"] < 0.65
        assert 0.05 < first.loc[(talk, "lowers.metals"), "mean"] < 0.2
        assert first.loc[(talk, "date"), "in 90 %"] == 0
        assert first.loc[(talk, "rate.metals"), "in 90 %"] == 0
        assert first.loc[(talk, "applied.other_goods"), "in 90 %"] == 1
    counted = back_test.coverage().iloc[0]
    assert counted["targets"] == 12
    assert counted["in 50 %"] <= 6
    assert counted["in 90 %"] <= 10


def test_dates_are_met_where_the_pause_may_be_extended(back_test: Scores) -> None:
    means = back_test.means()
    extended = means[means["forecast"] == "4 May, the pause may be extended"].set_index("family")
    assert extended.loc["dates", "half of the announced"] > 0.2
    assert back_test.coverage().iloc[1]["in 90 %"] >= 9


@pytest.mark.slow
def test_patterns_of_the_calibration(tmp_path: Path) -> None:
    plan = Plan.load(CONFIGS / "calibration.toml", SMALL)
    found = calibrate(run(plan, tmp_path).store.outcomes(), plan)
    share = acceptance(found).set_index("pattern")["share"]
    assert 0.7 < share["metals_kept"] < 0.9
    assert share["cars_for_a_pledge"] > 0.9
    assert share["reciprocal_between"] < 0.12
    assert share["bunched"] < 0.06
    assert share["all"] < 0.005
    assert len(found.patterns) == 8


@pytest.mark.slow
def test_a_posterior_is_played_whatever_number_of_draws_is_set(tmp_path: Path) -> None:
    file = tmp_path / "posterior.parquet"
    pd.DataFrame({"payoffs.weights.usa.revenue": [0.1, 0.2, 0.7]}).to_parquet(file)
    for key in ("draws", "payoffs.draws"):
        plan = plan_to_score(CONFIGS / "calibration.toml", None, file, {**SMALL, key: 40})
        prior, posterior = (plan.game(cell).payoffs.draws for cell in plan.cells)
        assert (prior, posterior) == (40, 3)


def test_another_partner(tmp_path: Path) -> None:
    plan = plan_to_score(EU, CONFIGS / "outcomes" / "us_eu_2025.toml", changes=SMALL)
    means = scored(plan, tmp_path).means()
    rates = means[means["family"] == "rates"].iloc[0]
    assert rates["status quo"] > 0.1
    assert rates["15 percent on all"] < 0


def test_the_forecast_knows_nothing_of_what_came() -> None:
    """No date of a step, an event or a level of the back-test is of later than 4 May 2025."""
    plan = Plan.load(CONFIGS / "backtest.toml")
    assert "letter" not in str(plan.scenario)
    assert not any(
        measure.get("path")
        for talk in plan.scenario["talks"].values()
        for measure in talk["measures"].values()
    )
    assert isinstance(plan.config.draws, int)
    assert all("payoffs.draws" not in cell.values for cell in plan.cells)


@pytest.mark.parametrize(
    "file", sorted((CONFIGS / "outcomes").glob("*.toml")), ids=lambda f: f.stem
)
def test_every_outcome_has_its_source(file: Path) -> None:
    said = read_outcomes(file)
    assert all(talk["source"] for talk in said["observed"].values())
    assert all(pattern["source"] for pattern in said.get("patterns", {}).values())


def test_commands_and_files_of_the_page(tmp_path: Path) -> None:
    commands = re.findall(r"^tariff-talks ((?:.*\\\n)*.*)$", PAGE, flags=re.MULTILINE)
    assert len(commands) == 4
    for words in commands:
        said = words.partition("#")[0].replace("\\\n", " ").split()
        parser(said).parse_args(said)
        assert all((ROOT / word).is_file() for word in said if word.startswith("configs/"))
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    file = tmp_path / "outcomes.toml"
    file.write_text(block, encoding="utf-8")
    plan = plan_to_score(EU, file)
    assert plan.config.observed["eu"].events() == {
        "deal": True, "lowers.cars": True, "lowers.metals": False
    }  # fmt: skip
    assert set(re.findall(r"`(\w+)`", PAGE.partition("Kinds of patterns:")[2])) >= set(KINDS)
    pictures = re.findall(r"!\[[^\]]+\]\((figures/[^)]+)\)", PAGE)
    assert len(pictures) == 4
    assert all((ROOT / "docs" / picture).is_file() for picture in pictures)
    assert read_toml(CONFIGS / "calibration.toml")["outcomes"]
