"""The configs `ratifiers`, `clause` and `links`, in small: what they show, and no cell a copy."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from tests.sweeps import cell_of, load, play, played

pytestmark = pytest.mark.slow  # what they share is played for a minute

SMALL = {"draws": 60, "replications": 2, "worlds": 120}
LATE, ALL, DIVIDES = "yields late or never", "admits all", "divides and conquers"
STANCES = ("never yields", LATE, ALL, "Nash, complete information")
RARE = [{(f"{bar}{known}", "never yields") for bar in (8, 1000)} for known in ("", ", announced")]
"""They differ in few worlds of a thousand: what is left on the table is worth 8 in hardly any."""

Cells = dict[tuple[str, str], pd.DataFrame]


def in_small(name: str) -> Cells:
    """Play every cell; the outcomes by what is varied, and by the hub's stance."""
    plan = load(name, **SMALL)
    return played(plan, plan.swept)


@pytest.fixture(scope="module")
def ratifiers() -> Cells:
    return in_small("ratifiers")


@pytest.fixture(scope="module")
def clauses() -> Cells:
    return in_small("clause")


@pytest.fixture(scope="module")
def links() -> Cells:
    return in_small("links")


@pytest.mark.parametrize("name", ["ratifiers", "clauses", "links"])
def test_no_two_cells_are_copies(name: str, request: pytest.FixtureRequest) -> None:
    cells: Cells = request.getfixturevalue(name)
    for one, two in combinations(cells, 2):
        if {one, two} in RARE:
            continue
        columns = ["status", "round", "package", "payoff.japan", "payoff.korea"]
        assert not cells[one][columns].equals(cells[two][columns]), (one, two)


def japan(cells: Cells, *key: str) -> pd.DataFrame:
    frame = cells[key]  # type: ignore[index]
    return frame[frame["talk"] == "japan"].reset_index(drop=True)


def terms(frame: pd.DataFrame) -> pd.DataFrame:
    """What was agreed, in columns that mean the same whatever is an issue."""
    return frame[[c for c in frame if c.startswith(("rate.", "give."))]]


def same(one: pd.DataFrame, two: pd.DataFrame) -> float:
    """Give the share of the deals under both that have the same terms."""
    both = (one["status"] == "deal") & (two["status"] == "deal")
    return float((terms(one) == terms(two)).all(axis=1)[both].mean())


@pytest.mark.parametrize("stance", STANCES)
@pytest.mark.parametrize("bar", ["4", "4 with noise"])
def test_a_bar_is_a_loss_if_unknown_and_less_of_one_if_known(
    ratifiers: Cells, stance: str, bar: str
) -> None:
    none, hidden, known = (
        japan(ratifiers, label, stance) for label in ("no ratifier", bar, f"{bar}, announced")
    )
    payoffs = [frame["payoff.japan"].mean() for frame in (hidden, known, none)]
    assert payoffs[0] < payoffs[1]
    assert payoffs[0] < payoffs[2]
    if bar == "4":
        assert same(none, known) < same(none, hidden)
    if "noise" not in bar:
        assert (known["vetoes"] > 0).mean() <= 0.03, "news from Korea apart there is no veto"


def test_a_bar_of_four_is_leverage_against_who_opens_late(ratifiers: Cells) -> None:
    none, known = (japan(ratifiers, b, LATE) for b in ("no ratifier", "4, announced"))
    assert known["payoff.japan"].mean() > none["payoff.japan"].mean()


@pytest.mark.parametrize("stance", ["never yields", LATE, ALL])
def test_a_bar_is_no_leverage_for_who_is_hard_anyway(stance: str) -> None:
    plan = load("ratifiers", **SMALL)
    none, known = (
        play(
            plan,
            cell_of(plan, {"ratification.japan.diet.threshold": bar, "strategies.usa": stance}),
            **{"strategies.japan": "concedes_last"},
        )["payoff.japan"].mean()
        for bar in ("no ratifier", "4, announced")
    )
    assert known < none


@pytest.mark.parametrize("stance", STANCES)
def test_a_bar_that_nothing_clears_leaves_no_deal_and_nothing_else(
    ratifiers: Cells, stance: str
) -> None:
    """The attack: it must not bring more than no deal, announced or not."""
    hidden, known = (japan(ratifiers, b, stance) for b in ("1000", "1000, announced"))
    assert set(hidden["status"]) <= {"vetoed", "expired", "silent"}
    assert set(known["status"]) <= {"expired", "silent"}
    assert np.array_equal(hidden["payoff.japan"], known["payoff.japan"])
    assert known["payoff.japan"].max() <= 1e-9


@pytest.mark.parametrize("stance", [LATE, ALL])
def test_a_clause_is_worth_less_where_it_has_to_be_bargained_for(
    clauses: Cells, stance: str
) -> None:
    none, given, issue = (
        japan(clauses, label, stance) for label in ("none", "Japan has one", "an issue with Japan")
    )
    payoffs = [frame["payoff.japan"].mean() for frame in (none, issue, given)]
    assert payoffs == sorted(payoffs)
    assert 0.05 < issue["clause"].mean() < 0.5
    assert "clause" not in none


def test_who_sees_offers_gets_the_clause_more_often(clauses: Cells) -> None:
    usual, seeing = (
        japan(clauses, f"an issue with Japan{more}", LATE) for more in ("", ", partners see offers")
    )
    assert seeing["clause"].mean() > 1.5 * usual["clause"].mean()


def test_cutting_sight_changes_a_fifth_of_packages_and_a_leak_next_to_none(links: Cells) -> None:
    for stance, least in ((LATE, 0.15), (ALL, 0.15), (DIVIDES, 0.5)):
        usual, blind, leaky = (
            japan(links, label, stance)
            for label in ("as it is", "nothing seen", "offers leak, 0.1 a round")
        )
        assert same(usual, blind) < 1 - least
        assert same(usual, leaky) > 0.95


def test_a_ceiling_on_what_is_not_open_costs_deals(links: Cells) -> None:
    usual, bound = (
        japan(links, label, LATE) for label in ("as it is", "only a ceiling of 15 on cars")
    )
    assert (bound["status"] == "deal").mean() < (usual["status"] == "deal").mean() - 0.3
