"""The command `plot`, and what `run` shows at its end."""

import inspect
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from json import JSONDecodeError, loads
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from experiments.commands.arguments import Flat, reads
from experiments.commands.as_json import Json, as_json
from experiments.design.plan import Plan
from experiments.results.replay import keep_transcripts, keep_turns
from experiments.runs.processes import cores
from experiments.runs.store import Store, plan_of
from experiments.runs.workers import Workers, workers
from sim.config.schema.sentences import unknown
from sim.errors import ConfigError, TariffTalksError

if TYPE_CHECKING:
    from experiments.figures.pictures import DrawnPicture, Picture

FINE, BAD_INPUT = 0, 2

_PROCESSES = 2
"""Processes that draw: a third one would read the results for little."""

_FEW = 5
"""So many pictures are drawn sooner than a process has started."""


_SUFFIXES = (".svg", ".png", ".pdf")


def inches(word: str) -> float:
    """Read a width: `16cm`, `160mm`, `6.3in`, or a number of inches."""
    found = fullmatch(r"(\d+(?:\.\d+)?)(cm|mm|in)?", word)
    wide = float(found[1]) / {"cm": 2.54, "mm": 25.4}.get(found[2], 1.0) if found else 0.0
    if not 2 <= wide <= 40:
        raise ValueError(f"{word} is no width from 2 to 40 inches, such as 16cm, 160mm or 6.3in")
    return wide


@dataclass(frozen=True)
class ForAPage:
    """One figure for a page of the reader's own.

    Attributes:
        out: draw the figure into this file alone: .svg (text stays text), .png or .pdf
        width: of the page: 16cm, 160mm or 6.3in (7.2in)
        title: above the figure, instead of its own
        talk: show one talk only
    """

    out: Annotated[Path | None, Parameter(metavar="FILE")] = None
    width: Annotated[float | None, reads(inches, "WIDTH")] = None
    title: str = ""
    talk: str = ""


_OWN = ForAPage()


def plot(
    directory: Annotated[Path | None, Parameter(name="DIR")] = None,
    /,
    *,
    figure: Annotated[str | None, Parameter(metavar="NAME")] = None,
    arguments: Annotated[tuple[str, ...], Parameter(name="--arg", metavar="KEY=VALUE")] = (),
    name: str | None = None,
    page: Annotated[ForAPage, Flat] = _OWN,
    report: bool = False,
    listed: Annotated[bool, Parameter(name="--list")] = False,
    json: Json = None,
) -> int:
    """Draw the figures of a run, or one of them, and write its report.

    Examples:
      tariff-talks plot results/quickstart-…
      tariff-talks plot results/quickstart-… --figure heat_map --arg quantity=payoff
      tariff-talks plot results/quickstart-… --figure price --out price.svg --width 16cm
      tariff-talks plot results/quickstart-… --report
      tariff-talks plot --list

    Args:
        directory: of the run
        figure: draw one figure; --list names them
        arguments: an argument of the figure, such as quantity=payoff
        name: of the picture's files (that of the figure)
        page: how one figure is drawn for a page of your own
        report: write the report as one HTML file
        listed: list the figures and their arguments
        json: where the list is told
    """
    if listed:
        with as_json(json) as told:
            return _list(told)
    if json is not None:
        raise ConfigError("--json: tells the list of figures; write --list as well")
    if directory is None:
        raise ConfigError("plot: DIR is missing; name the directory of a run, or write --list")
    store = Store.open(directory)
    if figure is None and not store.manifest()["rows"]:
        tell_failed(store)
    store.with_rows()
    if report:
        if figure:
            raise ConfigError("--figure: does not go with --report, which draws all; leave one out")
        return _report(store)
    if figure is None:
        if arguments or name or page != _OWN:
            raise ConfigError(
                "--arg, --name, --out, --width, --title and --talk: belong to one figure; name it "
                "with --figure"
            )
        return _draw_alone(store, plan_of(store))[1]
    from experiments.figures.pictures import picture

    said = {"figure": figure, **_arguments(arguments)}
    path = "--arg" if figure in _names() else "--figure"
    if page != _OWN:
        return _draw_for(page, store, picture(name or figure, said, path))
    return _draw(store, plan_of(store), None, [picture(name or figure, said, path)])[1]


def _draw_for(page: "ForAPage", store: Store, chosen: "Picture") -> int:
    """Draw one figure for a page of the reader's own."""
    from experiments.figures.canvas import WIDE
    from experiments.figures.pictures import draw_to, need_turns
    from experiments.results.results import last_read

    if page.out is None:
        raise ConfigError("--width, --title and --talk: need --out FILE, such as --out memo.svg")
    if page.out.suffix not in _SUFFIXES:
        raise ConfigError(
            f"--out {page.out}: ends in none of {', '.join(_SUFFIXES)}; write one, such as "
            f"{page.out.with_suffix('.svg').name}"
        )
    if not page.out.parent.is_dir():
        raise ConfigError(
            f"--out {page.out}: there is no directory {page.out.parent}; make it first"
        )
    if need_turns([chosen]):
        _try(lambda: keep_turns(store, plan_of(store)))
    results = last_read(store.directory)
    if page.talk:
        if page.talk not in results.talks:
            raise unknown("--talk", page.talk, results.talks, "talk")
        log = results.log
        results = replace(
            results,
            frame=results.frame[results.frame["talk"] == page.talk],
            log=log if log is None else log[log["talk"] == page.talk],
        )
    draw_to(results, chosen, [page.out], width=page.width or WIDE, title=page.title)
    print(page.out)
    return FINE


