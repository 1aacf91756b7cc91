"""A most-favoured clause as an issue: each package is worth what it is under the fixed clauses."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from sim.economy.governments import economy
from sim.economy.solved.clauses import settled
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from tests.sim.economy import small

pytestmark = pytest.mark.fast

CLAUSE = Issue("clause", "clause", (0, 1))
DRAWS = np.arange(4)


@pytest.fixture(autouse=True)
def place(tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARIFF_TALKS_CACHE", str(tmp_path_factory.getbasetemp() / "issue"))


def talks(*issues: bool) -> list[Any]:
    """Give the small talks, with a clause as an issue in some."""
    made = []
    for rules, issue in zip(small.talks(), issues, strict=True):
        *measures, pledge = rules.space.issues
        space = OutcomeSpace((*measures, *([CLAUSE] if issue else []), pledge))
        made.append(replace(rules, space=space))
    return made


def payoffs(rules: list[Any], table: Any = "interaction") -> Payoffs:
    return economy(small.spec(table=table), rules, small.governments(), small.grants()).payoffs


def worth(found: Payoffs, *packages: int) -> np.ndarray:
    """Give what packages are worth to every country in every draw, (C, D)."""
    return found.payoff(DRAWS, [np.full(len(DRAWS), p) for p in packages])


@pytest.mark.parametrize("issues", [(True, False), (True, True)])
@pytest.mark.parametrize("table", ["interaction", "exact"])
def test_a_package_is_worth_what_it_is_where_its_clause_is_fixed(
    issues: tuple[bool, bool], table: str
) -> None:
    rules = talks(*issues)
    found, plain = payoffs(rules, table), small.talks()
    fixed = {
        flags: payoffs([replace(r, clause=f) for r, f in zip(plain, flags, strict=True)], table)
        for flags in settled(rules)
    }
    rates = [{"cars": 15}, {"cars": 0, "pledge": 100}, {"suspended": 0}, {}]
    for flags in fixed:
        for east, west in product(rates, rates):
            said = [
                r.space.package(**terms, **({"clause": 1} if f else {}))
                for r, terms, f in zip(rules, (east, west), flags, strict=True)
            ]
            bare = [r.space.package(**t) for r, t in zip(plain, (east, west), strict=True)]
            assert worth(found, *said) == pytest.approx(worth(fixed[flags], *bare), abs=1e-9)


def test_alone_a_clause_is_worth_nothing() -> None:
    rules = talks(True, True)
    found, space = payoffs(rules), rules[0].space
    with_it, without = space.package(cars=15, clause=1), space.package(cars=15)
    assert worth(found, with_it, -1) == pytest.approx(worth(found, without, -1), abs=1e-12)


def decided(found: Payoffs, country: int, states: list[int], offered: list[int]) -> np.ndarray:
    """Give what every state of the first talk is worth to a country as it decides, (D, 1 + H)."""
    now, lying = ([np.full(len(DRAWS), s) for s in row] for row in (states, offered))
    return found.row(country, 0, DRAWS, found.encode(0, now, offered=lying))


def test_it_is_valued_at_what_lies_on_the_other_table() -> None:
    rules = talks(True, False)
    found, (tariffs, gives) = payoffs(rules), rules[1].space.parts
    offer = rules[1].space.package(cars=0)
    space = rules[0].space
    mine = [space.package(cars=15), space.package(cars=15, clause=1)]
    states = [1 + package // space.parts[1] for package in mine]
    lying = 1 + offer // gives
    assert lying <= tariffs
    for country in range(3):
        nothing = decided(found, country, [0, 0], [0, 0])[:, states]
        assert nothing[:, 0] == pytest.approx(nothing[:, 1]), "at none where nothing is seen"
        seen = decided(found, country, [0, 0], [0, lying])[:, states]
        assert seen[:, 0] == pytest.approx(nothing[:, 0]), "the rest is valued without the offer"
        brings = worth(found, mine[1], offer)[country] - worth(found, mine[0], offer)[country]
        assert seen[:, 1] - seen[:, 0] == pytest.approx(brings, abs=1e-9)
        signed = decided(found, country, [0, lying], [0, 0])[:, states]
        assert signed[:, 1] - signed[:, 0] == pytest.approx(brings, abs=1e-9)
    assert np.abs(brings).max() > 0


def test_for_the_last_to_sign_it_is_worth_nothing_where_its_own_rates_are_as_good() -> None:
    """The attack: a hub that pays with a clause that binds it to nothing."""
    rules = talks(True, False)
    found, space = payoffs(rules), rules[0].space
    signed = rules[1].space.package(cars=15)
    good, worse = space.package(cars=0), 0
    for package, free in ((good, True), (worse, False)):
        both = [worth(found, package + c * space.parts[1], signed) for c in (0, 1)]
        same = np.abs(both[1] - both[0])[1].max() < 0.02 * np.abs(both[0][1]).max()
        assert same == free
