"""Cases in a process of their own: one that ends it, or that no alarm reaches, is counted."""

import faulthandler
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from tests.fuzz.mutations import case
from tests.fuzz.planned import SECONDS, Outcome, planned, put

BYTES = 16_000_000_000
"""Of memory that such a process may ask for; a case that wants more fails, and not the machine."""

ROOT = Path(__file__).parents[2]
CHILD = ("-m", "tests.fuzz.apart")


def apart(numbers: range, configs: Path, child: Sequence[str] = CHILD) -> Iterator[Outcome]:
    """Plan cases in another process, which is begun anew behind a case that has ended it.

    Args:
        numbers: of the cases, one behind another.
        configs: where the shipped configs lie, and mutants beside them.
        child: words for Python, which gets the first number, the one behind the last, and the
            directory, and writes a line for each outcome.

    Yields:
        What came of each.
    """
    first = numbers.start
    while first < numbers.stop:
        words = [sys.executable, *child, str(first), str(numbers.stop), str(configs)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            for line in process.stdout:
                yield Outcome(**json.loads(line))
                first += 1
        if first < numbers.stop:
            code = process.returncode
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            yield Outcome("crashed", f"the process ended with {how}")
            first += 1


def main(first: int, last: int, configs: Path) -> None:
    """Plan cases, and write what came of each."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    for number in range(first, last):
        faulthandler.dump_traceback_later(3 * SECONDS, exit=True)
        outcome = planned(put(case(number), configs))
        faulthandler.cancel_dump_traceback_later()
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
