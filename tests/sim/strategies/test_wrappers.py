"""Who plays another strategy hands on every question, and what it answers comes through."""

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from sim.config import parse
from sim.errors import ConfigError
from sim.scenario.players.registry import kind_of, loaded
from sim.scenario.players.seating import strategies_of
from sim.seats.strategy import (
    QUESTIONS,
    Answer,
    BatchStrategy,
    EachWorld,
    SideMove,
    Strategy,
    Wrapper,
)
from sim.seats.views.view import View
from sim.strategies import BUILT_IN, DivideAndConquer, Hardliner
from sim.strategies.parts import Combined
from sim.testing import SPACE, make_view, tariff_game
from sim.testing.building import kept_back
from sim.testing.players import Opening
from tests.experiments.small import SCENARIO

MINE = SPACE.package(cars=15, pledge=200)
MOVE = SideMove(message=7, extend=1, threat=0, relent=True, opens=True)

ASKED: list[tuple[str, str, int]] = []
"""Who was asked what, in which round."""


@dataclass(frozen=True)
class Recorder(BatchStrategy):
    """Writes down what it is asked, and answers what nobody else would."""

    who: str = ""

    def side_move(self, view: View) -> SideMove:
        """Move all that can be moved."""
        ASKED.append((self.who, "side_move", len(view)))
        return MOVE

    def scope(self, view: View) -> Any:
        """Want the first measure only."""
        ASKED.append((self.who, "scope", len(view)))
        return np.arange(len(view.measures)) == 0

    def ask(self, view: View) -> Any:
        """Ask for the last measure only."""
        ASKED.append((self.who, "ask", len(view)))
        return np.arange(len(view.measures)) == len(view.measures) - 1

    def propose(self, view: View) -> Any:
        """Offer one package."""
        ASKED.append((self.who, "propose", len(view)))
        return np.full(len(view), MINE)

    def answer(self, view: View, mine: Any) -> Any:
        """Walk away."""
        ASKED.append((self.who, "answer", len(view)))
        return np.full(len(view), int(Answer.WALK))


@dataclass(frozen=True)
class One(Strategy):
    """The same, in one world."""

    who: str = ""

    def side_move(self, view: Any) -> SideMove:
        """Move all that can be moved."""
        ASKED.append((self.who, "side_move", 1))
        return MOVE

    def scope(self, view: Any) -> Any:
        """Want the first measure only."""
        ASKED.append((self.who, "scope", 1))
        return [k == 0 for k in range(len(view.measures))]

    def ask(self, view: Any) -> Any:
        """Ask for the first measure only."""
        ASKED.append((self.who, "ask", 1))
        return [k == 0 for k in range(len(view.measures))]

    def propose(self, view: Any) -> int:
        """Offer one package."""
        ASKED.append((self.who, "propose", 1))
        return MINE

    def answer(self, view: Any, mine: int) -> Answer:
        """Walk away."""
        ASKED.append((self.who, "answer", 1))
        return Answer.WALK


def holders() -> dict[str, tuple[type[Any], tuple[str, ...]]]:
    """Give every class that holds other strategies, with the fields that hold them."""
    classes = loaded()[0] | {"Combined": Combined, "Opening": Opening, "Wrapper": Wrapper}
    held = {
        name: (cls, tuple(f.name for f in fields(cls) if kind_of(cls, f.name) is KIND))
        for name, cls in classes.items()
    }
    return {name: (cls, keys) for name, (cls, keys) in held.items() if keys}


KIND = kind_of(Wrapper, "inner")
HOLDERS = holders()

OWN = {
    "salami": {"scope"},
    "scope_refuser": {"scope"},
    "asker": {"ask"},
    "package_or_nothing": {"scope"},
    "partial_package": {"scope"},
}
"""Questions that a strategy answers all by itself, as its description says."""

LESS = {"salami": {"ask"}}
"""Questions of which it hands on the answer in part: it asks for no more than its slice."""


def views(cls: type[Any]) -> list[View]:
    """Situations at the seats of a class: closed and open, early and late, alone or not."""
    closed = tariff_game(talks=2, rounds=10)
    opened = tariff_game(talks=2, rounds=10, scope=False, review=())
    return [
        make_view(game=game, seat=seat, mine=(offer,) * k, theirs=(offer,) * k, signed=signed,
                  talk="east", worlds=3)
        for seat in cls.seats
        for game, offer in ((closed, -1), (opened, MINE))
        for k in (0, 8)
        for signed in ({}, {"west": MINE})
    ]  # fmt: skip


def holding(name: str) -> Any:
    """Make a holder whose strategies write down what they are asked."""
    cls, keys = HOLDERS[name]
    return cls(**{key: Recorder(key) for key in keys})


def put(question: str, player: Any, view: View) -> Any:
    """Ask one question."""
    method = getattr(player, question)
    return method(view, np.full(len(view), MINE)) if question == "answer" else method(view)


def test_there_are_holders_and_they_are_found() -> None:
    assert {"divide_and_conquer", "Combined", "salami", "wait_and_see"} <= set(HOLDERS)
    assert HOLDERS["divide_and_conquer"][1] == ("inner", "then")
    assert all(name in HOLDERS for name, cls in BUILT_IN.items() if issubclass(cls, Wrapper))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", HOLDERS)
