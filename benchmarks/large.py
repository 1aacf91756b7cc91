"""Time and memory of a run of 10^3 to 10^7 worlds: is the time linear, is the memory flat?

    python -m benchmarks.large [--most 7] [--chunk WORLDS] [--figures]

A small talk (48 packages, 10 rounds, payoffs from a table), one process, the whole command:
playing, writing parts, joining them, the manifest, the shares at the end; with `--figures` also the
usual figures and the report. Each size is a process of its own, so that its peak memory is its own.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from pyarrow.parquet import ParquetFile

from experiments.commands.cli import main as run
from experiments.runs.store import OUTCOMES

CONFIG = """
name = "large"
worlds = 1000

[scenario]
name = "small"
hub = "hub"
calendar = { rounds = 10 }
rules = { review = "all", period = 1 }

[scenario.countries]
hub = { label = "Hub" }
east = { label = "East" }

[scenario.strategies]
hub = { name = "boulware", exponent = { uniform = [0.2, 0.8] } }
east = { name = "boulware", exponent = { uniform = [0.2, 1.0] } }

[scenario.talks.east]
partner = "east"
measures = { cars = { levels = [25, 20, 15, 0] }, metals = { levels = [50, 25, 0] } }
concessions = { pledge = { levels = [0, 100, 200, 400], unit = "USD bn" } }

[scenario.payoffs]
kind = "table"

[scenario.payoffs.given.east]
hub = { cars = [0, -1, -2, -5], metals = [0, -1, -3], pledge = [0, 3, 5, 8] }
partner = { cars = [0, 2, 4, 7], metals = [0, 2, 4], pledge = [0, -1, -3, -6] }
"""


def one(worlds: int, chunk: int | None, figures: bool) -> None:
    """Run so many worlds; print seconds, bytes of the table, and peak memory."""
    with tempfile.TemporaryDirectory() as place:
        config = Path(place) / "large.toml"
        config.write_text(CONFIG, encoding="utf-8")
        words = ["run", str(config), "--set", f"worlds={worlds}", "--out", place]
        words += ["--workers", "1", *([] if figures else ["--no-figures"])]
        words += ["--chunk", str(chunk)] if chunk else []
        started = time.perf_counter()
        with redirect_stdout(StringIO()):
            assert run(words) == 0
        seconds = time.perf_counter() - started
        (table,) = Path(place).glob(f"*/{OUTCOMES}")
        assert ParquetFile(table).metadata.num_rows == worlds
        size = table.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, size, peak * 1024)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=7, help="power of ten of the largest run")
    parser.add_argument("--chunk", type=int, help="worlds of a chunk (as in a run)")
    parser.add_argument("--figures", action="store_true", help="draw and report, too")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one, arguments.chunk, arguments.figures)
        return
    print("| worlds | seconds | worlds/s | table, MB | peak memory, MB |")
    print("|---:|---:|---:|---:|---:|")
    for power in range(3, arguments.most + 1):
        words = ["--one", str(10**power)]
        words += ["--chunk", str(arguments.chunk)] if arguments.chunk else []
        words += ["--figures"] if arguments.figures else []
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.large", *words],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        seconds, size, peak = float(said[0]), int(said[1]) / 1e6, int(said[2]) / 1e6
        rate = 10**power / seconds
        print(f"| {10**power:,} | {seconds:.1f} | {rate:,.0f} | {size:.1f} | {peak:,.0f} |")


if __name__ == "__main__":
    main()
