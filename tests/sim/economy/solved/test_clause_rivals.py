"""A most-favoured clause and the number of rivals: joint solutions are the reference."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from sim.config import override, parse, read_toml
from sim.config.add import added
from sim.economy.data.spec import EconomySpec, Government, Grant
from sim.economy.equilibrium.effects import TradeModel
from sim.economy.governments import economy
from sim.economy.rates.states import EndStates
from sim.economy.rates.tariffs import TariffWorld, book
from sim.economy.solved.clauses import check_rivals
from sim.economy.solved.components import Components, components
from sim.errors import ConfigError
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import TalkRules
from sim.scenario.scenario import check
from tests.sim.config.test_add import SCENARIOS
from tests.sim.economy import small

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
    for trio, table in tables.three:
        total = total + trio.triple.spread(table[0], dict(enumerate(signed.T)))
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
    brings = jointly(rules, states) - jointly(plain, states)
    said = added_up(solved(rules, table), states) - added_up(solved(plain, table), states)
    welfare, found = brings[:, :, 0], said[:, :, 0]
    assert welfare[:, 1].max() > 1, "east gains where another gets more"
    assert np.abs(found - welfare).max() <= 0.04 * np.abs(welfare).max()


THREE = dict.fromkeys(("east", "west", "rest"), (small.CARS, small.SUSPENDED))
MIXED = {
    "east": (small.CARS, small.METALS, small.SUSPENDED),
    "west": (small.CARS, small.SUSPENDED),
    "rest": (small.METALS, Issue("suspended", "measure", (10, 4, 0), goods=("other",))),
}
"""Rivals on different goods, and one whose rates without a deal are lower."""

NAMES = ("hub", "east", "west", "rest")
HELD = [("east",), ("east", "west"), ("east", "west", "rest")]


@pytest.mark.slow
@pytest.mark.parametrize("measures", [THREE, MIXED], ids=["same goods", "mixed goods"])
@pytest.mark.parametrize("holders", HELD, ids=len)
@pytest.mark.parametrize("table", KINDS)
def test_with_several_rivals_a_clause_brings_what_joint_solutions_say(
    measures: dict[str, tuple[Issue, ...]], holders: tuple[str, ...], table: str
) -> None:
    plain = talks(**measures)
    rules, states = holding(plain, *holders), every(plain)
    brings = jointly(rules, states) - jointly(plain, states)
    tables = solved(rules, table)
    said = added_up(tables, states) - added_up(solved(plain, table), states)
    welfare, found = brings[:, :, 0], said[:, :, 0]
    assert np.abs(welfare).max() > 1
    size, off = np.abs(welfare).max(axis=0), np.abs(found - welfare).max(axis=0)
    assert (off[1:] <= 0.045 * size.max()).all()
    assert off[0] <= 0.11 * size[0]
    pairs = added_up(replace(tables, three=()), states) - added_up(solved(plain, table), states)
    assert np.abs(pairs[:, :, 0] - welfare).max() > 1.5 * off.max()


def test_two_equal_rivals_bring_what_one_brings() -> None:
    """Both get free cars: pairs of talks would tell the holder twice its gain."""
    plain = talks(**dict.fromkeys(("east", "west", "rest"), (small.CARS,)))
    rules, state = holding(plain, "east"), np.array([[1, 2, 2]])
    brings = (jointly(rules, state) - jointly(plain, state))[0, 1, 0]
    tables = solved(rules, "exact")
    said = (added_up(tables, state) - added_up(solved(plain, "exact"), state))[0, 1, 0]
    pairs = added_up(replace(tables, three=()), state) - added_up(tables, state)
    assert said == pytest.approx(brings, rel=0.05)
    assert pairs[0, 1, 0] > 0.5 * brings > 0


def test_the_tables_say_how_far_they_miss_joint_solutions_of_clauses() -> None:
    rules = holding(talks(**THREE), "east", "west")
    states, tables = every(rules), solved(rules, "interaction")
    truth = jointly(rules, states)
    off = np.abs(added_up(tables, states) - truth).max(axis=0)
    assert (off <= (1.2 * tables.error[0] + 1e-9) * np.ptp(truth, axis=0)).all()
    assert tables.error[..., 0].max() < 0.1


def worth(rules: Sequence[TalkRules], table: str = "interaction") -> Payoffs:
    """Give what end states are worth to governments that care for trade alone."""
    nothing = np.zeros(2)
    governments = dict.fromkeys(NAMES, Government((), nothing, nothing, nothing))
    grants = {(name, "pledge"): Grant(nothing, nothing) for name in NAMES[1:]}
    return economy(spec(table), rules, governments, grants).payoffs


@pytest.mark.slow
def test_a_clause_as_an_issue_is_worth_what_the_same_clause_as_a_rule_is() -> None:
    plain = talks(**MIXED)
    fixed, open_ = worth(holding(plain, *HELD[1])), worth([bargained(r) for r in plain])
    states = every(plain)
    granted = [2 * states[:, 0] + 1, 2 * states[:, 1] + 1, 2 * states[:, 2]]
    draws = np.zeros(len(states), dtype=np.int64)
    ruled = fixed.payoff(draws, [part * fixed.tails[0] for part in states.T])
    said = open_.payoff(draws, [part * open_.tails[0] for part in granted])
    assert np.abs(said - ruled).max() < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("issue", [False, True])
def test_a_seat_values_its_states_as_the_end_does(issue: bool) -> None:
    """Rows of a talk, holder or rival or neither, against the payoffs of every package."""
    plain = talks(**MIXED)
    payoffs = worth([bargained(r) for r in plain] if issue else holding(plain, "east", "west"))
    rng = np.random.default_rng(5)
    for talk in range(3):
        others = [rng.integers(0, 1 + heads, 20) for heads in payoffs.heads]
        draws = np.arange(20) % 2
        for country in range(4):
            outlook = payoffs.encode(talk, others, offered=[np.zeros_like(s) for s in others])
            row = payoffs.row(country, talk, draws, outlook)
            for state in range(1 + payoffs.heads[talk]):
                states = [np.full(20, state) if i == talk else s for i, s in enumerate(others)]
                packages = [
                    np.where(s == 0, -1, (s - 1) * n)
                    for s, n in zip(states, payoffs.tails, strict=True)
                ]
                assert row[:, state] == pytest.approx(payoffs.payoff(draws, packages)[country])


def test_three_rivals_on_the_same_goods_are_refused() -> None:
    names = ("east", "west", "rest", "far")
    rules = talks(**dict.fromkeys(names, (small.CARS, small.SUSPENDED)))
    apart = [*rules[:3], replace(rules[3], space=OutcomeSpace((small.METALS, small.PLEDGE)))]
    check_rivals(rules)
    check_rivals(holding(apart, "east", "west"))
    for held in (holding(rules, "east"), [bargained(rules[0]), *rules[1:]]):
        with pytest.raises(ConfigError) as caught:
            check_rivals(held)
        assert str(caught.value) == (
            "talks.east.rules.clause: a most-favoured clause, and 3 other talks (west, rest, far) "
            "are about cars; rates fall to the best of theirs, which is solved for 2 of them at "
            "most: leave talks out, or set talks.east.rules.clause = false"
        )


@pytest.mark.parametrize("said", [True, "issue"])
def test_a_scenario_with_three_partners_and_a_clause_is_taken(said: bool | str) -> None:
    base, third = (
        read_toml(SCENARIOS / f"{name}_2025.toml") for name in ("us_japan_korea", "us_eu")
    )
    mapping = override(added(base, third["add"]), {"talks.korea.rules.clause": said})
    check(parse(mapping, SCENARIOS))


def test_a_clause_is_valued_once_by_what_is_offered_to_two_rivals() -> None:
    """Both rivals are offered free cars, then one signs: the clause is worth the same."""
    measures = dict.fromkeys(("east", "west", "rest"), (small.CARS,))
    rules = [bargained(r) for r in talks(**measures)]
    payoffs = worth(rules, "exact")
    free, nothing = np.array([1 + 2 * 2]), np.array([0])
    draws, east = np.array([0]), 1

    def gain(states: list[np.ndarray], offered: list[np.ndarray]) -> float:
        row = payoffs.row(east, 0, draws, payoffs.encode(0, states, offered=offered))
        return float(row[0, 2] - row[0, 1])

    none = [nothing] * 3
    one = gain(none, [nothing, free, nothing])
    both = gain(none, [nothing, free, free])
    assert one > 1
    assert both == pytest.approx(one, rel=0.06)
    assert gain([nothing, free, nothing], [nothing, nothing, free]) == pytest.approx(one, rel=0.1)
