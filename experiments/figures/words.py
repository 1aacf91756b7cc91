"""How wide words are, in inches, and how they are broken into lines."""

from collections.abc import Iterable
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

_SPARE = 1.03
"""Letters on pixels are a little wider than as drawn by the font's designer."""


@lru_cache(maxsize=4096)
def _wide(line: str, size: float, bold: bool) -> float:
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    points: float = text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]
    return _SPARE * points / 72


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Give the inches that a text takes in the font of the style, its longest line."""
    return max(_wide(line, size, bold) for line in text.split("\n"))


def widest(texts: Iterable[str], size: float, *, bold: bool = False) -> float:
    """Give the inches of the widest of some texts; 0 if there is none."""
    return max((width(text, size, bold=bold) for text in texts), default=0.0)


def wrapped(text: str, inches: float, size: float, *, bold: bool = False) -> str:
    """Break a text into lines of at most so many inches; a longer word keeps its own line."""
    return "\n".join(line for part in text.split("\n") for line in _lines(part, inches, size, bold))


def _lines(text: str, inches: float, size: float, bold: bool) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _wide(longer, size, bold) > inches:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def count(text: str) -> int:
    """Count the lines of a text; none if it is empty."""
    return text.count("\n") + 1 if text else 0
