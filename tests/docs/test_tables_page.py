"""The tables of the page of tables that tests.tables writes."""

from pathlib import Path

import pandas as pd
import pytest

from experiments.design.plan import Plan
from experiments.runs.run import run
from tests import tables
from tests.docs.test_insistence_page import section
from tests.docs.test_readme import CONFIGS

TITLES = {
    "extension": "An extension that is news",
    "threats": "Threats with an unless",
    "band": "What hidden constants decide",
    "library": "The library at one table",
}
WITHOUT_A_ROW = {"threats": 4}
"""Cells that the others are compared with, and that have no row of their own."""


def rows(title: str) -> list[str]:
    return [line for line in section(title) if line.startswith("|")]


@pytest.mark.parametrize("name", TITLES)
def test_every_cell_of_the_config_has_a_row(name: str) -> None:
    cells = len(Plan.load(CONFIGS / f"{name}.toml").cells)
    assert len(rows(TITLES[name])) == 2 + cells - WITHOUT_A_ROW.get(name, 0)


@pytest.mark.nightly
@pytest.mark.parametrize("name", TITLES)
def test_the_table_is_that_of_the_config(name: str, tmp_path: Path) -> None:
    folder = run(Plan.load(CONFIGS / f"{name}.toml"), tmp_path).store.directory
    frame = pd.read_parquet(folder / "outcomes.parquet")
    assert list(tables.of(name, folder, frame)) == rows(TITLES[name])
