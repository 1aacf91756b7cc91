"""Run an experiment again and again, each time in a process that is killed at a random moment.

    python -m tests.experiments.runs.killed CONFIG OUT KILLS SEED

A process that ends before it is killed has finished its directory; then the next directory begins.
Prints the finished directories. The processes are forked, so that they need no imports.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from experiments.design.plan import Plan
from experiments.runs.run import run

CHUNK = 7


def main(config: str, out: str, kills: int, seed: int) -> None:
    """Kill so often; then let the last directory finish."""
    plan, luck = Plan.load(config), random.Random(seed)
    directory, longest, done = 0, 1.0, 0
    while done < kills:
        child = forked(plan, Path(out) / str(directory))
        begun = time.time()
        time.sleep(luck.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            done += 1
        elif os.WEXITSTATUS(status) == 0:
            longest = 0.9 * min(longest, time.time() - begun)
            directory += 1
        else:
            raise SystemExit("a run failed")
    _, status = os.waitpid(forked(plan, Path(out) / str(directory)), 0)
    if status:
        raise SystemExit("the last run failed")
    sys.stdout.write("\n".join(map(str, sorted(Path(out).iterdir()))))


def forked(plan: Plan, out: Path) -> int:
    """Run in a child; give its number."""
    child = os.fork()
    if child:
        return child
    try:
        run(plan, out, chunk=CHUNK)
    except BaseException as problem:  # noqa: BLE001 - told to the parent
        sys.stderr.write(f"{problem!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
