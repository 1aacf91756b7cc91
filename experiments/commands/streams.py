"""What a command writes to: streams that are there, and take every letter in some form."""

import codecs
import os
import sys
from contextlib import suppress

_PLAIN = {
    "–": "-", "—": "-", "−": "-", "‑": "-", "…": "...", "‘": "'", "’": "'", "“": '"', "”": '"',
    "×": "x", "·": "-", "±": "+-", "→": "->", "≥": ">=", "≤": "<=", "≈": "~", "\u00a0": " ",
    "•": "*", "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
}  # fmt: skip
"""How letters of our own sentences are written where an encoding does not have them."""

_HANDLER = "tariff-talks"


def ready() -> None:
    """Make the standard streams fit to be written to, whatever the shell hands over.

    One that is closed becomes nothing, so that no file of ours is opened in its place; and what an
    encoding does not have is written in plainer letters, or as a question mark.
    """
    for number in range(3):
        with suppress(OSError):
            _open(number)
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None or stream.closed:
            stream = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
        if hasattr(stream, "reconfigure"):
            codecs.register_error(_HANDLER, _plainly)
            stream.reconfigure(errors=_HANDLER)


def _open(number: int) -> None:
    """Put nothing in the place of a stream that is closed."""
    try:
        os.fstat(number)
    except OSError:
        nothing = os.open(os.devnull, os.O_RDWR)
        if nothing != number:
            os.dup2(nothing, number)
            os.close(nothing)
        os.set_inheritable(number, True)  # by workers


def drop_output() -> None:
    """Forget what could not be printed, so that nobody tries again at the end."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def _plainly(problem: UnicodeError) -> tuple[str, int]:
    """Write letters in plainer ones: the handler of errors of our streams."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    letters = problem.object[problem.start : problem.end]
    return "".join(_PLAIN.get(letter, "?") for letter in letters), problem.end
