"""The command `tariff-talks`: find the command, have its words read, call it."""

import gc
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from inspect import cleandoc
from itertools import takewhile
from typing import Any, Literal

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.help import DefaultFormatter, HelpPanel

from experiments.commands import misread, renamed
from experiments.commands.streams import drop_output
from experiments.runs.processes import BEFORE, STOPPED, ctrl_c_noted, interrupted

FINE, BAD_INPUT = 0, 2

PROGRAM = "tariff-talks"

AFTER = "stopped; what was played is kept, and the same command goes on there"

COMMANDS = {
    "Ask and play": {
        "run": ("experiments.commands.run:run", "play an experiment config and draw its figures"),
        "plan": (
            "experiments.commands.plan:plan",
            "say what a config would run, how long it takes and how large it gets",
        ),
        "show": ("experiments.commands.show:show", "tell one negotiation as a transcript"),
        "new": (
            "experiments.commands.new:new",
            "make a folder with an experiment config, a scenario, a strategy and a README",
        ),
        "app": ("experiments.commands.app:app", "open the interactive page"),
    },
    "Look at results": {
        "plot": (
            "experiments.commands.figure:plot",
            "draw the figures of a run, or one of them, and write its report",
        ),
        "memo": (
            "experiments.commands.memo:memo",
            "write a page to send on: question, answer, a figure, a table",
        ),
        "effect": ("experiments.commands.effect:effect", "say what differs, and by how much"),
        "sensitivity": (
            "experiments.commands.sensitivity:sensitivity",
            "say what a quantity of the results turns on",
        ),
        "tournament": (
            "experiments.commands.tournament:tournament",
            "say which strategies of a run do well, and which are in equilibrium",
        ),
        "export": ("experiments.commands.export:export", "write the table of a run as csv or xlsx"),
    },
    "Against what happened": {
        "backtest": ("", "score a forecast against what happened, or learn from it"),
        "backtest score": (
            "experiments.commands.score:score",
            "score a forecast against what happened",
        ),
        "backtest calibrate": (
            "experiments.commands.calibrate:calibrate",
            "keep the draws that lead to what happened",
        ),
    },
    "Strategies": {
        "strategies": (
            "experiments.commands.strategies:strategies",
            "list the strategies that have a name, or describe one",
        ),
        "check": ("experiments.commands.check:check", "check that a strategy keeps its contract"),
    },
    "Tariffs and domains": {
        "economy": ("experiments.commands.economy:economy", "say what a tariff package does"),
        "rates": ("experiments.commands.rates:rates", "say what imports pay on average on a day"),
        "domain": (
            "experiments.commands.domain:domain",
            "describe a negotiation domain, or write a talk as one",
        ),
    },
    "This program": {
        "schema": (
            "experiments.commands.schema:schema",
            "write what a config or a scenario may say, as JSON schema",
        ),
        "bench": (
            "experiments.commands.bench:bench",
            "measure how fast the engine is on this machine",
        ),
    },
}
"""Where each command is, and what it is for: by group, in the order of `--help`. A command is
imported when it is called: `--help` and `--version` import nothing of the simulation."""

Shell = Literal["bash", "zsh", "fish", "powershell"]

