"""The command `discover`: under which conditions a case of interest happens."""

import argparse
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any

import pandas as pd

from experiments.analysis.discovery.boxes import DEPTH, Discovery, discover
from experiments.analysis.discovery.condition import Condition
from experiments.analysis.discovery.sentences import sentences
from experiments.analysis.sensitivity.answers import answers
from experiments.commands.arguments import count
from experiments.commands.arguments import pairs as read_pairs
from experiments.commands.sensitivity import add_sample
from experiments.results.words import Words
from experiments.runs.store import Store, atomic

_FOLDER = "discovery"


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser(
        "discover",
        help="say under which conditions something happens, such as no deal",
        description="Scenario discovery: boxes of conditions with coverage and density, by a "
        "classification tree over a sample of what nobody knows.",
    )
    add_sample(command)
    command.add_argument(
        "--outcome",
        default="deals<1",
        metavar="CASE",
        help="QUANTITY<NUMBER or QUANTITY>NUMBER (deals<1: no deal)",
    )
    command.add_argument("--depth", type=count, default=DEPTH, help=f"of the tree ({DEPTH})")
    command.set_defaults(call=_discover)


def _discover(arguments: argparse.Namespace) -> int:
    store = Store.open(arguments.directory)
    condition = Condition.read(arguments.outcome)
    only = read_pairs("--only", arguments.only)
    sample = answers(store, condition.quantity, arguments.talk, only)
    found = discover(sample, condition, arguments.depth)
    naming = Words(sample.plan.scenario)
    if sample.talk:
        print(f"Talk with {naming.partner(sample.talk)}:")
    for sentence in sentences(found, naming):
        print("\n".join(wrap(sentence, max(get_terminal_size().columns, 40))))
    print()
    folder = arguments.out or store.directory / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = "-".join(part for part in (_file(condition), sample.talk) if part)
    with atomic(folder / f"{name}.csv") as file:
        table(found).to_csv(file, index=False)
    print(folder / f"{name}.csv")
    if not arguments.no_figures:
        from experiments.figures import boxes
        from experiments.figures.canvas import save, style

        with style():
            print(save(boxes.draw(naming, found), folder / name)[0])
    return 0


def _file(condition: Condition) -> str:
    signs = {"<": "below", "<=": "to", ">": "above", ">=": "from"}
    return f"{condition.quantity}-{signs[condition.sign]}-{condition.number:g}"


def table(found: Discovery) -> pd.DataFrame:
    """Give the boxes as a table, one row for each bound.

    Returns:
        Columns: box, path, above, up_to, among, coverage, density, low, high, mass, found.
    """
    return pd.DataFrame(
        [
            {
                "box": number,
                "path": bound.path,
                "above": bound.low,
                "up_to": bound.high,
                "among": " or ".join(bound.among),
                "coverage": box.coverage,
                "density": box.density,
                "low": box.low,
                "high": box.high,
                "mass": box.mass,
                "found": box.found,
            }
            for number, box in enumerate(found.boxes, 1)
            for bound in box.bounds
        ]
    )
