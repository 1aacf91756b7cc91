"""From words such as `talk.measure=15` to a tariff package."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from experiments.tariffs.tariff_package import Against, TariffPackage
from sim.config import ScenarioConfig, override, parse, read_scenario
from sim.config.schema.numbers import is_number
from sim.config.schema.sentences import shown, unknown
from sim.config.shipped import scenario_file
from sim.economy.data.spec import EconomySpec
from sim.economy.rates.schedule import Schedule
from sim.economy.rates.tariffs import TariffWorld, book
from sim.errors import ConfigError
from sim.protocol.rules import TalkRules
from sim.scenario.dated import schedules_of
from sim.scenario.economy import data_of, economy_spec, trade_data
from sim.scenario.scenario import talks_of
from sim.scenario.uncertain.trade_samples import elasticities_of

Floats = NDArray[np.float64]

Rest = Literal["no-deal", "today"]
Begun = Mapping[tuple[str, str], float]

_OTHERS = "others"
_TOLD: Any = {"prices": "own_wages", "lobbies": "equilibrium"}
"""What is told of the economy, whatever governments weigh."""
_NOTHING: Begun = {}


@dataclass(frozen=True)
class Asked:
    """Rates that were asked for.

    Attributes:
        talks: by talk and measure or sector, what was asked for.
        regions: by region without a seat and sector, points added.
    """

    talks: Mapping[tuple[str, str], float]
    regions: Mapping[tuple[str, str], float]


def tariff_package(
    path: Path,
    changes: Mapping[str, Any],
    *,
    against: Against | None = None,
    rest: Rest = "no-deal",
    profits: Sequence[str] = (),
    samples: int = 100,
    seed: int = 0,
) -> TariffPackage:
    """Read a scenario and the rates that are asked for.

    Args:
        path: of a scenario file.
        changes: by `TALK.MEASURE`, the rate of a measure in the terms of its levels, `*` for every
            talk; by `TALK.SECTOR` or `REGION.SECTOR`, points added on these goods in all; by any
            dotted path, a value of the scenario.
        against: what the package is compared with, or a day; without a rate that is asked for,
            the base year, else no deal.
        rest: where measures stand that no rate is asked for: at their rates without a deal, or at
            those in force `today`, the first day of the talks.
        profits: sectors whose profits are asked for; those of the first measure if none.
        samples: samples of the elasticities.
        seed: of the samples.

    Raises:
        ConfigError: the file is no scenario with an economy, or something does not exist.
        DataError: the trade data are wrong.
    """
    path = scenario_file(path)
    said = _scenario(path)
    rates, other = _split(said, changes)
    config = parse(override(said, other), path.parent)
    if config.economy is None:
        raise ConfigError(f"{path}: its payoffs are given; there is no economy that can be asked")
    central, drawn = (
        replace(economy_spec(_with_samples(config, count), seed), **_TOLD)
        for count in (1, max(samples, 2))
    )
    asked, talks = _asked(config, central, rates), talks_of(config)
    goods = tuple(profits) or talks[0].space.measures[0].goods
    for name in goods:
        if name not in central.base.sectors:
            raise unknown("--profits", name, central.base.sectors, "sector")
    kind: Against = against or ("no-deal" if rates else "before")
    begun = _in_force(config, talks) if rest == "today" else {}
    pair = [_compared(config, central, talks, kind), _package(central, talks, asked, begun)]
    said_ranges = elasticities_of(config, trade_data(config)[1])
    ranges = {name: (said.low, said.high) for name, said in said_ranges.items()}
    tariffs = np.concatenate(pair)
    return TariffPackage(config, central, drawn, kind, tariffs, goods, ranges, bool(rates))


def _scenario(path: Path) -> dict[str, Any]:
    said = read_scenario(path)
    if "scenario" in said and "countries" not in said:
        raise ConfigError(
            f"{path}: is an experiment, not a scenario; name its scenario file, "
            f"{shown(said['scenario'])}"
        )
    return said


def _with_samples(config: ScenarioConfig, count: int) -> ScenarioConfig:
    assert config.economy is not None
    economy = config.economy.model_copy(update={"elasticity_draws": count})
    return config.model_copy(update={"economy": economy}).at(config.directory)


def _split(
    said: Mapping[str, Any], changes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tell rates from values of the scenario, whose paths begin with a key of it."""
    known = ScenarioConfig.model_fields
    rates = {k: v for k, v in changes.items() if k.partition(".")[0] not in known}
    for path in rates:
        if path.count(".") != 1:
            talks = list(said.get("talks", {}))
            raise ConfigError(
                f"--set {path}: is neither a key of the scenario nor a rate; a rate is "
                f"TALK.MEASURE, TALK.SECTOR or REGION.SECTOR, with a talk such as {talks[0]}"
            )
    return rates, {k: v for k, v in changes.items() if k not in rates}


def _asked(config: ScenarioConfig, spec: EconomySpec, rates: Mapping[str, Any]) -> Asked:
    talks: dict[tuple[str, str], float] = {}
    regions: dict[tuple[str, str], float] = {}
    seated = set(spec.region.values())
    for path, value in rates.items():
        where, what = path.split(".")
        points = _points(path, value)
        if where == "*" or where in config.talks:
            for talk in config.talks if where == "*" else [where]:
                talks[talk, _goods(config, spec, path, talk, what)] = points
        elif where in spec.base.regions and where not in seated:
            if what not in spec.base.sectors:
                raise unknown(f"--set {path}", what, spec.base.sectors, "sector")
            regions[where, what] = points
        else:
            free = [name for name in spec.base.regions if name not in seated]
            raise unknown(f"--set {path}", where, [*config.talks, *free], "talk or region")
    return Asked(talks, regions)