@pytest.mark.one_in(4)
def test_every_question_is_handed_on(name: str, question: str) -> None:
    cls, keys = HOLDERS[name]
    player = holding(name)
    ASKED.clear()
    for view in views(cls):
        put(question, player, view)
    asked = {who for who, what, _ in ASKED if what == question}
    wanted = set() if question in OWN.get(name, set()) else set(keys)
    assert asked == wanted
    assert {what for _, what, _ in ASKED} <= {question}


@pytest.mark.parametrize("name", HOLDERS)
def test_the_contract_finds_nothing_kept_back(name: str) -> None:
    assert kept_back(holding(name)) == []


def test_the_contract_finds_what_is_kept_back() -> None:
    @dataclass(frozen=True)
    class Selfish(BatchStrategy):
        """Asks the strategy inside for its offers only."""

        inner: BatchStrategy

        def propose(self, view: View) -> Any:
            """Offer as inside."""
            return self.inner.propose(view)

    assert kept_back(Selfish(Recorder())) == ["side_move", "scope", "ask", "answer"]
    assert kept_back(Recorder()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", HOLDERS)
def test_side_moves_come_through(name: str) -> None:
    cls, _ = HOLDERS[name]
    for view in views(cls):
        move = holding(name).side_move(view)
        assert move is not None
        for part in fields(SideMove):
            found = np.asarray(getattr(move, part.name))
            assert (found == getattr(MOVE, part.name)).all(), part.name


@pytest.mark.slow
@pytest.mark.parametrize("name", HOLDERS)
@pytest.mark.parametrize("question", ["scope", "ask"])
def test_flags_come_through_where_they_are_not_its_own(name: str, question: str) -> None:
    if question in OWN.get(name, set()) | LESS.get(name, set()):
        return
    same = [
        (put(question, holding(name), view) == put(question, Recorder(), view)).all()
        for view in views(HOLDERS[name][0])
    ]
    assert all(same) or (name in ("package_or_nothing", "partial_package") and any(same))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_strategy_of_one_world_is_asked_every_question(question: str) -> None:
    ASKED.clear()
    put(question, EachWorld(One()), make_view(game=tariff_game(talks=2), worlds=3))
    assert [what for _, what, _ in ASKED] == [question] * 3


# --- divide and conquer ------------------------------------------------------------------------


@dataclass(frozen=True)
class Messenger(Hardliner):
    """Sends a number, and says nothing else."""

    number: int = 1
    aims: ClassVar[bool] = True

    def side_move(self, view: View) -> SideMove | None:
        """Send it, where it is above 0."""
        return SideMove(message=self.number) if self.number else None


def sent(player: DivideAndConquer, **situation: Any) -> list[int]:
    """Give the messages of a hub in the talk east."""
    view = make_view(game=tariff_game(talks=2), talk="east", worlds=2, **situation)
    move = player.side_move(view)
    return [] if move is None else np.broadcast_to(move.message, 2).tolist()


def test_the_side_moves_are_those_of_the_strategy_that_plays() -> None:
    player = DivideAndConquer("east", Messenger(number=3), Messenger(number=4))
    assert sent(player) == [3, 3]
    assert sent(player, signed={"west": MINE}) == [4, 4]
    assert sent(replace(player, first="west")) == [4, 4]
    silent = replace(player, then=Messenger(number=0))
    assert sent(silent, signed={"west": MINE}) == []


def test_side_moves_of_some_worlds_are_joined() -> None:
    view = make_view(game=tariff_game(talks=2), talk="east", worlds=4)
    west = next(state for state, _ in view._place.others)
    west.standing[1][:] = [-1, MINE, -1, MINE]
    for then, wanted in ((4, [3, 4, 3, 4]), (0, [3, -1, 3, -1])):
        move = DivideAndConquer("", Messenger(number=3), Messenger(number=then)).side_move(view)
        assert move is not None
        assert np.asarray(move.message).tolist() == wanted
        assert np.asarray(move.relent).tolist() == [[False] * len(view.measures)] * 4


def refused(**strategies: Any) -> str:
    """Give the sentence that strategies are refused with."""
    import tomllib

    said = tomllib.loads(SCENARIO)
    said["strategies"] |= strategies
    with pytest.raises(ConfigError) as caught:
        strategies_of(parse(said))
    return str(caught.value)


def test_the_talk_that_is_wanted_first_has_to_be_there() -> None:
    first = {"name": "divide_and_conquer", "first": "nonsense"}
    words = "there is no talk 'nonsense'; there is east, west"
    assert refused(hub=first) == f"strategies.hub.first: {words}"
    inside = {"name": "extender", "inner": {"name": "divide_and_conquer", "first": "eats"}}
    assert refused(hub=inside) == (
        "strategies.hub.inner.first: there is no talk 'eats'; did you mean 'east'?"
    )


def test_a_threat_that_is_named_has_to_be_there() -> None:
    threat = {"name": "threatener", "inner": "linear", "threat": "nonsense"}
    assert refused(east=threat) == (
        "strategies.east.threat: there is no threat 'nonsense'; there is none here"
    )
