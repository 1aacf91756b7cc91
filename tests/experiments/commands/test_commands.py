"""The commands around a run: plan, retry, compare, export, bench."""

import re
from datetime import date
from json import loads

import openpyxl
import pandas as pd
import pytest

from experiments.analysis.compare import compare
from experiments.analysis.effect import effect
from experiments.commands import bench as bench_command
from experiments.commands.cli import main
from experiments.commands.games import Case, game, timed
from experiments.design.plan import Plan
from experiments.runs import play
from experiments.runs.run import run
from experiments.runs.store import FAILURES, OUTCOMES, Store
from sim.errors import ConfigError
from sim.scenario import valuation
from tests.experiments.small import OWN, SCENARIO, SWEEP, breaking, load, write


def told(capsys, *words):
    """Run a command; give its code and what it printed to both."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


# --- plan --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_plan_says_what_would_be_played_how_long_and_how_large(tmp_path, capsys):
    plan = load(tmp_path, worlds=300)
    words = [tmp_path / "config.toml", "--set", "worlds=300", "--out", tmp_path / "out"]
    code, out, _ = told(capsys, "plan", *words, "--workers", "2")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "What does the rule do?"
    assert lines[1] == "4 cells of 300 worlds, 1,200 in all; seed 5"
    assert lines[3] == "    1  rules.review = all, strategies.east = boulware"
    assert lines[6].endswith(f"small-{plan.digest}: not begun")
    assert re.fullmatch(
        r"expected: \d+ (seconds?|minutes?) with 2 processes and \d+ kB on the disk, twice that "
        r"until it is finished; without figures; measured just now on \d+ worlds of \d cells?",
        lines[7],
    )
    assert not (tmp_path / "out").exists()
    size = float(re.findall(r"and (\d+) kB", lines[7])[0])
    done = run(plan, tmp_path / "out")
    assert 0.4 < (done.store.directory / OUTCOMES).stat().st_size / 1000 / size < 2.5
    code, out, _ = told(capsys, "plan", *words)
    assert out.splitlines()[-1].endswith("finished; nothing is left to play")


def test_plan_lists_levers_and_uncertainties_and_not_every_point(tmp_path, capsys):
    more = """
    [levers]
    "rules.review" = ["all", "none"]
    [uncertainties]
    "strategies.hub.until" = { uniform = [0.1, 1.2] }
    [design]
    uncertainties = "sobol"
    points = 64
    """
    load(tmp_path, more)
    words = [tmp_path / "config.toml", "--out", tmp_path / "out", "--no-probe"]
    _, out, _ = told(capsys, "plan", *words)
    assert "levers (grid): rules.review" in out
    assert "uncertainties (sobol, 64 points): strategies.hub.until" in out
    assert "…  and 68 more; --all lists them" in out
    assert "expected" not in out
    _, out, _ = told(capsys, "plan", *words, "--all")
    assert "  127  " in out


def test_plan_names_a_cell_that_fails(tmp_path, capsys):
    load(tmp_path, breaking('{ name = "own.py:Breaks", how = "raise" }'))
    _, out, _ = told(capsys, "plan", tmp_path / "config.toml", "--out", tmp_path / "out")
    assert "cell 2 fails: strategy Breaks of east in talk east, round 3, world 7" in out


# --- failures and retry ------------------------------------------------------------------------

RAISES = breaking('{ name = "own.py:Breaks", world = 7 }')


@pytest.mark.slow
def test_failures_are_summed_up_and_played_again_on_request(tmp_path, capsys):
    load(tmp_path, RAISES)
    words = ["--workers", "1", "--chunk", "5", "--no-figures"]
    out = tmp_path / "out"
    code, _, err = told(capsys, "run", tmp_path / "config.toml", "--out", out, *words)
    (directory,) = out.iterdir()
    assert code == 1
    assert "cell 2 (strategies.east Breaks(world=7)), worlds 5 to 9 failed: " in err
    assert f"1 of 3 cells failed and are left out; tracebacks are in {directory}" in err
    assert f"'tariff-talks run --retry {directory}' plays what failed again" in err

    code, _, err = told(capsys, "run", "--retry", directory, *words)
    assert code == 1
    assert "worlds 5 to 9 failed" in err

    (tmp_path / "own.py").write_text(OWN.replace('raise RuntimeError("no more ideas")', "pass"))
    code, _, err = told(capsys, "run", "--retry", directory, *words)
    assert code == 2
    assert "a file that it was played with has changed" in err
    assert "--force" in err


@pytest.mark.slow
def test_retry_after_a_passing_trouble_finishes_the_run(tmp_path, capsys, monkeypatch):
    plan = load(tmp_path)
    whole = run(plan, tmp_path / "whole").store.outcomes()
    from experiments.runs.play import Task

    game_of, out = Task.game, tmp_path / "out"

    def fails(self):
        raise MemoryError

    monkeypatch.setattr(Task, "game", fails)
    monkeypatch.setattr("experiments.runs.play._GAMES", {})
    words = ["--workers", "1", "--no-figures"]
    assert told(capsys, "run", tmp_path / "config.toml", "--out", out, *words)[0] == 1
    (directory,) = out.iterdir()
    assert len(Store(directory).failures()) == 4
    monkeypatch.setattr(Task, "game", game_of)
    assert told(capsys, "run", "--retry", directory, *words)[0] == 0
    assert not (directory / FAILURES).exists()
    pd.testing.assert_frame_equal(Store(directory).outcomes(), whole)
    _, said, _ = told(capsys, "run", "--retry", directory, *words)
    assert said == f"{directory} is finished: nothing failed and nothing is missing.\n"


def test_what_was_played_is_forgotten_before_figures_are_drawn(tmp_path, capsys):
    """Games and what they have ranked are the larger part of the memory of a run."""
    load(tmp_path)
    words = ["--workers", "1", "--no-figures"]
    assert told(capsys, "run", tmp_path / "config.toml", "--out", tmp_path / "out", *words)[0] == 0
    assert play._GAMES == {} == dict(valuation._kept)


def test_retry_of_what_is_no_run_is_told(tmp_path, capsys):
    code, _, err = told(capsys, "run", "--retry", tmp_path)
    assert code == 2
    assert "holds no run (manifest.json or config.toml is missing)" in err


# --- compare -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Three runs: as it is, with another period, and that with another seed."""
    place = tmp_path_factory.mktemp("runs")
    load(place)
    changes = ({}, {"rules.period": 4}, {"rules.period": 4, "seed": 6})
    return [
        run(Plan.load(place / "config.toml", {"worlds": 60, **c}), place).store for c in changes
    ]


