"""The command `app`: the interactive page."""

import os
import socket
from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

from cyclopts import Parameter

from experiments.app.scenarios import FOLDER, folder, scenarios
from experiments.commands.arguments import reads
from experiments.runs.processes import interrupted
from sim.config.shipped import install
from sim.errors import ConfigError, TariffTalksError
from sim.scenario.players.code import ONLY

ADDRESS, PORT = "127.0.0.1", 8501
_TRIED = 20
"""Ports that are tried if none is named."""

SCRIPT = Path(__file__).parents[1] / "app" / "pages" / "entrance.py"

SETTINGS = {
    "server.address": ADDRESS,
    "server.headless": "true",           # opens no browser, and asks for no address of a reader
    "server.fileWatcherType": "none",
    "runner.postScriptGC": "false",      # a walk through all of memory after every click
    "browser.gatherUsageStats": "false",
    "browser.serverAddress": ADDRESS,    # else Streamlit asks another machine for the outside one
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "logger.level": "warning",
    "logger.hideWelcomeMessage": "true",
    "theme.base": "light",
    "theme.primaryColor": "#0072B2",
}  # fmt: skip


class MissingExtraError(TariffTalksError):
    """The page needs packages that are not installed."""


def port_number(word: str) -> int:
    """Read a port."""
    if not word.isdecimal() or not 1 <= int(word) <= 65535:
        raise ValueError(f"{word} is not a port, a whole number from 1 to 65535")
    return int(word)


def app(
    *,
    port: Annotated[int | None, reads(port_number, "PORT")] = None,
    scenario_files: Annotated[Path | None, Parameter(name="--scenarios", metavar="DIR")] = None,
) -> int:
    """Open the interactive page.

    One negotiation, many worlds, the results of a run, and a seat at the table, in a browser on
    this machine. The address that it prints has a secret in it. Strategy files are taken from the
    folder in which it was started, and from no other. Ctrl-C ends it.

    Examples:
      tariff-talks app
      tariff-talks app --port 8600 --scenarios configs/scenarios

    Args:
        port: of the page (8501, or the next free one)
        scenario_files: folder of scenario files (configs/scenarios here, else those that come
            with the package)
    """
    if find_spec("streamlit") is None:
        raise MissingExtraError(
            f"app: the page needs the extra 'app'; install it with: {install('app')}"
        )
    if scenario_files is not None:
        os.environ[FOLDER] = str(scenario_files)
    scenarios(folder())
    chosen, secret = free_port(port), token_urlsafe(16)
    os.environ[ONLY] = str(Path.cwd())
    print(f"The page is at http://{ADDRESS}:{chosen}/{secret}/ – Ctrl-C ends it.", flush=True)
    _serve(chosen, secret)
    return 0


def free_port(wanted: int | None) -> int:
    """Give a port on which nothing listens.

    Args:
        wanted: the port; None for the usual one or the next that is free.

    Raises:
        ConfigError: the port that is wanted is taken, or all that were tried are.
    """
    tried = range(PORT, PORT + _TRIED) if wanted is None else [wanted]
    for port in tried:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    taken = f"{tried[0]}" if len(tried) == 1 else f"{tried[0]} to {tried[-1]}"
    raise ConfigError(f"--port: {taken} cannot be used or is taken; name another one")


def _serve(port: int, secret: str) -> None:
    """Serve the page until it is stopped."""
    from streamlit.web import cli

    settings = SETTINGS | {"server.port": str(port), "server.baseUrlPath": secret}
    words = [f"--{name}={value}" for name, value in settings.items()]
    try:
        cli.main(["run", str(SCRIPT), *words], standalone_mode=False)
    except (KeyboardInterrupt, RuntimeError) as problem:
        if not _stopped(problem):
            raise


def _stopped(problem: BaseException) -> bool:
    """Tell whether Ctrl-C ended the page, which is how it ends."""
    return interrupted(problem) or isinstance(problem.__context__, KeyboardInterrupt)
