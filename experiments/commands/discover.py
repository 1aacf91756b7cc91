"""The command `sensitivity --discover`: under which conditions a case of interest happens."""

from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any

import pandas as pd

from experiments.analysis.discovery.boxes import Discovery, discover
from experiments.analysis.discovery.condition import Condition
from experiments.analysis.discovery.sentences import sentences
from experiments.analysis.sensitivity.answers import answers
from experiments.commands.arguments import Only
from experiments.commands.arguments import pairs as read_pairs
from experiments.results.export import for_spreadsheets
from experiments.results.words import Words
from experiments.runs.kept.whole import atomic
from experiments.runs.store import Store

_FOLDER = "discovery"


@dataclass(frozen=True)
class Sampled:
    """Which part of which run is looked at, and what is left of it.

    Attributes:
        talk: which talk (the first one)
        only: the cells with this value of a swept path, if more than the sample is swept
        seed: of the resampling
        out: where tables and figures go (in DIR)
        no_figures: draw nothing
    """

    talk: str | None = None
    only: Only = ()
    seed: int = 0
    out: Path | None = None
    no_figures: bool = False


def discovered(
    store: Store, sampled: Sampled, outcome: str, depth: int, told: dict[str, Any]
) -> None:
    """Say under which conditions a case happens.

    Args:
        store: of a run that samples what nobody knows.
        sampled: which part of it.
        outcome: the case, QUANTITY<NUMBER or QUANTITY>NUMBER.
        depth: of the tree.
        told: takes what is told as JSON: sentences and boxes.
    """
    condition = Condition.read(outcome)
    sample = answers(store, condition.quantity, sampled.talk, read_pairs("--only", sampled.only))
    found = discover(sample, condition, depth)
    naming = Words(sample.plan.scenario)
    if sample.talk:
        print(f"Talk with {naming.partner(sample.talk)}:")
    said = list(sentences(found, naming))
    for sentence in said:
        print("\n".join(wrap(sentence, max(get_terminal_size().columns, 40))))
    print()
    told |= {"said": said, "boxes": table(found)}
    folder = sampled.out or store.directory / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = "-".join(part for part in (_file(condition), sample.talk) if part)
    with atomic(folder / f"{name}.csv") as file:
        for_spreadsheets(table(found)).to_csv(file, index=False)
    print(folder / f"{name}.csv")
    if not sampled.no_figures:
        from experiments.figures import boxes
        from experiments.figures.canvas import save, style

        with style():
            print(save(boxes.draw(naming, found), folder / name)[0])


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