def alone(place, rule):
    """Give the experiment with one rule, in all its worlds."""
    own = SWEEP.replace('"rules.review" = ["all", "none"]', "")
    return load(place, f'{own}\n[overrides]\n"rules.review" = {rule}\n', worlds=60)


@pytest.mark.slow
def test_worlds_with_common_luck_are_compared_with_themselves(runs, capsys, tmp_path):
    first, second, _ = runs
    csv = tmp_path / "difference.csv"
    code, out, _ = told(capsys, "effect", first.directory, second.directory, "--csv", csv)
    assert code == 0
    assert "scenario.rules.period: 1 → 4" in out
    assert "each world compared with itself (common draws)" in out
    assert "no band over draws: payoffs are given, not drawn" in out
    table = pd.read_csv(csv)
    a, b = (store.outcomes() for store in (first, second))
    at = (table["quantity"] == "payoff") & (table["of"] == "east")
    row = table[at & (table["rules.review"] == "all") & (table["strategies.east"] == "linear")]
    pair = [f[(f["cell"] == 0) & (f["talk"] == "east")]["payoff.east"].to_numpy() for f in (a, b)]
    assert row["difference"].item() == pytest.approx((pair[1] - pair[0]).mean())
    assert row["first"].item() == pytest.approx(pair[0].mean())
    assert row["error"].item() > 0
    assert (row["unit"].item(), row["pairing"].item()) == ("payoff", "paired")
    assert row["worlds"].item() == 60


