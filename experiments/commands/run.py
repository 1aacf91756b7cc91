"""The commands `run` and `retry`."""

import argparse
import sys
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from experiments.analysis.copies import a_game, copies, looked_at, told
from experiments.commands import figure as figure_command
from experiments.commands.arguments import add_chunk, add_config, add_refine, count, load, seconds
from experiments.design.idle import idle
from experiments.design.plan import Plan
from experiments.design.sweep import flat
from experiments.results.quantities import agreement
from experiments.runs.chunks import missing
from experiments.runs.cluster import cluster
from experiments.runs.economies import warnings_of
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

_MOST_FAILURES = 10
"""Failures that are printed; the others are in the file."""


_EXAMPLES = """examples:
  tariff-talks run configs/quickstart.toml --set worlds=100
  tariff-talks run configs/obstinate.toml --refine 2             twice as fine: levels and rounds
  tariff-talks run configs/obstinate.toml --refine levels=2      two steps for one, in all issues
  tariff-talks run configs/quickstart.toml --refine metals=4     four steps for one, in one issue
  tariff-talks run configs/quickstart.toml --refine rounds=4     four rounds for one
"""


def add(commands: Any) -> None:
    """Add both commands to a parser."""
    command = commands.add_parser(
        "run",
        help="play an experiment config and draw its figures",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config(command)
    add_refine(command)
    command.add_argument("--out", type=Path, default=Path("results"), help="where results go")
    add_playing(command)
    command.set_defaults(call=_run)

    command = commands.add_parser("retry", help="play again what failed or is missing in a run")
    command.add_argument("directory", type=Path, metavar="DIR")
    add_playing(command)
    command.set_defaults(call=_retry)


def add_playing(command: argparse.ArgumentParser) -> None:
    """Add how a plan is played: workers, chunks, limits, and what is drawn at the end."""
    command.add_argument("--workers", type=count, default=cores(), help="processes (all cores)")
    command.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask cluster instead, such as tcp://host:8786"
    )
    add_chunk(command)
    command.add_argument(
        "--time-limit",
        type=seconds,
        default=LIMIT,
        metavar="SECONDS",
        help=f"that a chunk may take, or 'none' ({LIMIT:g})",
    )
    command.add_argument(
        "--force", action="store_true", help="go on although code or files have changed"
    )
    figure_command.add_switches(command)


def _run(arguments: argparse.Namespace) -> int:
    plan = load(arguments)
    return play_out(arguments, plan, Store.of(plan, arguments.out))


def _retry(arguments: argparse.Namespace) -> int:
    directory, store = arguments.directory, Store(arguments.directory)
    manifest = store.manifest()
    if not manifest or not (directory / CONFIG).is_file():
        raise ConfigError(
            f"{directory}: holds no run ({MANIFEST} or {CONFIG} is missing); name a directory "
            "that 'tariff-talks run' wrote"
        )
    if manifest["status"] == FINISHED:
        print(f"{directory} is finished: nothing failed and nothing is missing.")
        return FINE
    plan = Plan.load(directory / CONFIG)
    if plan.digest != manifest["digest"] and not arguments.force:
        raise TariffTalksError(
            f"{directory}: a file that it was played with has changed (of the trade data, of "
            "payoffs or of a strategy); play the rest with the changed file with --force, or run "
            "the config anew"
        )
    return play_out(arguments, plan, store)


def play_out(arguments: argparse.Namespace, plan: Plan, store: Store) -> int:
    """Play what is missing; then report, and draw.

    Args:
        arguments: of `add_playing`.
        plan: what to play.
        store: where its results lie.

    Returns:
        The exit code of the command.
    """
    code = FINE
    with _executor(arguments) as executor:
        if store.manifest().get("status") != FINISHED:
            executor.wake(len(missing(plan, store, arguments.chunk, executor.cells)))
        if not arguments.no_figures:
            figure_command.check(plan)
        with _Progress(plan, store) as progress:
            summary = resume(
                plan,
                store,
                executor=executor,
                chunk=arguments.chunk,
                limit=arguments.time_limit,
                force=arguments.force,
                report=progress.report,
            )
        _report(plan, summary)
        forget()
        if summary.rows:
            awake = summary.fresh > 1 and not summary.failures and arguments.scheduler is None
            code = figure_command.after_run(
                summary.store, plan, arguments, executor if awake and executor.ahead > 1 else None
            )
    return FAILED if summary.failures else code


def _executor(arguments: argparse.Namespace) -> AbstractContextManager[Workers]:
    return cluster(arguments.scheduler) if arguments.scheduler else workers(arguments.workers)


class _Progress:
    """A bar of worlds with cells done, worlds per second and time left."""

    def __init__(self, plan: Plan, store: Store) -> None:
        todo = Counter[int]()
        if store.manifest().get("status") != FINISHED:
            for each in missing(plan, store):
                todo[each.cell] += each.worlds
        self._total = len(plan.cells)
        self._cells, self._failed = self._total - len(todo), 0
        every = plan.worlds * self._total
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


def _report(plan: Plan, summary: Summary) -> None:
    directory = summary.store.directory
    if summary.fresh == 0 and summary.store.manifest()["status"] == FINISHED:
        print(f"{directory} was finished before{_by_other_code(summary.store)}.")
    else:
        print(f"{len(plan.cells)} cells of {plan.worlds} worlds: {directory}")
    warnings = warnings_of(plan)
    if summary.rows:
        _print_shares(plan, summary.store)
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


def _print_shares(plan: Plan, store: Store) -> None:
    """Print the shares of deals, one row for all that somebody decides: a mean over the rest."""
    by = [path for path in plan.told if path not in plan.uncertainties]
    apart = ["cell", *plan.swept]
    frame = store.tally([*apart, "talk", "status", "lowers"])
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
        f"'tariff-talks retry {directory}' plays what failed again",
        file=sys.stderr,
    )
