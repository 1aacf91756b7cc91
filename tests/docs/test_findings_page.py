"""The numbers of the page of findings are what its configs play (in full, so nightly)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.analysis.effect import between_cells, effect
from experiments.analysis.floors import Floors
from experiments.design.plan import Plan
from experiments.report.findings import findings
from experiments.report.memo import memo
from experiments.report.numbers import amount
from experiments.results.results import last_read
from experiments.runs.run import run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NUMBER = r"(−?[\d.]+) ± ([\d.]+)"
SHARE = r"(\d+) % (?:of the worlds )?\(?± (\d+)"


@cache
def outcomes(name: str, directory: Path) -> pd.DataFrame:
    plan = Plan.load(ROOT / "configs" / f"{name}.toml")
    return run(plan, directory).store.outcomes()


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("findings")


def rows(head: str) -> Iterator[list[str]]:
    """Give the rows of the table whose head begins so, cell by cell."""
    lines = PAGE[PAGE.index(head) :].split("\n\n")[0].splitlines()[2:]
    return ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)


def said(cell: str) -> tuple[float, float]:
    """Read a number and what it is computed to; none is no more than a point or 0.1."""
    found = re.match(NUMBER, cell)
    assert found or cell == "none", cell
    return (float(found[1].replace("−", "-")), float(found[2])) if found else (0.0, 1.0)


def change(frame: pd.DataFrame, a: int, b: int, **signed: Any) -> dict[tuple[str, str], Any]:
    """Give what cell b changes against cell a, by quantity and of whom."""
    kept, path = between_cells(frame, a, b)
    quantities = ["deals", "rate.cars", *(f"payoff.{c}" for c in ("usa", "japan", "korea"))]
    table = effect(kept, path, str(a), str(b), quantities=quantities, **signed)
    return {(row["quantity"], row["of"]): row for row in table.to_dict("records")}


def agree(cell: str, found: dict[str, Any]) -> None:
    mean, error = said(cell)
    if cell == "none":
        assert abs(found["difference"]) < (1 if found["unit"] == "points" else 0.1)
        return
    digits = len(re.match(NUMBER, cell)[2].partition(".")[2])  # type: ignore[index]
    assert mean == pytest.approx(found["difference"], abs=0.51 * 10**-digits)
    assert error == pytest.approx(found["error"], abs=0.51 * 10**-digits)


@pytest.mark.fast
def test_what_the_readme_finds_stands_in_the_findings() -> None:
    found = {" ± ".join(number) for number in re.findall(NUMBER, README)}
    assert len(found) >= 4
    assert not found - {" ± ".join(number) for number in re.findall(NUMBER, PAGE)}


@pytest.mark.fast
def test_the_doses_of_the_findings_are_those_of_the_page_on_mechanisms() -> None:
    page = (ROOT / "docs" / "talks_tables.md").read_text(encoding="utf-8")
    known = {" ± ".join(number) for number in re.findall(NUMBER, page)}
    doses = list(rows("| the United States | Japan drops its rule |"))
    assert len(doses) == 10
    for row in doses:
        for number in re.findall(NUMBER, "|".join(row)):
            assert " ± ".join(number) in known, row


DEALS, JAPAN, KOREA, USA = (
    ("agreement", "japan"),
    ("payoff", "japan"),
    ("payoff", "korea"),
    ("payoff", "usa"),
)


@pytest.mark.slow
def test_readme_report_memo_and_findings_tell_one_story_of_the_quickstart(directory: Path) -> None:
    store = run(Plan.load(ROOT / "configs" / "quickstart.toml"), directory).store
    results = last_read(store.directory)
    floors = Floors.of(store.manifest(), results.plan.scenario)
    report = " ".join(f"{one}" for one in findings(results, floors))
    mail = " ".join(said for _, said in memo(store, results).answer)
    readme = re.findall(SHARE, README[README.index("What it shows") :])
    assert len(readme) == 3
    assert set(readme) <= set(re.findall(SHARE, report))
    assert set(readme) <= set(re.findall(SHARE, mail))
    seen = set()
    for stance, _, deals, japan, korea, usa, cells in rows("| the United States | the rule |"):
        if both := {"0 1": (3, 0), "3 4": (4, 1), "0 12": (3, 2)}.get(cells):
            found = change(store.outcomes(), *both)
            for cell, key in ((deals, DEALS), (japan, JAPAN), (korea, KOREA), (usa, USA)):
                agree(cell, found[key])
                told = amount(found[key]["difference"], found[key]["error"], signed=True)
                if (
                    cells != "0 12"
                ):  # without a rule a hub with a price is not played in the quickstart
                    assert told in report, (stance, key)
                    assert told in mail or key == DEALS, (stance, key)
            seen.add(cells)
    assert len(seen) == 3


@pytest.mark.nightly
def test_what_the_rule_does_against_each_stance(directory: Path) -> None:
    frame, seen = outcomes("package_rule", directory), 0
    for _, _, deals, japan, korea, usa, cells in rows("| the United States | the rule |"):
        found = change(frame, *map(int, cells.split()))
        for cell, key in ((deals, DEALS), (japan, JAPAN), (korea, KOREA), (usa, USA)):
            agree(cell, found[key])
        seen += 1
    assert seen == 7


@pytest.mark.nightly
def test_on_what_that_turns(directory: Path) -> None:
    frame = outcomes("turns", directory)
    labels = frame.drop_duplicates("cell").set_index("cell")[["rules.review", "title"]]
    at = {tuple(row): int(cell) for cell, row in zip(labels.index, labels.to_numpy(), strict=True)}
    for title, deals, japan, usa, cars, by_change, worth in rows("| | by exchange: deals"):
        free = at["none", title]
        strict = at.get(("by exchange", title), at["by exchange", "as shipped"])
        found = change(frame, free, strict)
        for cell, key in ((deals, DEALS), (japan, JAPAN), (usa, USA)):
            agree(cell, found[key])
        agree(cars, change(frame, free, strict, signed=["japan"])["rate.cars", "japan"])
        if by_change != "as shipped":
            lowered = at.get(("by change", title), at["by change", "as shipped"])
            found = change(frame, free, lowered)
            agree(by_change, found[DEALS])
            agree(worth, found[JAPAN])


@pytest.mark.nightly
def test_what_no_deal_costs(directory: Path) -> None:
    frame = outcomes("no_deal", directory)
    for n, (_, deals, japan, korea, usa) in enumerate(rows("| no deal costs, a talk")):
        found = change(frame, n, 5 + n)
        for cell, key in ((deals, DEALS), (japan, JAPAN), (korea, KOREA), (usa, USA)):
            agree(cell, found[key])