def _points(path: str, value: Any) -> float:
    if not is_number(value) or not np.isfinite(value):
        raise ConfigError(f"--set {path}: {shown(value)} is not a number; give percentage points")
    if value < 0:
        raise ConfigError(f"--set {path}: {value} is negative; a tariff adds 0 points or more")
    return float(value)


def _goods(config: ScenarioConfig, spec: EconomySpec, path: str, talk: str, what: str) -> str:
    known = [*config.talks[talk].measures, *spec.base.sectors]
    if what not in known:
        raise unknown(f"--set {path}", what, list(dict.fromkeys(known)), "measure or sector")
    return what


def _compared(
    config: ScenarioConfig, spec: EconomySpec, talks: Sequence[TalkRules], against: Against
) -> Floats:
    """Give the tariffs that a package is compared with, (1, N, N, S)."""
    if against == "before":
        return spec.base.tariffs[None]
    if against == "no-deal":
        return _package(spec, talks, Asked({}, {}))
    day = _start(config, "--against") if against == "today" else against
    assert isinstance(day, date)
    return _world(spec, talks).on(day, list(schedules_of(config).values()))[None]


def _start(config: ScenarioConfig, option: str) -> date:
    if config.calendar.start is None:
        raise ConfigError(f"{option} today: the scenario has no calendar.start; give it a day")
    return config.calendar.start


def _in_force(config: ScenarioConfig, talks: Sequence[TalkRules]) -> Begun:
    """Give the points of every measure on the first day, by talk and measure."""
    day, schedules = _start(config, "--rest"), schedules_of(config)
    return {
        (rules.name, measure.name): measure.points(day)
        for rules in talks
        for measure in schedules[rules.name].measures
    }


def _package(
    spec: EconomySpec, talks: Sequence[TalkRules], asked: Asked, begun: Begun = _NOTHING
) -> Floats:
    """Give the tariffs of a package, (1, N, N, S).

    What is not asked for stands as it has begun, or is as without a deal.
    """
    third = {name: dict(rates) for name, rates in spec.third_country.items()}
    for (region, sector), points in asked.regions.items():
        third.setdefault(region, dict(third.get(_OTHERS, {})))[sector] = points
    spec = replace(spec, third_country=third)
    added = np.stack([_added(spec, rules, asked, begun) for rules in talks])
    return _world(spec, talks).everywhere(added[:, None])


def _added(spec: EconomySpec, rules: TalkRules, asked: Asked, begun: Begun) -> Floats:
    """Give the points added on every sector of a partner, (S,)."""
    base = spec.base
    hub, partner = (base.region(spec.region[key]) for key in (rules.hub, rules.partner))
    ordinary, added = 100 * base.tariffs[partner, hub], np.zeros(len(base.sectors))
    for measure in rules.space.measures:
        key = rules.name, measure.name
        stands = begun.get(key, measure.levels[0])
        points = asked.talks.get(key, stands)
        for name in measure.goods:
            s = base.sector(name)
            total = measure.inclusive and key in asked.talks and points != measure.levels[0]
            added[s] += max(points - ordinary[s], 0.0) if total else points
    names = [measure.name for measure in rules.space.measures]
    for (talk, name), points in asked.talks.items():
        if talk == rules.name and name not in names:
            added[base.sector(name)] = points
    return added


def _world(spec: EconomySpec, talks: Sequence[TalkRules]) -> TariffWorld:
    return TariffWorld(spec.base, spec, talks, [book(rules, spec, spec.base) for rules in talks])


@dataclass(frozen=True, eq=False)
class Setup:
    """A scenario's tariffs over time.

    Attributes:
        spec: the economy.
        data: directory of the trade data.
        hub: number of the hub's region.
        name: of the hub, for readers.
        names: of the partners, by number of their region.
        start: first day of the talks.
        world, schedules: tariffs, and the measures over time.
    """

    spec: EconomySpec
    data: Path
    hub: int
    name: str
    names: Mapping[int, str]
    start: date
    world: TariffWorld
    schedules: tuple[Schedule, ...]

    def on(self, day: date) -> Floats:
        """Give the tariffs on a day without a deal, (N, N, S) fractions."""
        return self.world.on(day, self.schedules)


def average_setup(path: Path, changes: Mapping[str, Any]) -> Setup:
    """Read a scenario whose tariffs over time are asked for; raises as `tariff_package`."""
    path = scenario_file(path)
    config = parse(override(_scenario(path), changes), path.parent)
    if config.economy is None:
        raise ConfigError(f"{path}: its payoffs are given; there is no economy that can be asked")
    spec, talks = economy_spec(_with_samples(config, 1), 0), talks_of(config)
    place = {key: spec.base.region(region) for key, region in spec.region.items()}
    return Setup(
        spec,
        data_of(config),
        place[config.hub],
        config.countries[config.hub].label,
        {number: config.countries[key].label for key, number in place.items()},
        _start(config, "--date"),
        _world(spec, talks),
        tuple(schedules_of(config).values()),
    )
