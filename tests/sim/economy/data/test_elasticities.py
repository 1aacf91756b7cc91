"""Elasticities: the file that ships, and bad lines."""

from pathlib import Path

import pytest

from sim.economy.data.elasticities import ELASTICITIES, Elasticity, load_elasticities
from sim.errors import DataError

pytestmark = pytest.mark.fast

DATA = Path(__file__).parents[4] / "configs" / "data"
HEADER = "sector,sigma_low,sigma_central,sigma_high,grade,source\n"


def test_the_elasticities_that_ship():
    found = load_elasticities(DATA)
    assert found["cars"] == found["auto_parts"] == Elasticity(2.75, 4, 8)
    assert found["steel"] == Elasticity(3.67, 5, 8)
    assert found["aluminium"] == Elasticity(3.7, 5, 8.4)
    assert found["exempt"] == Elasticity(2.5, 4, 6)
    assert found["other_goods"] == Elasticity(2.5, 3.5, 5)
    assert found["services"] == Elasticity(2, 3, 4)
    assert len(found) == 7


def test_a_directory_without_the_file_knows_none(tmp_path):
    assert load_elasticities(tmp_path) == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cars,1,2,3,C,x", r"line 2 \(cars\), column sigma_low: '1' is not above 1"),
        ("cars,3,2,4,C,x", "column sigma_central: '2' is less than sigma_low"),
        ("cars,2,3,2.5,C,x", "column sigma_high: '2.5' is less than sigma_central"),
        ("cars,2,3,many,C,x", "column sigma_high: 'many' is not a number"),
        ("cars,2,3,4,D,x", "column grade: 'D' is not A, B or C"),
        ("cars,2,3,4,C,", "column source: '' is empty: name the source"),
        ("cars,2,3,4,C,x\ncars,2,3,4,C,x", "line 3 .*, column sector: 'cars' has this cell twice"),
    ],
)
def test_a_bad_line_is_said_in_one_sentence(tmp_path, line, words):
    (tmp_path / ELASTICITIES).write_text(HEADER + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=words):
        load_elasticities(tmp_path)
