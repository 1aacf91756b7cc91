"""Where the command `tariff-talks` begins: workers get ready while it is imported."""

import gc
import sys
from collections.abc import Sequence
from itertools import pairwise

from experiments.commands.streams import ready
from experiments.runs.processes import BEFORE, STOPPED, begin, cores, ctrl_c_noted, end

PLAYING = ("run", "backtest", "retry", "calibrate", "score")
"""First words of commands that play with workers: three are old names."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; as `cli.main`, and 130 if it is stopped before that is there.

    At the end nothing is looked through for garbage, which would take half a second.
    """
    words = sys.argv[1:] if words is None else words
    ready()
    if wants_workers(words):
        begin()
    try:
        return _run(words)
    finally:
        end()
        gc.freeze()


def _run(words: Sequence[str]) -> int:
    with ctrl_c_noted() as pressed:
        try:
            from experiments.commands.cli import main as run
        except BaseException:
            if not pressed():
                raise
            print(f"\ntariff-talks: {BEFORE}", file=sys.stderr)
            return STOPPED
        return run(words)


def wants_workers(words: Sequence[str]) -> bool:
    """Tell whether a command will need processes of this machine, as far as its words show."""
    said = " ".join(words).replace("=", " ").split()
    elsewhere = {"--scheduler", "--help", "-h"} & set(said)
    alone = ("--workers", "1") in pairwise(said)
    return said[:1] in ([name] for name in PLAYING) and cores() > 1 and not (elsewhere or alone)
