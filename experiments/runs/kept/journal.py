"""The log of a run: a line of JSON for every chunk, whoever has played it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from experiments.runs.play import Chunk, Done

LOG = "run.log"

_LOGGER = "tariff_talks.runs"


class _Lines(logging.Formatter):
    """Writes a record, and what it is told beside its words, as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"time": when, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(said | getattr(record, "told", {}))


@contextmanager
def journal(directory: Path) -> Iterator[logging.Logger]:
    """Give the logger of runs, which writes into the log of a directory as long as that goes on."""
    logger = logging.getLogger(_LOGGER).getChild(str(id(directory)))
    logger.setLevel(logging.INFO)
    handler = logging.FileHandler(directory / LOG, encoding="utf-8", delay=True)
    handler.setFormatter(_Lines())
    logger.addHandler(handler)
    try:
        yield logger
    finally:
        logger.removeHandler(handler)
        handler.close()


def played(directory: Path) -> Iterator[Chunk]:
    """Give the chunks that the log of a directory names as played; lines that are no JSON, none."""
    try:
        lines = (directory / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            told = json.loads(line)
            if told["event"] == "played":
                yield Chunk(int(told["cell"]), int(told["first_world"]), int(told["worlds"]))


def chunk_played(logger: logging.Logger, done: Done) -> None:
    """Note a chunk that was played, or failed."""
    told = {
        "cell": done.chunk.cell,
        "first_world": done.chunk.first,
        "worlds": done.chunk.worlds,
        "worker": done.worker,
        "seconds": round(done.seconds, 3),
        "tries": done.tries,
        "warnings": list(done.warnings),
    }
    failed = done.failure
    if failed is not None:
        told["failure"] = {key: failed[key] for key in ("stage", "exception", "message")}
    level = logging.ERROR if failed else logging.WARNING if done.warnings else logging.INFO
    logger.log(level, "failed" if failed else "played", extra={"told": told})
