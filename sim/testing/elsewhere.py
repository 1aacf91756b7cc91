"""Trials played in another process."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sim.testing.building import build, sides_of
from sim.testing.trials import trials, try_out


def digest(done: Mapping[Any, Any]) -> str:
    """Give a short name of what a strategy did."""
    lines = sorted(f"{key}: {value}" for key, value in done.items())
    return blake2b("\n".join(lines).encode(), digest_size=8).hexdigest()


def digests(
    said: Any,
    given: Mapping[str, Any],
    directory: Path | None,
    seconds: float,
    *,
    named: Sequence[str] = (),
    hashes: int = 1,
) -> dict[str, str]:
    """Play all trials in another process; give the digest of each that came to its end, by label.

    Args:
        said: a name or table as in a config, or a strategy.
        given: its parameters.
        directory: where relative paths of files start.
        seconds: that a question may take.
        named: words that might be environment variables: set there where they are not here, and
            the other way round.
        hashes: seed of Python's hashes of texts there.

    Raises:
        RuntimeError: the other process failed.
    """
    words = [sys.executable, "-m", "sim.testing.elsewhere"]
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    done = subprocess.run(
        words,
        input=pickle.dumps((said, dict(given), directory, seconds)),
        capture_output=True,
        check=False,
        env=_other_environment(named) | {"PYTHONPATH": paths, "PYTHONHASHSEED": str(hashes)},
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise RuntimeError(f"the other process failed: {lines[-1] if lines else done.returncode}")
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _other_environment(named: Sequence[str]) -> dict[str, str]:
    """Give an environment in which other variables are set."""
    other = {**os.environ, "TARIFF_TALKS_ELSEWHERE": "1"}
    for word in named:
        if word in _NEEDED or "=" in word or "\0" in word:
            continue
        if word in other:
            del other[word]
        else:
            other[word] = "1"
    return other


_NEEDED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "HOME")


def main() -> None:
    """Play what is asked for on standard input; what is printed meanwhile is no part of it."""
    out = os.dup(1)
    os.dup2(2, 1)
    said, given, directory, seconds = pickle.load(sys.stdin.buffer)
    strategy = build(said, given, directory)
    tried = (try_out(trial, strategy, seconds) for s in sides_of(strategy) for trial in trials(s))
    found = {p.trial.label: digest(p.watch.done) for p in tried if p.problem is None}
    with os.fdopen(out, "w", encoding="utf-8") as told:
        told.write(json.dumps(found))


if __name__ == "__main__":
    main()
