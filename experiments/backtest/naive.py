"""Forecasts without a model, from what was known on the day of the first round.

Two say that nothing will be signed: the tariffs stay as they are, or become what was announced. Two
say that there will be a deal by the deadline: at half of what was announced, or at one rate for all
goods. None says what a partner gives for a deal, nor anything of the patterns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from experiments.backtest.targets import DATES, EVENTS, Target
from sim.config import ScenarioConfig
from sim.config.schema.talk_keys import MeasureConfig
from sim.scenario.dated import schedules_of
from sim.scenario.economy import trade_data

STATUS_QUO, ANNOUNCED, HALF = "status quo", "announced rates", "half of the announced"


@dataclass(frozen=True)
class Naive:
    """A forecast that is one value for each number.

    Attributes:
        name: for readers.
        deal: whether it says that there will be a deal.
        points: by talk and measure, added points at the end.
        rates: by talk and goods, the total rate at the end in percent.
        lowered: by talk and measure, whether a deal lowers it.
        day: date of its deals; None without dates.
    """

    name: str
    deal: bool
    points: Mapping[tuple[str, str], float]
    rates: Mapping[tuple[str, str], float]
    lowered: Mapping[tuple[str, str], bool]
    day: date | None

    def value(self, target: Target) -> float:
        """Give what it says of a target; not a number where it says nothing."""
        place = target.talk, target.key
        family = target.name.partition(".")[0]
        if family == "applied":
            return self.rates[place]
        if family == "rate":
            return self.points[place]
        if family == "give":
            return np.nan if self.deal else 0.0
        if target.family == DATES:
            if not self.deal or self.day is None or target.start is None:
                return np.nan
            return float((self.day - target.start).days)
        if target.family == EVENTS:
            return float(self.deal if target.name == "deal" else self.lowered[place])
        return np.nan


def naive_forecasts(config: ScenarioConfig, constant: float | None = None) -> list[Naive]:
    """Give the forecasts without a model.

    Args:
        config: of the scenario.
        constant: total rate in percent of the one with the same rate for all goods; without it
            there is none.

    Raises:
        ConfigError, DataError: the trade data do not fit, or are wrong.
    """
    found = [
        _scaled(config, STATUS_QUO, _today(config)),
        _scaled(config, ANNOUNCED, _announced(config)),
        _scaled(config, HALF, {key: p / 2 for key, p in _announced(config).items()}, deal=True),
    ]
    return found if constant is None else [*found, _constant(config, constant)]


def _scaled(
    config: ScenarioConfig,
    name: str,
    points: Mapping[tuple[str, str], float],
    *,
    deal: bool = False,
) -> Naive:
    """Give the forecast of some points for every measure."""
    measures = _measures(config)
    rates = {
        (talk, goods): ordinary
        + sum(
            points[t, m] for (t, m), said in measures.items() if t == talk and goods in said.goods
        )
        for (talk, goods), ordinary in _ordinary(config).items()
    }
    lowered = {key: deal and points[key] < said.levels[0] for key, said in measures.items()}
    return Naive(name, deal, points, rates, lowered, _last_day(config))


def _constant(config: ScenarioConfig, rate: float) -> Naive:
    """Give the forecast of one total rate for all goods; a measure is lowered if its goods are."""
    measures, announced = _measures(config), _scaled(config, ANNOUNCED, _announced(config))
    lowered = {
        (talk, name): any(announced.rates.get((talk, g), said.levels[0]) > rate for g in said.goods)
        for (talk, name), said in measures.items()
    }
    points = dict.fromkeys(measures, rate)
    rates = dict.fromkeys(announced.rates, rate)
    return Naive(f"{rate:g} percent on all", True, points, rates, lowered, _last_day(config))


def _measures(config: ScenarioConfig) -> dict[tuple[str, str], MeasureConfig]:
    return {
        (talk, name): measure
        for talk, said in config.talks.items()
        for name, measure in said.measures.items()
    }


def _announced(config: ScenarioConfig) -> dict[tuple[str, str], float]:
    """Give the points without a deal, as announced on the first day."""
    return {key: said.levels[0] for key, said in _measures(config).items()}


def _today(config: ScenarioConfig) -> dict[tuple[str, str], float]:
    """Give the points in force on the first day; those without a deal if there are no dates."""
    start = config.calendar.start
    if start is None:
        return _announced(config)
    return {
        (talk, measure.name): measure.points(start)
        for talk, schedule in schedules_of(config).items()
        for measure in schedule.measures
    }


def _ordinary(config: ScenarioConfig) -> dict[tuple[str, str], float]:
    """Give by talk and goods the ordinary rate in percent; nothing without an economy."""
    if config.economy is None or config.payoffs.kind != "economy":
        return {}
    base, _ = trade_data(config)
    hub = _region(config, config.hub)
    return {
        (talk, goods): 100 * float(base.tariffs[base.region(_region(config, said.partner)),
                                                base.region(hub), base.sector(goods)])
        for talk, said in config.talks.items()
        for measure in said.measures.values()
        for goods in measure.goods
    }  # fmt: skip


def _region(config: ScenarioConfig, country: str) -> str:
    return config.countries[country].region or ""


def _last_day(config: ScenarioConfig) -> date | None:
    """Give the deadline as announced on the day of the first round."""
    return config.calendar.deadline if config.calendar.start else None
