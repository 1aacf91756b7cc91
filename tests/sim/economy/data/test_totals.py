"""Known totals: flows are checked against them, or balanced to them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.economy.data.base_year import load
from sim.economy.data.totals import TOTALS, Total, balance, load_totals
from sim.errors import DataError
from tests.sim.economy import small

pytestmark = pytest.mark.fast

DATA = Path(__file__).parents[4] / "configs" / "data"
HEADER = "origin,destination,sector,usd_bn,tolerance_pct,grade,source"


def written(tmp_path, *lines, change=lambda flows, tariffs: 0):
    """Write the small economy with known totals; give the directory."""
    small.write(tmp_path, change)
    text = "\n".join([HEADER, *(f"{line},A,made" for line in lines)])
    (tmp_path / TOTALS).write_text(text + "\n", encoding="utf-8")
    return tmp_path


def graded(grade, where):
    """Give a change that grades some flows."""

    def change(flows, tariffs):
        for row in flows:
            if where(row):
                row["grade"] = grade

    return change


FLOWS = small.base_year().flows


# --- what a line means -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("HUB,EAST,steel", FLOWS[0, 1, 1]),
        ("HUB,EAST WEST,cars steel", FLOWS[0, 1:3, :2].sum()),
        ("EAST,abroad,other", FLOWS[1, [0, 2, 3], 2].sum()),
        ("EAST,all,all", FLOWS[1].sum()),
        ("all,HUB,cars", FLOWS[:, 0, 0].sum()),
        ("all,abroad,all", FLOWS.sum() - np.einsum("iis->", FLOWS)),
    ],
)
def test_a_total_names_its_flows(tmp_path, line, expected):
    load(written(tmp_path, f"{line},{expected:.6f},0.001"))
    with pytest.raises(DataError, match="the flows add up to"):
        load(written(tmp_path, f"{line},{1.01 * expected:.6f},0.5"))
    load(written(tmp_path, f"{line},{1.01 * expected:.6f},1.1"))


def test_a_total_that_is_missed_is_said_with_its_largest_flow(tmp_path):
    own = FLOWS[0, 0, 2]
    with pytest.raises(DataError) as caught:
        load(written(tmp_path, "HUB,all,other,7,5"))
    assert str(caught.value) == (
        f"{tmp_path / TOTALS}, line 2 (HUB, all, other): the flows add up to "
        f"{FLOWS[0, :, 2].sum():,.6g}, not to 7 USD bn within 5 %; the largest of them is HUB, "
        f"HUB, other with {own:,.6g}: check it and its unit, or mend the total"
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "HUBB,all,all,1,1",
            r"line 2 \(HUBB, all, all\), column origin: 'HUBB' is not made of HUB",
        ),
        ("HUB,abrod,all,1,1", "column destination: 'abrod' is not made of .*did you mean 'abroad'"),
        ("abroad,HUB,all,1,1", "column origin: 'abroad' is not made of"),
        ("HUB,all,car,1,1", "column sector: 'car' is not made of .*did you mean 'cars'"),
        ("HUB,all,,1,1", "column sector: '' is not made of"),
        ("HUB,all,all,-1,1", "column usd_bn: '-1' is negative"),
        ("HUB,all,all,1,x", "column tolerance_pct: 'x' is not a number"),
    ],
)
def test_a_bad_line_is_said_in_one_sentence(tmp_path, line, words):
    with pytest.raises(DataError, match=words):
        load(written(tmp_path, line))


def test_a_directory_without_totals_has_none(tmp_path):
    assert load_totals(small.write(tmp_path), small.REGIONS, small.SECTORS) == []


# --- balancing ---------------------------------------------------------------------------------


def total(cells, usd_bn, name="total"):
    return Total(name, cells, usd_bn, 0.0)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_two_margins_are_met_by_row_and_column_factors(seed):
    """RAS of a matrix: what comes out is diag(r) A diag(s), with both margins."""
    rng = np.random.default_rng(seed)
    flows, other = rng.uniform(0.1, 5, (2, 4, 4, 1))
    totals = []
    for i in range(4):
        row, column = np.zeros((2, 4, 4, 1), dtype=bool)
        row[i], column[:, i] = True, True
        totals += [total(row, other[row].sum()), total(column, other[column].sum())]
    found = balance(flows, totals, np.ones(flows.shape, dtype=bool))
    assert found.sum(axis=1) == pytest.approx(other.sum(axis=1), rel=1e-8)
    assert found.sum(axis=0) == pytest.approx(other.sum(axis=0), rel=1e-8)
    factors = (found / flows)[..., 0]
    assert factors * factors[0, 0] == pytest.approx(np.outer(factors[:, 0], factors[0]), rel=1e-6)


def test_official_figures_do_not_move(tmp_path):
    """Steel of the hub is official, the rest of what it sells abroad is not."""
    sold = FLOWS[0, 1:].sum()
    change = graded("C", lambda row: row["sector"] != "steel")
    directory = written(tmp_path, f"HUB,abroad,all,{1.2 * sold:.6f},0", change=change)
    with pytest.raises(DataError, match="add up to"):
        load(directory)
    found = load(directory, totals="balance").flows
    assert found[0, 1:].sum() == pytest.approx(1.2 * sold)
    assert np.array_equal(found[0, :, 1], FLOWS[0, :, 1])
    factor = found[0, 1:, [0, 2]] / FLOWS[0, 1:, [0, 2]]
    assert factor == pytest.approx(np.full(factor.shape, factor[0, 0]))
    assert np.array_equal(found[1:], FLOWS[1:])
    assert np.array_equal(found[0, 0], FLOWS[0, 0])


def test_totals_that_cannot_be_met_are_named(tmp_path):
    change = graded("B", lambda row: row["origin"] == "EAST")
    with pytest.raises(DataError, match=r"line 2 \(HUB, EAST, all\): cannot be balanced: its offi"):
        load(written(tmp_path, "HUB,EAST,all,1,1", change=change), totals="balance")
    lines = ("EAST,all,all,100,0", "EAST,HUB WEST,all,70,0", "EAST,EAST REST,all,20,0")
    with pytest.raises(DataError, match="contradicts the other totals; balancing does not come"):
        load(written(tmp_path, *lines, change=change), totals="balance")


def test_an_official_total_that_is_met_needs_no_room(tmp_path):
    directory = written(tmp_path, f"HUB,EAST,all,{FLOWS[0, 1].sum():.4f},0.1")
    assert np.array_equal(load(directory, totals="balance").flows, FLOWS)


# --- the data that ship ------------------------------------------------------------------------


def test_the_shipped_flows_meet_the_known_totals_and_balancing_moves_them_by_half_a_percent():
    checked, balanced = (load(DATA, totals=how) for how in ("check", "balance"))
    totals = load_totals(DATA, checked.regions, checked.sectors)
    assert len(totals) == 8
    for one in totals:
        assert balanced.flows[one.cells].sum() == pytest.approx(one.usd_bn, rel=1e-3)
    moved = np.abs(balanced.flows - checked.flows) > 1e-9
    change = np.abs(balanced.flows[moved] / checked.flows[moved] - 1)
    assert 0.003 < change.max() < 0.006
