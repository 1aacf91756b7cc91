import numpy as np
import pandas as pd
import pytest

from experiments.results.clustered import clustered_mean, mean_of, wilson
from experiments.results.quantities import (
    agreement,
    countries,
    names,
    payoff_parts,
    payoff_spread,
    rule_column,
    signing_times,
    status_shares,
    swept,
)
from experiments.runs import table
from experiments.runs.table import tally

DEAL, EXPIRED, WALKED = "deal", "expired", "walked"


def frame(cells, rules=("all", "none"), talks=("east",)):
    """Give a table of outcomes.

    Args:
        cells: for every cell one list of worlds; a world is, for every talk, (status, round, rate,
            payoff of the hub, review).
        rules: the swept value of every cell.
        talks: names.
    """
    rows = []
    for cell, (worlds, rule) in enumerate(zip(cells, rules, strict=True)):
        for world, ends in enumerate(worlds):
            for talk, (status, round, rate, payoff, review) in zip(talks, ends, strict=True):
                date = pd.NaT if round is None else pd.Timestamp(2025, 5, 2 + 2 * round)
                rows.append(
                    {
                        "cell": cell,
                        "rules.review": rule,
                        "strategies.hub": "firm",
                        "world": world,
                        "draw": world // 2,
                        "talk": talk,
                        "status": status,
                        "lowers": status == DEAL and rate < 25,
                        "round": np.nan if round is None else float(round),
                        "date": date,
                        "review.cars": review,
                        "rate.cars": float(rate),
                        "payoff.hub": payoff,
                        "payoff.east": -payoff,
                    }
                )
    return pd.DataFrame(rows)


def deal(round, rate=15, payoff=1.0, review="reviewed"):
    return (DEAL, round, rate, payoff, review)


def none(status=EXPIRED, payoff=0.0, review="requested"):
    return (status, None, 25, payoff, review)


STRICT = [[deal(6, payoff=3.0)], [none()], [none(WALKED)], [deal(8, 25, payoff=2.0)]]
FREE = [[deal(2, payoff=4.0)], [deal(4, 0, 5.0, "requested")], [none()], [deal(2, payoff=1.0)]]
BOTH = frame([STRICT, FREE])


# --- intervals ---------------------------------------------------------------------------------


@pytest.mark.fast
@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        # Newcombe (1998), table I, method 3 (Wilson's score without continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_those_of_the_literature(hits, trials, low, high):
    given = wilson(np.array([hits / trials]), np.array([float(trials)]))
    assert [ends[0] for ends in given] == pytest.approx([low, high], abs=5e-5)


def test_wilson_intervals_solve_their_own_equation():
    hits, trials = np.array([0.0, 3, 50, 99, 100]), np.array([7.0, 10, 100, 100, 100])
    z, share = 1.959964, hits / trials
    for end in wilson(share, trials):
        assert (share - end) ** 2 == pytest.approx(z**2 * end * (1 - end) / trials)
    low, high = wilson(share, trials)
    other_low, other_high = wilson(1 - share, trials)
    assert low == pytest.approx(1 - other_high)
    assert high == pytest.approx(1 - other_low)


@pytest.mark.fast
def test_a_clustered_mean_by_hand():
    values = np.array([1.0, 2.0, 3.0, 6.0, 8.0])
    clusters = np.array([4, 4, 7, 9, 9])
    # mean 4; sums of deviations by cluster: -3 - 2 = -5, -1, 2 + 4 = 6; 25 + 1 + 36 = 62
    error, z = np.sqrt(62 * 3 / 2) / 5, 4.3026527
    assert clustered_mean(values, clusters) == pytest.approx((4, 4 - z * error, 4 + z * error))


def test_clusters_of_one_give_the_ordinary_interval():
    values = np.array([0.0, 1.0, 4.0, 9.0])
    error, z = values.std(ddof=1) / np.sqrt(4), 3.1824463
    mean, low, high = clustered_mean(values, np.arange(4))
    assert (mean, low, high) == pytest.approx((3.5, 3.5 - z * error, 3.5 + z * error))


def test_copies_within_a_cluster_narrow_nothing():
    values, clusters = np.array([0.0, 1.0, 4.0, 9.0]), np.arange(4)
    once = clustered_mean(values, clusters)
    assert clustered_mean(np.repeat(values, 5), np.repeat(clusters, 5)) == pytest.approx(once)


