"""The command `sensitivity`: what a quantity of the results turns on."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

import pandas as pd
from cyclopts import Parameter
from scipy.special import ndtri

from experiments.analysis.discovery.boxes import DEPTH
from experiments.analysis.sensitivity.answers import Answers, answers
from experiments.analysis.sensitivity.indices import KINDS, indices, pairs
from experiments.commands.arguments import Count, Directory, Flat
from experiments.commands.arguments import pairs as read_pairs
from experiments.commands.as_json import Json, as_json
from experiments.commands.discover import Sampled, discovered
from experiments.results.export import for_spreadsheets
from experiments.results.words import Words
from experiments.runs.kept.whole import atomic
from experiments.runs.store import Store
from sim.errors import ConfigError

_FOLDER = "sensitivity"
_NAME, _WIDTH = 36, 78
_PAIRS = 3
_RISK = 0.05


_USUAL = Sampled()


def sensitivity(
    directory: Directory,
    /,
    *,
    quantity: Annotated[str, Parameter(metavar="NAME")] = "deals",
    path: str = "",
    before: Annotated[str, Parameter(name="--from", metavar="VALUE")] = "none",
    after: Annotated[str, Parameter(name="--to", metavar="VALUE")] = "all",
    discover: bool = False,
    outcome: Annotated[str, Parameter(metavar="CASE")] = "deals<1",
    depth: Count = DEPTH,
    sampled: Annotated[Sampled, Flat] = _USUAL,
    json: Json = None,
) -> int:
    """Say what a quantity of the results turns on.

    Sobol indices of a Saltelli sample, or elementary effects of a Morris sample, with intervals,
    and how they settle as the sample grows. With --discover, boxes of conditions under which
    something happens, with coverage and density, by a classification tree.

    Examples:
      tariff-talks sensitivity results/uncertainty-… --quantity payoff.COUNTRY
      tariff-talks sensitivity results/uncertainty-… --path rules.review
      tariff-talks sensitivity results/uncertainty-… --discover

    Args:
        directory: of a run that samples what nobody knows
        quantity: deals, lowers or a column of the results
        path: tell what a value of this swept path changes in it
        before: its value before
        after: its value after
        discover: say under which conditions something happens, such as no deal
        outcome: with --discover: QUANTITY<NUMBER or QUANTITY>NUMBER
        depth: with --discover: of the tree
        sampled: which part of the run
        json: where the numbers are told
    """
    store = Store.open(directory)
    with as_json(json) as told:
        if discover:
            if quantity != "deals" or path:
                raise ConfigError(
                    "--discover: takes its quantity from --outcome; leave --quantity and --path out"
                )
            discovered(store, sampled, outcome, depth, told)
        else:
            _print_indices(store, quantity, (path, before, after) if path else (), sampled, told)
    return 0


def _print_indices(
    store: Store,
    quantity: str,
    change: tuple[str, str, str] | tuple[()],
    sampled: Sampled,
    told: dict[str, Any],
) -> None:
    """Compute the indices of a sample; print, write, draw and tell them."""
    found = answers(store, quantity, sampled.talk, read_pairs("--only", sampled.only), change)
    table = indices(found, sampled.seed)
    naming = Words(found.plan.scenario)
    print("\n".join(_report(found, table, naming)), end="\n\n")
    changed = re.sub(r"\W+", "_", " to ".join(found.change[1:]))
    name = "-".join(part for part in (quantity, found.talk, changed) if part)
    folder = sampled.out or store.directory / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"indices": table}
    if found.design.uncertainties == "saltelli" and found.design.pairs:
        tables["pairs"] = pairs(found, sampled.seed)
        print("\n".join(_together(tables["pairs"], naming)), end="\n\n")
    told |= tables
    for kind, rows in tables.items():
        with atomic(folder / f"{name}-{kind}.csv") as file:
            for_spreadsheets(rows).to_csv(file, index=False)
        print(folder / f"{name}-{kind}.csv")
    if not sampled.no_figures:
        print(*_draw(found, table, naming, folder, name), sep="\n")


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
