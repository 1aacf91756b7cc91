"""Many worlds in memory."""

from pathlib import Path

import pytest

from experiments.app import engine
from experiments.app.choices import Choices, plan_of
from experiments.app.many import COMPARED, QUESTIONS, comparison, results, shares
from experiments.design.sweep import percent
from experiments.figures import FIGURES, Results
from experiments.results.intervals import Quantity, estimate
from experiments.runs.store import Store
from sim.errors import ConfigError

pytestmark = pytest.mark.fast


def played(choices: Choices, worlds: int, compare: bool = False) -> list[tuple[Results, int]]:
    sweep = comparison(choices.rule()) if compare else None
    return list(results(plan_of(choices.config("many_worlds", "How?", worlds, sweep))))


def test_worlds_come_in_parts_and_are_those_of_the_run(
    choices: Choices, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.commands.cli import main

    monkeypatch.setattr("experiments.app.many.PART", 8)
    found = played(choices, 20)
    assert [worlds for _, worlds in found] == [8, 16, 20]
    file = folder / "many_worlds.toml"
    file.write_text(choices.config("many_worlds", "How?", 20), encoding="utf-8")
    assert main(["run", str(file), "--workers", "1", "--no-figures", "--out", "out"]) == 0
    (directory,) = (folder / "out").iterdir()
    stored = Store.open(directory).outcomes()
    frame = found[-1][0].frame
    assert list(frame.columns) == list(stored.columns)
    for column in ("world", "talk", "status", "package", "payoff.hub"):
        assert frame[column].astype(str).tolist() == stored[column].astype(str).tolist()


def test_shares_of_deals_with_intervals(choices: Choices) -> None:
    ((found, _),) = played(choices, 20, compare=True)
    listed = shares(found)
    assert [share.name for share in listed] == [
        "deals of Hub – East, rule: every measure", "deals of Hub – West, rule: every measure",
        "deals of Hub – East, no rule", "deals of Hub – West, no rule",
    ]  # fmt: skip
    east = found.frame[(found.frame["cell"] == 0) & (found.frame["talk"] == "east")]
    share = 100 * (east["status"] == "deal").mean()
    assert listed[0].value == f"{share:.0f} %"
    assert listed[0].about.startswith("Of 20 worlds. The interval holds the share in 19 of 20 ")
    row = estimate(found.frame, Quantity.named("deals", found.frame), ["rules.review", "talk"])
    low, high = row.loc[0, ["low", "high"]]
    assert listed[0].between == f"between {percent(low)} and {percent(high)} %"
    assert low < share / 100 < high


def test_the_rule_is_compared_with_what_it_is_not() -> None:
    assert comparison("all") == {"rules.review": ["all", "none"]}
    assert comparison(["suspended"]) == {"rules.review": [["suspended"], "none"]}
    assert comparison("none") == {"rules.review": ["none", "all"]}


@pytest.mark.slow
def test_every_question_has_a_figure(choices: Choices) -> None:
    assert set(QUESTIONS) <= set(FIGURES)
    ((found, _),) = played(choices, 20, compare=True)
    for name in ("status", *COMPARED):
        table, picture = engine.picture(found, name)
        assert len(table)
        assert picture.startswith(b"\x89PNG")
    first, again = (engine.picture(found, "status", kind="svg")[1] for _ in range(2))
    assert first.startswith(b"<?xml")
    assert first == again


def test_a_figure_without_numbers_says_what_it_needs(choices: Choices) -> None:
    ((found, _),) = played(choices, 4)
    with pytest.raises(ConfigError, match="figure docket: it needs measures, and the turns"):
        engine.picture(found, "docket")


def test_games_are_kept_and_the_oldest_are_let_go(choices: Choices) -> None:
    plans = [
        plan_of(Choices(choices.scenario, {}, seed).config("x", "y"))
        for seed in range(engine.KEPT + 1)
    ]
    first = engine.game_of(plans[0], plans[0].cells[0])
    assert engine.game_of(plans[0], plans[0].cells[0]) is first
    for plan in plans[1:]:
        engine.game_of(plan, plan.cells[0])
    assert engine.game_of(plans[0], plans[0].cells[0]) is not first