@pytest.mark.slow
def test_other_luck_makes_two_samples_that_are_computed_less_exactly(runs, capsys, tmp_path):
    first, second, third = runs
    tables = []
    for other in (second, third):
        csv = tmp_path / "difference.csv"
        _, out, _ = told(capsys, "effect", first.directory, other.directory, "--csv", csv)
        tables.append(pd.read_csv(csv).query("quantity == 'payoff' and of == 'hub'"))
    assert "seed: 5 → 6" in out
    assert "two independent samples (other luck)" in out
    assert tables[1]["error"].sum() > tables[0]["error"].sum()
    assert [set(table["pairing"]) for table in tables] == [{"paired"}, {"not paired"}]
    assert "not paired: seed is 5 and 6: all luck is other" in out


@pytest.mark.slow
def test_a_run_compared_with_itself_differs_in_nothing(runs, capsys):
    directory = runs[0].directory
    _, out, _ = told(capsys, "effect", directory, directory)
    assert "The configs say the same." in out
    assert "nothing differs" in out


@pytest.mark.slow
def test_a_run_compared_with_one_of_its_own_cells_is_zero_everywhere(runs, tmp_path):
    for rule in ("all", "none"):
        lone = run(alone(tmp_path, f'"{rule}"'), tmp_path).store
        for pair in ((runs[0], lone), (lone, runs[0])):
            found = compare(*pair)
            assert found.paired
            assert len(found.table)
            assert (found.table["difference"].fillna(0) == 0).all()
            exact = found.table["unit"] != "points"
            assert (found.table.loc[exact, "error"].fillna(0) == 0).all()


@pytest.mark.slow
def test_cells_that_are_told_apart_by_what_a_value_also_sets_are_compared_alone(tmp_path):
    sets = """
    [sweep]
    "rules.review" = [
      { label = "short", value = "all", also = { "rules.period" = 1 } },
      { label = "long", value = "all", also = { "rules.period" = 4 } },
    ]
    """
    both = run(load(tmp_path, sets, worlds=60), tmp_path).store
    for period in (1, 4):
        own = f'[overrides]\n"rules.review" = "all"\n"rules.period" = {period}\n'
        lone = run(load(tmp_path, own, worlds=60), tmp_path).store
        for pair in ((both, lone), (lone, both)):
            found = compare(*pair)
            assert found.paired
            assert len(found.table)
            assert (found.table["difference"].fillna(0) == 0).all()
            exact = found.table["unit"] != "points"
            assert (found.table.loc[exact, "error"].fillna(0) == 0).all()
    other = run(load(tmp_path, own.replace("= 4", "= 3"), worlds=60), tmp_path).store
    with pytest.raises(ConfigError, match=r"^rules\.period: one run sets it in a sweep, the other"):
        compare(both, other)


@pytest.mark.slow
def test_a_value_that_the_other_run_does_not_have_is_told(runs, tmp_path):
    lone = run(alone(tmp_path, '["cars"]'), tmp_path).store
    with pytest.raises(ConfigError, match=r"^rules\.review: one run sweeps it, the other plays"):
        compare(runs[0], lone)


@pytest.mark.slow
def test_other_draws_are_other_luck(runs, tmp_path):
    load(tmp_path)
    other = run(Plan.load(tmp_path / "config.toml", {"worlds": 60, "draws": 30}), tmp_path).store
    assert not compare(runs[0], other).paired


@pytest.mark.slow
def test_one_draw_is_told_and_has_intervals(tmp_path):
    load(tmp_path)
    changes = ({}, {"rules.period": 4})
    pair = [
        run(Plan.load(tmp_path / "config.toml", {"worlds": 40, "draws": 1, **c}), tmp_path).store
        for c in changes
    ]
    found = compare(*pair)
    assert "within the one draw" in found.computed
    assert found.table["error"].notna().any()
    assert found.table["p5"].isna().all()