def test_missing_values_are_left_out_of_a_clustered_mean():
    values = np.array([1.0, np.nan, 3.0, np.nan])
    kept = clustered_mean(np.array([1.0, 3.0]), np.array([0, 1]))
    assert clustered_mean(values, np.array([0, 0, 1, 2])) == pytest.approx(kept)


def test_one_cluster_has_a_mean_and_no_interval():
    mean, low, high = clustered_mean(np.array([1.0, 2.0]), np.array([5, 5]))
    assert mean == 1.5
    assert np.isnan([low, high]).all()
    assert np.isnan(clustered_mean(np.array([np.nan]), np.array([0]))).all()


# --- names -------------------------------------------------------------------------------------


@pytest.mark.fast
def test_swept_paths_countries_and_measures_are_read_from_the_columns():
    assert swept(BOTH) == ["rules.review", "strategies.hub"]
    assert rule_column(BOTH) == "rules.review"
    assert rule_column(BOTH.drop(columns="rules.review")) is None
    assert countries(BOTH) == ["hub", "east"]
    assert names(BOTH, "rate") == ["cars"]


# --- shares ------------------------------------------------------------------------------------


@pytest.mark.fast
def test_agreement_counts_deals_and_deals_that_lower_a_rate():
    table = agreement(BOTH, ["rules.review"])
    assert table.columns.tolist() == ["review", "east deals %", "east with a cut %"]
    assert table.to_numpy().tolist() == [["all", 50.0, 25.0], ["none", 75.0, 75.0]]
    every = agreement(BOTH)
    assert every.columns.tolist()[:2] == ["review", "hub"]


def test_agreement_has_columns_for_every_talk():
    two = frame([[[deal(1), none()], [deal(1), deal(2)]]], ("all",), ("east", "west"))
    table = agreement(two)
    assert table["east deals %"].tolist() == [100.0]
    assert table["west deals %"].tolist() == [50.0]


def test_agreement_keeps_the_order_of_the_file():
    """Neither rules nor numbers nor talks are put into another order than a config has."""
    worlds = [[[deal(1), none()]], [[none(), none()]], [[deal(1), deal(1)]]]
    two = frame([w[0:1] for w in worlds], ("none", "all", "cars"), ("west", "east"))
    table = agreement(two)
    assert table["review"].tolist() == ["none", "all", "cars"]
    assert [name for name in table if name.endswith("deals %")] == ["west deals %", "east deals %"]
    numbers = two.assign(**{"calendar.rounds": two["cell"].map({0: 33.0, 1: 4.0, 2: 20.0})})
    ordered = agreement(numbers, ["calendar.rounds"])["calendar.rounds"]
    assert ordered.tolist() == [33.0, 4.0, 20.0]


@pytest.mark.parametrize("group", [2, 5, 100])
def test_agreement_of_counted_rows_is_that_of_the_rows(tmp_path, monkeypatch, group):
    monkeypatch.setattr(table, "GROUP", group)
    BOTH.to_parquet(tmp_path / "both.parquet", row_group_size=3)
    keys = ["cell", "rules.review", "strategies.hub", "talk", "status", "lowers"]
    counted = tally(tmp_path / "both.parquet", keys)
    assert counted.columns.tolist() == [*keys, "count"]
    assert counted["count"].sum() == len(BOTH) > len(counted)
    pd.testing.assert_frame_equal(agreement(counted, keys[:3]), agreement(BOTH))
    pd.testing.assert_frame_equal(agreement(counted, keys[1:2]), agreement(BOTH, keys[1:2]))
    pd.testing.assert_frame_equal(agreement(counted, []), agreement(BOTH, []))


@pytest.mark.fast
def test_shares_of_status():
    table = status_shares(BOTH)
    assert table["status"].tolist() == [DEAL, EXPIRED, WALKED] * 2
    assert table["count"].tolist() == [2, 1, 1, 3, 1, 0]
    assert table["share"].tolist() == [0.5, 0.25, 0.25, 0.75, 0.25, 0.0]
    assert set(table["worlds"]) == {4}
    assert table["closed"].tolist() == [0.5] * 6
    walks = BOTH[BOTH["rules.review"] == "all"]
    alone = mean_of(walks, (walks["status"] == WALKED).astype(float), [], share=True)
    assert table.loc[2, ["low", "high"]].tolist() == alone.loc[0, ["low", "high"]].tolist()
    assert table["low"][5] == pytest.approx(0)
    assert table["high"][5] > 0.4


