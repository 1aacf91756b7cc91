"""How much a config may say: every limit once, and the sentence of what goes beyond it."""

import unicodedata
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from sim.errors import ConfigError

MOST_BYTES = 20_000_000
"""Bytes of a file of words: a config, a table of payoffs."""

MOST_DEPTH = 40
"""Tables or lists inside each other."""

MOST_KEY, MOST_TEXT = 200, 20_000
"""Characters of a key, and of a text."""

MOST_WHOLE = (1 << 63) - 1
"""A whole number of TOML has 64 bits; so has a seed."""

MOST = 1e15
"""A number that is counted or measured: numpy keeps sums and products of such numbers finite."""

LEAST_TARIFF = -100
"""Percent: a tariff that is not above it leaves nothing of a price."""

MOST_ROUNDS = 2_000
"""Rounds of a talk, and whatever is counted in them."""

MOST_WORLDS = 1_000_000_000
"""Worlds of a cell, and worlds of one draw."""

MOST_DRAWS = 1_000_000
"""Draws of the payoffs."""

MOST_CELLS = 250_000
"""Cells of a plan, and points of a sample."""

MOST_PLAYED = 10_000_000_000
"""Worlds of a plan in all: a million chunks."""

_SHOWN = 60
_FREE = "\n\t\r"
"""Control characters that a text may have."""


def within_limits(said: Any, path: str = "") -> None:
    """Check that what was read is not larger than anything that is played, whatever it means.

    Args:
        said: as read from TOML or JSON: tables, lists, texts, numbers.
        path: of it, for the sentence; empty for a whole file.

    Raises:
        ConfigError: the first thing that is too deep, too long or too large.
    """
    left: list[tuple[str, Any, int]] = [(path, said, 0)]
    while left:
        here, value, depth = left.pop()
        if isinstance(value, Mapping | list | tuple):
            if depth > MOST_DEPTH:
                raise too_deep(here)
            left += reversed([(key, item, depth + 1) for key, item in _items(here, value)])
        else:
            _check(here, value)


def too_deep(path: str) -> ConfigError:
    """Give the error of tables or lists that lie too deep in each other."""
    front = f"{_cut(path)}: " if path else ""
    return ConfigError(
        f"{front}tables or lists lie deeper in each other than {MOST_DEPTH}, which nothing in a "
        "config does; write it flatter"
    )


def _items(path: str, value: Mapping[Any, Any] | Iterable[Any]) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        return [(path, item) for item in value]
    found = []
    for key, item in value.items():
        word = str(key)
        here = f"{path}.{word}" if path else word
        if len(word) > MOST_KEY:
            raise ConfigError(
                f"{_cut(here)}: a key of {len(word):,} characters; give it at most {MOST_KEY}"
            )
        _check_text(_cut(path) if path else "a key", word, "the key", free="")
        found.append((here, item))
    return found


def _check(path: str, value: Any) -> None:
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise ConfigError(
                f"{_cut(path)}: a text of {len(value):,} characters; give it at most {MOST_TEXT:,}"
            )
        _check_text(_cut(path), value)
    elif isinstance(value, int) and abs(value) > MOST_WHOLE:
        raise ConfigError(
            f"{_cut(path)}: a whole number of {value.bit_length():,} bits is out of range; it has "
            f"to be from -{MOST_WHOLE:,} to {MOST_WHOLE:,}"
        )
    elif isinstance(value, float) and not isfinite(value):
        raise ConfigError(f"{_cut(path)}: {value} is not a finite number")


def _check_text(path: str, text: str, what: str = "", free: str = _FREE) -> None:
    """Check that a text holds nothing that no terminal, spreadsheet or file can show."""
    if text.isascii() and text.isprintable():
        return
    for at, letter in enumerate(text):
        if unicodedata.category(letter) in ("Cc", "Cs") and letter not in free:
            front = f"{what} {_cut(ascii(text))} " if what else ""
            raise ConfigError(
                f"{path}: {front}holds the control character U+{ord(letter):04X} at place "
                f"{at + 1}; take it out"
            )


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def one_form(said: Any) -> Any:
    """Give what was read with every letter in one of its Unicode forms (NFC), keys included."""
    if isinstance(said, str):
        return said if said.isascii() else unicodedata.normalize("NFC", said)
    if isinstance(said, Mapping):
        return {one_form(key): one_form(item) for key, item in said.items()}
    return [one_form(item) for item in said] if isinstance(said, list) else said
