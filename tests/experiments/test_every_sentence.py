"""Every sentence of a run is recomputed from its outcomes: findings, discovery, `run`, page."""

import re
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.discovery.boxes import discover
from experiments.analysis.discovery.condition import Condition
from experiments.analysis.discovery.sentences import sentences
from experiments.analysis.sensitivity.answers import answers
from experiments.app.many import shares
from experiments.figures import Results
from experiments.report.findings import findings
from experiments.results.quantities import agreement
from experiments.results.words import Words
from experiments.runs.run import run
from experiments.runs.store import Store
from tests.experiments.discovered import check_discovery
from tests.experiments.figures import pairs
from tests.experiments.sentences import FINDINGS, check_findings, half, percent
from tests.experiments.small import load

GRID = """
[sweep]
"rules.review" = ["all", "none"]
"strategies.east" = ["linear", "conceder", "hardliner"]
"strategies.west.exponent" = [0.4, 2.0]
"strategies.hub.inner.exponent" = [0.5, 1.5]

[overrides]
"strategies.west" = { name = "boulware" }
"rules.breakdown" = 0.03

[observed.east]
date = 2025-03-13
rate.cars = 15
source = "made up"
"""
RANGES = """
[uncertainties]
"strategies.hub.until" = { uniform = [0.1, 1.4] }
"rules.review" = ["all", "none"]
[design]
uncertainties = "latin_hypercube"
points = 40
"""


OVERTIME = """
[overrides]
"calendar.mode" = "overtime"
"calendar.overtime" = 8
"calendar.deadline" = 2025-03-25
"rules.period" = 4
"strategies.hub.until" = { uniform = [0.5, 1.0] }
"strategies.east" = "hardliner"
"""


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("grid")
    return Results.load(run(load(folder, GRID, worlds=12), folder / "out").store.directory)


def said(found: Results) -> set[str]:
    return check_findings(found, ((f.about, f.said) for f in findings(found)))


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=() if p in ("rules.review", "positions.hub") else pytest.mark.nightly)
     for p in pairs.SWEPT],
)  # fmt: skip
def test_findings_of_two_cells(path: str, tmp_path: Path) -> None:
    pair = pairs.play(path, tmp_path)
    for found in (pair.both, *pair.alone, pairs.lacking(pair).both):
        assert said(found)


def test_deals_of_overtime_are_not_before_the_deadline(tmp_path: Path) -> None:
    """Neither those of later days, nor those of its own day, on which overtime begins."""
    plan = load(tmp_path, OVERTIME, worlds=40)
    found = Results.load(run(plan, tmp_path / "out").store.directory)
    deals = found.frame[found.frame["status"] == "deal"]
    dates, deadline = pd.to_datetime(deals["date"]), pd.Timestamp("2025-03-25")
    assert {-1, 0, 1} <= set(np.sign((dates - deadline).dt.days)), "before, on and after it"
    assert said(found)
    (date,) = [f.said for f in findings(found) if f.about == "Date"]
    share = re.search(r"; ([<>]?\d+) %", date)
    assert share
    assert share[1] == percent((deals["round"] <= 12).mean()) != "100"


def test_findings_of_a_grid_and_of_parts_of_it(grid: Results) -> None:
    met = said(grid)
    met |= said(grid.only(rules_review="none"))
    met |= said(grid.only(strategies_east="linear"))
    assert len(met) >= len(FINDINGS) - 3


def test_what_changes_nothing_is_not_what_matters_most(grid: Results) -> None:
    frame = grid.frame
    one = frame[frame["strategies.east"] == "linear"]
    parts = [one.assign(**{"strategies.east": name}) for name in ("linear", "same")]
    kept = ["cell", "rules.review", "strategies.east"]
    both = pd.concat(parts, ignore_index=True)
    both = both[[*kept, *(c for c in both if c not in kept and not c.startswith("strategies."))]]
    listed = findings(Results(both, grid.plan))
    assert not [f for f in listed if "matters most" in f.about]


def test_a_setting_that_failed_does_not_move_what_matters_most(grid: Results) -> None:
    """Without the cell in which one strategy does worst, settings that only some have are left."""
    frame = grid.frame
    gone = (frame["strategies.east"] == "linear") & (frame["rules.review"] == "all")
    whole = [f for f in findings(grid.only(rules_review="none")) if "matters most" in f.about]
    part = [f for f in findings(Results(frame[~gone], grid.plan)) if "matters most" in f.about]
    pattern = r"with “.+?” (?:East|West) and Hub reach a deal in (\S+) %.*? in (\S+) %"
    found = [re.search(pattern, f.said) for f in (*whole, *part)]
    assert all(found)
    assert found[0][1] == found[1][1]  # type: ignore[index]


def test_the_table_of_run(grid: Results) -> None:
    table = agreement(grid.frame)
    assert table.columns.is_unique
    text = table.to_string(index=False)
    paths = list(grid.plan.swept)
    short = [path.rpartition(".")[2] for path in paths]
    heads = [c for c in table if not str(c).endswith(" %")]
    assert len(heads) == len(paths)
    for head, path in zip(heads, paths, strict=True):
        assert head == (path if short.count(path.rpartition(".")[2]) > 1 else head)
        assert path.endswith(str(head))
    for row in table.to_dict("records"):
        rows = grid.frame
        for head, path in zip(heads, paths, strict=True):
            rows = rows[rows[path] == row[head]]
        for talk in grid.talks:
            part = rows[rows["talk"] == talk]
            deal = part["status"] == "deal"
            assert row[f"{talk} deals %"] == pytest.approx(100 * deal.mean(), abs=0.051)
            cut = deal & part["lowers"]
            assert row[f"{talk} with a cut %"] == pytest.approx(100 * cut.mean(), abs=0.051)
    assert len(StringIO(text).readlines()) == len(table) + 1


def test_the_page_of_many_worlds(grid: Results) -> None:
    one = grid.only(strategies_east="conceder")
    listed = shares(one)
    assert len(listed) == 4
    for found in listed:
        assert found.about.startswith("of "), found
        (talk,) = [t for t in one.talks if one.talk(t) in found.name]
        rule = "none" if found.name.endswith("no rule") else "all"
        rows = one.frame[(one.frame["talk"] == talk) & (one.frame["rules.review"] == rule)]
        share = (rows["status"] == "deal").mean()
        assert found.value == f"{percent(share)} %"
        worlds = re.match(r"of ([\d,]+) worlds; computed to ± (\S+)$", found.about)
        assert worlds, f"nobody reads this: {found.about}"
        assert int(worlds[1].replace(",", "")) == len(rows)
        assert worlds[2] == percent(half(rows, rows["status"] == "deal"))


@pytest.fixture(scope="module")
def ranges(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("ranges")
    return run(load(folder, RANGES, worlds=8), folder / "out").store


@pytest.mark.parametrize("case", ["deals<1", "round>=6", "payoff.hub<2", "rate.cars<25"])
def test_discovery(case: str, ranges: Store) -> None:
    condition = Condition.read(case)
    sample = answers(ranges, condition.quantity)
    found = discover(sample, condition)
    check_discovery(found, list(sentences(found, Words(sample.plan.scenario))))
    assert np.isfinite(found.rate)
