"""What one value of a swept path changes against another, in the same worlds."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.effect import CELL, between_cells, effect, only, price_of_rule
from experiments.commands.cli import main
from experiments.results.clustered import clustered_mean
from experiments.runs.run import run
from sim.errors import ConfigError
from tests.experiments.results.test_quantities import BOTH, FREE, STRICT, deal, frame, none
from tests.experiments.sentences import step
from tests.experiments.small import load


def price(table, quantity, of):
    (row,) = table[(table["quantity"] == quantity) & (table["of"] == of)].to_dict("records")
    return row


def half(values, clusters):
    """Give half of the 95 % interval of a mean."""
    _, low, high = clustered_mean(values, clusters)
    return (high - low) / 2


@pytest.mark.fast
def test_the_price_of_the_rule_compares_each_world_with_itself():
    table = price_of_rule(BOTH)
    assert set(table["strategies.hub"]) == {"firm"}
    draws = np.array([0, 0, 1, 1])
    rate = price(table, "agreement", "east")
    assert (rate["worlds"], rate["unit"]) == (4, "points")
    assert rate["difference"] == -25
    changes = pd.Series([0.0, -100, 0, 0])
    assert rate["error"] == pytest.approx(step(pd.DataFrame({"draw": draws}), changes))
    time = price(table, "time of signing", "east")
    assert (time["worlds"], time["difference"]) == (2, pytest.approx(5.0))
    hub = price(table, "payoff", "hub")
    assert hub["difference"] == pytest.approx(-5 / 4)
    assert hub["error"] == pytest.approx(half(np.array([-1.0, -5, 0, 1]), draws))
    assert price(table, "payoff", "east")["difference"] == pytest.approx(5 / 4)


def test_a_flow_is_of_a_country_and_counts_once_a_world_as_a_payoff_does():
    table = BOTH.assign(**{"flow.hub": BOTH["payoff.hub"] / 4})
    found = effect(table, "rules.review", "none", "all", quantities=["payoff.hub", "flow.hub"])
    payoff, flow = price(found, "payoff", "hub"), price(found, "flow", "hub")
    assert (flow["unit"], flow["worlds"]) == ("USD bn", payoff["worlds"])
    assert flow["difference"] == pytest.approx(payoff["difference"] / 4)


def test_two_cells_differ_by_what_the_path_that_tells_them_apart_does():
    free, strict = (int(BOTH["cell"][BOTH["rules.review"] == r].iloc[0]) for r in ("none", "all"))
    rows, path = between_cells(BOTH, free, strict)
    assert path == CELL
    found = effect(rows, path, str(free), str(strict))
    expected = effect(BOTH, "rules.review", "none", "all", by=[])
    pd.testing.assert_frame_equal(found, expected)


def test_cells_that_are_not_there_or_the_same_are_refused():
    with pytest.raises(ConfigError, match="cells: there is no cell '7'; there is 0, 1"):
        between_cells(BOTH, 0, 7)
    with pytest.raises(ConfigError, match="--cells 1 1: is one cell; name two"):
        between_cells(BOTH, 1, 1)


def test_the_price_does_not_depend_on_the_order_of_rows():
    table = price_of_rule(BOTH)
    mixed = price_of_rule(BOTH.sample(frac=1, random_state=3))
    keys = ["quantity", "of"]
    left, right = (t.sort_values(keys, ignore_index=True) for t in (table, mixed))
    pd.testing.assert_frame_equal(left, right)


def test_the_price_holds_every_other_swept_value():
    soft = frame([FREE, FREE]).assign(**{"strategies.hub": "soft"})
    soft["cell"] += 2
    every = pd.concat([BOTH, soft], ignore_index=True)
    table = price_of_rule(every)
    firm, other = (table[table["strategies.hub"] == name] for name in ("firm", "soft"))
    pd.testing.assert_frame_equal(firm.reset_index(drop=True), price_of_rule(BOTH))
    assert (other["difference"] == 0).all()
    pooled = price(price_of_rule(every, by=[]), "agreement", "east")
    assert pooled["worlds"] == 8
    assert pooled["difference"] == pytest.approx(-12.5)


@pytest.mark.slow
def test_worlds_that_one_rule_does_not_have_are_left_out_of_its_price():
    soft = frame([FREE, FREE]).assign(**{"strategies.hub": "soft"})
    soft["cell"] += 2
    every = pd.concat([BOTH, soft], ignore_index=True)
    for missing in (2, 3):
        some = every[every["cell"] != missing]
        for by in (None, []):
            table = price_of_rule(some, by=by)
            pd.testing.assert_frame_equal(
                table[["quantity", "of", "worlds", "difference"]],
                price_of_rule(BOTH, by=by)[["quantity", "of", "worlds", "difference"]],
            )


@pytest.mark.parametrize("rules", [("all", "cars"), ("cars", "none")])
def test_there_is_no_price_unless_both_rules_were_played(rules):
    table = price_of_rule(frame([STRICT, FREE], rules))
    assert table.empty
    assert "difference" in table
    assert price_of_rule(BOTH.drop(columns="rules.review")).empty


# --- any path, any quantity --------------------------------------------------------------------


def test_the_price_of_the_rule_is_the_effect_of_its_path():
    pd.testing.assert_frame_equal(effect(BOTH, "rules.review", "none", "all"), price_of_rule(BOTH))


def test_the_way_back_is_the_opposite():
    there = effect(BOTH, "rules.review", "none", "all")
    back = effect(BOTH, "rules.review", "all", "none")
    np.testing.assert_allclose(there["difference"], -back["difference"])
    np.testing.assert_allclose(there["error"], back["error"])
    np.testing.assert_allclose(there["p5"], -back["p95"])


def test_terms_where_both_sign_leave_out_worlds_with_one_deal():
    every = effect(BOTH, "rules.review", "none", "all", quantities=["rate.cars"])
    assert (every["worlds"].item(), every["difference"].item()) == (4, pytest.approx(35 / 4))
    both = effect(BOTH, "rules.review", "none", "all", quantities=["rate.cars"], signed=["east"])
    rate, hub = price(both, "rate.cars", "east"), price(both, "payoff", "hub")
    assert (rate["worlds"], rate["difference"]) == (2, pytest.approx(10 / 2))
    assert (hub["worlds"], hub["difference"]) == (2, pytest.approx(np.mean([-1, 1]))), (
        "not asked for"
    )


def two_talks():
    """Worlds with two talks, in the second of which a deal is there under one rule only."""
    rules = [[[deal(2, payoff=p), west] for p, west in pairs] for pairs in CELLS]
    return frame(rules, talks=("east", "west"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("signed", "worlds", "gain", "talks"),
    [
        (["east", "west"], 1, 3.0, {"east", "west"}),
        (["east"], 2, (3.0 + 8.0) / 2, {"east"}),
        (["west"], 1, 3.0, {"west"}),
    ],
)
def test_with_signed_every_row_is_of_the_same_worlds(signed, worlds, gain, talks):
    table = effect(two_talks(), "rules.review", "none", "all", signed=signed)
    assert set(table["worlds"]) == {worlds}
    assert price(table, "payoff", "hub")["difference"] == pytest.approx(gain)
    terms = table[table["quantity"] == "rate.cars"]
    assert set(terms["of"]) == talks
    assert not {"agreement"} & set(table["quantity"]), "it cannot differ"


CELLS = [
    [(5.0, deal(2, payoff=5.0)), (9.0, none(payoff=9.0))],
    [(2.0, deal(2, payoff=2.0)), (1.0, deal(3, payoff=1.0))],
]
"""Worlds under the strict and the free rule: payoff of the hub, and the end of the second talk."""


def test_the_band_is_over_draws_each_with_the_mean_of_its_worlds():
    row = price(price_of_rule(BOTH), "payoff", "hub")
    assert (row["draws"], row["pairing"]) == (2, "paired")
    assert [row["p5"], row["p95"]] == pytest.approx([(-1 - 5) / 2, (0 + 1) / 2])
    apart = price(price_of_rule(BOTH), "time of signing", "east")
    assert (apart["worlds"], apart["draws"]) == (2, 2)
    assert [apart["p5"], apart["p95"]] == pytest.approx([4, 6])


def test_a_draw_of_many_worlds_is_one_draw_of_the_band():
    many = pd.concat([BOTH, *(more(BOTH, k) for k in (1, 2, 3))], ignore_index=True)
    once, often = (price(price_of_rule(table), "payoff", "hub") for table in (BOTH, many))
    assert often["worlds"] == 10
    assert [often["p5"], often["p95"]] == pytest.approx([once["p5"], once["p95"]])


def more(table, k):
    """Give the worlds of the first draw again, under other numbers."""
    first = table[table["draw"] == 0]
    return first.assign(world=first["world"] + 10 * k)


def test_with_one_draw_there_is_no_band_but_luck_is_told():
    table = price_of_rule(BOTH.assign(draw=0))
    row = price(table, "payoff", "hub")
    assert table[["p5", "p95"]].isna().all(axis=None)
    assert row["draws"] == 1
    assert row["error"] == pytest.approx(half(np.array([-1.0, -5, 0, 1]), np.arange(4)))


def test_given_payoffs_have_their_own_unit_and_no_band():
    table = price_of_rule(BOTH, given="payoff")
    assert table[["p5", "p95"]].isna().all(axis=None)
    assert price(table, "payoff", "hub")["unit"] == "payoff"
    assert price(table, "agreement", "east")["unit"] == "points"
    own = price_of_rule(BOTH)
    pd.testing.assert_series_equal(table["difference"], own["difference"])
    pd.testing.assert_series_equal(table["error"], own["error"])


@pytest.mark.slow
def test_worlds_with_other_draws_are_two_samples_and_not_paired():
    other = BOTH.copy()
    strict = other["rules.review"] == "all"
    other.loc[strict, "draw"] = 1 - other.loc[strict, "draw"]
    row, own = (price(price_of_rule(table), "payoff", "hub") for table in (other, BOTH))
    assert (row["pairing"], own["pairing"]) == ("not paired", "paired")
    assert row["difference"] == pytest.approx(own["difference"])
    sides = [
        half(part["payoff.hub"].to_numpy(), part["draw"].to_numpy())
        for part in (other[strict], other[~strict])
    ]
    assert row["error"] == pytest.approx(np.hypot(*sides))
    assert np.isnan(row["p5"])


def test_luck_that_is_known_to_be_other_is_said():
    known = effect(BOTH, "rules.review", "none", "all", other_luck=True)
    assert set(known["pairing"]) == {"not paired"}
    left = known.drop(columns="pairing")
    pd.testing.assert_frame_equal(left, price_of_rule(BOTH).drop(columns="pairing"))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"path": "rules.test"}, "path: there is no swept path 'rules.test'"),
        ({"after": "al"}, "rules.review: there is no swept value 'al'; did you mean 'all'"),
        ({"by": ["strategy.hub"]}, "by: there is no swept path beside the one that changes"),
        ({"signed": ["esat"]}, "signed: there is no talk 'esat'; did you mean 'east'?"),
        ({"quantities": ["payof.hub"]}, "quantity: there is no quantity 'payof.hub'"),
    ],
)
def test_what_a_run_does_not_have_is_refused(asked, sentence):
    given = {"path": "rules.review", "before": "none", "after": "all"} | asked
    with pytest.raises(ConfigError, match=sentence):
        effect(BOTH, **given)


def test_cells_are_chosen_by_their_swept_values():
    assert set(only(BOTH, ["rules.review=all"])["cell"]) == {0}
    with pytest.raises(ConfigError, match=r"--where rules\.review: there is no swept value"):
        only(BOTH, ["rules.review=every"])
    with pytest.raises(ConfigError, match=r"--where rules\.review: is not PATH=VALUE"):
        only(BOTH, ["rules.review"])


@pytest.mark.slow
def test_a_number_is_chosen_however_it_is_written(tmp_path, capsys):
    more = '[sweep]\n"rules.period" = [1, 4]\n'
    directory = run(load(tmp_path, more), tmp_path / "out").store.directory
    told = []
    for first, second in (("1", "4"), ("1.0", "4.0")):
        words = ["effect", str(directory), "--path", "rules.period", "--from", first]
        assert main([*words, "--to", second]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "rules.period: 1 → 4" in told[0]


LABELLED = """
[[cells]]
label = "as it is"

