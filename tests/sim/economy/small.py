"""A small economy for tests: a hub, two partners and the rest, three sectors, as files too."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.economy.data.base_year import FLOWS, TARIFFS, BaseYear
from sim.economy.data.spec import EconomySpec, Government, Grant, RedLine
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import TalkRules

REGIONS = ("HUB", "EAST", "WEST", "REST")
SECTORS = ("cars", "steel", "other")
FLOW_COLUMNS = ("origin", "destination", "sector", "usd_bn", "grade", "source")
TARIFF_COLUMNS = ("importer", "exporter", "sector", "applied_rate_pct", "grade", "source")


def base_year() -> BaseYear:
    """Give flows that are easy to read and a tariff for every pair and sector."""
    rng = np.random.default_rng(11)
    size = np.array([20.0, 6.0, 3.0, 25.0])
    flows = 0.02 * size[:, None, None] * size[None, :, None] * rng.uniform(0.5, 2, (4, 4, 3))
    own = np.arange(4)
    flows[own, own] = size[:, None] * np.array([6.0, 4.0, 80.0])
    flows[1:3, 0, 0] *= 6
    tariffs = np.round(rng.uniform(0, 0.1, flows.shape), 3)
    tariffs[1:3, 0, 0] = 0.025
    tariffs[own, own] = 0
    return BaseYear(REGIONS, SECTORS, np.round(flows, 2), tariffs)


def rows(base: BaseYear) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Give the cells of the two files, by column."""
    flows, tariffs = [], []
    for i, j, s in np.ndindex(base.flows.shape):
        a, b, sector = base.regions[i], base.regions[j], base.sectors[s]
        made = ("A", "made")
        flow, rate = str(base.flows[i, j, s]), str(round(100 * base.tariffs[i, j, s], 6))
        flows.append(dict(zip(FLOW_COLUMNS, (a, b, sector, flow, *made), strict=True)))
        tariffs.append(dict(zip(TARIFF_COLUMNS, (b, a, sector, rate, *made), strict=True)))
    return flows, tariffs


def write(
    directory: Path,
    change: Callable[[list[dict[str, str]], list[dict[str, str]]], Any] = lambda flows, tariffs: 0,
) -> Path:
    """Write the economy as files, after a change of their cells; give the directory."""
    tables = rows(base_year())
    change(*tables)
    for name, table in zip((FLOWS, TARIFFS), tables, strict=True):
        columns = list(table[0])
        lines = [columns, *([row.get(c, "") for c in columns] for row in table)]
        text = "".join(",".join(line) + "\n" for line in lines)
        (directory / name).write_text(text, encoding="utf-8")
    return directory


CARS = Issue("cars", "measure", (25, 15, 0), goods=("cars",))
METALS = Issue("metals", "measure", (25, 0), goods=("steel",))
BASELINE = Issue("baseline", "measure", (10, 0), goods=("other",))
SUSPENDED = Issue("suspended", "measure", (14, 5, 0), goods=("other",))
PLEDGE = Issue("pledge", "concession", (0, 100, 300))


def talks(
    measures: tuple[Issue, ...] = (CARS, BASELINE, SUSPENDED),
    partners: tuple[str, ...] = ("east", "west"),
) -> list[TalkRules]:
    """Give a talk with every partner, all about the same measures and a pledge."""
    space = OutcomeSpace((*measures, PLEDGE))
    return [TalkRules(name, "hub", name, space) for name in partners]


def spec(**changes: Any) -> EconomySpec:
    """Give settings for the small economy, two families of elasticities."""
    plain = EconomySpec(
        base=base_year(),
        region={"hub": "HUB", "east": "EAST", "west": "WEST"},
        third_country={"others": {"cars": 25, "other": 10}},
        sigma={
            "cars": np.array([4.0, 6.0]),
            "steel": np.array([5.0, 3.5]),
            "other": np.array([3.0, 4.0]),
        },
    )
    return replace(plain, **changes)


def government(draws: int, seed: int) -> Government:
    """Give a government that cares for everything, with other weights in every draw."""
    rng = np.random.default_rng(seed)
    return Government(
        profits=(
            (("cars",), rng.uniform(1, 3, draws)),
            (("cars", "steel"), rng.uniform(0, 1, draws)),
        ),
        revenue=rng.uniform(0, 1, draws),
        price=rng.uniform(0, 5, draws),
        no_deal=rng.uniform(0, 2, draws),
        red_lines=(
            RedLine(("cars",), rng.uniform(0, 2, draws), np.zeros(draws)),
            RedLine(
                ("baseline", "suspended"), rng.uniform(1, 2, draws), np.linspace(0, 0.3, draws)
            ),
        ),
    )


def governments(draws: int = 4) -> Mapping[str, Government]:
    """Give a government for every country."""
    return {name: government(draws, k) for k, name in enumerate(("hub", "east", "west"))}


def grants(draws: int = 4) -> Mapping[tuple[str, str], Grant]:
    """Give what a pledge is worth and costs in both talks."""
    return {
        (name, "pledge"): Grant(np.linspace(0.01, 0.02, draws), np.linspace(0.002, 0.01, draws) * k)
        for k, name in ((1, "east"), (2, "west"))
    }


def crossed(solved):
    """Give what pairs of talks add together, of all countries, (E, C, K, 1 + H_i, 1 + H_j)."""
    _, countries, components, _ = solved.main[0].shape
    parts = [solved.cross(c, np.arange(components)) for c in range(countries)]
    return {pair: np.stack([part[pair] for part in parts], axis=1) for pair in parts[0]}