def test_runs_without_a_common_cell_are_told(runs, tmp_path, capsys):
    load(tmp_path, SWEEP.replace('["all", "none"]', '[["cars"]]'))
    other = run(Plan.load(tmp_path / "config.toml"), tmp_path).store
    code, _, err = told(capsys, "effect", runs[0].directory, other.directory)
    assert code == 2
    assert "have no setting of rules.review, strategies.east in common" in err


# --- effect ------------------------------------------------------------------------------------


def read(csv):
    """Read a table of differences; what does not hold by construction has an empty field."""
    return pd.read_csv(csv).assign(holds=lambda table: table["holds"].astype(object).fillna(""))


def test_the_effect_of_any_quantity_is_that_of_the_whole_table(runs, capsys, tmp_path):
    store, csv = runs[0], tmp_path / "effect.csv"
    words = ["effect", store.directory, "--csv", csv]
    for quantity in ("deals", "rate.cars", "payoff.east", "distance.pareto"):
        words += ["--quantity", quantity]
    code, out, _ = told(capsys, *words)
    assert code == 0
    assert "rules.review: none → all; each world against itself" in out
    names = ["deals", "rate.cars", "payoff.east", "distance.pareto"]
    whole = effect(
        store.outcomes(), "rules.review", "none", "all", quantities=names, given="payoff"
    )
    pd.testing.assert_frame_equal(read(csv), whole, check_dtype=False)


def test_an_effect_below_the_floor_is_none_in_print_alone(runs, capsys, tmp_path):
    store = runs[0]
    csv, json = tmp_path / "effect.csv", tmp_path / "effect.json"
    words = ["effect", store.directory, "--least", "points=101", "--csv", csv, "--json", json]
    _, out, _ = told(capsys, *words)
    assert "none: less than 101 points" in out
    rows = [line.split() for line in out.splitlines() if line.split()[1:2] == ["agreement"]]
    assert [row[6] for row in rows] == ["none"] * 4, "two strategies of East, and two talks"
    whole = effect(store.outcomes(), "rules.review", "none", "all", given="payoff")
    pd.testing.assert_frame_equal(read(csv), whole, check_dtype=False)
    kept = pd.DataFrame(loads(json.read_text(encoding="utf-8"))["rows"])
    kept = kept.astype({"p5": float, "p95": float})
    pd.testing.assert_frame_equal(kept, whole, check_dtype=False, rtol=1e-12)
    code, _, err = told(capsys, "effect", store.directory, "--least", "1")
    assert (code, "--least 1: '1' is no smallest effect" in err) == (2, True)


def test_stances_that_are_not_paired_are_said(capsys, tmp_path):
    sweep = '[sweep]\n"calendar.rounds" = [12, 8]\n'
    load(tmp_path, sweep, worlds=12)
    store = run(Plan.load(tmp_path / "config.toml"), tmp_path).store
    words = ["--path", "calendar.rounds", "--from", 12, "--to", 8]
    _, out, _ = told(capsys, "effect", store.directory, *words)
    assert "not paired: calendar.rounds is 12 and 8: the luck of a round falls on another" in out
    rows = [line for line in out.splitlines() if line.split()[:1] == ["payoff"]]
    assert len(rows) == 3
    assert all(line.endswith("not paired") for line in rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "signed", "sentence"),
    [
        ([], ["east", "west"], "of the worlds in which east and west sign under both"),
        (["west"], ["west"], "of the worlds in which west signs under both"),
    ],
)
def test_where_both_sign_every_row_is_of_the_same_worlds(
    words, signed, sentence, runs, capsys, tmp_path
):
    store, csv = runs[0], tmp_path / "effect.csv"
    code, out, _ = told(capsys, "effect", store.directory, "--csv", csv, "--signed", *words)
    assert code == 0
    assert sentence in out
    table = pd.read_csv(csv)
    frame = store.outcomes()
    mine = frame[(frame["status"] == "deal") & frame["talk"].isin(signed)]
    worlds = mine.groupby(["world", "strategies.east"])["cell"].size() == 2 * len(signed)
    for label, rows in table.groupby("strategies.east"):
        assert set(rows["worlds"]) == {worlds.xs(label, level="strategies.east").sum()}
    assert worlds.any()
    assert {"rate.cars", "payoff"} <= set(table["quantity"])
    assert "hub" in set(table["of"])


