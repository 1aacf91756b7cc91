"""What must make no difference: batches, orders, names, other seats' strategies; all random."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.chance.spreads import Drawn
from sim.scenario.scenario import Scenario
from sim.seats.player import drawn_fields, name_drawn
from sim.seats.strategy import Wrapper
from sim.seats.views.visibility import Visibility
from sim.strategies import Boulware, PartialPackage, WaitAndSee
from sim.strategies.parts import Combined
from sim.talks.model import negotiate
from sim.talks.record import Record
from sim.testing.renaming import renamed
from tests.examples import fewer
from tests.generators import players, reordered, scenarios, with_strategies

WORLDS = 6
HOUSES = ("upper", "lower")
FEW = fewer(3)


def same(one: pd.DataFrame, two: pd.DataFrame) -> None:
    """Compare tables up to the order of the talks of a world, and of columns."""
    tables = [
        table.astype({"talk": str}).sort_values(["world", "talk"]).reset_index(drop=True)
        for table in (one, two)
    ]
    pd.testing.assert_frame_equal(*tables, check_like=True, check_categorical=False)


def only(table: pd.DataFrame, talk: str) -> pd.DataFrame:
    """Give the rows of a talk, without columns that are empty in it."""
    mine = table[table["talk"] == talk]
    return mine.dropna(axis="columns", how="all").reset_index(drop=True)


@pytest.mark.slow
@FEW
@given(scenarios(), st.lists(st.integers(1, 3), min_size=2, max_size=3))
def test_batch_size_has_no_effect(scenario: Scenario, sizes: list[int]) -> None:
    whole = negotiate(scenario, sum(sizes), seed=3, first=2)
    starts = [2 + sum(sizes[:k]) for k in range(len(sizes))]
    parts = [
        negotiate(scenario, size, seed=3, first=first)
        for size, first in zip(sizes, starts, strict=True)
    ]
    same(whole.to_frame(), pd.concat([part.to_frame() for part in parts]))


@pytest.mark.slow
@FEW
@given(scenarios(talks=(2, 3)), st.data())
def test_the_order_of_talks_has_no_effect(scenario: Scenario, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(scenario.talks))))
    one, two = (negotiate(s, WORLDS) for s in (scenario, reordered(scenario, order)))
    same(told(one), told(two))


def told(record: Record) -> pd.DataFrame:
    """Give the table of a run with plain texts instead of categories."""
    frame = record.to_frame()
    texts = frame.select_dtypes("category").columns
    return frame.astype(dict.fromkeys(texts, object))


@FEW
@given(scenarios(talks=(2, 2), rational=True, lucky=False))
def test_swapping_the_data_of_two_partners_swaps_the_outcomes(scenario: Scenario) -> None:
    swap = {"east": "west", "west": "east"}
    swapped = renamed(reordered(scenario, (1, 0)), swap)
    assert [talk.name for talk in swapped.talks] == ["east", "west"]
    one, two = told(negotiate(scenario, WORLDS)), told(negotiate(swapped, WORLDS))
    columns = {f"{what}.{a}": f"{what}.{b}" for what in ("payoff", "cost", "status_at_signing")
               for a, b in swap.items()}  # fmt: skip
    seats = {f"{a}.{r} house": f"{b}.{r} house" for a, b in swap.items() for r in HOUSES}
    said = dict.fromkeys(("talk", "first_mover", "walked_by", "vetoed_by"), swap | seats)
    named = one.rename(columns=columns).replace({k: v for k, v in said.items() if k in one})
    same(named, two)


@dataclass(frozen=True)
class Diarist(Wrapper):
    """Plays the strategy inside, and writes down all luck that its seat could ask for."""

    diary: dict[Any, Any] = field(default_factory=dict)

    def propose(self, view: Any) -> Any:
        parameters = [view.of(drawn) for drawn in drawn_fields(self)]
        for k, world in enumerate(view.worlds.tolist()):
            luck = [*view.luck(6)[k], *(column[k] for column in parameters)]
            self.diary[view.me, view.talk, view.round, world] = luck
        return super().propose(view)


def luck_of(scenario: Scenario, seats: Sequence[Any]) -> tuple[dict[Any, Any], Record]:
    """Play with diaries in some seats."""
    diary: dict[Any, Any] = {}
    diarists = {seat: Diarist(scenario.strategies[seat], diary) for seat in seats}
    return diary, negotiate(with_strategies(scenario, diarists), WORLDS)


@FEW
@given(scenarios(), st.data())
def test_another_strategy_in_one_seat_leaves_the_luck_of_every_other_seat(
    scenario: Scenario, data: st.DataObject
) -> None:
    talk = data.draw(st.sampled_from(scenario.talks))
    side = data.draw(st.sampled_from(("hub", "partner")))
    seat = (getattr(talk, side), talk.name)
    names = [measure.name for measure in talk.space.measures]
    other = with_strategies(scenario, {seat: data.draw(players(side, names, rational=False))})
    rest = [s for s in scenario.strategies if s != seat]
    (before, one), (after, two) = luck_of(scenario, rest), luck_of(other, rest)
    both = before.keys() & after.keys()
    if not any((r.to_frame()["status"] == "walked").any() for r in (one, two)):
        assert {key[:2] for key in both} == set(rest), "every seat has a turn unless one walks"
    assert [before[key] for key in both] == [after[key] for key in both]
    assert one.to_frame()["first_mover"].equals(two.to_frame()["first_mover"])


@dataclass(frozen=True)
class Idle(Wrapper):
    """Does nothing."""


@dataclass(frozen=True)
class Late(Wrapper):
    """Does nothing, with a parameter of its own."""

    exponent: float | Drawn = field(default=Drawn.uniform(0, 1))


IDLE = (Idle, Late, Combined, lambda inner: Idle(Combined(Late(inner))))


@FEW
@given(scenarios(), st.data())
def test_a_wrapper_that_does_nothing_changes_no_byte(
    scenario: Scenario, data: st.DataObject
) -> None:
    wraps = {seat: data.draw(st.sampled_from(IDLE)) for seat in scenario.strategies}
    wrapped = {seat: wraps[seat](inner) for seat, inner in scenario.strategies.items()}
    one, two = (
        negotiate(game, WORLDS, turns=True)
        for game in (scenario, with_strategies(scenario, wrapped))
    )
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame(), check_exact=True)
    pd.testing.assert_frame_equal(one.to_turns(), two.to_turns(), check_exact=True)


def test_what_a_strategy_has_twice_is_counted_from_the_inside() -> None:
    until = Drawn.uniform(0.2, 1)
    inner = PartialPackage(Boulware(exponent=Drawn.uniform(0.1, 1)), until=until)
    named = name_drawn(WaitAndSee(inner, until=until))
    leaves = {drawn.name: drawn.leaf for drawn in drawn_fields(named)}
    assert leaves == {
        "inner.inner.exponent": "exponent",
        "inner.until": "until",
        "until": "until 2",
    }


@FEW
@given(scenarios(talks=(2, 3)), st.data())
def test_without_links_a_talk_does_not_depend_on_the_strategies_of_another(
    scenario: Scenario, data: st.DataObject
) -> None:
    scenario = without_links(scenario)
    mine, *others = data.draw(st.permutations(scenario.talks))
    changed = {}
    for talk in others:
        names = [measure.name for measure in talk.space.measures]
        for side in ("hub", "partner"):
            player = data.draw(players(side, names, rational=False))
            changed[getattr(talk, side), talk.name] = player
    one, two = (negotiate(s, WORLDS) for s in (scenario, with_strategies(scenario, changed)))
    left = [
        "payoff",
        "cost",
        "utility",
        "reservation",
        "distance",
        "status_at_signing",
        "by_clause",
    ]
    tables = [told(record) for record in (one, two)]
    kept = [c for c in tables[0] if c.partition(".")[0] not in left]
    same(*(only(table[kept], mine.name) for table in tables))


def without_links(scenario: Scenario) -> Scenario:
    """The same scenario, in which nobody sees another talk, and no talk moves what all share."""
    countries, around = scenario.countries, scenario.surroundings
    nothing = {(c, t.name): Visibility("nothing") for c in countries for t in scenario.talks}
    calendar = replace(scenario.calendar, extensions=0)
    around = replace(around, sights=nothing, threats=(), threat_cost=None)
    return replace(scenario, calendar=calendar, surroundings=around)
