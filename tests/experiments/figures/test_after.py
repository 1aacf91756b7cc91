"""After a run: names, units and figures also where nothing was offered, signed or played."""

import re

import pytest

from experiments.analysis.compare import compare_cells
from experiments.app.called import money
from experiments.app.runs import deals, failed
from experiments.commands.cli import main
from experiments.design.plan import Plan
from experiments.figures import FIGURES
from experiments.figures.pictures import draw_some, pictures
from experiments.results.quantities import agreement
from experiments.results.replay import keep_turns
from experiments.results.results import Results
from experiments.runs.run import run
from experiments.runs.store import plan_of
from sim.errors import ConfigError
from tests.experiments.small import SCENARIO, load, write

ALIKE = """
[sweep]
"strategies.east.exponent" = [0.5, 2]
"strategies.west.exponent" = [0.5, 2]
"""
BOTH = SCENARIO.replace('east = "linear"', 'east = "boulware"').replace(
    'west = { name = "linear" }', 'west = "boulware"'
)
RULES = """
[sweep]
"talks.east.rules.review" = ["all", "none"]
"talks.west.rules.review" = ["all", "none"]
"""
"""Two swept paths that end alike: parameters of strategies, and rules of talks."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "scenario"), [(ALIKE, BOTH), (RULES, SCENARIO)], ids=["strategies", "talks"]
)
def test_two_swept_paths_that_end_alike_have_two_names(tmp_path, more, scenario):
    results = Results.load(run(load(tmp_path, more, scenario), tmp_path / "out").store.directory)
    first, second = results.varied
    assert results.path(first) != results.path(second)
    assert results.player(first) != results.player(second)
    table = agreement(results.frame, results.varied)
    assert list(table.columns[:2]) == [first, second]
    shown = deals(results)
    assert len(set(shown.columns)) == len(shown.columns) == 8
    assert len(shown) == 4


def barren(kind):
    """Give a sweep and a scenario in which no side gains by any package, or nothing is opened."""
    more = '[sweep]\n"rules.review" = ["all", "none"]\n'
    if kind == "no offer":
        nothing = "reservation = { hub = 99, partner = 99 }"
        said = SCENARIO
        for talk in ("east", "west"):
            said = said.replace(f"[payoffs.given.{talk}]", f"[payoffs.given.{talk}]\n{nothing}")
        return more, said
    return more.replace(', "none"', ""), SCENARIO.replace(
        'positions = { hub = ["metals"] }', "positions = { hub = [] }"
    ).replace('admits = ["metals"]\nuntil = { uniform = [0.1, 1.4] }', "admits = []\nuntil = 2")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["no offer", "no deal"])
def test_every_figure_has_numbers_or_says_why_not(tmp_path, kind):
    store = run(load(tmp_path, *barren(kind)), tmp_path / "out").store
    keep_turns(store, plan_of(store))
    results = Results.load(store.directory)
    assert "deal" not in set(results.frame["status"])
    if kind == "no offer":
        assert results.frame[["offers.hub", "offers.partner"]].to_numpy().sum() == 0
    for name, module in FIGURES.items():
        try:
            table = module.numbers(results)
        except ConfigError as problem:
            assert str(problem)
        else:
            assert len(table) or module.EMPTY, name


@pytest.mark.nightly
@pytest.mark.parametrize("kind", ["no offer", "no deal"])
def test_report_and_figures_come_out(tmp_path, kind, capsys):
    load(tmp_path, *barren(kind))
    words = ["run", str(tmp_path / "config.toml"), "--out", str(tmp_path / "out")]
    assert main([*words, "--workers", "1"]) == 0
    told = capsys.readouterr().err
    assert "cannot be drawn" not in told
    assert ": left out; " in told
    (directory,) = (tmp_path / "out").iterdir()
    assert (directory / "report.html").is_file()
    assert (directory / "figures" / "status.png").is_file()


def test_a_run_of_which_every_cell_failed_is_a_sentence_wherever_it_is_read(tmp_path, capsys):
    more = '[overrides]\n"strategies.east" = "own.py:Breaks"\n'
    store = run(load(tmp_path, more), tmp_path / "out").store
    said = f"{store.directory}: every cell failed, so that there is nothing to read or draw"
    with pytest.raises(ConfigError, match="every cell failed"):
        Results.load(store.directory)
    for words in (["plot"], ["plot", "--report"], ["plot", "--figure", "status"]):
        assert main([words[0], str(store.directory), *words[1:]]) == 2
        assert said in capsys.readouterr().err


def test_a_run_of_which_every_cell_failed_has_a_report_that_says_so(tmp_path, capsys):
    more = """[sweep]
