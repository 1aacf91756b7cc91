"""The command `sensitivity`: what a quantity of the results turns on."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas as pd
from scipy.special import ndtri

from experiments.analysis.sensitivity.answers import Answers, answers
from experiments.analysis.sensitivity.indices import KINDS, indices, pairs
from experiments.commands.arguments import pairs as read_pairs
from experiments.results.words import Words
from experiments.runs.store import Store, atomic

_FOLDER = "sensitivity"
_NAME, _WIDTH = 36, 78
_PAIRS = 3
_RISK = 0.05


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser(
        "sensitivity",
        help="say what a quantity of the results turns on",
        description="Sobol indices of a Saltelli sample, or elementary effects of a Morris sample, "
        "with intervals, and how they settle as the sample grows.",
    )
    add_sample(command)
    command.add_argument(
        "--quantity", default="deals", help="deals, lowers or a column of the results (deals)"
    )
    command.add_argument(
        "--path", metavar="PATH", help="tell what a value of this swept path changes in it"
    )
    command.add_argument("--from", dest="before", default="none", metavar="VALUE", help="(none)")
    command.add_argument("--to", dest="after", default="all", metavar="VALUE", help="(all)")
    command.set_defaults(call=_sensitivity)


def add_sample(command: argparse.ArgumentParser) -> None:
    """Add the arguments that say which part of which run."""
    command.add_argument("directory", type=Path, metavar="DIR")
    command.add_argument("--talk", help="which talk (the first one)")
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="the cells with this value of a swept path, if more than the sample is swept",
    )
    command.add_argument("--seed", type=int, default=0, help="of the resampling (0)")
    command.add_argument("--out", type=Path, help="where tables and figures go (in DIR)")
    command.add_argument("--no-figures", action="store_true", help="draw nothing")


def _sensitivity(arguments: argparse.Namespace) -> int:
    store = Store.open(arguments.directory)
    only = read_pairs("--only", arguments.only)
    change = (arguments.path, arguments.before, arguments.after) if arguments.path else ()
    found = answers(store, arguments.quantity, arguments.talk, only, change)
    table = indices(found, arguments.seed)
    naming = Words(found.plan.scenario)
    print("\n".join(_report(found, table, naming)), end="\n\n")
    changed = re.sub(r"\W+", "_", " to ".join(found.change[1:]))
    name = "-".join(part for part in (arguments.quantity, found.talk, changed) if part)
    folder = arguments.out or store.directory / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"indices": table}
    if found.design.uncertainties == "saltelli" and found.design.pairs:
        tables["pairs"] = pairs(found, arguments.seed)
        print("\n".join(_together(tables["pairs"], naming)), end="\n\n")
    for kind, rows in tables.items():
        with atomic(folder / f"{name}-{kind}.csv") as file:
            rows.to_csv(file, index=False)
        print(folder / f"{name}-{kind}.csv")
    if not arguments.no_figures:
        print(*_draw(found, table, naming, folder, name), sep="\n")
    return 0


def _about(found: Answers, naming: Words) -> str:
    if not found.change:
        return _quantity(found, naming)
    path, before, after = found.change
    return f"change by {naming.path(path)}, {before} → {after}, of {_quantity(found, naming)}"


def _quantity(found: Answers, naming: Words) -> str:
    said = found.quantity.meaning.partition(";")[0].partition(":")[0]
    if not found.talk:
        return f"payoff of {naming.country(found.quantity.name.partition('.')[2])}, {naming.money}"
    return f"{said}, talk with {naming.partner(found.talk)}"


def _report(found: Answers, table: pd.DataFrame, naming: Words) -> Iterator[str]:
    """Tell the indices of the whole sample, and of half of it."""
    design = found.design.uncertainties
    worlds = len(found.rows) / len(found.points)
    yield from wrap(
        f"{_about(found, naming)} ({found.quantity.name}): {len(found.points):,} points of a "
        f"{design} sample of {len(found.paths)} parameters, {worlds:.0f} worlds each; mean "
        f"{found.means().mean():.3g}",
        _WIDTH,
    )
    yield "±: half of the 95 % interval, by bootstrap"
    yield ""
    kinds = list(KINDS[design])
    main = kinds[-1] if design == "saltelli" else kinds[0]
    sizes = sorted(table["size"].unique())
    half = f"{main} at half" if len(sizes) > 1 else ""
    before = _values(table, main, sizes[-2] if half else sizes[-1])
    yield f"{'':{_NAME}}{main:>9}{'±':>7}{half:>18}"
    rows = table[(table["index"] == main) & (table["size"] == sizes[-1])]
    for row in rows.sort_values("value", ascending=False, kind="stable").to_dict("records"):
        earlier = f"{before[row['path']]:18.3f}" if half else ""
        numbers = f"{row['value']:9.3f}{(row['high'] - row['low']) / 2:7.3f}{earlier}"
        yield f"{naming.path(row['path']):{_NAME}.{_NAME}}{numbers}"
    if design == "saltelli":
        alone = sum(_values(table, "first", sizes[-1]).values())
        yield from ("", f"explained by single parameters: {100 * alone:.0f} % of the variance")


def _values(table: pd.DataFrame, index: str, size: int) -> dict[str, float]:
    """Give an index of every parameter at one size of the sample."""
    rows = table[(table["index"] == index) & (table["size"] == size)]
    return dict(zip(rows["path"], rows["value"], strict=True))


def _together(table: pd.DataFrame, naming: Words) -> Iterator[str]:
    """Tell the pairs that do most together, if that is sure among so many (Bonferroni)."""
    beyond = ndtri(_RISK / 2 / max(len(table), 1)) / ndtri(_RISK / 2)
    half = table["value"] - table["low"]
    sure = table[table["value"] > beyond * half].head(_PAIRS)
    if sure.empty:
        yield "no pair does more together than luck would"
    for row in sure.to_dict("records"):
        yield f"together: {naming.path(row['path'])} and {naming.path(row['other'])}"
        yield f"    {row['value']:.3f} ± {(row['high'] - row['low']) / 2:.3f}"


def _draw(
    found: Answers, table: pd.DataFrame, naming: Words, folder: Path, name: str
) -> list[Path]:
    from experiments.figures import convergence, indices
    from experiments.figures.canvas import save, style

    files = []
    about, design = _about(found, naming), found.design.uncertainties
    with style():
        for kind, figure in (("indices", indices), ("convergence", convergence)):
            drawn = figure.draw(naming, table, design, about)
            files.append(save(drawn, folder / f"{name}-{kind}")[0])
    return files
