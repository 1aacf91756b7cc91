"""Plans of very many cells: progress, a limit, and no list of every chunk."""

import sys

import pytest

from experiments.commands.cli import main
from experiments.design import designs
from experiments.design.designs import counted
from experiments.runs.kept.left import cut, gaps, missing
from experiments.runs.store import Store
from sim.errors import ConfigError
from tests.experiments.small import load, write

BIG = "\n".join(f'"{path}" = {list(range(1, 101))}' for path in
                ("rules.period", "rules.cooldown", "calendar.extension"))  # fmt: skip


@pytest.mark.parametrize("name", ["sweep", "levers", "uncertainties"])
def test_a_grid_of_too_many_cells_is_a_sentence_before_it_is_listed(tmp_path, name):
    with pytest.raises(ConfigError, match=r"100 x 100 x 100 are 1,000,000 cells, and a plan has"):
        load(tmp_path, f"[{name}]\n{BIG}\n")


@pytest.mark.parametrize("kind", ["sobol", "latin_hypercube", "morris", "saltelli"])
def test_a_sample_of_too_many_points_is_a_sentence(tmp_path, kind):
    design = f'[design]\nuncertainties = "{kind}"\npoints = {2**19}\n'
    ranges = "[uncertainties]\n" + '"rules.breakdown" = { uniform = [0.0, 0.1] }\n'
    with pytest.raises(ConfigError, match="cells, and a plan has at most 250,000"):
        load(tmp_path, design + ranges)


def test_a_range_of_whole_numbers_may_be_wide(tmp_path):
    design = '[design]\nuncertainties = "latin_hypercube"\npoints = 3\n'
    plan = load(tmp_path, design + '[uncertainties]\n"rules.moves" = { whole = [1, 2000] }\n')
    assert all(1 <= cell.values["rules.moves"] <= 2000 for cell in plan.cells)


def test_what_takes_long_is_counted_on_stderr(monkeypatch, capsys):
    now = iter(range(0, 1000, 2))
    monkeypatch.setattr(designs.time, "monotonic", lambda: next(now))
    assert list(counted(range(20), "cells checked")) == list(range(20))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 2
    assert all(line.endswith("of 20 cells checked") for line in lines)


def test_on_a_terminal_one_line_changes_and_goes(monkeypatch, capsys):
    now = iter(range(0, 1000, 2))
    monkeypatch.setattr(designs.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert len(list(counted(range(20), "cells checked"))) == 20
    err = capsys.readouterr().err
    assert err.count("\n") == 0
    assert err.endswith("\r\033[K")


def test_what_is_quick_or_has_no_stderr_is_not_told(monkeypatch, capsys):
    assert list(counted(range(5), "cells checked")) == list(range(5))
    assert capsys.readouterr().err == ""
    now = iter(range(0, 1000, 2))
    monkeypatch.setattr(designs.time, "monotonic", lambda: next(now))
    monkeypatch.setattr(sys, "stderr", None)
    assert len(list(counted(range(20), "cells checked"))) == 20


def test_chunks_are_cut_one_by_one(tmp_path):
    plan = load(tmp_path, "", worlds=10**9)
    store = Store.of(plan, tmp_path)
    first = next(cut(gaps(plan, store), None, 4))
    assert (first.cell, first.first, first.worlds) == (0, 0, 10_000)
    few = load(tmp_path, worlds=25_000)
    left = gaps(few, Store.of(few, tmp_path))
    assert list(cut(left, None, 3)) == missing(few, Store.of(few, tmp_path), None, 3)


def test_a_billion_worlds_a_cell_are_planned_at_once(tmp_path, capsys):
    config = write(tmp_path)
    assert main(["plan", str(config), "--no-probe", "--set", "worlds=1000000000"]) == 0
    assert "4,000,000,000 in all" in capsys.readouterr().out
    assert main(["plan", str(config), "--no-probe", "--set", "worlds=1000000000000"]) == 2
    assert "worlds: 1000000000000 is out of range" in capsys.readouterr().err
