"""The command `run`."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from cyclopts import Parameter
from tqdm import tqdm

from experiments.analysis.copies import a_game, copies, looked_at, told
from experiments.commands import figure as figure_command
from experiments.commands.arguments import Changes, Chunk, Count, Flat, Refine, load, reads, seconds
from experiments.commands.as_json import Json, as_json
from experiments.design.idle import idle
from experiments.design.plan import Plan
from experiments.design.sweep import flat
from experiments.results.quantities import agreement, payoff_parts
from experiments.results.words import Words
from experiments.runs.cluster import DaskCluster
from experiments.runs.economies import warnings_of
from experiments.runs.footprint import beyond_pairs, check_memory
from experiments.runs.kept.carried import carry
from experiments.runs.kept.left import is_done, missing
from experiments.runs.limit import TimeLimitError
from experiments.runs.play import Done, forget
from experiments.runs.processes import cores
from experiments.runs.provenance import code_version
from experiments.runs.run import LIMIT, Summary, resume
from experiments.runs.silence import silence
from experiments.runs.store import CONFIG, FINISHED, MANIFEST, Store
from experiments.runs.workers import Workers, workers
from sim.errors import ConfigError, TariffTalksError

FINE, FAILED = 0, 1

_MOST_CELLS = 60
"""Cells of which the shares of deals are printed."""

_MOST_NAMED = 8
"""Uncertainties that are named under that table."""

PAUSE = 15.0
"""Seconds between two lines of progress where errors do not go to a terminal."""

_MINUTES = 120
"""Seconds from which on a time is said in minutes."""

_MOST_FAILURES = 10
"""Failures that are printed; the others are in the file."""


@dataclass(frozen=True)
class Playing:
    """How a plan is played, and what is drawn at the end.

    Attributes:
        workers: processes (all cores)
        scheduler: address of a Dask cluster instead, such as tcp://host:8786
        chunk: worlds played together
        time_limit: seconds that a chunk may take, or 'none'
        force: go on although code or files have changed
        no_figures: draw nothing, report nothing
        no_report: write no report
    """

    workers: Count = field(default_factory=cores)
    scheduler: Annotated[str | None, Parameter(metavar="ADDRESS")] = None
    chunk: Chunk = None
    time_limit: Annotated[float | None, reads(seconds, "SECONDS")] = LIMIT
    force: bool = False
    no_figures: bool = False
    no_report: bool = False


AS_USUAL = Playing()


def run(
    config: Path,
    /,
    *,
    changes: Changes = (),
    refine: Refine = (),
    retry: bool = False,
    out: Path = Path("results"),
    playing: Annotated[Playing, Flat] = AS_USUAL,
    json: Json = None,
) -> int:
    """Play an experiment config and draw its figures.

    A run that was stopped, killed or out of disk goes on where it was.

    Examples:
      tariff-talks run configs/quickstart.toml --set worlds=100
      tariff-talks run --retry results/quickstart-…
      tariff-talks run configs/obstinate.toml --refine 2
      tariff-talks run configs/obstinate.toml --refine levels=2
      tariff-talks run configs/quickstart.toml --refine metals=4,rounds=2

    Args:
        config: an experiment config; with --retry the directory of a run
        changes: a key of the config (worlds, seed, …) or a dotted path of the scenario
        refine: how much finer the grid is
        retry: play again what failed or is missing in the directory of a run
        out: where results go
        playing: how it is played
        json: where the numbers are told
    """
    with as_json(json) as told:
        if retry:
            return _again(config, [*changes, *refine], playing, told)
        plan = load(config, changes, refine)
        if playing.scheduler is None:
            check_memory(plan)
        if many := beyond_pairs(plan):
            print(f"tariff-talks: {many}", file=sys.stderr)
        return play_out(playing, plan, Store.of(plan, out), told)


def _again(directory: Path, said: Sequence[str], playing: Playing, told: dict[str, Any]) -> int:
    """Play again what failed or is missing in a directory."""
    if said:
        raise ConfigError(
            f"--retry: plays {directory} as it was begun; leave out {said[0]}, or run the config "
            "anew"
        )
    store = Store(directory)
    manifest = store.manifest()
    if not manifest or not (directory / CONFIG).is_file():
        raise ConfigError(
            f"{directory}: holds no run ({MANIFEST} or {CONFIG} is missing); name a directory "
            "that 'tariff-talks run' wrote"
        )
    plan = store.read_config()
    if is_done(plan, store):
        told |= {"directory": directory, "status": FINISHED}
        store.mend()
        print(f"{directory} is finished: nothing failed and nothing is missing.")
        return FINE
    changed = store.changed()
    if (plan.digest != manifest["digest"] or changed) and not playing.force:
        raise TariffTalksError(
            f"{directory}: a file that it was played with has changed (of the trade data, of "
            "payoffs or of a strategy); play the rest with the changed file with --force, or run "
            "the config anew"
        )
    if changed:
        carry(changed, directory)
        plan = store.read_config()
    return play_out(playing, plan, store, told)


def play_out(playing: Playing, plan: Plan, store: Store, told: dict[str, Any]) -> int:
    """Play what is missing; then report, and draw.

    Args:
        playing: how.
        plan: what to play.
        store: where its results lie.
        told: takes what is told as JSON: directory, status, deals and failures.

    Returns:
        The exit code of the command.
    """
    code = FINE
    with _executor(playing) as executor:
        if not playing.no_figures:
            figure_command.check(plan)
        with _Progress(plan, store) as progress:
            summary = resume(
                plan,
                store,
                executor=executor,
                chunk=playing.chunk,
                limit=playing.time_limit,
                force=playing.force,
                report=progress.report,
            )
        told |= {"directory": store.directory, "status": store.manifest()["status"]}
        told |= {"failures": [_plainly(failure) for failure in summary.failures]}
        _report(plan, summary, told)
        forget()
        if summary.rows and not playing.no_figures:
            awake = summary.fresh > 1 and not summary.failures and playing.scheduler is None
            code = figure_command.after_run(
                summary.store,
                plan,
                executor if awake and executor.ahead > 1 else None,
                report=not playing.no_report,
            )
        if not summary.rows and not (playing.no_figures or playing.no_report):
            figure_command.tell_failed(summary.store)
    return FAILED if summary.failures else code


def _plainly(failure: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in failure.items() if key != "traceback"}


def _executor(playing: Playing) -> Workers:
    return DaskCluster(playing.scheduler) if playing.scheduler else workers(playing.workers)


class _Progress:
    """How far a run is: on a terminal a bar of worlds, cells and time left, else lines of them."""

    def __init__(self, plan: Plan, store: Store) -> None:
        todo = Counter[int]()
        for each in missing(plan, store):
            todo[each.cell] += each.worlds
        self._total = len(plan.cells)
        self._cells, self._failed = self._total - len(todo), 0
        every = plan.worlds * self._total
        self._every, self._todo, self._left = every, todo.total(), todo.total()
        self._begun = time.monotonic()
        self._lines = not sys.stderr.isatty()
        self._said = time.monotonic()
        self._bar = tqdm(
            total=every,
            initial=every - todo.total(),
            unit=" worlds",
            disable=None,
            leave=False,
            dynamic_ncols=True,
        )

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *problem: object) -> None:
        self._bar.close()

    def report(self, done: Done, left: int) -> None:
        """Count a chunk."""
        self._cells += left == 0
        self._failed += done.failure is not None
        failed = f", {self._failed} chunks failed" if self._failed else ""
        self._bar.set_postfix_str(f"{self._cells}/{self._total} cells{failed}", refresh=False)
        self._bar.update(done.chunk.worlds)
        self._left -= done.chunk.worlds
        if self._lines and time.monotonic() - self._said >= PAUSE and self._left:
            self._said = time.monotonic()
            print(f"tariff-talks: {self._told()}{failed}", file=sys.stderr, flush=True)

    def _told(self) -> str:
        """Say how many worlds and cells are done, and how long the rest takes at this speed."""
        played = self._todo - self._left
        rest = (time.monotonic() - self._begun) * self._left / max(played, 1)
        long = f"{rest / 60:.0f} minutes" if rest >= _MINUTES else f"{rest:.0f} seconds"
        done = self._every - self._left
        return (
            f"{done:,} of {self._every:,} worlds, {self._cells} of {self._total} cells; some "
            f"{long} left"
        )


def _report(plan: Plan, summary: Summary, told: dict[str, Any]) -> None:
    directory = summary.store.directory
    if summary.fresh == 0 and summary.store.manifest()["status"] == FINISHED:
        print(f"{directory} was finished before{_by_other_code(summary.store)}.")
    else:
        print(f"{len(plan.cells)} cells of {plan.worlds} worlds: {directory}")
    for note in summary.notes:
        print(f"tariff-talks: {note}", file=sys.stderr)
    warnings = warnings_of(plan)
    if summary.rows:
        told["deals"] = _print_shares(plan, summary.store)
        told["payoffs"] = _print_payoffs(plan, summary.store)
        warnings += [*_silence(plan, summary.store), *_copies(plan, summary.store)]
    for sentence in (*warnings, *idle(plan)):
        print(f"tariff-talks: {sentence}", file=sys.stderr)
    _print_failures(plan, summary)


def _by_other_code(store: Store) -> str:
    made_by = {session["code"] for session in store.manifest().get("sessions", [])}
    if made_by <= {code_version()}:
        return ""
    return (
        f", by other code ({', '.join(sorted(made_by))}; this is {code_version()}); to play it "
        "with this code, name another place with --out"
    )


def _print_shares(plan: Plan, store: Store) -> pd.DataFrame:
    """Print the shares of deals, a row for all that somebody decides, a mean over the rest."""
    apart = ["cell", *plan.swept]
    frame = store.tally([*apart, "talk", "status", "lowers"])
    by = _decided(plan)
    table = agreement(frame, by if len(by) < len(plan.swept) else apart)
    print()
    print(table.head(_MOST_CELLS).to_string(index=False))
    if len(table) > _MOST_CELLS:
        print(f"… and {len(table) - _MOST_CELLS} more")
    if plan.uncertainties:
        some, more = plan.uncertainties[:_MOST_NAMED], len(plan.uncertainties) - _MOST_NAMED
        rest = f" and {more} more" if more > 0 else ""
        print(f"a row is a mean over {', '.join(some)}{rest}, which nobody decides")
    print()
    return table


def _decided(plan: Plan) -> list[str]:
    """Give the swept paths that somebody decides, as readers know them."""
    return [path for path in plan.told if path not in plan.uncertainties]


def _print_payoffs(plan: Plan, store: Store) -> pd.DataFrame:
    """Print mean payoffs in their two parts: trade and politics, and assumed costs of moves."""
    heads = [c for c in map(str, store.heads()) if c.startswith(("payoff.", "cost."))]
    by = _decided(plan)
    table = payoff_parts(store.parted(["cell", *by, "talk", *heads]), by)
    money = Words(plan.scenario).money
    print(f"payoffs{'' if money == 'payoff' else f', {money}'} against no deal in any talk")
    print(table.head(_MOST_CELLS).to_string(index=False))
    if any(str(name).endswith("assumed costs") for name in table):
        print("assumed costs: of reviews, of demands given up, of extensions and threats")
    print()
    return table


def _silence(plan: Plan, store: Store) -> list[str]:
    """Warn of cells whose talks end because nobody speaks."""
    said = silence(store.tally(["cell", "status"]), len(plan.cells))
    return [said] if said else []


def _copies(plan: Plan, store: Store) -> list[str]:
    """Warn of cells that are equal in every world."""
    columns = ["cell", *looked_at(store.heads())]
    game = a_game(flat(plan.config.levers), plan.config.design.levers)
    said = told(copies(store.parted(columns)), game)
    return [said] if said else []


def _print_failures(plan: Plan, summary: Summary) -> None:
    if not summary.failures:
        return
    directory = summary.store.directory
    for failure in summary.failures[:_MOST_FAILURES]:
        labels = ", ".join(f"{k} {v}" for k, v in plan.cells[failure["cell"]].labels.items())
        last = failure["first_world"] + failure["worlds"] - 1
        print(
            f"cell {failure['cell']} ({labels}), worlds {failure['first_world']} to {last} "
            f"failed: {failure['message']}",
            file=sys.stderr,
        )
    if len(summary.failures) > _MOST_FAILURES:
        print(f"… and {len(summary.failures) - _MOST_FAILURES} more chunks", file=sys.stderr)
    if any(failure["exception"] == TimeLimitError.__name__ for failure in summary.failures):
        print(
            "where time is all that was missing, allow a chunk more of it (--time-limit), or make "
            "it of fewer worlds (--chunk)",
            file=sys.stderr,
        )
    print(
        f"{len(summary.failed_cells)} of {len(plan.cells)} cells failed and are left out; "
        f"tracebacks are in {directory / 'failures.parquet'}; "
        f"'tariff-talks run --retry {directory}' plays what failed again",
        file=sys.stderr,
    )
