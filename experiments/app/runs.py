"""The results of a run: which there are, which cells are kept, what can be drawn with what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from inspect import getdoc
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.app.knobs import told_of
from experiments.design.sweep import percent
from experiments.figures import FIGURES, Results
from experiments.figures.pictures import arguments_of, need_turns, picture
from experiments.results.intervals import Quantity, estimate
from experiments.results.quantities import agreement
from experiments.results.replay import turns_of
from experiments.runs.store import CONFIG, MANIFEST, OUTCOMES, Store, plan_of
from sim.errors import ConfigError, TariffTalksError

USUAL = Path("results")
"""Where `tariff-talks run` writes."""


@dataclass(frozen=True)
class Argument:
    """An argument of a figure.

    Attributes:
        name: as in a config.
        kind: what may be typed: a `whole number`, `text`, or `texts with commas`.
        default: what it is if nothing is said.
        about: what the figure says of it.
    """

    name: str
    kind: str
    default: Any
    about: str


def finished_runs(parent: Path) -> list[Path]:
    """List the directories of finished runs, the latest first."""
    found = [file.parent for file in parent.glob(f"*/{MANIFEST}")]
    done = [directory for directory in found if (directory / OUTCOMES).is_file()]
    return sorted(done, key=lambda d: (d / MANIFEST).stat().st_mtime, reverse=True)


def open_run(directory: str) -> Results:
    """Open the results of a run.

    Raises:
        ConfigError: nothing is named, the directory holds no finished run, or a damaged one.
    """
    if not directory.strip():
        raise ConfigError(
            "results: name a directory that 'tariff-talks run' wrote, such as results/quickstart-…"
        )
    try:
        return Results.load(place(directory))
    except TariffTalksError:
        raise
    except (ValueError, KeyError, OSError) as problem:
        raise ConfigError(
            f"{directory}: a file of this run is damaged and cannot be read; run its config again, "
            "or name another directory"
        ) from problem


def failed(directory: str) -> pd.DataFrame | None:
    """Give what failed, a row for each chunk, of a run of which every cell did; None of others.

    Raises:
        ConfigError: the directory holds no finished run, or a damaged one.
    """
    if not directory.strip() or not (place(directory) / MANIFEST).is_file():
        return None
    store = Store.open(place(directory))
    if store.manifest()["rows"]:
        return None
    said = {"cell": "cell", "stage": "in", "exception": "exception", "message": "why"}
    return pd.DataFrame(store.failures())[list(said)].rename(columns=said)


def place(directory: str) -> Path:
    """Give the directory that was typed."""
    return Path(directory.strip()).expanduser()


def filtered(results: Results, values: Mapping[str, Sequence[Any]]) -> Results:
    """Keep the cells whose swept values are among those chosen.

    Args:
        results: of a run.
        values: by swept path, what is kept.

    Raises:
        ConfigError: no cell is left.
    """
    keep = pd.Series(True, index=results.frame.index)
    for path, chosen in values.items():
        keep &= results.frame[path].isin(list(chosen))
    cells = sorted(set(results.frame.loc[keep, "cell"]))
    if not cells:
        raise ConfigError("cells: none is left; choose at least one value of every setting")
    return results.only(cells=[int(cell) for cell in cells])


def deals(results: Results) -> pd.DataFrame:
    """Give percent of worlds with a deal, by cell and talk, in words for readers."""
    table = agreement(results.frame, results.varied)
    names = _with_intervals(table, results)
    for path in results.varied:
        column = path if path in table else path.rpartition(".")[2]
        table[column] = [results.value(path, value) for value in table[column]]
        names[column] = results.player(path)
    for talk in dict.fromkeys(results.frame["talk"].astype(str)):
        partner = results.country(results.partner(talk))
        for what in ("deals %", "with a cut %"):
            names[f"{talk} {what}"] = f"{partner}: {what.removesuffix(' %')}, %"
    return table.rename(columns=names)


def _with_intervals(table: pd.DataFrame, results: Results) -> dict[str, str]:
    """Put the interval of every share of deals behind it; give what these columns are called."""
    keys, names = [*results.varied, "talk"], {}
    shares = estimate(results.frame, Quantity.named("deals", results.frame), keys)
    shown = [path if path in table else path.rpartition(".")[2] for path in results.varied]
    rows = {tuple(row[key] for key in keys): row for row in shares.to_dict("records")}
    for talk in dict.fromkeys(results.frame["talk"].astype(str)):
        said = [rows[(*cell, talk)] for cell in table[shown].to_numpy().tolist()]
        column = f"{talk} between"
        table.insert(
            list(table).index(f"{talk} deals %") + 1,
            column,
            [f"{percent(row['low'])} to {percent(row['high'])}" for row in said],
        )
        names[column] = f"{results.country(results.partner(talk))}: between, %"
    return names


def arguments(figure: str) -> list[Argument]:
    """List the arguments of a figure."""
    told = told_of(getdoc(FIGURES[figure].numbers) or "", "Args")
    return [
        Argument(name, _kind(str(item)), item.default, told.get(name, ""))
        for name, item in arguments_of(figure).items()
    ]


def _kind(said: str) -> str:
    """Tell from a parameter as it is written what may be typed for it."""
    annotation = said.partition(": ")[2]
    if annotation.startswith("int"):
        return "whole number"
    return "texts with commas" if annotation.startswith("list") else "text"


def read_arguments(figure: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Read what was typed for the arguments of a figure; what is empty is left out.

    Raises:
        ConfigError: it is not what the figure can take.
    """
    kinds = {argument.name: argument.kind for argument in arguments(figure)}
    said = {name: _read(kinds[name], text.strip()) for name, text in typed.items() if text.strip()}
    return dict(picture(figure, said, "argument").arguments)


def _read(kind: str, text: str) -> Any:
    if kind == "texts with commas":
        return [word.strip() for word in text.split(",") if word.strip()]
    return int(text) if kind == "whole number" and text.lstrip("-").isdecimal() else text


def with_turns(directory: str, figure: str, found: Results) -> Results:
    """Add the turns of some worlds, if the figure reads them; the run is left as it is.

    Raises:
        ReplayError: worlds that are played again end otherwise than in the run.
    """
    if not need_turns([picture(figure, {}, "figure")]):
        return found
    outcomes = place(directory) / OUTCOMES
    return replace(found, log=_turns(outcomes.parent, outcomes.stat().st_mtime_ns))


@lru_cache(maxsize=2)
def _turns(directory: Path, _written: int) -> pd.DataFrame:
    """Give the turns of some worlds of a run that was written then."""
    store = Store.open(directory)
    return turns_of(store, plan_of(store))


def config_text(directory: str) -> str:
    """Give the config as run."""
    return (place(directory) / CONFIG).read_text(encoding="utf-8")


def title(figure: str) -> str:
    """Give the question that a figure answers."""
    said: str = FIGURES[figure].TITLE
    return said