_UNKNOWN_SHELL = "which shell is in use cannot be told; name it: bash, zsh, fish or powershell"


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code: 0 fine, 1 a cell failed, 2 bad input, 130 stopped.

    A Ctrl-C is one whatever it has turned into on the way here.
    """
    words = list(sys.argv[1:] if words is None else words)
    called: list[str] = []
    with ctrl_c_noted() as pressed:
        try:
            return _called(words, called)
        except BaseException as problem:
            if pressed() or interrupted(problem):
                print(f"\ntariff-talks: {AFTER if called else BEFORE}", file=sys.stderr)
                return STOPPED
            if isinstance(problem, Exception):
                return _told(problem)
            raise


def _called(words: list[str], called: list[str]) -> int:
    """Find the command and call it; note when it is called."""
    if renamed.sentence(words):
        print(f"{PROGRAM}: {renamed.sentence(words)}", file=sys.stderr)
    call = _found(renamed.words_of_today(words))
    called += words[:1]
    code = call() or FINE
    sys.stdout.flush()
    return code if words else BAD_INPUT


def _told(problem: Exception) -> int:
    """Tell what went wrong in a sentence, if it is of a kind that has one; give the exit code."""
    if isinstance(problem, CycloptsError):
        said = misread.sentence(problem, PROGRAM, _last_words())
    elif isinstance(problem, BrokenPipeError):
        sys.stderr.close()
        return FINE
    elif isinstance(problem, OSError):
        said = f"tariff-talks: {_about(problem)}"
    elif isinstance(problem, _ours()):
        said = f"tariff-talks: {problem}"
    else:
        raise problem
    print(said, file=sys.stderr)
    return BAD_INPUT


def _about(problem: OSError) -> str:
    """Say what failed, and with which file: it is what is printed if no other has a name."""
    why = problem.strerror or str(problem) or type(problem).__name__
    if problem.filename is None:
        drop_output()
        return f"the output: {why}"
    return f"{str(problem.filename)[:200]}: {why}"


def _ours() -> type[Exception]:
    from sim.errors import TariffTalksError

    return TariffTalksError


def names() -> list[str]:
    """Give the names of the commands."""
    return [name for group in COMMANDS.values() for name in group if " " not in name]


def _last_words() -> list[str]:
    return [name.split()[-1] for group in COMMANDS.values() for name in group]


def _found(words: Sequence[str]) -> Callable[[], int | None]:
    """Import the command that words name, and have the words read.

    What is imported stays until the end: it is not looked through for garbage.
    """
    gc.disable()
    try:
        command, bound, _ = parser(words).parse_args(words)
    finally:
        gc.freeze()
        gc.enable()
    return partial(command, *bound.args, **bound.kwargs)


def parser(words: Sequence[str]) -> App:
    """Give what reads the words of a command.

    Args:
        words: of the command; the command that they name is imported, and no other.
    """
    app = _app(
        PROGRAM, "Tariff talks under a package rule, simulated.", version=lambda: version(PROGRAM)
    )
    app.group_commands = Group("Options", sort_key=len(COMMANDS))
    for k, (title, commands) in enumerate(COMMANDS.items()):
        group = Group(title, sort_key=k)
        for order, (name, (path, line)) in enumerate(commands.items()):
            *outer, last = name.split()
            place = app[outer[0]] if outer else app
            within = "Commands" if outer else group
            if not path:
                place.command(_app(last, line, group=group, sort_key=order))
                continue
            called = list(words[: len(outer) + 1]) == name.split()
            about = None if called else line
            place.command(path, name=last, help=about, group=within, sort_key=order)
            if called:
                _tell(place[last])
    _add_completion(app)
    return app


def _app(name: str, about: str, **more: Any) -> App:
    """Make a part of the parser: it raises what is wrong, and says no default twice."""
    return App(
        name=name,
        help=about,
        help_format="plaintext",
        default_parameter=Parameter(negative=(), show_default=_default, allow_repeating=True),
        help_formatter=_Flowing(),
        exit_on_error=False,
        print_error=False,
        result_action="return_value",
        **more,
    )


def _default(value: Any) -> str | None:
    """Write what an option is if it is not given; nothing if it is then simply off."""
    if value is False or value in (None, "", ()):
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)


def _tell(command: App) -> None:
    """Have a command tell its docstring: paragraphs above its options, examples below them."""
    about, _, rest = cleandoc(command.help).partition("\nExamples:\n")
    examples = takewhile(lambda line: line[:1] == " ", rest.splitlines())
    command.help = "\n\n".join(" ".join(each.split()) for each in about.split("\n\n"))
    command.help_epilogue = "\n".join(["Examples:", *examples])


class _Flowing(DefaultFormatter):
    """Shows what an option is as flowing text, wherever its docstring breaks the lines."""

    def __call__(self, console: Any, options: Any, panel: HelpPanel) -> None:
        for entry in panel.entries:
            text = getattr(entry.description, "primary_renderable", None)
            if text is not None and hasattr(text, "plain"):
                text.plain = " ".join(text.plain.split())
        super().__call__(console, options, panel)


def _add_completion(app: App) -> None:
    """Add what prints the completion of a shell, and what installs it."""

    def show(shell: Shell, /) -> None:
        """Print the completion script of a shell."""
        print(app.generate_completion(shell=shell))

    def install(shell: Shell | None = None, /) -> int:
        """Install the completion of the shell that is in use, or of one that is named."""
        from cyclopts.completion import ShellDetectionError

        try:
            print(app.install_completion(shell=shell))
        except ShellDetectionError:
            print(f"{PROGRAM}: --install-completion: {_UNKNOWN_SHELL}", file=sys.stderr)
            return BAD_INPUT
        return FINE

    for name, command in (("--show-completion", show), ("--install-completion", install)):
        app.command(command, name=name)
