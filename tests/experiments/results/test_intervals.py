"""Means and shares with intervals that count draws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.results.clustered import clustered_mean, crossed, mean_of, shares, wilson
from experiments.results.intervals import Quantity, estimate, known, paired, telling
from sim.errors import ConfigError


def frame(values, draws, cells=None, deals=None):
    """Give a table of outcomes of one talk."""
    number = len(values)
    deals = deals if deals is not None else [True] * number
    return pd.DataFrame(
        {
            "cell": cells if cells is not None else [0] * number,
            "rules.review": ["all"] * number,
            "world": range(number),
            "draw": draws,
            "talk": "east",
            "status": ["deal" if deal else "expired" for deal in deals],
            "lowers": deals,
            "round": [3.0 if deal else np.nan for deal in deals],
            "rate.cars": values,
            "payoff.east": values,
        }
    )


@pytest.mark.slow
@given(
    st.lists(st.floats(-100, 100), min_size=4, max_size=40),
    st.integers(2, 5),
)
def test_means_are_clustered_by_draw(values: list[float], draws: int) -> None:
    clusters = [k % draws for k in range(len(values))]
    table = frame(values, clusters)
    row = estimate(table, Quantity.named("payoff.east", table), []).iloc[0]
    expected = clustered_mean(np.array(values), np.array(clusters))
    assert row[["mean", "low", "high"]].tolist() == pytest.approx(expected, nan_ok=True)


@pytest.mark.slow
@given(st.lists(st.booleans(), min_size=4, max_size=60), st.integers(2, 6))
def test_shares_stay_within_their_ends(deals: list[bool], draws: int) -> None:
    table = frame([0.0] * len(deals), [k % draws for k in range(len(deals))], deals=deals)
    row = estimate(table, Quantity.named("deals", table), []).iloc[0]
    assert 0 <= row["low"] <= row["mean"] <= row["high"] <= 1
    assert row["high"] - row["low"] > 0.02, "a few worlds never settle a share"


def test_a_share_of_worlds_that_are_all_alike_in_a_draw_counts_draws() -> None:
    alike = frame([0.0] * 40, [k // 10 for k in range(40)], deals=[k // 10 < 2 for k in range(40)])
    apart = frame([0.0] * 40, list(range(40)), deals=[k % 2 == 0 for k in range(40)])
    wide, narrow = (
        estimate(table, Quantity.named("deals", table), []).iloc[0] for table in (alike, apart)
    )
    assert wide["mean"] == narrow["mean"] == 0.5
    for row, rows in ((wide, 4.0), (narrow, 40.0)):
        low, high = wilson(np.array([0.5]), np.array([rows]))
        assert (row["low"], row["high"]) == pytest.approx((low[0], high[0]))


def test_at_the_ends_a_share_counts_draws() -> None:
    table = frame([0.0] * 40, [k // 10 for k in range(40)])
    row = estimate(table, Quantity.named("deals", table), []).iloc[0]
    low, high = wilson(np.array([1.0]), np.array([4.0]))
    assert (row["low"], row["high"]) == pytest.approx((low[0], high[0]))


def test_cells_that_share_their_worlds_do_not_narrow_an_interval() -> None:
    luck = np.random.default_rng(0).normal(size=30)
    once = frame(luck, list(range(30)))
    twice = pd.concat([once, once.assign(cell=1)])
    one, two = (mean_of(table, table["payoff.east"], []).iloc[0] for table in (once, twice))
    assert one["low"] == pytest.approx(two["low"])
    assert one["high"] == pytest.approx(two["high"])


def test_with_one_draw_worlds_are_counted() -> None:
    table = frame(np.arange(10.0), [0] * 10)
    row = mean_of(table, table["payoff.east"], []).iloc[0]
    assert row["low"] < row["mean"] < row["high"]


@pytest.mark.parametrize("draws", [4, 10, 50])
def test_means_are_covered(draws: int) -> None:
    luck = np.random.default_rng(draws)
    values = (luck.normal(size=(2000, draws, 1)) + luck.normal(size=(2000, draws, 4))).reshape(
        2000, -1
    )
    cluster = np.arange(draws).repeat(4)
    ends = np.array([clustered_mean(row, cluster) for row in values])
    assert 0.93 < np.mean((ends[:, 1] <= 0) & (ends[:, 2] >= 0)) < 0.97


@pytest.mark.parametrize("draws", [4, 10, 50])
@pytest.mark.parametrize("chances", [(0.1, 0.9), (0.5, 0.5), (0.7, 0.9)])
def test_shares_are_covered(draws: int, chances: tuple[float, float]) -> None:
    """With strong clusters, none, and shares near an end.

    If a draw has nearly all of its deals or hardly any, four draws have none, or all, in one of
    eight ensembles, and none in four bears no more than 49 %: a half is then missed.
    """
    least = 0.89 if (draws, chances) == (4, (0.1, 0.9)) else 0.93
    luck = np.random.default_rng(5)
    chance = luck.choice(chances, (1000, draws)).repeat(5, axis=1)
    table = pd.DataFrame(
        {
            "run": np.arange(1000).repeat(5 * draws),
            "draw": np.tile(np.arange(draws).repeat(5), 1000),
            "world": np.tile(np.arange(5 * draws), 1000),
            "deal": (luck.random(chance.shape) < chance).ravel(),
        }
    )
    found = mean_of(table, table["deal"].astype(float), ["run"], share=True)
    true = np.mean(chances)
    assert least < np.mean((found["low"] <= true) & (found["high"] >= true)) < 0.995
    seen = shares(table, ["run"], "deal")
    seen = seen[seen["deal"]].merge(found, on="run", suffixes=("", " of means"))
    for name in ("low", "high"):
        np.testing.assert_allclose(seen[name], seen[f"{name} of means"])
    np.testing.assert_allclose(seen["share"], seen["mean"])


@pytest.mark.slow
@pytest.mark.parametrize("draws", [4, 10, 50])
@pytest.mark.parametrize("points", [10, 60])
@pytest.mark.parametrize("apart", [(0, 0), (1.5, 0), (0, 1.5), (1.5, 1.5)])
def test_shares_of_points_that_have_the_same_draws_are_covered(
    draws: int, points: int, apart: tuple[float, float]
) -> None:
    """As in `discover`; with points alone as clusters it was 34 to 92 % where draws differ."""
    luck = np.random.default_rng(11)
    far = luck.normal(size=(200_000, 2)) @ np.array(apart)
    true = float((1 / (1 + np.exp(-0.5 - far))).mean())
    point, draw = np.arange(points).repeat(draws), np.tile(np.arange(draws), points)
    covered = []
    for _ in range(300):
        logit = 0.5 + apart[0] * luck.normal(size=points)[point]
        chance = 1 / (1 + np.exp(-logit - apart[1] * luck.normal(size=draws)[draw]))
        hits = (luck.random(points * draws) < chance).astype(float)
        _, low, high = crossed(hits, point, draw)
        covered.append(low <= true <= high)
    assert np.mean(covered) > 0.92


def test_points_with_one_draw_or_one_point_with_many() -> None:
    hits, many, one = np.array([1.0, 0, 0, 1, 1]), np.arange(5), np.zeros(5)
    assert crossed(hits, many, one) == crossed(hits, one, many)
    alone = crossed(hits, one, one)
    assert alone[0] == 0.6
    assert np.isnan(alone[1:]).all()
    assert np.isnan(crossed(hits[:0], many[:0], one[:0])).all()


def test_numbers_that_some_worlds_lack() -> None:
    table = frame([1.0] * 6, [0, 0, 1, 1, 2, 2], deals=[True, False] * 3)
    row = estimate(table, Quantity.named("round", table), []).iloc[0]
    assert row["worlds"] == 3
    assert row["mean"] == 3


def test_paired_differences_hold_worlds_fixed() -> None:
    first = frame([1.0, 5.0, 9.0], [0, 1, 2])
    second = frame([2.0, 7.0, 9.0], [0, 1, 2], cells=[1] * 3).iloc[::-1]
    both = pd.concat([first, second.iloc[:2]])
    rows, difference = paired(both, 0, 1, Quantity.named("payoff.east", both))
    assert rows["world"].tolist() == [1, 2], "worlds that only one cell has are left out"
    assert difference.tolist() == [2, 0]
    with pytest.raises(ConfigError, match=r"^b: there is no cell 7 here; the cells are 0 to 1$"):
        paired(both, 0, 7, Quantity.named("deals", both))


def test_quantities_have_names_and_units() -> None:
    table = frame([1.0], [0])
    assert known(table) == ["deals", "lowers", "payoff.east", "rate.cars", "round"]
    payoff = Quantity.named("payoff.east", table)
    assert (payoff.unit, payoff.by_talk, payoff.share) == ("USD bn a year", False, False)
    with pytest.raises(ConfigError, match=r"^quantity: there is no quantity 'rate.car'; did you"):
        Quantity.named("rate.car", table)


def test_what_tells_settings_apart() -> None:
    rows = [
        frame([0.0] * 8, range(8), deals=[k < share for k in range(8)]).assign(
            **{"rules.review": rule, "strategies.hub": hub, "strategies.east": east}
        )
        for rule in ("all", "none")
        for hub, share in (("firm", 1), ("soft", 7))
        for east in ("slow", "fast")
    ]
    table = pd.concat([row.assign(cell=n) for n, row in enumerate(rows)])
    front = ["cell", "rules.review", "strategies.hub", "strategies.east", "world"]
    table = table[[*front, *(c for c in table.columns if c not in front)]]
    assert telling(table, 4) == ["rules.review", "strategies.hub"], "the rule, then what matters"
    assert telling(table, 8) == ["rules.review", "strategies.hub", "strategies.east"]
    assert telling(table, 1) == []
    assert telling(table, 8, ["strategies.hub"]) == ["rules.review", "strategies.east"]