[[cells]]
label = "shorter reviews"
"rules.period" = 2

[[cells]]
label = "no rule"
"rules.review" = "none"
"rules.period" = 3
"""


def test_cells_with_labels_are_told_by_these(tmp_path, capsys):
    """All paths of such cells differ, too, so that by them no two cells would be a pair."""
    store = run(load(tmp_path, LABELLED), tmp_path / "out").store
    words = ["--path", "case", "--from", "as it is", "--to", "no rule", "--quantity", "deals"]
    assert main(["effect", str(store.directory), *words]) == 0
    said = capsys.readouterr().out
    frame = store.outcomes()
    for talk in ("east", "west"):
        deals = (
            frame[frame["talk"] == talk]
            .groupby("cell")["status"]
            .apply(lambda status: 100 * (status == "deal").mean())
        )
        gap = deals[2] - deals[0]
        row = next(line for line in said.splitlines() if f" {talk} " in line)
        assert f" {gap:.2f} " in row or (gap == 0 and " none " in row)


def test_two_values_without_a_pair_are_refused(tmp_path, capsys):
    cells = """
    [[cells]]
    "rules.review" = "all"
    "rules.period" = 1

    [[cells]]
    "rules.review" = "none"
    "rules.period" = 2
    """
    store = run(load(tmp_path, cells), tmp_path / "out").store
    assert main(["effect", str(store.directory)]) == 2
    said = capsys.readouterr().err
    assert "--path rules.review: no two cells with none and all there agree in all else" in said
    assert "(rules.period)" in said
