"""The numbers of a figure are those of the table of outcomes."""

import numpy as np
import pytest

from experiments.figures import payoff_plane, payoffs, price, rates, rounds, status, timing
from experiments.figures.results import Results

EAST_ALL = {"rules.review": "all", "positions.hub": "everything is", "talk": "east"}


def where(frame, **values):
    for column, value in values.items():
        frame = frame[frame[column] == value]
    return frame


def test_status(results: Results) -> None:
    table = status.numbers(results)
    kinds = list(status.KINDS)
    np.testing.assert_allclose(table[kinds].sum(axis=1), 1)
    worlds = where(results.frame, **EAST_ALL)
    row = where(table, **EAST_ALL).iloc[0]
    deals = worlds["status"] == "deal"
    assert row["deals"] == deals.mean()
    assert row["deal with a cut"] == (deals & worlds["lowers"]).mean()
    assert row["expired"] == (worlds["status"] == "expired").mean()
    assert row["deals_low"] <= row["deals"] <= row["deals_high"]
    shut = where(
        table, **{"rules.review": "all", "positions.hub": "only the duty is for discussion"}
    )
    assert shut["deals"].tolist() == [0, 0]
    assert shut["closed"].tolist() == [1, 1], "the figure says why there is no deal"


def test_rates(results: Results) -> None:
    table = where(rates.numbers(results), **EAST_ALL, measure="duty")
    deals = where(results.frame, **EAST_ALL, status="deal")
    assert table["share"].sum() == pytest.approx(1)
    for rate, share in zip(table["rate"], table["share"], strict=True):
        assert share == (deals["rate.duty"] == rate).mean()


def test_timing(results: Results) -> None:
    table = where(timing.numbers(results), **EAST_ALL)
    worlds = where(results.frame, **EAST_ALL)
    for number, signed in zip(table["round"], table["cumulated"], strict=True):
        assert signed == pytest.approx((worlds["round"] <= number).fillna(False).mean())


def test_rounds(results: Results) -> None:
    table = where(rounds.numbers(results), **{"rules.review": "all", "talk": "east"})
    if "positions.hub" in table:
        table = where(table, **{"positions.hub": "everything is"})
    worlds = where(results.frame, **EAST_ALL)
    for number, share in zip(table["round"], table["share"], strict=True):
        assert share == (worlds["round"] == number).mean()


def test_payoffs(results: Results) -> None:
    setting = {k: v for k, v in EAST_ALL.items() if k != "talk"}
    table = where(payoffs.numbers(results), **setting, country="hub").iloc[0]
    worlds = where(results.frame, **EAST_ALL)["payoff.hub"]
    assert table["mean"] == pytest.approx(worlds.mean())
    assert table["p50"] == pytest.approx(worlds.median())


def test_payoff_plane(results: Results) -> None:
    table = payoff_plane.numbers(results)
    deals = where(table, what="deal")
    assert deals["count"].sum() == (results.frame["status"] == "deal").sum()
    east = where(table, talk="east")
    frontier = where(east, what="frontier")
    assert (np.diff(frontier["partner"]) <= 1e-9).all(), "a frontier falls"
    assert frontier["partner"].iloc[0] == pytest.approx(1)
    points = east[east["what"].isin(payoff_plane.POINTS)]
    assert points["hub"].between(0, 1).all()
    assert points["partner"].between(0, 1).all()


def test_price(results: Results) -> None:
    table = price.numbers(results)
    frame = results.frame
    setting = {"positions.hub": "everything is"}
    row = where(table, **setting, quantity="agreement", of="east").iloc[0]
    shares = [
        (where(frame, **setting, talk="east", **{"rules.review": rule})["status"] == "deal").mean()
        for rule in ("all", "none")
    ]
    assert row["difference"] == pytest.approx(100 * (shares[0] - shares[1]))
    assert row["low"] <= row["difference"] <= row["high"]
