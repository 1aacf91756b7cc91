"""How much faster two workers are than one: processes, and Dask on this machine.

    python -m benchmarks.workers [--worlds 20000] [--repeats 3] [--config configs/quickstart.toml]

The whole command is timed, start-up included, without figures; its payoff tables are solved before,
and the workers of the cluster, which are there before and stay, have played before; they are
started with configs/dask.yaml.
Every repeat takes all in turn; the ratios are medians over repeats. The last row is what the
machine permits: two runs of half the worlds, one process each, that know nothing of each other.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments.runs.run import FEWEST

COMMAND = [
    sys.executable,
    "-c",
    "import sys; from experiments.commands.start import main; sys.exit(main())",
]

QUIET = {"DASK_CONFIG": str(Path(__file__).parents[1] / "configs" / "dask.yaml")}


def seconds(config: str, worlds: int, words: Sequence[str], at_once: int = 1) -> float:
    """Time a run into a fresh directory; or several that know nothing of each other, at once."""
    with TemporaryDirectory() as place:
        started = time.perf_counter()
        processes = [
            subprocess.Popen(
                [*COMMAND, "run", config, "--set", f"worlds={worlds}", "--no-figures", *words,
                 "--out", f"{place}/{number}"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )
            for number in range(at_once)
        ]  # fmt: skip
        for process in processes:
            _, said = process.communicate()
            if process.returncode:
                raise RuntimeError(said.decode())
        return time.perf_counter() - started


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers with one thread each; give the address."""
    with TemporaryDirectory() as place:
        log = Path(place) / "log"
        dask = [sys.executable, "-m", "dask"]
        local = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        processes = [_started([*dask, "scheduler", *local], log)]
        address = _wait_for(log, r"Scheduler at:\s+(tcp:\S+)")
        single = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
        for number in range(workers):
            own = Path(place) / f"log{number}"
            processes.append(_started([*dask, "worker", address, *single], own))
            _wait_for(own, r"(Registered) to")
        try:
            yield address
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait()


def _started(words: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as file:
        return subprocess.Popen(words, stderr=file, stdout=file, env=os.environ | QUIET)


def _wait_for(log: Path, pattern: str) -> str:
    for _ in range(600):
        found = re.search(pattern, log.read_text())
        if found:
            return found.group(1)
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=20_000, help="worlds per cell")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--config", default="configs/quickstart.toml")
    arguments = parser.parse_args()
    seconds(arguments.config, 10, ["--workers", "1"])
    names = ("one process", "two processes", "Dask, two", "two halves at once")
    taken: dict[str, list[float]] = {name: [] for name in names}
    config, worlds, one = arguments.config, arguments.worlds, ["--workers", "1"]
    with cluster(2) as address:
        seconds(arguments.config, 2 * FEWEST, ["--scheduler", address])
        for _ in range(arguments.repeats):
            taken["one process"].append(seconds(config, worlds, one))
            taken["two processes"].append(seconds(config, worlds, ["--workers", "2"]))
            taken["Dask, two"].append(seconds(config, worlds, ["--scheduler", address]))
            taken["two halves at once"].append(seconds(config, worlds // 2, one, at_once=2))
    print("| workers | seconds | times as fast as one |\n|---|---:|---:|")
    for name, times in taken.items():
        pairs = zip(taken["one process"], times, strict=True)
        ratio = statistics.median(one / other for one, other in pairs)
        print(f"| {name} | {statistics.median(times):.1f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
