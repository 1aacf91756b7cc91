"""How differences are printed, and what files keep."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.differences import BAND, COMPUTED, band_told, printed
from experiments.analysis.effect import price_of_rule
from experiments.analysis.floors import Floors
from experiments.commands.as_json import as_json
from experiments.commands.finer import AskedEffect
from tests.experiments.results.test_quantities import BOTH

NAN = float("nan")


def table(difference=0.004, error=0.001, p5=-0.02, p95=0.03, unit="USD bn a year"):
    row = {"quantity": "payoff", "unit": unit, "of": "east", "worlds": 8, "draws": 4}
    row |= {"difference": difference, "error": error, "p5": p5, "p95": p95, "pairing": "paired"}
    return pd.DataFrame([row])


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ({}, ["none", "0.00", "none"]),
        ({"difference": 0.0, "error": 0.0, "p5": 0.0, "p95": 0.0}, ["none", "0.00", "none"]),
        ({"p5": -5.0, "p95": 4.0}, ["none", "0.00", "-5.00 to 4.00"]),
        ({"difference": 2.0, "error": 3.0, "p95": 9.0}, ["2.00", "3.00", "-0.02 to 9.00"]),
        ({"unit": "payoff"}, ["0.00", "0.00", "-0.02 to 0.03"]),
    ],
)
def test_what_is_below_the_floors_is_none(given, texts):
    (row,) = printed(table(**given), Floors()).to_dict("records")
    assert [row["difference"], row[COMPUTED], row[BAND]] == texts


def test_without_a_band_there_is_no_column_and_the_reason_is_said():
    alone = table(p5=NAN, p95=NAN)
    assert BAND not in printed(alone, Floors())
    assert "given" in band_told(alone, given=True)
    assert "other draws" in band_told(alone, given=False)
    assert "one draw" in band_told(alone.assign(draws=1), given=False)
    assert band_told(table(), given=False).startswith(BAND)


def test_files_keep_every_number(tmp_path):
    found = price_of_rule(BOTH)
    assert (printed(found, Floors(bn=9, points=99))["difference"] == "none").sum() == 3
    AskedEffect(csv=tmp_path / "effect.csv").keep(found)
    back = pd.read_csv(tmp_path / "effect.csv")
    back["holds"] = back["holds"].astype(object).fillna("")
    pd.testing.assert_frame_equal(back, found, check_dtype=False, rtol=1e-12)
    with as_json([tmp_path / "effect.json"]) as told:
        told |= {"said": ["±"], "rows": found}
    read = json.loads((tmp_path / "effect.json").read_text(encoding="utf-8"))
    assert read["said"] == ["±"]
    back = pd.DataFrame(read["rows"])
    pd.testing.assert_frame_equal(back, found, check_dtype=False, rtol=1e-12)


def test_json_has_null_where_there_is_no_number(tmp_path):
    with as_json([tmp_path / "effect.json"]) as told:
        told["rows"] = table(p5=NAN, p95=NAN)
    (row,) = json.loads((tmp_path / "effect.json").read_text(encoding="utf-8"))["rows"]
    assert (row["p5"], row["difference"]) == (None, 0.004)


def test_json_that_is_printed_is_all_that_is(capsys):
    with as_json([]) as told:
        print("a table for people")  # noqa: T201
        told |= {"number": np.float64(0.5), "several": np.arange(2), "day": date(2025, 7, 22)}
    assert json.loads(capsys.readouterr().out) == {
        "number": 0.5, "several": [0, 1], "day": "2025-07-22"
    }  # fmt: skip


def test_nothing_is_told_where_nobody_asks_or_something_goes_wrong(tmp_path, capsys):
    with as_json(None) as told:
        told["number"] = 1
    with pytest.raises(ZeroDivisionError), as_json([]) as told:
        told["number"] = 1 // 0
    with pytest.raises(ZeroDivisionError), as_json([tmp_path / "file.json"]) as told:
        told["number"] = 1 // 0
    assert capsys.readouterr().out == ""
    assert not list(tmp_path.iterdir())
    with pytest.raises(TypeError, match="set has no form in JSON"), as_json([]) as told:
        told["several"] = {1}
