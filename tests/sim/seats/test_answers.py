"""What a strategy returns or raises is named as what it is, whatever it is."""

import signal
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim.errors import StrategyError, clean, kind_of, said_of
from sim.seats.strategy import BatchStrategy, SideMove, Strategy
from sim.talks.model import negotiate
from sim.testing import tariff_game

pytestmark = pytest.mark.fast


def said(player: Any, worlds: int = 3) -> str:
    """Give what is said of a hub; it has to be said, and in one line that can be written."""
    with pytest.raises(StrategyError) as caught:
        negotiate(tariff_game(player), worlds, 1)
    sentence = str(caught.value)
    sentence.encode("utf-8")
    return sentence


def hub(base: type, **methods: Any) -> Any:
    """Give a strategy with these methods."""
    usual: dict[str, Any] = {"propose": lambda self, view: view.best_package}
    return type("Odd", (base,), {**usual, **methods})()


async def _late(self: Any, view: Any, *_: Any) -> Any:
    return view.best_package


def _yielding(self: Any, view: Any, *_: Any) -> Any:
    yield view.best_package


async def _late_yielding(self: Any, view: Any, *_: Any) -> Any:
    yield view.best_package


HUGE = 10**5000
RETURNED = {
    "nothing": (lambda self, view, *_: None, "returned None: is a `return` missing?"),
    "a generator": (_yielding, "returned a generator, as it holds a `yield`: write `return`"),
    "async def": (_late, "returned a coroutine, as it is written with `async def`: write `def`"),
    "an async generator": (_late_yielding, "returned a generator, as it holds a `yield`"),
    "a huge integer": (lambda self, view, *_: HUGE, "returned a number of 16610 bits"),
    "a negative huge one": (lambda self, view, *_: -(2**80), "returned a number of 81 bits"),
    "more than 63 bits": (lambda self, view, *_: 2**63, "returned a number of 64 bits"),
    "a method": (lambda self, view, *_: view.luck, "returned luck itself, a function"),
    "a function": (lambda self, view, *_: len, "returned len itself, a function"),
    "a text": (lambda self, view, *_: "all", "returned"),
    "a class": (lambda self, view, *_: OSError, "returned <class 'OSError'> of type type"),
}


@pytest.mark.parametrize("base", [Strategy, BatchStrategy])
@pytest.mark.parametrize("question", ["propose", "answer"])
@pytest.mark.parametrize("what", RETURNED)
def test_what_is_returned_is_named(what: str, question: str, base: type) -> None:
    method, wanted = RETURNED[what]
    sentence = said(hub(base, **{question: method}))
    assert f"{question} {wanted}" in sentence
    assert sentence.endswith("; return whole numbers")


@pytest.mark.parametrize("base", [Strategy, BatchStrategy])
def test_flags_that_are_none_are_named(base: type) -> None:
    sentence = said(hub(base, scope=lambda self, view: None))
    assert "scope returned None: is a `return` missing?; return True or False" in sentence


@pytest.mark.parametrize("base", [Strategy, BatchStrategy])
def test_a_part_of_a_side_move_is_named(base: type) -> None:
    sentence = said(hub(base, side_move=lambda self, view: SideMove(message=None)))
    assert "side_move returned None: is a `return` missing?; return whole numbers" in sentence
    sentence = said(hub(base, side_move=_late))
    assert "side_move returned a coroutine" in sentence


def test_the_world_with_an_odd_answer_is_named() -> None:
    @dataclass(frozen=True)
    class Odd(Strategy):
        def propose(self, view: Any) -> Any:
            return None if view.world == 2 else view.best_package

    assert "world 2: propose returned None" in said(Odd(), 5)


def test_answers_of_different_forms_are_told() -> None:
    @dataclass(frozen=True)
    class Odd(Strategy):
        def propose(self, view: Any) -> Any:
            return [1, 2] if view.world == 1 else 1

    assert "world 1: propose returned [1, 2] of type list" in said(Odd())
    ragged = hub(BatchStrategy, propose=lambda self, view: [[1], [2, 3], 4])
    assert "propose returned [[1], [2, 3], 4] of type list, of which no array" in said(ragged)


class Rude:
    """Cannot be written down, and makes no array."""

    def __repr__(self) -> str:
        raise SystemExit("no")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise SystemExit("no")


def test_an_object_that_resists_is_told() -> None:
    sentence = said(hub(BatchStrategy, propose=lambda self, view: Rude()))
    assert "propose returned something that cannot be written down" in sentence


class WordlessError(Exception):
    """Says nothing that can be written."""

    def __str__(self) -> str:
        raise ValueError("no words")


RAISED: dict[str, tuple[Any, str]] = {
    "SystemExit": (SystemExit(3), "raised SystemExit: 3"),
    "GeneratorExit": (GeneratorExit(), "raised GeneratorExit"),
    "a base exception": (BaseException("end of it"), "raised BaseException: end of it"),
    "a group": (BaseExceptionGroup("all", [SystemExit()]), "raised BaseExceptionGroup: all"),
    "half a character": (ValueError("a\ud800b"), "raised ValueError: a\\ud800b"),
    "a message without words": (WordlessError(), "raised WordlessError: (what it says cannot"),
    "a long message": (ValueError("x" * 100_000), "raised ValueError: xxx"),
    "StopIteration": (StopIteration(), "raised StopIteration"),
}


@pytest.mark.parametrize("base", [Strategy, BatchStrategy])
@pytest.mark.parametrize("what", RAISED)
def test_what_is_raised_is_told(what: str, base: type) -> None:
    problem, wanted = RAISED[what]

    def raising(self: Any, view: Any) -> Any:
        raise problem

    sentence = said(hub(base, propose=raising))
    assert f"propose {wanted}" in sentence
    assert len(sentence) < 3000


@pytest.mark.parametrize("base", [Strategy, BatchStrategy])
def test_a_real_ctrl_c_goes_through(base: type) -> None:
    def pressed(self: Any, view: Any) -> Any:
        raise KeyboardInterrupt

    held = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            negotiate(tariff_game(hub(base, propose=pressed)), 2, 1)
    finally:
        signal.signal(signal.SIGINT, held)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (np.array([1, None, 2]), "None: is a `return` missing?"),
        (np.array([1, 2**70], dtype=object), "a number of 71 bits, which numbers nothing here"),
        (np.array([1.5]), "an array of float64"),
        (np.float64(2.5), "np.float64(2.5) of type float64"),
        (True, "True of type bool"),
        ("x" * 1000, f"'{'x' * 58}… of type str"),
    ],
)
def test_kinds(given: Any, wanted: str) -> None:
    assert kind_of(given) == wanted


def test_texts_are_cut_and_made_writable() -> None:
    assert clean("a\udfffb") == "a\\udfffb"
    assert clean("abcdef", 4) == "abc…"
    assert said_of(ValueError()) == "ValueError"
    assert sys.getsizeof(said_of(ValueError("y" * 10**6))) < 10_000
