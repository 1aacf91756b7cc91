"""Which measures are wanted on the table; salami is told in its strategy's test."""

import pytest

from sim.strategies.parts import Combined, ScopeRule
from sim.strategies.parts.scope import Everything, Position, Refuser
from sim.testing import make_view, silent, tariff_game

pytestmark = pytest.mark.fast

GAME = tariff_game(positions=(("metals",), ("cars",)), review=(), rounds=5)


@pytest.mark.parametrize(
    ("rule", "hub", "partner"),
    [
        (Position(), [False, True], [True, False]),
        (Everything(), [True, True], [True, True]),
        (Refuser(admits=("cars",)), [True, False], [True, False]),
        (Refuser(until=0.0), [True, True], [True, True]),
        (Refuser(price_bn=-1.0), [False, False], [False, False]),
    ],
)
def test_it_wants(rule: ScopeRule, hub: list[bool], partner: list[bool]) -> None:
    for seat, wanted in (("hub", hub), ("partner", partner)):
        view = make_view(game=GAME, seat=seat, theirs=({"pledge": 200} if seat == "hub" else 1,))
        flags = Combined(silent(), scoping=rule).scope(view)
        assert [bool(flag) for flag in (flags[0] if flags.ndim == 2 else flags)] == wanted  # type: ignore[union-attr, index]


def test_a_refuser_yields_in_time() -> None:
    told = [
        Refuser(until=0.5).scope(make_view(game=GAME, mine=(-1,) * k, theirs=(-1,) * k)).all()  # type: ignore[union-attr]
        for k in range(5)
    ]
    assert told == [False, False, True, True, True]


def test_a_scope_rule_has_to_say_what_it_wants() -> None:
    with pytest.raises(TypeError, match="ScopeRule does not say what it wants: write scope"):
        ScopeRule().scope(make_view())
