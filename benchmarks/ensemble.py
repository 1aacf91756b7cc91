"""Print how many runs a second one process plays, and how much an ensemble saves.

    python -m benchmarks.ensemble [--repeats 5]

A run is one world: two talks of six measures with four levels, forty rounds, boulware against
boulware. Every row is the median of some repeats; the last column is the ratio to playing the
first row's worlds one model at a time, measured in the same run.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from benchmarks.games import game
from sim import Scenario, negotiate
from sim.draws import Drawn
from sim.strategies import BUILT_IN

SINGLE = 20
"""Worlds of the yardstick, each in a model of its own."""


def rows() -> list[tuple[str, int, Callable[[], Scenario]]]:
    """Give the label, the worlds and the game of each row."""
    shared = game()
    late = BUILT_IN["boulware"](Drawn("uniform", (0.1, 1.0)))
    tit_for_tat = game(BUILT_IN["tit_for_tat"]())
    return [
        ("1 world", 1, lambda: shared),
        ("100 worlds", 100, lambda: shared),
        ("10,000 worlds, shared payoffs", 10_000, lambda: shared),
        ("10,000 worlds, an exponent drawn for each", 10_000, lambda: game(late)),
        (
            "10,000 worlds, 64 draws of the payoffs",
            10_000,
            lambda: game(draws=64, replications=157),
        ),
        ("1,000 worlds, payoffs drawn for each", 1_000, lambda: game(draws=1_000, replications=1)),
        ("100 worlds, one-world strategies", 100, lambda: tit_for_tat),
    ]


def seconds(play: Callable[[], object], repeats: int) -> float:
    """Time a call; the median of some repeats after one that warms up."""
    play()
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        play()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    shared = game()
    alone = seconds(lambda: [negotiate(shared, first=k) for k in range(SINGLE)], 1) / SINGLE
    print("| ensemble, one process | seconds | runs/s | ratio to one model a world |")
    print("|---|---:|---:|---:|")
    for label, worlds, make in rows():
        scenario = make()
        taken = seconds(lambda s=scenario, w=worlds: negotiate(s, w), repeats)
        rate = worlds / taken
        print(f"| {label} | {taken:.3f} | {rate:,.0f} | {rate * alone:,.1f} |")


if __name__ == "__main__":
    main()
