"""The random walker: every rank worth its reservation value, each alike."""

import numpy as np
import pytest

from sim.strategies import RandomWalker
from tests.sim.strategies.transcripts import log, open_game, pie, silent

pytestmark = pytest.mark.fast


def test_it_offers_every_package_worth_no_deal_alike() -> None:
    table = log(pie(RandomWalker(), silent(), 2, reservation=(4, 0)), worlds=1400)
    offered = table.loc[table["seat"] == "hub", "offer"].to_numpy()
    counts = np.bincount(offered, minlength=11)
    assert (counts[:4] == 0).all()
    expected = len(offered) / 7
    assert ((counts[4:] - expected) ** 2 / expected).sum() < 22.5, "chi2 of 6: 1 in 1,000"


def test_its_rounds_are_independent() -> None:
    table = log(pie(RandomWalker(), silent(), 2), worlds=1000)
    first, second = (
        table.loc[(table["seat"] == "hub") & (table["round"] == n), "offer"] for n in (1, 2)
    )
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1


def test_it_accepts_what_is_worth_its_own_idea_and_no_deal() -> None:
    table = log(pie(silent(8), RandomWalker(), 3, reservation=(0, 1)), worlds=200)
    mine = table[table["seat"] == "partner"]
    rejected = mine[mine["answer"] == "reject"]
    assert set(mine["answer"]) == {"accept", "reject"}
    assert (rejected["offer"] < 8).all(), "its offer leaves the hub less than 8"


def test_it_passes_where_nothing_is_worth_no_deal() -> None:
    table = log(open_game(RandomWalker(), silent(), reservation=(9.0, 0.0)), worlds=20)
    assert (table.loc[table["seat"] == "hub", "offer"] == -1).all()
