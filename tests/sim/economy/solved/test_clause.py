"""A most-favoured clause in the payoff tables: against direct solutions at the rates that hold."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.economy.equilibrium.effects import TradeModel
from sim.economy.rates.states import EndStates
from sim.economy.rates.tariffs import TariffWorld, book
from sim.economy.solved.components import components
from tests.sim.economy import small

pytestmark = pytest.mark.fast

BASE = small.base_year()
GOODS = [0, 2]
"""Cars and other goods: nobody negotiates over steel."""


@pytest.fixture(autouse=True)
def place(tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARIFF_TALKS_CACHE", str(tmp_path_factory.getbasetemp() / "clause"))


def talks(*holders: bool) -> list[Any]:
    return [replace(t, clause=held) for t, held in zip(small.talks(), holders, strict=True)]


def found(rules: list[Any], **changes: Any) -> Any:
    spec = small.spec(**changes)
    return components(BASE, spec, rules, [book(t, spec, BASE) for t in rules])


def world(rules: list[Any]) -> TariffWorld:
    spec = small.spec()
    return TariffWorld(BASE, spec, rules, [book(t, spec, BASE) for t in rules])


def rate(rules: list[Any], heads: tuple[int, int], signed: tuple[bool, bool]) -> np.ndarray:
    """Give the hub's rates on east and west, (2, S) percent, in one end state."""
    state = EndStates(
        np.array(heads)[:, None], np.array(signed)[:, None], np.ones((1, 3), dtype=bool)
    )
    tariffs = world(rules).at_the_end(state)[0]
    return 100 * tariffs[[1, 2], 0]


def head(rules: Any, **levels: float) -> int:
    return int(rules.space.package(**levels) // rules.space.parts[1])


BOTH = (True, True)


def test_the_holder_pays_the_better_total() -> None:
    rules = talks(True, False)
    heads = head(rules[0], cars=15), head(rules[1], cars=0)
    east, west = rate(rules, heads, BOTH)
    assert east[0] == pytest.approx(west[0])
    without, _ = rate(talks(False, False), heads, BOTH)
    assert without[0] == pytest.approx(east[0] + 15)
    assert (east <= west + 1e-9)[GOODS].all(), "never above the other on the goods of both"


def test_it_holds_from_the_holders_deal_on_and_only_against_deals() -> None:
    rules = talks(True, False)
    heads = 0, head(rules[1], cars=0)
    plain = rate(talks(False, False), heads, BOTH)
    assert rate(rules, heads, (False, True)) == pytest.approx(plain)
    assert rate(rules, heads, (True, False)) == pytest.approx(plain)
    assert rate(rules, heads, BOTH)[0, 0] < plain[0, 0]


def test_what_is_better_already_stays() -> None:
    rules = talks(True, False)
    heads = head(rules[0], cars=0), 0
    assert rate(rules, heads, BOTH)[0, 0] == pytest.approx(2.5)


def test_two_holders_meet_at_the_lower_total() -> None:
    rules = talks(True, True)
    heads = head(rules[0], cars=15), head(rules[1], suspended=0)
    east, west = rate(rules, heads, BOTH)
    assert east[GOODS] == pytest.approx(west[GOODS])


def direct(rules: list[Any], heads: tuple[int, int], family: int) -> np.ndarray:
    """Solve for one end state, (C, K) against no deal in any talk."""
    spec = small.spec()
    sigma = np.array([spec.sigma[name][family] for name in BASE.sectors])
    model = TradeModel(BASE, spec, sigma)
    none = EndStates.nothing(2, 3)
    state = none.with_deals({0: np.array([heads[0]]), 1: np.array([heads[1]])}, range(3))
    values = model.effects(world(rules).at_the_end(state)).values[:, :3]
    return values[1] - values[0]


STATES = [(0, 6), (6, 12), (12, 6), (3, 17), (17, 1)]


def missed(tables: Any, rules: list[Any]) -> np.ndarray:
    """Give how far the tables miss the welfare of some end states, (n, C), USD bn a year."""
    off = []
    for east, west in STATES:
        got = (
            tables.main[0][0, :, 0, 1 + east]
            + tables.main[1][0, :, 0, 1 + west]
            + small.crossed(tables)[0, 1][0, :, 0, 1 + east, 1 + west]
        )
        off.append(got - direct(rules, (east, west), 0)[:, 0])
    return np.abs(off)


def test_exact_tables_hold_what_the_clause_brings() -> None:
    rules = talks(True, False)
    assert missed(found(rules, table="exact"), rules).max() < 1e-8


def test_other_tables_miss_it_by_no_more_than_they_say() -> None:
    rules = talks(True, False)
    tables = found(rules)
    total = tables.main[0][0, :, 0, 1:, None] + tables.main[1][0, :, 0, None, 1:]
    total = total + small.crossed(tables)[0, 1][0, :, 0, 1:, 1:]
    size = np.ptp(total.reshape(3, -1), axis=1)
    assert (missed(tables, rules) <= 1.05 * tables.error[0, :, 0] * size).all()
    assert 0.01 < tables.error.max() < 0.1, "a warning names the exact tables"


def test_a_clause_moves_the_tables() -> None:
    with_clause, without = found(talks(True, False)), found(talks(False, False))
    assert np.array_equal(with_clause.main[0], without.main[0]), "alone it has nothing to do"
    moved = small.crossed(with_clause)[0, 1] - small.crossed(without)[0, 1]
    gain = moved[0, 1, 0, 1 + 0, 1 + head(talks(True, False)[1], cars=0)]
    assert gain > 0, "east gains where west gets free cars"