def test_effect_of_two_cells_says_what_they_play(runs, capsys):
    code, out, _ = told(capsys, "effect", runs[0].directory, "--cells", 0, 1)
    assert code == 0
    assert out.startswith("number of the cell: 0 → 1; each world against itself\ncell 0: ")
    assert "strategies.east = " in out
    code, _, err = told(capsys, "effect", runs[0].directory, "--cells", 0, 99)
    assert (code, "cells: there is no cell '99'" in err) == (2, True)


def test_a_quantity_that_the_run_does_not_have_is_told_with_those_that_it_has(runs, capsys):
    code, _, err = told(capsys, "effect", runs[0].directory, "--quantity", "rate.car")
    assert code == 2
    assert "quantity: there is no quantity 'rate.car'; did you mean 'rate.cars'?" in err


# --- export ------------------------------------------------------------------------------------


def test_a_table_is_exported_as_csv_and_as_a_workbook(runs, capsys, tmp_path):
    store = runs[0]
    frame = store.outcomes()
    code, out, _ = told(capsys, "export", store.directory, "--csv", tmp_path / "a.csv", "--xlsx")
    assert code == 0
    assert out.splitlines() == [
        f"{tmp_path / 'a.csv'}: 480 rows",
        f"{store.directory / 'outcomes.xlsx'}: 480 rows",
    ]
    read = pd.read_csv(tmp_path / "a.csv", parse_dates=["date"])
    assert list(read.columns) == list(frame.columns)
    assert read["payoff.east"].tolist() == frame["payoff.east"].tolist()
    assert read["status"].tolist() == frame["status"].tolist()
    assert read["date"].dropna().tolist() == frame["date"].dropna().tolist()

    book = openpyxl.load_workbook(store.directory / "outcomes.xlsx", read_only=True)
    assert book.sheetnames == ["outcomes", "columns", "config"]
    rows = list(book["outcomes"].iter_rows(values_only=True))
    assert rows[0] == tuple(frame.columns)
    assert len(rows) == 481
    column = list(frame.columns).index("payoff.east")
    assert [row[column] for row in rows[1:]] == pytest.approx(frame["payoff.east"].tolist())
    assert [row[0] for row in book["columns"].iter_rows(values_only=True)][1:] == [*frame.columns]
    book.close()


