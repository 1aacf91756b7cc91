"""How large a plan is: packages, the tables of its payoffs, and what is too large to be played."""

import json
from dataclasses import replace

import pytest

from experiments.commands import plan as plan_command
from experiments.commands.cli import main
from experiments.design.refine import TooManyPackagesError, refine
from experiments.design.refinement import Refinement
from experiments.runs import footprint
from experiments.runs.footprint import Size, beyond_pairs, narrower
from tests.sweeps import CONFIGS, load

QUICKSTART = CONFIGS / "quickstart.toml"
TWICE = Refinement.of(["2"])
FOUR = Refinement.of(["4"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quickstart", "clause"])
def test_the_tables_of_a_size_are_those_that_a_game_holds(name: str) -> None:
    plan = load(name, worlds=4, draws=2, replications=2)
    held = []
    for cell in plan.cells:
        game = plan.game(cell)
        counts = {talk.name: talk.space.size for talk in game.talks}
        tables = game.payoffs.cross.values()
        held.append((counts, sum(table.nbytes for each in tables for table in each)))
    found = Size.of(plan)
    assert found.tables == max(tables for _, tables in held) > 0
    assert found.packages == {n: max(counts[n] for counts, _ in held) for n in held[0][0]}


def test_given_payoffs_hold_no_tables_of_pairs() -> None:
    assert Size.of(load("obstinate")).tables == 0


def test_a_refined_size_is_that_of_the_refined_plan() -> None:
    plan, finer = load("quickstart"), Refinement.of(["cars=2,rounds=2"])
    assert Size.of(plan, finer) == Size.of(refine(plan, finer))
    assert Size.of(plan, finer).rounds == 2 * Size.of(plan).rounds


@pytest.mark.slow
def test_parts_of_what_is_too_large_can_be_made() -> None:
    """Each is a refinement that the option can say, and none is refused."""
    plan = load("quickstart")
    with pytest.raises(TooManyPackagesError):
        refine(plan, FOUR)
    parts = narrower(plan, FOUR)
    assert len(parts) >= 1 + 3 + 1, "the rounds, what is given, and all but some"
    for part in parts:
        assert Refinement.of([part.words]) == part
        assert refine(plan, part).config.name == f"quickstart-{part.name}"


def test_plan_says_what_a_grid_of_too_many_packages_would_take(capsys) -> None:
    small = {"worlds": 2, "draws": 1, "economy.elasticity_draws": 1}
    words = [f"--set={key}={value}" for key, value in small.items()]
    assert main(["plan", str(QUICKSTART), "--workers", "1", "--refine", "4", *words]) == 0
    said = capsys.readouterr().out
    sizes = {"as it is: 33": ("15,552", "19 MB"), "refined: 132": ("129,730,653", "1.6 TB")}
    for front, (count, tables) in sizes.items():
        told = f"{front} rounds; packages: japan {count}, korea {count}; tables of payoffs {tables}"
        assert told in said
    assert "'run' refuses it: a talk has at most 4,194,304 packages" in said
    assert "in proportion to packages and rounds, and 1.6 TB" in said
    assert "--refine rounds=4: 132 rounds" in said
    assert main(["run", str(QUICKSTART), "--refine", "4", *words])
    assert "'tariff-talks plan' with the same options says" in capsys.readouterr().err


@pytest.mark.slow
def test_tables_that_are_more_than_the_memory_are_refused(capsys, monkeypatch) -> None:
    """With one sample of the elasticities they fit."""
    for room in (footprint, plan_command):
        monkeypatch.setattr(room, "memory", lambda: 8e9)
    plan, few = load("quickstart"), load("quickstart", **{"economy.elasticity_draws": 1})
    assert Size.of(plan, TWICE).tables > 8e9 and Size.of(few, TWICE).tables < 8e9
    footprint.check_memory(refine(few, TWICE))
    for part in narrower(plan, TWICE):
        footprint.check_memory(refine(plan, part))
    assert main(["run", str(QUICKSTART), "--refine", "2"])
    assert (
        "payoffs: their tables take 39 GB, and this machine has 8.0 GB of memory; give fewer "
        "draws, levels or talks, refine less, or play one sample of the elasticities"
    ) in capsys.readouterr().err
    assert main(["plan", str(QUICKSTART), "--refine", "2", "--no-probe"]) == 0
    said = capsys.readouterr().out
    assert "refuses it: the tables alone are more than this machine's memory, 8.0 GB" in said


def test_draws_that_are_more_than_the_memory_are_refused_in_plan_and_run(
    capsys, monkeypatch
) -> None:
    monkeypatch.setattr(footprint, "memory", lambda: 8e9)
    many = ["--set", "payoffs.draws=1000000"]
    for command in (["plan", str(QUICKSTART), "--no-probe"], ["run", str(QUICKSTART)]):
        assert main([*command, *many]) == 2
        assert "this machine has 8.0 GB of memory; give fewer draws" in capsys.readouterr().err


@pytest.mark.parametrize("talks", [3, 10])
def test_more_than_two_talks_of_a_trade_model_are_told_before_the_run(talks) -> None:
    """Two, and talks with given payoffs, are exact enough to say nothing."""
    plan = load("quickstart")
    assert beyond_pairs(plan) == ""
    korea = plan.scenario["talks"]["korea"]
    more = {f"k{n}": korea for n in range(talks - 2)}
    wide = {**plan.scenario, "talks": {**plan.scenario["talks"], **more}}
    said = beyond_pairs(replace(plan, scenario=wide))
    assert said.startswith(f"{talks} talks of a trade model: ")
    given = {**wide, "payoffs": {**wide["payoffs"], "kind": "table"}}
    assert beyond_pairs(replace(plan, scenario=given)) == ""


def test_what_a_grid_that_is_too_large_would_take_is_told_as_json(capsys) -> None:
    assert main(["plan", str(QUICKSTART), "--refine", "4", "--no-probe", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    plan = load("quickstart")
    assert told["as it is"]["packages"] == Size.of(plan).packages
    assert told["refined"]["packages"] == Size.of(plan, FOUR).packages
    assert list(told["parts"]) == [part.words for part in narrower(plan, FOUR)]