"rules.review" = ["all", "none"]
"strategies.east" = [{ name = "own.py:Breaks" }, { name = "own.py:Breaks", how = "type" }]
"""
    load(tmp_path, more)
    words = ["run", str(tmp_path / "config.toml"), "--out", str(tmp_path / "out")]
    assert main([*words, "--workers", "1"]) == 1
    (directory,) = (tmp_path / "out").iterdir()
    report = directory / "report.html"
    assert str(report) in capsys.readouterr().out
    text = report.read_text(encoding="utf-8")
    for said in ("Every cell failed", "no more ideas", "every measure", "no rule", "run --retry"):
        assert said in text
    report.unlink()
    assert main(["plot", str(directory)]) == 2
    assert report.read_text(encoding="utf-8") == text
    table = failed(str(directory))
    assert table is not None
    assert sorted(table["cell"]) == [0, 1, 2, 3]
    assert table["why"].str.len().min() > 10


@pytest.mark.slow
@pytest.mark.parametrize("where", ["numbers", "draw"])
def test_a_figure_that_fails_takes_no_other_with_it(tmp_path, monkeypatch, where):
    store = run(load(tmp_path), tmp_path / "out").store
    (store.figures / "phone").mkdir(parents=True)

    def fails(*given, **how):
        raise ValueError("Length mismatch")

    chosen = pictures({"status": {}, "timing": {}, "shares": {}})
    monkeypatch.setattr(FIGURES["timing"], where, fails)
    drawn = {one.picture.name: one for one in draw_some(store.directory, chosen)}
    assert drawn["timing"].problem.startswith(
        "figure timing: cannot be drawn of this run (ValueError: Length mismatch, test_after.py, "
    )
    assert drawn["status"].files
    assert drawn["status"].problem == ""
    assert (drawn["shares"].files != ()) == (drawn["shares"].problem == "")


def test_a_figure_that_is_left_out_unasked_says_why(tmp_path, capsys):
    store = run(load(tmp_path), tmp_path / "out").store
    (store.figures / "phone").mkdir(parents=True)
    chosen = [each for each in pictures({}) if each.name in ("shares", "rivalry", "indices")]
    drawn = draw_some(store.directory, chosen)
    for one in drawn:
        said = f"figure {one.picture.name}: left out; {FIGURES[one.picture.figure].EMPTY}"
        assert (one.files == ()) == (one.left_out == said)
        assert one.problem == ""
    assert any(one.left_out for one in drawn)


def test_given_payoffs_have_no_unit_of_money_anywhere(tmp_path):
    stores = [run(load(tmp_path, seed=seed), tmp_path / "out").store for seed in (5, 6)]
    results = Results.load(stores[0].directory)
    assert results.money == "payoff"
    told = compare_cells(*stores).table
    assert "USD bn a year" not in set(told["unit"])
    assert "USD" not in (stores[0].directory / "outcomes.schema.json").read_text()


@pytest.mark.slow
def test_a_scenario_names_the_unit_of_its_payoffs(tmp_path, capsys):
    named = SCENARIO.replace('kind = "table"', 'kind = "table"\nunit = "slices of pie"')
    write(tmp_path, "[figures.payoffs]\n", named)
    words = ["run", str(tmp_path / "config.toml"), "--out", str(tmp_path / "out")]
    assert main([*words, "--workers", "1"]) == 0
    assert "payoffs, slices of pie against no deal in any talk" in capsys.readouterr().out
    (directory,) = (tmp_path / "out").iterdir()
    results = Results.load(directory)
    assert results.money == "slices of pie"
    game = results.plan.game(results.plan.cells[0])
    assert (game.unit, money(game)) == ("slices of pie", "slices of pie")
    assert '"unit": "slices of pie"' in (directory / "outcomes.schema.json").read_text()
    assert "slices of pie" in (directory / "figures" / "payoffs.svg").read_text()
    assert "slices of pie" in (directory / "report.html").read_text()
    transcripts = "".join(file.read_text() for file in directory.rglob("*.txt"))
    assert "Payoffs (slices of pie against no deal)" in transcripts
    for file in (directory / "report.html", directory / "outcomes.schema.json"):
        assert "USD bn a year" not in file.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "said"), [("", "payoff"), ("slices of pie", "slices of pie")])
def test_memo_and_effect_say_that_unit(tmp_path, capsys, unit, said):
    named = SCENARIO.replace('kind = "table"', f'kind = "table"\nunit = "{unit}"')
    store = run(Plan.load(write(tmp_path, scenario=named)), tmp_path / "out").store
    assert main(["memo", str(store.directory)]) == 0
    page = (store.directory / "memo.md").read_text(encoding="utf-8")
    assert f"{said} against no deal in any talk" in page
    capsys.readouterr()
    assert main(["effect", str(store.directory)]) == 0
    told = capsys.readouterr().out
    assert re.search(rf"payoff +{said} +hub", told)
    assert "USD bn" not in told + page.replace("USD bn, face value", "")


def test_an_economy_has_its_own_unit():
    with pytest.raises(ConfigError, match=r"payoffs\.unit: not used, because payoffs\.kind is"):
        Plan.load("configs/quickstart.toml", {"payoffs.unit": "points"})
