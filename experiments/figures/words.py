"""How wide words are, in inches, and how they are broken into lines."""

from collections.abc import Iterable
from functools import lru_cache
from unicodedata import east_asian_width

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

_SPARE = 1.03
"""Letters on pixels are a little wider than as drawn by the font's designer."""


def _wide(line: str, size: float, bold: bool) -> float:
    return _of_fonts(line, size, bold, tuple(mpl.rcParams["font.family"]))


@lru_cache(maxsize=4096)
def _of_fonts(line: str, size: float, bold: bool, families: tuple[str, ...]) -> float:
    font = FontProperties(family=list(families), size=size, weight="bold" if bold else "normal")
    points: float = text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]
    return _SPARE * points / 72


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Give the inches that a text takes in the font of the style, its longest line."""
    return max(_wide(line, size, bold) for line in text.split("\n"))


def widest(texts: Iterable[str], size: float, *, bold: bool = False) -> float:
    """Give the inches of the widest of some texts; 0 if there is none."""
    return max((width(text, size, bold=bold) for text in texts), default=0.0)


def wrapped(text: str, inches: float, size: float, *, bold: bool = False) -> str:
    """Break a text into lines of at most so many inches; a longer word keeps its own line.

    Scripts that write no spaces may be broken after every letter.
    """
    return "\n".join(line for part in text.split("\n") for line in _lines(part, inches, size, bold))


def _lines(text: str, inches: float, size: float, bold: bool) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        for n, part in enumerate(_parts(word)):
            longer = f"{lines[-1]} {part}".strip() if n == 0 else lines[-1] + part
            if lines[-1] and _wide(longer, size, bold) > inches:
                lines.append(part)
            else:
                lines[-1] = longer
    return lines


def _parts(word: str) -> list[str]:
    """Give what of a word stays together: all of it, or each letter of a script without spaces."""
    if word.isascii():
        return [word]
    parts = [""]
    for letter in word:
        if parts[-1] and "W" in (east_asian_width(letter), east_asian_width(parts[-1][-1])):
            parts.append(letter)
        else:
            parts[-1] += letter
    return parts


def count(text: str) -> int:
    """Count the lines of a text; none if it is empty."""
    return text.count("\n") + 1 if text else 0