def test_more_rows_than_a_sheet_holds_are_not_written(runs, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("experiments.results.export.SHEET_ROWS", 480)
    code, _, err = told(capsys, "export", runs[0].directory, "--xlsx", tmp_path / "a.xlsx")
    assert code == 2
    assert "--xlsx: 480 rows are more than a sheet holds (479); use --csv" in err
    assert not list(tmp_path.iterdir())


def test_an_export_without_a_form_or_place_is_told(runs, capsys, tmp_path):
    _, _, err = told(capsys, "export", runs[0].directory)
    assert "export: say in which form: --csv, --xlsx, or both" in err
    _, _, err = told(capsys, "export", runs[0].directory, "--csv", tmp_path / "no" / "a.csv")
    assert "there is no directory" in err


# --- bench -------------------------------------------------------------------------------------


SMALL_BENCH = ("bench", "--repeats", "1", "--scenario")


@pytest.fixture
def small_bench(tmp_path, monkeypatch):
    cases = [Case("5 worlds", 5, game), Case("3 others", 3, game, looped=False)]
    monkeypatch.setattr(bench_command, "cases", lambda fresh: cases)
    monkeypatch.setattr(bench_command, "_REAL", {"payoffs.draws": 2, "payoffs.replications": 2})
    write(tmp_path, "", SCENARIO)
    return tmp_path / "scenario.toml"


def cells(text):
    return [[c.strip() for c in r.split("|")[1:-1]] for r in text.splitlines() if r[:1] == "|"]


@pytest.mark.slow
def test_bench_prints_a_table(small_bench, capsys):
    code, out, _ = told(capsys, *SMALL_BENCH, small_bench)
    assert code == 0
    head, _, looped, other, *real = cells(out)
    assert head[:4] == ["ensemble", "seconds", "worlds/s", "a Mesa model by the book"]
    assert (looped[0], other[0]) == ("5 worlds", "3 others")
    assert [row[0] for row in real] == [
        "4 worlds of small, 2 draws; strategies the same in all",
        "4 worlds of small, 2 draws; strategies drawn for each",
    ]
    assert all(len(row) == len(head) for row in (looped, other, *real))
    assert all(float(cell.replace(",", "")) >= 0 for cell in looped[1:])
    assert all(set(row[3:]) == {"–"} for row in (other, *real))


@pytest.mark.slow
def test_bench_as_json(small_bench, capsys):
    code, out, _ = told(capsys, *SMALL_BENCH, small_bench, "--json")
    assert code == 0
    found = loads(out)
    assert "median of 1" in found["about"]
    assert [row["ensemble"] for row in found["rows"]][:2] == ["5 worlds", "3 others"]
    assert all(row["seconds"] >= 0 for row in found["rows"])
    assert found["rows"][1]["a Mesa model by the book"] is None


@pytest.mark.slow
def test_bench_writes_its_table_between_two_lines_of_a_file(small_bench, tmp_path, capsys):
    start, end = bench_command.START, bench_command.END
    page = tmp_path / "page.md"
    page.write_text(f"Before.\n\n{start}\nold\n{end}\n\nAfter.\n", encoding="utf-8")
    code, out, _ = told(capsys, *SMALL_BENCH, small_bench, "--write", page)
    assert code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"Before.\n\n{start}\n")
    assert text.endswith(f"{end}\n\nAfter.\n")
    assert cells(text) == cells(out)
    assert "old" not in text
    assert str(date.today()) in text


def test_bench_says_where_it_would_write_before_it_measures(small_bench, tmp_path, capsys):
    page = tmp_path / "page.md"
    code, _, err = told(capsys, *SMALL_BENCH, small_bench, "--write", page)
    assert code == 2
    assert err.strip() == f"tariff-talks: --write {page}: there is no such file"
    page.write_text(f"{bench_command.START}\n", encoding="utf-8")
    _, out, err = told(capsys, *SMALL_BENCH, small_bench, "--write", page)
    assert "put them where the table belongs" in err
    assert out == ""


@pytest.mark.slow
def test_a_plain_loop_is_not_compiled():
    pytest.importorskip("numba", reason="needs the extra benchmark")
    sticks = {stick.title: stick for stick in bench_command.yardsticks()}
    plain, loop = (
        sticks[title].lay_out(game(), 2) for title in ("a plain loop", "the loop compiled")
    )
    kinds = [type(play.__func__.__globals__["_talk"]).__name__ for play in (plain, loop)]
    assert kinds == ["function", "CPUDispatcher"]
    assert plain().tolist() == loop().tolist()


def test_ratios_are_of_calls_that_take_turns():
    order = []
    timing = timed([lambda: order.append("a"), lambda: order.append("b")], 3)
    assert order == ["a", "b"] * 4
    assert [len(times) for times in timing.seconds] == [3, 3]
    assert timing.ratio(0, 0) == 1.0


def test_one_world_of_an_experiment_is_told(tmp_path, capsys):
    load(tmp_path)
    code, out, _ = told(capsys, "show", tmp_path / "config.toml", "--cell", 1, "--world", 3)
    assert code == 0
    assert "strategies.east = boulware" in out
