"""What the page on the mechanisms says of coordination, links, ratifiers, clauses and around."""

from pathlib import Path

import pytest

from experiments.design.plan import Plan
from experiments.runs.run import run
from tests.beside import floors_of, lines
from tests.docs.test_insistence_page import section
from tests.docs.test_readme import CONFIGS
from tests.pacts import lines as pacts
from tests.pacts import read, trial

TABLES = {
    "ratifiers": (
        "Ratifiers that are announced",
        "ratification.japan.diet.threshold",
        "no ratifier",
    ),
    "clause": ("A clause that is bargained for", "talks.japan.rules.clause", "none"),
    "links": ("Links between the talks, one at a time", "links.back_channel.active", "as it is"),
    "around": (
        "Around the tables: shocks, a common factor, overtime, breakdown",
        "case",
        "nothing",
    ),
}
"""By config, the section, the swept path, and its value that the others stand beside."""

COORDINATION = "Coordination: the shape of no deal, a pact, and sight"


def rows(title: str) -> list[str]:
    return [line for line in section(title) if line.startswith("|")]


@pytest.mark.parametrize("name", TABLES)
def test_the_page_names_the_command_and_tells_every_cell(name: str) -> None:
    title, path, before = TABLES[name]
    said = f'"{before}"' if " " in before else before
    assert f"python -m tests.beside results/{name}-* {path} {said} " in "\n".join(section(title))
    cells = Plan.load(CONFIGS / f"{name}.toml").cells
    told, hub = [], ""
    for row in rows(title)[2:]:
        first, second = (cell.strip() for cell in row.split("|")[1:3])
        hub = first or hub
        told.append(first if name == "around" else (hub, second))
    said_by_plan = [
        str(cell.labels[path])
        if name == "around"
        else (str(cell.labels["strategies.usa"]), str(cell.labels[path]))
        for cell in cells
    ]
    assert sorted(told) == sorted(said_by_plan)


@pytest.mark.nightly
@pytest.mark.parametrize("name", TABLES)
def test_the_table_on_the_page_is_what_is_played(name: str, tmp_path: Path) -> None:
    title, path, before = TABLES[name]
    store = run(Plan.load(CONFIGS / f"{name}.toml"), tmp_path).store
    assert list(lines(store, path, before)) == rows(title)


@pytest.mark.nightly
def test_the_tables_of_coordination_are_what_is_played(tmp_path: Path) -> None:
    store = run(Plan.load(CONFIGS / "coordination.toml"), tmp_path).store
    told = [line for line in pacts(read(store), floors_of(store)) if line]
    assert [*told, *trial(500)] == rows(COORDINATION)
