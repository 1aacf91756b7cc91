"""The command `memo`."""

from typing import Annotated

from cyclopts import Parameter

from experiments.commands.arguments import Directory
from experiments.runs.store import Store
from sim.errors import ConfigError


def memo(
    directory: Directory,
    /,
    *,
    figure: Annotated[str | None, Parameter(metavar="NAME")] = None,
) -> int:
    """Write a page to send on: question, answer, a figure, a table.

    It says what the answer rests on, what would change it, and how to compute it again. HTML and
    Markdown, and PDF where Chromium or Chrome is there.

    Examples:
      tariff-talks memo results/quickstart-…
      tariff-talks memo results/quickstart-… --figure price

    Args:
        directory: of the run
        figure: the figure that is shown (the first of the config that can be drawn)
    """
    from experiments.report.memo import drawn, write_memo
    from experiments.report.memo import memo as made
    from experiments.results.results import last_read

    store = Store.open(directory)
    results = last_read(directory)
    if results.frame.empty:
        raise ConfigError(f"{directory}: every cell failed; there is nothing to tell")
    for file in write_memo(store, made(store, results), drawn(store, results, figure)):
        print(file)
    return 0
