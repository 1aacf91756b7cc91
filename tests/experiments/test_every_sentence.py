"""Every sentence of a run is recomputed from its outcomes: findings, discovery, `run`, page."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.discovery.boxes import discover
from experiments.analysis.discovery.condition import Condition
from experiments.analysis.discovery.sentences import sentences
from experiments.analysis.sensitivity.answers import answers
from experiments.app.many import shares
from experiments.commands.cli import main
from experiments.figures import Results
from experiments.figures.make import make
from experiments.figures.shut import by_construction
from experiments.report.findings import findings
from experiments.report.settings import Settings
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_findings_of_a_grid_and_of_parts_of_it(grid: Results) -> None:
    met = said(grid)
    met |= said(grid.only(rules_review="none"))
    met |= said(grid.only(strategies_east="linear"))
    assert len(met) >= len(FINDINGS) - 3


@pytest.mark.slow
def test_each_answer_is_of_one_value_of_what_matters_most(grid: Results) -> None:
    """Twelve settings beside the rule: of the path that moves most, all else held, one each."""
    settings = Settings.of(grid, "rules.review")
    assert settings.left == 12 - len(settings.told)
    played = [s.frame.drop_duplicates("cell")[list(settings.paths)] for s in settings.told]
    assert all(len(rows.drop_duplicates()) == 1 for rows in played), "no mean over what is decided"
    apart = [path for path in settings.paths if pd.concat(played)[path].nunique() > 1]
    assert apart == ["strategies.east"], "a hardliner signs least"
    assert len(settings.told) == 3


def test_of_many_values_three_are_told_with_least_some_and_most_deals(grid: Results) -> None:
    frame = grid.frame
    one = frame[frame["strategies.hub.inner.exponent"] == 0.5]
    one = one[one["strategies.west.exponent"] == 0.4]
    parts = []
    for n in range(6):
        part = one[one["strategies.east"] == "linear"].assign(**{"strategies.east": f"v{n}"})
        part["status"] = part["status"].where(part["world"] >= 2 * ((n * 5) % 6), "expired")
        parts.append(part)
    many = Results(pd.concat(parts, ignore_index=True), grid.plan)
    told = Settings.of(many, "rules.review").told
    deals = {
        value: (rows["status"] == "deal").mean()
        for value, rows in many.frame[many.frame["rules.review"] == "all"].groupby(
            "strategies.east"
        )
    }
    order = sorted(deals, key=lambda value: deals[value])
    words = {f"East: {order[n]}" for n in (0, 3, 5)}
    assert {setting.words.partition(";")[0] for setting in told} == words


CLOSED = """
[sweep]
"strategies.hub" = [
  { label = "refuses", value = { name = "scope_refuser", admits = ["metals"], inner = "linear" } },
  { label = "opens", value = { name = "scope_refuser", until = 0.2, inner = "linear" } },
]
"rules.review" = ["all", "none"]
"""


@pytest.mark.slow
def test_what_holds_by_construction_is_said_wherever_it_is_claimed(
    tmp_path: Path, capsys: Any
) -> None:
    """A hub that never opens cars: no deal under the rule, in sentences and rows of `effect`."""
    draws: dict[str, Any] = {"payoffs.draws": 30, "payoffs.replications": 1}
    store = run(load(tmp_path, CLOSED, worlds=30, **draws), tmp_path / "out").store
    found = Results.load(store.directory)
    said(found)
    every = {f.about: f.said for f in findings(found)}
    shut, open_ = every["Hub: refuses"], every["Hub: opens"]
    assert shut.count("in none of the worlds, by construction") == 2
    assert "By construction, since no talk can have a deal with the rule, the rule changes" in shut
    assert "by construction" not in open_.lower()
    assert "cell 0 (refuses · every measure)" in every["By construction"]
    for words, rows in (((), 14), (("--by", "every"), 14), (("--by", "strategies.hub"), 14)):
        assert main(["effect", str(store.directory), *words]) == 0
        out = capsys.readouterr().out
        assert out.count("by construction: no deal of ") == 2
        table = [line for line in out.splitlines() if " refuses " in line or " opens " in line]
        assert len(table) == rows
        closed = [line for line in table if line.endswith(" by construction")]
        assert closed == [line for line in table if " refuses " in line]
    words = "No deal is possible, by construction: every measure · refuses."
    for figure in ("status", "heat_map", "chance_and_terms"):
        _, drawn = make(found, figure)
        notes = " ".join(" ".join(text.get_text().split()) for text in drawn.texts)
        assert ("No deal is possible, by construction:" in notes) and "refuses" in notes, figure
    assert by_construction(found, ["rules.review", "strategies.hub"]) in (
        words, "No deal is possible, by construction: refuses · every measure."
    )  # fmt: skip
    few = found.frame[found.frame["world"] < 12]
    assert "by construction" not in str(findings(Results(few, found.plan))), "luck may do that"


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
        (talk,) = [t for t in one.talks if one.talk(t) in found.name]
        rule = "none" if found.name.endswith("no rule") else "all"
        rows = one.frame[(one.frame["talk"] == talk) & (one.frame["rules.review"] == rule)]
        share = (rows["status"] == "deal").mean()
        assert found.value == f"{percent(share)} %"
        worlds = re.match(r"Of ([\d,]+) worlds\.", found.about)
        assert worlds, f"nobody reads this: {found.about}"
        assert int(worlds[1].replace(",", "")) == len(rows)
        ends = re.fullmatch(r"between <?(\d+) and >?(\d+) %", found.between)
        assert ends, found.between
        low, high = int(ends[1]), int(ends[2])
        assert low <= 100 * share <= high
        assert abs((high - low) / 2 - 100 * half(rows, rows["status"] == "deal")) <= 1


@pytest.fixture(scope="module")
def ranges(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("ranges")
    return run(load(folder, RANGES, worlds=8), folder / "out").store


@pytest.mark.slow
@pytest.mark.parametrize("case", ["deals<1", "round>=6", "payoff.hub<2", "rate.cars<25"])
def test_discovery(case: str, ranges: Store) -> None:
    condition = Condition.read(case)
    sample = answers(ranges, condition.quantity)
    found = discover(sample, condition)
    check_discovery(found, list(sentences(found, Words(sample.plan.scenario))))
    assert np.isfinite(found.rate)