def check(plan: Plan) -> None:
    """Check the figures of a config before anything is run; raises ConfigError."""
    if plan.config.figures:
        from experiments.figures.pictures import pictures

        pictures(plan.config.figures)


def after_run(
    store: Store, plan: Plan, executor: Workers | None = None, *, report: bool = True
) -> int:
    """Draw the pictures of a finished run and write its report.

    Args:
        store: of the run.
        plan: of the run; its figures, not those of an earlier config with the same results.
        executor: draws; None draws in this process.
        report: whether the report is written.
    """
    store.write_config(plan)
    if not report or executor is None:
        drawn, code = _draw(store, plan, executor)
        if report:
            _write(store, plan, drawn)
        return code
    return _draw_and_write(store, plan, executor)


def tell_failed(store: Store) -> None:
    """Write the report of a run of which every cell failed."""
    from experiments.report import write_failed

    print(write_failed(store))


def _draw_and_write(store: Store, plan: Plan, executor: Workers) -> int:
    """Write the words of the report while other processes draw."""
    from experiments.report import prepare, write_report

    with ThreadPoolExecutor(1) as hand:
        try:
            drawing = hand.submit(_draw, store, plan, executor)
            _try(lambda: keep_transcripts(store, plan))
            said = prepare(store)
            drawn, code = drawing.result()
        except BaseException:
            executor.kill()
            raise
    print(write_report(store, drawn, said))
    return code


def _names() -> Sequence[str]:
    from experiments.figures import FIGURES

    return list(FIGURES)


def _arguments(pairs: Sequence[str]) -> dict[str, Any]:
    """Read KEY=VALUE pairs; a value is JSON, or else a word."""
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise ConfigError(f"--arg {pair}: is not KEY=VALUE, such as quantity=payoff")
        try:
            found[key] = loads(value)
        except JSONDecodeError:
            found[key] = value
    return found


def _report(store: Store) -> int:
    plan = plan_of(store)
    drawn, code = _draw_alone(store, plan, say=False)
    _write(store, plan, drawn)
    return code


def _draw_alone(store: Store, plan: Plan, *, say: bool = True) -> "tuple[list[DrawnPicture], int]":
    """Draw the pictures of a run, with processes of its own if they are many."""
    few = len(plan.config.figures) in range(1, _FEW)
    with workers(1 if few else min(_PROCESSES, cores())) as executor:
        return _draw(store, plan, executor if executor.ahead > 1 else None, say=say)


def _draw(
    store: Store,
    plan: Plan,
    executor: Executor | None,
    chosen: "Sequence[Picture] | None" = None,
    *,
    say: bool = True,
) -> "tuple[list[DrawnPicture], int]":
    """Draw pictures and name the files; those that could not be drawn are named as well."""
    from experiments.figures.pictures import draw_all, need_turns, pictures

    if chosen is None:
        chosen = pictures(plan.config.figures, about=plan.config.told)
    if need_turns(chosen):
        _try(lambda: keep_turns(store, plan, executor))
    drawn = draw_all(store.directory, chosen, executor)
    for one in drawn:
        if why := one.problem or one.left_out:
            print(f"tariff-talks: {why}", file=sys.stderr)
        for file in one.files[:1] if say else ():
            print(file)
    return drawn, BAD_INPUT if any(one.problem for one in drawn) else FINE


def _write(store: Store, plan: Plan, drawn: "Sequence[DrawnPicture]") -> None:
    from experiments.report import write_report

    _try(lambda: keep_transcripts(store, plan))
    print(write_report(store, drawn))


def _try(keep: Callable[[], None]) -> None:
    """Play worlds again; if they cannot be, or end otherwise than in the run, say so and go on."""
    try:
        keep()
    except TariffTalksError as problem:
        print(f"tariff-talks: no turns are shown: {problem}", file=sys.stderr)


def _list(told: dict[str, Any]) -> int:
    """List the figures and their arguments."""
    from experiments.figures import FIGURES
    from experiments.figures.pictures import arguments_of

    told["figures"] = {}
    for name, module in FIGURES.items():
        print(f"{name:14s} {module.TITLE}")
        found = {key: _said(item) for key, item in arguments_of(name).items()}
        for key, said in found.items():
            print(f"{'':16s}{key} = {said}")
        told["figures"][name] = {"title": module.TITLE, "arguments": found}
    return FINE


def _said(item: inspect.Parameter) -> str:
    """Write an argument's type and default."""
    kind = getattr(item.annotation, "__name__", None) or str(item.annotation)
    kind = kind.replace(" | None", "")
    return kind if item.default is None else f"{kind}, {item.default!r} if not given"
