"""A mutated config, planned as `tariff-talks plan` does it; and what came of it."""

import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from shutil import copytree
from types import FrameType
from typing import Any

from experiments.commands.cli import main
from experiments.design.plan import Plan
from experiments.runs.play import Chunk, Task, play
from tests.fuzz.mutations import CONFIGS, OUTCOMES, SCENARIOS, Case

SECONDS = 20.0
"""After which planning counts as endless."""

PLANNED, REFUSED = 0, 2


class Endless(BaseException):
    """Planning took too long; nothing on its way may swallow that."""


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Attributes:
        kind: planned, refused, or what must not be: traceback, endless, silent, crashed,
            unplayable.
        said: the sentence, or the traceback.
    """

    kind: str
    said: str

    @property
    def fine(self) -> bool:
        return self.kind in ("planned", "refused")


def desk(directory: Path) -> Path:
    """Copy the shipped configs to where mutants may lie beside them."""
    return copytree(CONFIGS, directory / "configs")


def put(case: Case, configs: Path) -> Path:
    """Write a case beside the shipped configs; give the experiment that reads it."""
    experiment = configs / "mutant.toml"
    if case.file in SCENARIOS or case.file in OUTCOMES:
        place = configs / case.file.relative_to(CONFIGS).with_name("mutant.toml")
        place.write_bytes(case.raw)
        said = f'scenario = "scenarios/{case.file.name}"\noutcomes = "outcomes/mutant.toml"\n'
        if case.file in SCENARIOS:
            said = 'scenario = "scenarios/mutant.toml"\n'
        experiment.write_text(f'name = "mutant"\nworlds = 4\n{said}', encoding="utf-8")
    else:
        experiment.write_bytes(case.raw)
    return experiment


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def planned(experiment: Path, *words: str) -> Outcome:
    """Plan an experiment by the command line, without playing anything of it."""
    out, err = StringIO(), StringIO()
    called = ["plan", str(experiment), "--no-probe", "--out", str(experiment.parent / "out")]
    try:
        with alarm(SECONDS), redirect_stdout(out), redirect_stderr(err):
            code = main([*called, *words])
    except Endless:
        return Outcome("endless", traceback.format_exc())
    except BaseException:  # noqa: BLE001 - whatever it is, it is what the test looks for
        return Outcome("traceback", traceback.format_exc())
    said = err.getvalue()
    if code == PLANNED and out.getvalue():
        return Outcome("planned", out.getvalue())
    if code != REFUSED or not sentence(said):
        return Outcome("silent", f"{code}: {said!r}")
    return Outcome("refused", said)


def sentence(said: str) -> bool:
    """Tell whether what stands on stderr is one sentence: where, what, and not a screenful."""
    front, _, rest = said.partition("tariff-talks: ")
    return not front and len(rest) > 15 and "None: " not in rest[:8] and said.count("\n") <= 3


def played(experiment: Path, worlds: int = 2) -> Outcome:
    """Play a few worlds of the first and the last cell of what was planned."""
    plan: Any = None
    try:
        with alarm(3 * SECONDS):
            plan = Plan.load(experiment)
            cells = {0, len(plan.cells) - 1}
            done = [play(Task.of(plan, Chunk(c, 0, min(worlds, plan.worlds)))) for c in cells]
    except BaseException:  # noqa: BLE001 - as above
        return Outcome("traceback", traceback.format_exc())
    failed = [each.failure for each in done if each.failure]
    return Outcome("unplayable", failed[0]["traceback"]) if failed else Outcome("planned", "")
