"""Where a run comes from, and what failed in it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from experiments.design.plan import Plan
from experiments.report.scenario import TableOf
from experiments.results.results import Results
from experiments.results.words import Words
from experiments.runs.store import FAILURES, Store

_NAMES = {
    "name": "experiment",
    "digest": "digest of what the results depend on",
    "seed": "seed",
    "cells": "cells",
    "worlds_per_cell": "worlds of each cell",
    "rows": "rows of outcomes.parquet",
    "commit": "commit of the code (+: with changes)",
    "finished": "finished",
    "seconds": "seconds",
}


def provenance(store: Store) -> TableOf:
    """Give what the manifest of a run says."""
    return TableOf("This run", ("what", "value"), tuple(_rows(store)))


def _rows(store: Store) -> Iterator[tuple[str, str]]:
    manifest = store.manifest()
    for key, name in _NAMES.items():
        if manifest.get(key) is not None:
            yield name, str(manifest[key])
    for economy in manifest.get("economy", []):
        yield "payoffs", _economy(economy)
        for sentence in economy.get("warnings", []):
            yield "warning about payoffs", str(sentence)
    for package, version in manifest.get("versions", {}).items():
        yield f"version of {package}", str(version)


def _economy(said: Mapping[str, Any]) -> str:
    """Say how payoffs were computed, and how far their tables are off."""
    table = said.get("table", {})
    parts = [
        f"{said.get('competition', '')} competition",
        f"{said.get('regions')} regions, {said.get('sectors')} sectors",
        f"{said.get('elasticity_samples')} samples of the elasticities",
    ]
    if "max_error" in table:
        worst = f"{100 * table['max_error']:.1f} % of the range ({table.get('max_error_of')})"
        parts.append(f"tables off by {worst} at most")
    return "; ".join(parts)


def run_id(store: Store) -> str:
    """Give the source line of a figure or table: which run, of when, by which code."""
    manifest = store.manifest()
    day = str(manifest.get("finished", "")).partition("T")[0]
    code = str(manifest.get("commit") or manifest.get("code") or "")[:10]
    parts = [f"run {store.directory.name}", day, f"seed {manifest['seed']}", f"code {code}"]
    return f"Source: tariff-talks, {', '.join(part for part in parts if part)}."


def changed(plan: Plan) -> str:
    """Say what was set or extended against the scenario file; empty if nothing was."""
    words = Words(plan.scenario)
    said = [
        f"it extends {value}" if path == "extends" else f"{words.path(path)} {value}"
        for path, value in plan.config.changed.items()
    ]
    return f"Changed against the scenario: {'; '.join(said)}." if said else ""


_ASSUMED = re.compile(r"\b(assum|guess|sweep)", re.IGNORECASE)


def rests_on(results: Results, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Say what is computed in a run and what is assumed, with the number of assumptions."""
    economies = manifest.get("economy", [])
    if economies:
        yield (
            f"Computed: what tariffs do to trade, prices and welfare, by a calibrated model "
            f"({_economy(economies[0])})."
        )
    else:
        yield "Given: what every package is worth; no trade model stands behind these payoffs."
    sources = list(_sources(results.scenario))
    guessed = sum(bool(_ASSUMED.search(source)) for source in sources)
    if guessed:
        yield (
            f"Assumed: how hard each side bargains, when it yields, and what a review, a red line "
            f"or no deal costs at home. {guessed} of the {len(sources)} numbers of the scenario "
            f"that name a source name an assumption."
        )


def _sources(table: Any) -> Iterator[str]:
    """Give the sources that the numbers of a scenario name."""
    if not isinstance(table, Mapping):
        return
    if isinstance(table.get("source"), str):
        yield table["source"]
    for part in table.values():
        yield from _sources(part)


def failures_table(store: Store, results: Results) -> TableOf | None:
    """Give what failed, a row for each chunk of worlds; None if nothing did."""
    path = store.directory / FAILURES
    if not path.is_file():
        return None
    rows = []
    for failure in pd.read_parquet(path).to_dict("records"):
        labels = results.plan.cells[failure["cell"]].labels
        setting = " · ".join(results.value(key, value) for key, value in labels.items())
        rows.append((str(failure["cell"]), setting, str(failure["stage"]), str(failure["message"])))
    return TableOf("What failed", ("cell", "setting", "in", "why"), tuple(rows))
