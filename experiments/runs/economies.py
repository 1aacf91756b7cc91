"""How the payoffs of an experiment were computed: what its manifest says of the economy."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from experiments.design.plan import Plan
from sim.config import override, parse
from sim.errors import TariffTalksError
from sim.scenario.scenario import talks_of
from sim.scenario.valuation import provenance_of

_TOUCHED_BY = (
    "countries",
    "economy",
    "hub",
    "payoffs.draws",
    "payoffs.kind",
    "payoffs.sampling",
    "payoffs.table",
    "talks",
)
"""Beginnings of the swept paths that payoff tables depend on; weights are not among them."""


@lru_cache(maxsize=2)
def economies(plan: Plan) -> list[dict[str, Any]]:
    """Say how payoffs are computed in every cell; cells with the same tables stand together.

    Returns:
        Tables with `cells`, their numbers, and what `valuation.provenance_of` says; none if
        payoffs are given. A cell whose economy has no solution is left out: it is among the
        failures.
    """
    cells: dict[str, list[int]] = {}
    for cell in plan.cells:
        touched = {k: v for k, v in cell.values.items() if k.startswith(_TOUCHED_BY)}
        cells.setdefault(json.dumps(touched, sort_keys=True, default=str), []).append(cell.index)
    found: list[dict[str, Any]] = []
    for numbers in cells.values():
        said = _provenance(plan, plan.cells[numbers[0]].values)
        same = [table for table in found if {**table, **said} == table]
        if same and said:
            same[0]["cells"] = sorted([*same[0]["cells"], *numbers])
        elif said:
            found.append({"cells": numbers, **said})
    return found


def warnings_of(plan: Plan) -> list[str]:
    """Give the warnings of all cells, each once."""
    said = [sentence for table in economies(plan) for sentence in table["warnings"]]
    return list(dict.fromkeys(said))


def _provenance(plan: Plan, values: Mapping[str, Any]) -> Mapping[str, Any]:
    config = parse(override(plan.scenario, values), plan.directory)
    try:
        return provenance_of(config, talks_of(config), plan.config.seed)
    except TariffTalksError:
        return {}
