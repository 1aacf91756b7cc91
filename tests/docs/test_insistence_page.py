"""What the page on the mechanisms says of insisting and of walking away."""

from itertools import takewhile
from pathlib import Path

import pandas as pd
import pytest

from experiments.design.plan import Plan
from experiments.runs.run import run
from tests.docs.test_readme import CONFIGS, ROOT
from tests.dose import lines, turned, turns, walking
from tests.sweeps import load

PAGES = [
    (ROOT / "docs" / name).read_text(encoding="utf-8")
    for name in ("talks_tables.md", "talks_mechanisms.md")
]
NEVER = "never drops the rule"
FEW = {"worlds": 100, "draws": 25}


def section(title: str) -> list[str]:
    """Give the lines of a section of both pages, that of the tables first."""
    found = [page.partition(f"## {title}\n")[2].partition("\n## ")[0] for page in PAGES]
    assert found[-1], title
    return [line for text in found for line in text.splitlines() if line]


def tables(title: str) -> list[str]:
    """Give the lines of a section before it says what holds by construction, or came out."""
    return list(takewhile(lambda line: not line.startswith("**What "), section(title)))


def played(name: str, folder: Path, **changes: object) -> pd.DataFrame:
    return run(Plan.load(CONFIGS / f"{name}.toml", changes), folder).store.outcomes()


def test_the_page_tells_every_cell_of_the_config() -> None:
    told, stance = [], ""
    for line in tables("Insistence by dose"):
        if line.startswith("**A hub that"):
            stance = line.strip("*").removeprefix("A hub that ")
        elif line.startswith("| ") and not line.startswith("| Japan "):
            told.append(f"{stance}: {line.split(' | ')[0].removeprefix('| ')}")
    plan = Plan.load(CONFIGS / "insistence.toml")
    assert told == [
        f"{cell.labels['strategies.usa']}: {cell.labels['strategies.japan']}" for cell in plan.cells
    ]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return played("insistence", tmp_path_factory.mktemp("few"), **FEW)


@pytest.fixture(scope="module")
def japan(few: pd.DataFrame) -> pd.DataFrame:
    """Means of Japan's talk by cell."""
    mine = few[few["talk"] == "japan"]
    case = mine["strategies.usa"].astype(str) + ": " + mine["strategies.japan"].astype(str)
    told = mine.assign(case=case, deal=mine["status"] == "deal", pledge=mine["give.pledge"].where(
        mine["status"] == "deal"))  # fmt: skip
    return told.groupby("case").agg(
        deal=("deal", "mean"), pledge=("pledge", "mean"), payoff=("payoff.japan", "mean"),
        hub=("payoff.usa", "mean"), paid=("audience_cost", "mean"),
    )  # fmt: skip


@pytest.mark.slow
def test_the_later_the_rule_is_given_up_the_lower_is_the_pledge(japan: pd.DataFrame) -> None:
    doses = [
        f"never yields: drops the rule {at}"
        for at in ("at once", "at 0.7 of the time", "at 0.9 of the time")
    ]
    assert japan.loc[doses, "pledge"].is_monotonic_decreasing
    assert japan.loc[doses[0], "pledge"] - japan.loc[doses[-1], "pledge"] > 60
    assert (japan.loc[doses, "deal"] > 0.9).all()
    last = japan.loc["never yields: drops the rule in the last round"]
    assert last["deal"] < japan.loc[doses[-1], "deal"] - 0.05
    assert last["payoff"] < japan.loc[doses[-1], "payoff"]
    assert japan.loc[doses, "hub"].iloc[-1] < japan.loc[doses, "hub"].iloc[0] - 0.5


def test_insisting_pays_where_the_hub_opens_late_and_not_where_it_never_does(
    japan: pd.DataFrame,
) -> None:
    once, kept = (japan.loc[f"yields late: {dose}"] for dose in ("drops the rule at once", NEVER))
    assert kept["payoff"] > once["payoff"] + 1
    assert kept["hub"] < once["hub"] - 2
    assert japan.loc[f"never yields: {NEVER}", "payoff"] == 0
    assert japan.loc["never yields: drops the rule at once", "payoff"] > 1.5


def test_hardness_does_more_than_insisting(japan: pd.DataFrame) -> None:
    for dose in ("drops the rule at 0.7 of the time", "drops the rule at 0.9 of the time"):
        insists = japan.loc[f"never yields: {dose}", "payoff"]
        assert japan.loc[f"never yields: hard, {dose}", "payoff"] > insists + 0.5
    late = japan.loc[[f"yields late: {NEVER}", f"yields late: hard, {NEVER}"], "payoff"]
    assert late.iloc[1] > late.iloc[0] + 1


def test_giving_up_is_charged_and_too_dear_at_two_a_measure(japan: pd.DataFrame) -> None:
    free, half, two = (
        japan.loc[f"never yields: drops the rule at 0.5 of the time{cost}"]
        for cost in ("", ", cost 0.5", ", cost 2")
    )
    assert half["paid"] == pytest.approx(2.0)
    assert half["payoff"] == pytest.approx(free["payoff"] - 2.0)
    assert two["deal"] < 0.3
    assert two["payoff"] <= 0


@pytest.mark.slow
def test_walking_is_worth_something_where_a_talk_may_break_down(tmp_path: Path) -> None:
    frame = played("walking", tmp_path, **FEW)
    mine = frame[(frame["talk"] == "japan") & (frame["payoffs.weights.japan.outside"] == 40)]
    paid = mine.groupby(["rules.breakdown", "strategies.japan"])["payoff.japan"].mean()
    assert paid[0.0, "walks"] == pytest.approx(paid[0.0, "stays"], abs=1e-9)
    assert paid[0.02, "walks"] > paid[0.02, "stays"] + 10


@pytest.mark.nightly
def test_the_tables_are_those_of_the_configs(tmp_path: Path) -> None:
    found = {
        "Insistence by dose": lines(played("insistence", tmp_path)),
        "Outside options and who walks": walking(played("walking", tmp_path)),
    }
    for title, told in found.items():
        assert [line for line in tables(title) if line.startswith("|")] == [
            line for line in told if line.startswith("|")
        ]


@pytest.mark.nightly
def test_what_insisting_turns_on_is_what_the_page_says() -> None:
    plan = load("insistence", worlds=500, draws=250, replications=2)
    told = [line for line in section("Insistence by dose") if line in set(turned(plan))]
    assert len(told) == len(turns(plan))
