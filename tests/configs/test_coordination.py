"""The config `coordination`, in small: what it shows about pacts, and about who sees what."""

from collections.abc import Container
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.design.plan import Plan
from experiments.results.clustered import clustered_mean
from sim.strategies import BUILT_IN
from sim.talks.model import negotiate

pytestmark = pytest.mark.slow  # what they share is played for a minute

FILE = Path(__file__).parents[2] / "configs" / "coordination.toml"
SMALL = {"draws": 60, "replications": 2, "worlds": 120}
MANY_DRAWS = {"draws": 240, "replications": 1, "worlds": 240}
"""What joining is worth differs much between draws: these many tell its sign."""

ADDS_UP, FRIGHTENS, LONE, TOGETHER = (
    "adds up",
    "a second hold-out frightens",
    "the first hold-out costs more",
    "only both together, 8 bn",
)
BLIND, USUAL, OFFERS = "nothing", "as in the scenario", "offers"
ALONE, FREE = "in a pact", "bargains"
Key = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def ends() -> dict[Key, pd.DataFrame]:
    """The outcomes of every cell, by Japan's and Korea's stance, sight and shape."""
    return played(SMALL)


def played(size: dict[str, int], *, among: Container[Key] | None = None) -> dict[Key, pd.DataFrame]:
    """Play every cell, or those among some, with fewer worlds."""
    plan = Plan.load(FILE, size)
    found = {}
    for cell in plan.cells:
        key: Any = tuple(str(cell.labels[path]) for path in plan.swept)
        if among is None or key in among:
            found[key] = negotiate(plan.game(cell), plan.worlds, plan.config.seed).to_frame()
    return found


def packages(ends: dict[Key, pd.DataFrame], talk: str, *key: str) -> Any:
    frame = ends[key]  # type: ignore[index]
    return frame[frame.talk == talk].package.to_numpy()


def gain(
    ends: dict[Key, pd.DataFrame], country: str, before: Key, after: Key
) -> tuple[float, float, float]:
    """What a country gains from one cell to another, with its interval clustered by draw."""
    one, two = (ends[key].drop_duplicates("world") for key in (before, after))
    rise = two[f"payoff.{country}"] - one[f"payoff.{country}"]
    return clustered_mean(rise.to_numpy(), one.draw.to_numpy())


def test_no_two_cells_are_copies(ends: dict[Key, pd.DataFrame]) -> None:
    assert len(ends) == 44
    for one, two in combinations(ends, 2):
        columns = ["package", "status", "round"]
        assert not ends[one][columns].equals(ends[two][columns]), (one, two)


@pytest.mark.parametrize(("shape", "least"), [(FRIGHTENS, 0.15), (LONE, 0.2), (TOGETHER, 0.3)])
def test_cutting_sight_changes_packages_where_the_cost_does_not_add_up(
    ends: dict[Key, pd.DataFrame], shape: str, least: float
) -> None:
    changed = {}
    for talk in ("japan", "korea"):
        for name in (ADDS_UP, shape):
            seen, blind = (packages(ends, talk, FREE, FREE, s, name) for s in (USUAL, BLIND))
            changed[talk, name] = (seen != blind).mean()
        assert changed[talk, shape] > max(least, changed[talk, ADDS_UP])


def test_a_pact_of_two_is_not_two_pacts_of_one(ends: dict[Key, pd.DataFrame]) -> None:
    for shape in (ADDS_UP, FRIGHTENS, LONE, TOGETHER):
        alone = packages(ends, "japan", ALONE, FREE, USUAL, shape)
        both = packages(ends, "japan", ALONE, ALONE, USUAL, shape)
        assert (alone != both).mean() > 0.02, shape


def test_partners_that_see_nothing_keep_no_pact_with_each_other(
    ends: dict[Key, pd.DataFrame],
) -> None:
    """Where nobody sees the other talk it is two pacts of one, world by world."""
    for shape in (ADDS_UP, FRIGHTENS, LONE, TOGETHER):
        both = (ALONE, ALONE, BLIND, shape)
        for talk, single in (("japan", (ALONE, FREE)), ("korea", (FREE, ALONE))):
            alone = packages(ends, talk, *single, BLIND, shape)
            assert (alone == packages(ends, talk, *both)).all()


@pytest.mark.parametrize("shape", [FRIGHTENS, TOGETHER])
def test_a_hub_that_hurries_one_talk_to_face_a_lone_hold_out_loses_by_it(shape: str) -> None:
    """The attack: soft in one talk, to be done with the dear step of the shape; hard in the other.

    The partner that is hurried gets what the step is worth, and more.
    """
    plan = Plan.load(FILE, SMALL)
    (cell,) = [
        c for c in plan.cells
        if [str(c.labels[path]) for path in plan.swept] == [FREE, FREE, USUAL, shape]
    ]  # fmt: skip
    plain = plan.game(cell)
    hurries = {**plain.strategies, ("usa", "korea"): BUILT_IN["conceder"]()}
    one, two = (
        negotiate(g, plan.worlds, plan.config.seed).to_frame().drop_duplicates("world")
        for g in (plain, replace(plain, strategies=hurries))
    )
    change = {
        c: clustered_mean((two[f"payoff.{c}"] - one[f"payoff.{c}"]).to_numpy(), one.draw.to_numpy())
        for c in ("usa", "korea")
    }
    assert change["usa"][2] < 0 < change["korea"][1]


def test_who_joins_pays_and_the_other_one_rides_free_where_one_deal_is_enough() -> None:
    """The sign of joining: it costs who joins, and is worth something to who is in or out."""
    nobody, japan, korea, both = keys = [
        (j, k, USUAL, TOGETHER)
        for j, k in ((FREE, FREE), (ALONE, FREE), (FREE, ALONE), (ALONE,) * 2)
    ]
    ends = played(MANY_DRAWS, among=keys)
    for joiner, other, before, after in (
        ("japan", "korea", nobody, japan),
        ("korea", "japan", nobody, korea),
        ("korea", "japan", japan, both),
        ("japan", "korea", korea, both),
    ):
        _, _, high = gain(ends, joiner, before, after)
        _, low, _ = gain(ends, other, before, after)
        assert high < 0 < low, (joiner, before, after)
