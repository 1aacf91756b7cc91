"""How the payoffs of a scenario were computed: what a manifest says of the economy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.economy.data.spec import EconomySpec, Floats
from sim.economy.equilibrium.solve import MAX_ITERATIONS, TOLERANCE
from sim.economy.solved.components import JOINT, Components

MOST_ERROR = 0.01
"""Share of their range by which tables may miss the joint solutions without a warning."""


LEAST_MARGIN = 0.5
"""Part of the profit on a sale that sellers keep without a warning."""


def provenance(
    spec: EconomySpec,
    solved: Components,
    countries: Sequence[str],
    talks: int,
    off: Mapping[str, float],
) -> dict[str, Any]:
    """Say how tables were solved and how far they are off; plain words and numbers.

    Args:
        spec: settings of the trade model.
        solved: the tables.
        countries: keys, in the order of the tables (C).
        talks: number of talks.
        off: by country, how far a difference of its payoffs may be off, USD bn a year.

    Returns:
        Words and numbers by name; `warnings` is a list of sentences, mostly empty.
    """
    return {
        "competition": spec.competition,
        "production": "labour" if spec.base.linkage is None else "links",
        "markup": dict(spec.markup),
        "labour": _labour(spec),
        "prices": spec.prices,
        "lobbies": spec.lobbies,
        "duties": {duty.name: duty.points() for duty in spec.duties},
        "imbalance": spec.imbalance,
        "pass_through": {**spec.pass_through, **{n: _ends(v) for n, v in spec.passed.items()}},
        "plants_credited": {
            f"{p.parent} in {p.host}": p.share * p.credited for p in spec.plants if p.credited
        },
        "regions": len(spec.base.regions),
        "sectors": len(spec.base.sectors),
        "elasticity_samples": len(solved.main[0]),
        "solver": {
            "tolerance": TOLERANCE,
            "max_iterations": MAX_ITERATIONS,
            "iterations": solved.iterations,
            "residual": solved.residual,
        },
        "table": {**_table(spec, solved, countries, talks), "error_bn": dict(off)},
        "warnings": _warnings(spec, solved, countries, talks),
    }


def _ends(values: Floats) -> dict[str, float]:
    low, median, high = np.quantile(values, (0.0, 0.5, 1.0)).tolist()
    return {"low": low, "median": median, "high": high}


def _labour(spec: EconomySpec) -> dict[str, Any]:
    """Say how labour is supplied; nothing if all of it is always at work."""
    said = spec.labour
    if said is None:
        return {}
    words = {"elasticity": said.elasticity, "scale": said.scale, "tax": said.tax}
    return {**words, "revenue": spec.revenue}


def _table(
    spec: EconomySpec, solved: Components, countries: Sequence[str], talks: int
) -> dict[str, Any]:
    if talks == 1:
        return {"kind": spec.table, "joint_solves": 0, "max_error": 0.0}
    error, of = _worst(solved, countries)
    by_country = solved.error.max(axis=(0, 2))
    return {
        "kind": spec.table,
        "joint_solves": JOINT,
        "max_error": error,
        "max_error_of": of,
        "max_error_by_country": dict(zip(countries, by_country.tolist(), strict=True)),
    }


def _worst(solved: Components, countries: Sequence[str]) -> tuple[float, str]:
    """Give the largest error as a share of its range, and what it is an error of."""
    place = np.unravel_index(int(solved.error.argmax()), solved.error.shape)
    _, country, component = map(int, place)
    return float(solved.error[place]), f"{solved.names[component]} of {countries[country]}"


def _warnings(
    spec: EconomySpec, solved: Components, countries: Sequence[str], talks: int
) -> list[str]:
    said = _thin(spec, solved)
    if talks == 1:
        return said
    error, of = _worst(solved, countries)
    if error <= MOST_ERROR:
        return said
    way_out = 'payoffs.table = "exact" solves all pairs of packages instead'
    if spec.table == "exact":
        way_out = "what three or more talks add to their pairs is in no table"
    return [
        *said,
        f"the payoff tables miss {JOINT} joint solutions by up to {100 * error:.1f} % of the range "
        f"({of}); {way_out}",
    ]


def _thin(spec: EconomySpec, solved: Components) -> list[str]:
    """Warn where duties that sellers bear leave less than half of their profits on a sale."""
    if solved.margins is None:
        return []
    said = {name: f"{share:g}" for name, share in spec.pass_through.items()}
    said |= {name: f"{v.min():.2f} to {v.max():.2f}" for name, v in spec.passed.items()}
    return [
        f"economy.pass_through.{name}: at {said[name]} the highest duty leaves "
        f"sellers {100 * left:.0f} % of the profit on a sale; nobody would sell for long"
        for name, left in zip(solved.sectors, solved.margins, strict=True)
        if name in said and left < LEAST_MARGIN
    ]


def joined(stages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Put what is said of the steps of a path of no-deal rates into one; the worst step counts."""
    off = [said["table"]["error_bn"] for said in stages]
    most = {country: max(each[country] for each in off) for country in off[0]}
    worst = max(stages, key=lambda said: said["table"]["max_error"])
    solver = dict(worst["solver"])
    for name in ("iterations", "residual"):
        solver[name] = max(said["solver"][name] for said in stages)
    return {**worst, "solver": solver, "table": {**worst["table"], "error_bn": most}}
