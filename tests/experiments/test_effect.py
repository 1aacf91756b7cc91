"""What one value of a swept path changes against another, in the same worlds."""

import numpy as np
import pandas as pd
import pytest

from experiments.clustered import clustered_mean
from experiments.effect import effect, only, price_of_rule, signs
from sim.errors import ConfigError
from tests.experiments.test_quantities import BOTH, FREE, STRICT, deal, frame, none


def price(table, quantity, of):
    (row,) = table[(table["quantity"] == quantity) & (table["of"] == of)].to_dict("records")
    return row


@pytest.mark.fast
def test_the_price_of_the_rule_compares_each_world_with_itself():
    table = price_of_rule(BOTH)
    assert set(table["strategies.hub"]) == {"firm"}
    draws = np.array([0, 0, 1, 1])
    rate = price(table, "agreement", "east")
    assert (rate["worlds"], rate["unit"]) == (4, "points")
    assert (rate["difference"], rate["low"], rate["high"]) == pytest.approx(
        clustered_mean(np.array([0.0, -100, 0, 0]), draws)
    )
    time = price(table, "time of signing", "east")
    assert (time["worlds"], time["difference"]) == (2, pytest.approx(5.0))
    hub = price(table, "payoff", "hub")
    assert (hub["difference"], hub["low"], hub["high"]) == pytest.approx(
        clustered_mean(np.array([-1.0, -5, 0, 1]), draws)
    )
    assert price(table, "payoff", "east")["difference"] == pytest.approx(5 / 4)


def test_a_flow_is_of_a_country_and_counts_once_a_world_as_a_payoff_does():
    table = BOTH.assign(**{"flow.hub": BOTH["payoff.hub"] / 4})
    found = effect(table, "rules.review", "none", "all", quantities=["payoff.hub", "flow.hub"])
    payoff, flow = price(found, "payoff", "hub"), price(found, "flow", "hub")
    assert (flow["unit"], flow["worlds"]) == ("USD bn", payoff["worlds"])
    assert flow["difference"] == pytest.approx(payoff["difference"] / 4)


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
    np.testing.assert_allclose(there["low"], -back["high"])


def test_terms_where_both_sign_leave_out_worlds_with_one_deal():
    every = effect(BOTH, "rules.review", "none", "all", quantities=["rate.cars"])
    assert (every["worlds"].item(), every["difference"].item()) == (4, pytest.approx(35 / 4))
    both = effect(BOTH, "rules.review", "none", "all", quantities=["rate.cars"], signed=True)
    assert (both["worlds"].item(), both["difference"].item()) == (2, pytest.approx(10 / 2))


def test_payoffs_where_both_sign_are_of_worlds_in_which_every_talk_does():
    rules = [[[deal(2, payoff=p), west] for p, west in pairs] for pairs in CELLS]
    two = frame(rules, talks=("east", "west"))
    table = effect(two, "rules.review", "none", "all", quantities=["payoff.hub"], signed=True)
    assert (table["worlds"].item(), table["difference"].item()) == (1, pytest.approx(3.0))


CELLS = [
    [(5.0, deal(2, payoff=5.0)), (9.0, none(payoff=9.0))],
    [(2.0, deal(2, payoff=2.0)), (1.0, deal(3, payoff=1.0))],
]
"""Worlds under the strict and the free rule: payoff of the hub, and the end of the second talk."""


def test_signs_are_counted_over_settings():
    soft = frame([FREE, FREE]).assign(**{"strategies.hub": "soft"})
    soft["cell"] += 2
    table = effect(pd.concat([BOTH, soft]), "rules.review", "none", "all", quantities=["round"])
    counted = signs(table).iloc[0]
    assert counted[["settings", "up", "down", "nothing", "unclear"]].tolist() == [2, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"path": "rules.test"}, "path: there is no swept path 'rules.test'"),
        ({"after": "al"}, "rules.review: there is no swept value 'al'; did you mean 'all'"),
        ({"by": ["strategy.hub"]}, "by: there is no swept path beside the one that changes"),
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
