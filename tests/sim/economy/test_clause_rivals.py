"""A most-favoured clause and the number of rivals: joint solutions, and what is refused."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from sim.config import override, parse, read_toml
from sim.config.add import added
from sim.economy.clauses import check_rivals
from sim.economy.components import Components, components
from sim.economy.effects import TradeModel
from sim.economy.payoffs import economy
from sim.economy.spec import EconomySpec
from sim.economy.states import EndStates
from sim.economy.tariffs import TariffWorld, book
from sim.errors import ConfigError
from sim.outcomes import Issue, OutcomeSpace
from sim.rules import TalkRules
from sim.scenario import Scenario, check
from tests.sim.economy import small
from tests.sim.test_add import SCENARIOS

pytestmark = pytest.mark.fast

BASE = small.base_year()
CLAUSE = Issue("clause", "clause", (0, 1))
KINDS = ("interaction", "exact")


@pytest.fixture(autouse=True)
def place(tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARIFF_TALKS_CACHE", str(tmp_path_factory.getbasetemp() / "rivals"))


def spec(table: Any) -> EconomySpec:
    region = {"hub": "HUB", "east": "EAST", "west": "WEST", "rest": "REST"}
    return small.spec(table=table, region=region, third_country={})


def talks(**measures: tuple[Issue, ...]) -> list[TalkRules]:
    """Give a talk with every partner that is named, about these measures."""
    return [
        replace(small.talks(issues, (name,))[0], name=name, partner=name)
        for name, issues in measures.items()
    ]


def holding(rules: list[TalkRules], *holders: str) -> list[TalkRules]:
    return [replace(r, clause=r.name in holders) for r in rules]


def bargained(rules: TalkRules) -> TalkRules:
    """The same talk with the clause as an issue."""
    *measures, pledge = rules.space.issues
    return replace(rules, space=OutcomeSpace((*measures, CLAUSE, pledge)))


def jointly(rules: list[TalkRules], states: np.ndarray) -> np.ndarray:
    """Solve end states of all talks directly, (B, C, K) against no deal in any."""
    said = spec("exact")
    world = TariffWorld(BASE, said, rules, [book(r, said, BASE) for r in rules])
    model = TradeModel(BASE, said, np.array([said.sigma[name][0] for name in BASE.sectors]))
    moved = dict(enumerate(states.T))
    ends = EndStates.nothing(len(rules), len(BASE.sectors)).with_deals(moved, range(3))
    values = model.effects(world.at_the_end(ends)).values[:, : 1 + len(rules)]
    found: np.ndarray = values[1:] - values[0]
    return found


def added_up(tables: Components, states: np.ndarray) -> np.ndarray:
    """Add the tables up, (B, C, K)."""
    crossed, signed = small.crossed(tables), 1 + states
    total = sum(tables.main[i][0][..., signed[:, i]] for i in range(states.shape[1]))
    for i, j in combinations(range(states.shape[1]), 2):
        total = total + crossed[i, j][0][..., signed[:, i], signed[:, j]]
    return np.moveaxis(np.asarray(total), -1, 0)


def solved(rules: list[TalkRules], table: Any) -> Components:
    said = spec(table)
    return components(BASE, said, rules, [book(r, said, BASE) for r in rules])


def every(rules: list[TalkRules]) -> np.ndarray:
    """Give every combination of tariff parts, (B, T)."""
    grid = np.meshgrid(*(np.arange(r.space.parts[0]) for r in rules), indexing="ij")
    return np.stack([part.ravel() for part in grid], axis=1)


TWO = {"east": (small.CARS, small.SUSPENDED), "west": (small.CARS, small.SUSPENDED)}
APART = {"east": (small.CARS,), "west": (small.CARS,), "rest": (small.METALS,)}
"""East has one rival; the third talk is about other goods."""


@pytest.mark.parametrize("holders", [("east",), ("east", "west")])
@pytest.mark.parametrize("table", KINDS)
def test_with_two_partners_tables_hold_what_one_or_two_clauses_bring(
    holders: tuple[str, ...], table: str
) -> None:
    rules = holding(talks(**TWO), *holders)
    states, tables = every(rules), solved(rules, table)
    truth = jointly(rules, states)
    off = np.abs(added_up(tables, states) - truth).max(axis=0)
    assert (off <= (1.05 * tables.error[0] + 1e-9) * np.ptp(truth, axis=0)).all()
    assert tables.error.max() < (1e-9 if table == "exact" else 0.08)


@pytest.mark.parametrize("holders", [("east",), ("east", "west"), ("east", "west", "rest")])
@pytest.mark.parametrize("table", KINDS)
def test_with_three_partners_a_clause_is_right_where_its_holder_has_one_rival(
    holders: tuple[str, ...], table: str
) -> None:
    """What a clause brings, against the same talks without it: nothing is counted twice."""
    plain = talks(**APART)
    rules, states = holding(plain, *holders), every(plain)
    check_rivals(rules)
    brings = jointly(rules, states) - jointly(plain, states)
    said = added_up(solved(rules, table), states) - added_up(solved(plain, table), states)
    welfare, found = brings[:, :, 0], said[:, :, 0]
    assert welfare[:, 1].max() > 1, "east gains where another gets more"
    assert np.abs(found - welfare).max() <= 0.04 * np.abs(welfare).max()


def test_with_two_rivals_on_the_same_goods_pairs_would_count_the_gain_twice() -> None:
    """Why it is refused: both rivals get free cars, and the holder is told twice its gain."""
    measures = dict.fromkeys(("east", "west", "rest"), (small.CARS,))
    plain = talks(**measures)
    rules, state = holding(plain, "east"), np.array([[1, 2, 2]])
    brings = (jointly(rules, state) - jointly(plain, state))[0, 1, 0]
    pairs = added_up(solved(rules, "exact"), state) - added_up(solved(plain, "exact"), state)
    assert pairs[0, 1, 0] > 1.5 * brings > 0


@pytest.mark.parametrize("table", KINDS)
@pytest.mark.parametrize("bargains", [False, True])
def test_two_rivals_on_the_same_goods_are_refused(table: str, bargains: bool) -> None:
    rules = talks(**dict.fromkeys(("east", "west", "rest"), (small.CARS, small.SUSPENDED)))
    rules = [bargained(rules[0]), *rules[1:]] if bargains else holding(rules, "east")
    governments = {n: small.government(2, k) for k, n in enumerate(("hub", "east", "west", "rest"))}
    with pytest.raises(ConfigError) as caught:
        economy(spec(table), rules, governments, {})
    assert str(caught.value) == (
        "talks.east.rules.clause: a most-favoured clause, and 2 other talks (west, rest) are about "
        "goods of this one; its rates fall to the best of theirs, which tables of pairs of talks "
        "cannot hold: leave all but one of these talks out, or set talks.east.rules.clause = false"
    )


def test_two_rivals_on_different_goods_are_refused_as_well() -> None:
    measures = {"east": (small.CARS, small.METALS), "west": (small.CARS,), "rest": (small.METALS,)}
    for holders in (("east",), ("rest", "east")):
        with pytest.raises(ConfigError, match=r"^talks\.east\.rules\.clause: .* \(west, rest\)"):
            check_rivals(holding(talks(**measures), *holders))
    check_rivals(holding(talks(**measures), "west", "rest"))


def test_who_holds_no_clause_may_have_as_many_rivals_as_there_are() -> None:
    check_rivals(talks(**dict.fromkeys(("east", "west", "rest"), (small.CARS,))))


@pytest.mark.parametrize("said", [True, "issue"])
def test_a_scenario_with_three_partners_and_a_clause_is_refused_before_anything_is_solved(
    said: bool | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, third = (
        read_toml(SCENARIOS / f"{name}_2025.toml") for name in ("us_japan_korea", "us_eu")
    )
    mapping = override(added(base, third["add"]), {"talks.korea.rules.clause": said})
    config = parse(mapping, SCENARIOS)
    monkeypatch.setattr(TradeModel, "effects", None)
    for build in (check, Scenario.from_config):
        with pytest.raises(ConfigError, match=r"^talks\.korea\.rules\.clause: .*\(japan, eu\)"):
            build(config)
