"""What chunks of worlds hand on to each other changes no result."""

from dataclasses import replace
from pickle import dumps, loads

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.payoffs.shelf import Shelf
from sim.scenario.scenario import Scenario
from sim.talks.model import TariffTalks, negotiate
from tests.examples import fewer
from tests.games import game
from tests.generators import scenarios, with_strategies

pytestmark = pytest.mark.fast


def alone(scenario: Scenario, worlds: int, seed: int, first: int) -> pd.DataFrame:
    """Play worlds that nothing was handed on to."""
    return negotiate(replace(scenario, shelf=Shelf()), worlds, seed, first).to_frame()


@fewer(4)
@given(scenarios(), scenarios(), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 12)),
                                          min_size=2, max_size=4))  # fmt: skip
def test_what_is_handed_on_changes_no_result(
    scenario: Scenario, other: Scenario, chunks: list[tuple[int, int]]
) -> None:
    """Chunks of any worlds in any order, and cells with other strategies and rules between them."""
    same = dict(zip(scenario.strategies, other.strategies.values(), strict=False))
    cells = [scenario, with_strategies(scenario, same), replace(scenario, information="complete")]
    for seed, (worlds, first) in enumerate(chunks):
        cell = cells[seed % len(cells)]
        found = negotiate(cell, worlds, seed, first).to_frame()
        pd.testing.assert_frame_equal(found, alone(cell, worlds, seed, first))


def test_rankings_are_taken_by_one_model_alone_and_handed_on() -> None:
    scenario = replace(game(), replications=4)
    negotiate(scenario, 4)
    one, other = TariffTalks(scenario, 4), TariffTalks(scenario, 4)
    mine, theirs = (model.talks[0].places[0].appraisals[0].rankings for model in (one, other))
    assert mine.rows > 0, "nothing was handed on"
    assert theirs is not mine
    assert theirs.rows == 0


def test_other_payoffs_and_other_menus_begin_anew() -> None:
    scenario = replace(game(), replications=4)
    for changed in (
        replace(scenario, payoffs=replace(scenario.payoffs)),
        replace(
            scenario, talks=tuple(replace(t, null_deal=not t.null_deal) for t in scenario.talks)
        ),
    ):
        negotiate(scenario, 4)
        assert changed.shelf is scenario.shelf
        model = TariffTalks(changed, 4)
        assert model.talks[0].places[0].appraisals[0].rankings.rows == 0


def test_worlds_that_never_share_a_draw_hand_on_nothing() -> None:
    scenario = game()
    draws = scenario.payoffs.draws
    fresh = replace(scenario, replications=1)
    negotiate(fresh, 2 * draws - 1)
    assert TariffTalks(fresh, 1).talks[0].places[0].appraisals[0].rankings.rows == 0


def test_large_rankings_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.payoffs.appraisal._MOST_HANDED_ON", 3)
    scenario = replace(game(), replications=4)
    negotiate(scenario, 4)
    assert TariffTalks(scenario, 4).talks[0].places[0].appraisals[0].rankings.rows == 0


def test_a_shelf_keeps_the_latest_things() -> None:
    shelf = Shelf()
    for key in range(20):
        shelf.put(key, str(key))
    shelf.put(10, "again")
    assert shelf.take(7) is None
    assert shelf.take(10) == "again"
    assert shelf.take(10) is None
    assert shelf.take(19) == "19"


def test_a_copy_is_empty() -> None:
    shelf = Shelf()
    shelf.put("rows", np.arange(3))
    assert loads(dumps(shelf)).take("rows") is None
