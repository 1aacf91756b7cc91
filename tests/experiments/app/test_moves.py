"""Moves as lines of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.app.game.person import Person
from experiments.app.moves import Move, offered, read_move
from sim.errors import ConfigError
from sim.protocol.issues import Issue, OutcomeSpace
from sim.scenario.players import registry

pytestmark = pytest.mark.fast

SPACE = OutcomeSpace(
    (
        Issue("cars", "measure", (25, 15, 0)),
        Issue("metals", "measure", (25, 0)),
        Issue("pledge", "concession", (0, 200, 400)),
    )
)


def test_a_line_is_read() -> None:
    line = (
        "east 3: extend 2; threaten bonds; drop metals; open parts; want cars, metals; "
        "offer cars 15, pledge 400"
    )
    move = read_move(line)
    offer, aside = {"cars": 15, "pledge": 400}, (("metals",), ("parts",))
    assert move == Move("east", 3, ("cars", "metals"), "reject", offer, 2, "bonds", *aside)
    assert move.write() == line
    assert SPACE.decode(move.package(SPACE)) == {"cars": 15, "metals": 25, "pledge": 400}


NAMES = st.lists(st.sampled_from(["cars", "metals"]), unique=True).map(tuple)


@given(
    want=NAMES,
    drop=NAMES,
    opens=NAMES,
    reply=st.sampled_from(["reject", "accept", "walk"]),
    package=st.integers(-1, SPACE.size - 1),
    extend=st.integers(0, 9),
    round=st.integers(1, 99),
)
def test_every_move_survives_being_written(  # type: ignore[no-untyped-def]
    want, drop, opens, reply, package, extend, round
) -> None:
    offer = offered(SPACE, package) if reply == "reject" else None
    move = Move("east", round, want, reply, offer, extend, "", drop, opens)
    read = read_move(move.write())
    assert read == move
    assert read.package(SPACE) == (package if reply == "reject" else -1)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("whatever", "moves has 'whatever', which is not of the form"),
        ("east 3: sing", "moves has 'sing' in 'east 3: sing'; a turn reads like"),
        ("east 3: accept now", "moves has 'accept now'"),
        ("east 3: offer cars", "moves offers 'cars' in 'east 3: offer cars'; an offer names"),
        ("east 3: extend soon", "moves has 'extend soon'"),
    ],
)
def test_a_wrong_line_stops_a_config_with_a_sentence(line: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as problem:
        registry.build(
            {"name": "experiments.app.game.person:Person", "moves": [line]}, "strategies.east"
        )
    assert str(problem.value).startswith(f"strategies.east.moves: {sentence}")
    assert isinstance(registry.build("experiments.app.game.person:Person"), Person)


def test_an_offer_outside_the_space_gets_a_sentence() -> None:
    with pytest.raises(ValueError, match="moves offer 'rice', which is no issue: cars, metals"):
        read_move("east 1: offer rice 1").package(SPACE)
    with pytest.raises(ValueError, match="moves offer cars 12; its levels are 25, 15, 0"):
        read_move("east 1: offer cars 12").package(SPACE)