def test_shares_of_status_may_pool_swept_paths():
    table = status_shares(BOTH, by=["strategies.hub"])
    assert table["count"].tolist() == [5, 2, 1]
    assert set(table["worlds"]) == {8}
    assert "rules.review" not in table


def test_without_a_sweep_shares_are_by_cell():
    plain = BOTH.drop(columns=["rules.review", "strategies.hub"])
    table = status_shares(plain)
    assert table.columns.tolist()[:2] == ["cell", "talk"]
    assert table["count"].tolist() == [2, 1, 1, 3, 1, 0]


def test_a_measure_that_a_talk_does_not_have_is_not_closed():
    two = frame([[[deal(1), deal(1)], [none(), deal(2)]]], ("all",), ("east", "west"))
    two["review.metals"] = np.where(two["talk"] == "east", "reviewed", None)
    closed = status_shares(two).groupby("talk")["closed"].first()
    assert closed.to_dict() == {"east": 0.5, "west": 0.0}


@pytest.mark.fast
def test_signing_times_add_up_to_the_share_of_deals():
    table = signing_times(BOTH)
    rows = table[["rules.review", "round", "count", "share", "cumulated"]]
    assert rows.to_numpy().tolist() == [
        ["all", 6.0, 1, 0.25, 0.25],
        ["all", 8.0, 1, 0.25, 0.5],
        ["none", 2.0, 2, 0.5, 0.5],
        ["none", 4.0, 1, 0.25, 0.75],
    ]
    assert table["date"][0] == pd.Timestamp(2025, 5, 14)


def test_signing_times_need_no_dates():
    table = signing_times(BOTH.assign(date=pd.NaT))
    assert table["count"].tolist() == [1, 1, 2, 1]


# --- payoffs -----------------------------------------------------------------------------------


def test_payoffs_are_counted_once_a_world():
    two = frame(
        [[[deal(1, payoff=2.0), none(payoff=2.0)], [none(payoff=6.0), none(payoff=6.0)]]],
        ("all",),
        ("east", "west"),
    )
    table = payoff_spread(two).set_index("country")
    assert table.loc["hub", ["worlds", "mean", "p5", "p50", "p95"]].tolist() == pytest.approx(
        [2, 4, 2.2, 4, 5.8]
    )
    assert table.loc["east", "mean"] == -4


def test_intervals_of_mean_payoffs_are_clustered_by_draw():
    table = payoff_spread(BOTH)
    strict = table[(table["rules.review"] == "all") & (table["country"] == "hub")].iloc[0]
    expected = clustered_mean(np.array([3.0, 0, 0, 2]), np.array([0, 0, 1, 1]))
    assert (strict["mean"], strict["mean_low"], strict["mean_high"]) == pytest.approx(expected)


def test_payoffs_are_told_in_their_two_parts_a_part_at_a_time():
    """The hub pays for its moves in one cell; nobody else pays, and has one column."""
    one = frame([[[deal(1, payoff=3.0)], [none()]], [[deal(1, payoff=1.0)], [none()]]])
    paid = one.assign(**{"cost.hub": [2.0, 1.0, 0.0, 0.0], "cost.east": 0.0})
    mean = one.groupby("rules.review", sort=False)["payoff.hub"].mean()
    told = payoff_parts([paid.iloc[:3], paid.iloc[3:]], ["rules.review"])
    assert told.columns.tolist() == [
        "review", "hub trade and politics", "hub assumed costs", "east trade and politics",
    ]  # fmt: skip
    assert told["review"].tolist() == ["all", "none"]
    assert told["hub assumed costs"].tolist() == [-1.5, 0.0]
    assert told["hub trade and politics"].tolist() == [mean["all"] + 1.5, mean["none"]]
    old = payoff_parts([one], [])
    assert old.columns.tolist() == ["cells", "hub payoff", "east payoff"]


def test_a_world_counts_once_however_many_talks_it_has():
    two = frame([[[deal(1, payoff=3.0), none()], [none(), none()]]], ("all",), ("east", "west"))
    firsts = two[two["talk"] == "east"]["payoff.hub"].mean()
    assert payoff_parts([two], [])["hub payoff"].tolist() == [firsts]
