"""Tables in spreadsheets: a text stays a text, whatever it looks like."""

import csv

import pandas as pd
import pyarrow as pa
import pytest
from openpyxl import load_workbook

from experiments.commands.cli import main
from experiments.results.export import _guarded, for_spreadsheets, guarded
from experiments.runs.run import run
from tests.experiments.small import load

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://a")', "\t=1"]
TEXTS = ["linear", "a=b", "–1", "$200 bn", "#N/A", "日本", "", "'quoted"]
NUMBERS = ["-1", "+2.5", "-1e-3", "-.5"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("given", [*TEXTS, *NUMBERS, -1, -1.5, None])
def test_everything_else_stays_as_it_is(given):
    assert guarded(given) == given


def test_tables_of_pandas_and_of_arrow_are_guarded_alike():
    texts = [*FORMULAS, *TEXTS, *NUMBERS, None]
    numbers = [-1.5] * len(texts)
    table = pd.DataFrame({"a": texts, "n": numbers})
    table["c"] = table["a"].astype("category")
    safe = for_spreadsheets(table)
    arrow = _guarded(pa.table({"a": texts, "n": numbers}))
    for name in ("a", "c"):
        assert safe[name].astype(object).fillna("gone").tolist() == [
            "gone" if text is None else text for text in arrow["a"].to_pylist()
        ]
    assert safe["n"].tolist() == arrow["n"].to_pylist() == numbers


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    directory = tmp_path_factory.mktemp("export")
    values = ", ".join(
        f'{{ label = {label!r}, value = "linear" }}' for label in ("=1+1", "-2+3", "@a", "#N/A")
    )
    plan = load(directory, f'[sweep]\n"strategies.east" = [{values}]\n', worlds=2)
    return run(plan, directory / "out").store.directory


def test_labels_stay_texts_in_a_workbook(done, tmp_path, capsys):
    assert main(["export", str(done), "--xlsx", str(tmp_path / "a.xlsx")]) == 0
    book = load_workbook(tmp_path / "a.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert not kinds & {"f", "e"}
    texts = {cell.value for row in book["outcomes"] for cell in row}
    assert {"=1+1", "-2+3", "@a", "#N/A"} <= texts
    assert any("=" in str(cell.value) for row in book["config"] for cell in row)


def test_labels_are_guarded_in_csv(done, tmp_path, capsys):
    assert main(["export", str(done), "--csv", str(tmp_path / "a.csv")]) == 0
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        found = {row["strategies.east"] for row in csv.DictReader(file)}
    assert found == {"'=1+1", "'-2+3", "'@a", "#N/A"}


@pytest.mark.parametrize("where", ["/dev/null", "."])
def test_what_is_no_file_on_the_disk_is_left_alone(done, tmp_path, monkeypatch, capsys, where):
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(done), "--csv", where]) == 2
    assert "name a file on the disk" in capsys.readouterr().err
