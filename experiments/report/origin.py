"""Where a run comes from, and what failed in it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from experiments.report.scenario import TableOf
from experiments.results.results import Results
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
