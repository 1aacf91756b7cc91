"""What is left to play of a plan, given what its directory holds: gaps, cut into chunks.

The more worlds play together, the less each costs, up to some ten thousand. For several workers
chunks become smaller towards the end, so that all end at about the same time (guided
self-scheduling; Polychronopoulos and Kuck, 1987).
"""

from collections.abc import Iterator, Sequence

from experiments.design.plan import Plan
from experiments.runs.kept.journal import LOG, played
from experiments.runs.play import Chunk
from experiments.runs.provenance import code_version
from experiments.runs.store import FINISHED, OUTCOMES, SCHEMA, Store
from sim.config import override
from sim.errors import ConfigError, TariffTalksError

MOST = 10_000
"""Worlds of a chunk at most, if nothing else is said."""

LEAST = 5_000
"""Worlds at which chunks of a large run stop to become smaller."""

FEWEST = 1_000
"""The same of a small run, of which every worker is to have some."""

_PARTS = 2
"""Into how many parts for each worker what is left is thought to be cut."""


def is_done(plan: Plan, store: Store) -> bool:
    """Tell whether a directory holds all that a plan asks for, and its tables are whole."""
    manifest = store.manifest()
    return (
        manifest.get("status") == FINISHED
        and manifest["worlds_per_cell"] == plan.worlds
        and store.is_whole(OUTCOMES)
        and store.is_whole(SCHEMA)
    )


def begun(plan: Plan, store: Store) -> list[str]:
    """Make parts of what a directory holds, and drop those that are not whole; say which.

    Raises:
        ConfigError: the run that was begun there has more worlds.
    """
    manifest, notes = store.manifest(), store.mend()
    there = manifest.get("worlds_per_cell", 0)
    if there > plan.worlds:
        raise ConfigError(
            f"worlds: {plan.worlds} are fewer than the {there} of {store.directory}, which is the "
            f"same experiment; say worlds = {there}, or name another place with --out"
        )
    if manifest.get("status") == FINISHED:
        again = {OUTCOMES: "played again", SCHEMA: "written anew"}
        for name, what in again.items():
            if not store.is_whole(name):
                notes.append(f"{store.directory / name}: is damaged, and is {what}")
        if store.is_whole(OUTCOMES):
            store.cut(lambda cell: talks_of(plan, cell))
        return notes + dropped(plan, store)
    return notes + _vanished(plan, store) + dropped(plan, store)


def _vanished(plan: Plan, store: Store) -> list[str]:
    """Say in a sentence which worlds the log names as played, and no part holds."""
    absent: dict[int, list[tuple[int, int]]] = {}
    for cell, first, last in gaps(plan, store):
        absent.setdefault(cell, []).append((first, last))
    lost = {
        (chunk.cell, world)
        for chunk in played(store.directory)
        for first, last in absent.get(chunk.cell, ())
        for world in range(max(first, chunk.first), min(last, chunk.first + chunk.worlds))
    }
    if not lost:
        return []
    worlds, cells = len(lost), len({cell for cell, _ in lost})
    return [
        f"{store.directory}: parts of {worlds:,} worlds in {cells} cells are not there any more, "
        f"though {LOG} names them as played; these worlds are played again"
    ]


def dropped(plan: Plan, store: Store) -> list[str]:
    """Delete the parts that are not whole, and say so in a sentence."""
    parts = store.parts()
    files = parts.drop(lambda part: part.worlds * talks_of(plan, part.cell))
    if not files:
        return []
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return [
        f"{files[0]}{more}: damaged, of another run, or there twice; what is not there whole is "
        "played again"
    ]


def talks_of(plan: Plan, cell: int) -> int:
    """Give the number of talks of a cell; 0 if there is no such cell."""
    if cell >= len(plan.cells):
        return 0
    values = plan.cells[cell].values
    said = plan.scenario
    if any(path.partition(".")[0] == "talks" for path in values):
        said = override(said, values)
    return len(said["talks"])


def check_code(store: Store, force: bool = False) -> None:
    """Check that the parts of a directory were played by this code.

    Raises:
        TariffTalksError: they were not, and that is not forced.
    """
    made_by = {session["code"] for session in store.manifest().get("sessions", [])}
    others = sorted(made_by - {code_version()})
    if others and not force and store.there():
        raise TariffTalksError(
            f"{store.directory}: was begun by other code ({', '.join(others)}; this is "
            f"{code_version()}), and its parts and new ones might not fit together; go on anyway "
            "with --force, or run it anew elsewhere with --out"
        )


def missing(plan: Plan, store: Store, size: int | None = None, workers: int = 1) -> list[Chunk]:
    """Give the chunks that are still to be played, whatever the chunks of an earlier run.

    Args:
        plan: what to play.
        store: where its parts lie.
        size: worlds of a chunk; None for as many as suit the number of workers.
        workers: how many play at a time.

    Raises:
        ValueError: the size is not at least 1.
    """
    if size is not None and size < 1:
        raise ValueError(f"chunk: {size} is not a number of worlds; say at least 1")
    return list(cut(gaps(plan, store), size, workers))


Gap = tuple[int, int, int]
"""A cell, the first of its worlds that are not there, and the one after the last."""


def gaps(plan: Plan, store: Store) -> list[Gap]:
    """Give the stretches of worlds that are still to be played."""
    there = store.there()
    return [
        (cell.index, first, last)
        for cell in plan.cells
        for first, last in _gaps(there.get(cell.index, []), plan.worlds)
    ]


def cut(left_over: Sequence[Gap], size: int | None, workers: int) -> Iterator[Chunk]:
    """Cut gaps into chunks, one by one; as `missing`."""
    left = sum(last - first for _, first, last in left_over)
    least = min(LEAST, max(-(-left // workers), FEWEST))
    for cell, first, last in left_over:
        while first < last:
            most = MOST if workers == 1 else min(max(left // (_PARTS * workers), least), MOST)
            worlds = min(_even(last - first, most) if size is None else size, last - first)
            yield Chunk(cell, first, worlds)
            first, left = first + worlds, left - worlds


def _even(worlds: int, most: int) -> int:
    """Give the size of the first of as few chunks as may be, all about the same."""
    return -(-worlds // -(-worlds // most))


def _gaps(there: Sequence[tuple[int, int]], worlds: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of worlds that are not there: first, and the one after the last."""
    at = 0
    for first, count in there:
        if first > at:
            yield at, first
        at = first + count
    if at < worlds:
        yield at, worlds
