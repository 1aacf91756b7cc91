"""What becomes of the deal of every world, and of the terms of the deals that stay."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.effect import effect
from experiments.analysis.fate import DEAL, FATES, TERM, doses, fates
from sim.errors import ConfigError
from tests.experiments.results.test_quantities import BOTH, deal, frame, none

pytestmark = pytest.mark.fast

EAST = {"east": "east"}


def share(table, fate, **where):
    """Give the one share of a fate in a table."""
    part = table[(table["what"] == DEAL) & (table["quantity"] == fate)]
    for column, value in where.items():
        part = part[part[column] == value]
    return part["share"].item()


def term(table, quantity, of):
    (row,) = table[
        (table["what"] == TERM) & (table["quantity"] == quantity) & (table["of"] == of)
    ].to_dict("records")
    return row


ENDS = {
    "free": [deal(2, 25), deal(2, 10), deal(2, 10), none(), none(), deal(3, 0)],
    "soft": [deal(5, 25), deal(2, 0), none(), deal(2, 10), none(), deal(3, 10)],
    "strict": [none(), none(), none(), none(), none(), none()],
}
"""How six worlds end under three rules: under the second the deal stays (signed later), is another,
vanishes, appears, is there under neither, is another."""


def three(order=("free", "soft", "strict")):
    return frame([[[end] for end in ENDS[name]] for name in order], order)


def test_every_world_has_one_fate():
    table = fates(three(), "rules.review", "free", EAST)
    soft = table[table["rules.review"] == "soft"]
    found = {fate: share(soft, fate) for fate in FATES}
    sixth = 100 / 6
    assert found == pytest.approx(
        {"same": sixth, "changed": 2 * sixth, "vanished": sixth, "appeared": sixth, "none": sixth}
    ), "another date is no other term"
    assert set(soft[soft["what"] == DEAL]["worlds"]) == {6}
    strict = table[table["rules.review"] == "strict"]
    assert {fate: share(strict, fate) for fate in FATES} == pytest.approx(
        {"same": 0, "changed": 0, "vanished": 400 / 6, "appeared": 0, "none": 200 / 6}
    )


def test_terms_and_payoffs_are_of_the_worlds_whose_deal_stays():
    table = fates(three(), "rules.review", "free", EAST)
    soft = table[table["rules.review"] == "soft"]
    rate = term(soft, "rate.cars", "east")
    assert (rate["worlds"], rate["difference"]) == (3, pytest.approx(np.mean([0, -10, 10])))
    assert (rate["draws"], rate["p5"], rate["p95"]) == (2, -5, 10), "means of two draws"
    assert {row["of"] for row in soft.to_dict("records") if row["quantity"] == "payoff"} == {
        "hub",
        "east",
    }
    assert set(soft[soft["what"] == TERM]["worlds"]) == {3}, "all of the same worlds"
    strict = table[(table["rules.review"] == "strict") & (table["what"] == TERM)]
    assert set(strict["worlds"]) == {0}
    assert strict["difference"].isna().all()


def test_each_value_is_what_effect_says_of_it_where_the_talk_signs():
    made = three()
    table = fates(made, "rules.review", "free", EAST)
    mine = table[(table["rules.review"] == "soft") & (table["what"] == TERM)]
    other = effect(made, "rules.review", "free", "soft", by=[], signed=["east"])
    columns = ["quantity", "of", "unit", "worlds", "draws", "difference", "error", "p5", "p95"]
    keys = ["quantity", "of"]
    other = other[other["quantity"] != "time of signing"]
    pd.testing.assert_frame_equal(
        mine[columns].sort_values(keys, ignore_index=True),
        other[columns].sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


def test_two_values_beside_each_other_are_each_alone():
    made = three()
    both = fates(made, "rules.review", "free", EAST)
    for value in ("soft", "strict"):
        alone = fates(
            made[made["rules.review"].isin(["free", value])], "rules.review", "free", EAST
        )
        mine = both[both["rules.review"] == value].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone.reset_index(drop=True))


def test_values_stand_in_their_order_whatever_is_compared_with():
    made = three(("strict", "free", "soft"))
    assert doses(made, "rules.review", "free") == ["strict", "soft"]
    table = fates(made, "rules.review", "free", EAST)
    assert list(dict.fromkeys(table["rules.review"])) == ["strict", "soft"]
    with pytest.raises(ConfigError, match="before: there is no swept value 'fre'; did you mean"):
        fates(made, "rules.review", "fre", EAST)


def test_the_way_back_turns_vanishing_into_appearing():
    there = fates(BOTH, "rules.review", "none", EAST)
    back = fates(BOTH, "rules.review", "all", EAST)
    assert share(there, "vanished") == share(back, "appeared") > 0
    assert share(there, "same") == share(back, "same")
    assert term(there, "rate.cars", "east")["difference"] == pytest.approx(
        -term(back, "rate.cars", "east")["difference"]
    )


def test_settings_are_told_apart_and_one_without_a_pair_has_no_world():
    firm = three(("free", "soft"))
    mild = three(("free", "soft")).assign(**{"strategies.hub": "mild"})
    mild["cell"] += 2
    lone = three(("soft",)).assign(**{"strategies.hub": "lone"})
    lone["cell"] += 4
    table = fates(pd.concat([firm, mild, lone]), "rules.review", "free", EAST, ["strategies.hub"])
    assert list(dict.fromkeys(table["strategies.hub"])) == ["firm", "mild", "lone"]
    left, right = (
        table[table["strategies.hub"] == name].drop(columns="strategies.hub")
        for name in ("firm", "mild")
    )
    pd.testing.assert_frame_equal(left.reset_index(drop=True), right.reset_index(drop=True))
    none_there = table[table["strategies.hub"] == "lone"]
    assert set(none_there["worlds"]) == {0}
    assert none_there["share"].isna().all()
    pooled = fates(pd.concat([firm, mild, lone]), "rules.review", "free", EAST)
    assert set(pooled[pooled["what"] == DEAL]["worlds"]) == {12}


def test_a_talk_is_of_its_own_worlds():
    rules = [[[deal(2, 25), deal(2, 10)], [deal(2, 10), none()]], [[none(), deal(2, 0)]] * 2]
    table = fates(
        frame(rules, talks=("east", "west")),
        "rules.review",
        "none",
        {"east": "east", "west": "hub"},
    )
    east, west = (table[table["talk"] == talk] for talk in ("east", "west"))
    assert share(east, "appeared") == 100
    assert (share(west, "changed"), share(west, "vanished")) == (50, 50)
    assert term(west, "rate.cars", "west")["worlds"] == 1
    assert term(west, "payoff", "hub")["worlds"] == 1
    assert len(west[west["quantity"] == "payoff"]) == 1, "the hub's is told once"


def test_given_payoffs_have_no_unit_and_no_band():
    table = fates(three(), "rules.review", "free", EAST, given="payoff")
    assert set(table[table["quantity"] == "payoff"]["unit"]) == {"payoff"}
    assert table["p5"].isna().all()
