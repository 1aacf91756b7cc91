"""From a config to what is around the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.config import ScenarioConfig
from sim.config.schema.around_keys import RatifierConfig, ShockConfig, ThreatConfig, UnlessConfig
from sim.config.schema.numbers import Range
from sim.economy.rates.tariffs import TariffBook
from sim.economy.rates.total_rates import totals_of
from sim.protocol.rules import Calendar, TalkRules
from sim.protocol.shocks import Shock
from sim.protocol.threats import Threat, Unless
from sim.scenario.around import Surroundings, usual_sight
from sim.scenario.dated import announced_days
from sim.scenario.economy import extension_cost_of
from sim.scenario.uncertain.listing import active_shocks
from sim.seats.ratifiers import Ratifier
from sim.seats.views.visibility import Visibility

Floats = NDArray[np.float64]

SLACK = 0.05
"""Points by which a total may miss a ceiling: ordinary rates are averages of collected duties."""


def surroundings_of(
    config: ScenarioConfig, calendar: Calendar, draws: int, seed: int
) -> Surroundings:
    """Give what is around the tables, with its uncertain numbers drawn, (D,) each."""
    shocks = active_shocks(config)
    threats = {name: threat for name, threat in config.threats.items() if threat.active}
    return Surroundings(
        sights=_sights(config),
        ratifiers={name: _ratifiers(config, name, calendar, draws, seed) for name in config.talks},
        shocks=tuple(_shock(name, said, calendar) for name, said in shocks.items()),
        threats=tuple(
            _threat(name, said, list(shocks), calendar) for name, said in threats.items()
        ),
        common=config.common_factor,
        discounts={key: country.discount for key, country in config.countries.items()},
        announcements=announcements_of(config, calendar),
        extension_cost=extension_cost_of(config, draws, seed),
        threat_cost=_threat_cost(config, threats, draws, seed),
    )


def announcements_of(config: ScenarioConfig, calendar: Calendar) -> tuple[int, ...]:
    """Give the rounds in which a step of the path of no-deal rates becomes known."""
    return tuple(calendar.round_of(day) for day in announced_days(config))


def with_ceilings(
    config: ScenarioConfig,
    talks: Sequence[TalkRules],
    books: Sequence[Mapping[str, TariffBook]],
    calendar: Calendar,
) -> tuple[TalkRules, ...]:
    """Bar the packages above the ceiling that partners have committed to in their back-channel.

    Args:
        config: the scenario's.
        talks: rules of the talks.
        books: by talk, at every step of the path of no-deal rates: what is kept pays the rate that
            is known in a round.
        calendar: of the talks.
    """
    channel = config.links.back_channel
    if channel is None or not channel.active or not channel.ceiling:
        return tuple(talks)
    bound = [rules.partner in channel.partners for rules in talks]
    rounds = announcements_of(config, calendar)
    return tuple(
        _under(rules, [step.get(rules.name) for step in books], channel.ceiling, rounds)
        if held
        else rules
        for rules, held in zip(talks, bound, strict=True)
    )


def _under(
    rules: TalkRules,
    books: Sequence[TariffBook | None],
    ceiling: Mapping[str, float],
    rounds: Sequence[int],
) -> TalkRules:
    """Bar what is above the ceiling: at first, and from each round on in which a rise is known."""
    first, *later = (_above(rules, book, ceiling) for book in books)
    changes, now = [], first
    for since, barred in zip(rounds, later, strict=True):
        if not np.array_equal(barred, now):
            changes.append((since, barred))
        now = barred
    return replace(rules, barred=first, bars=tuple(changes))


def _above(
    rules: TalkRules, book: TariffBook | None, ceiling: Mapping[str, float]
) -> NDArray[np.bool_]:
    totals, barred = totals_of(rules, book), np.zeros(rules.space.size, dtype=bool)
    for goods, most in ceiling.items():
        if goods in totals:
            barred |= totals[goods] > most + SLACK
    return barred


def _sights(config: ScenarioConfig) -> dict[tuple[str, str], Visibility]:
    """Give what every country sees of every talk that it does not sit at with the same partner."""
    links, channel = config.links, config.links.back_channel
    sights = {}
    if links.level is not None:
        sights = {(c, t): Visibility(links.level) for c in config.countries for t in config.talks}
    if channel is not None and channel.active and channel.share:
        for name, talk in config.talks.items():
            if talk.partner in channel.partners:
                sights |= {(partner, name): Visibility("offers") for partner in channel.partners}
    for country, talks in links.sees.items():
        for talk_name, said in talks.items():
            usual = sights.get((country, talk_name), usual_sight(hub=country == config.hub))
            sights[country, talk_name] = Visibility(said.level or usual.level, said.lag, said.leak)
    return sights


def _ratifiers(
    config: ScenarioConfig, talk: str, calendar: Calendar, draws: int, seed: int
) -> tuple[Ratifier, ...]:
    countries = (config.hub, config.talks[talk].partner)
    return tuple(
        _ratifier(config, country, name, said, calendar, draws, seed)
        for country in countries
        for name, said in config.ratification.get(country, {}).items()
        if said.active
    )


def _ratifier(
    config: ScenarioConfig,
    country: str,
    name: str,
    said: RatifierConfig,
    calendar: Calendar,
    draws: int,
    seed: int,
) -> Ratifier:
    def drawn(number: Range, what: str) -> Floats:
        purpose = f"ratifier {name} {what}"
        return number.spread.sample(seed, country, purpose, draws, config.payoffs.sampling)

    return Ratifier(
        name=name,
        country=country,
        threshold=drawn(said.threshold, "threshold"),
        sd=said.sd,
        delay=said.delay,
        tariffs=said.tariffs,
        concessions=said.concessions,
        events=tuple(
            (
                calendar.round_of(event.date),
                drawn(event.shift, f"event {key}"),
            )
            for key, event in said.events.items()
        ),
        label=said.label or name,
        announced=said.announced,
    )


def _shock(name: str, said: ShockConfig, calendar: Calendar) -> Shock:
    strikes = 0 if said.date is None else calendar.round_of(said.date)
    return Shock(name, said.label or name, said.hazard, strikes, said.rounds)


def _threat(name: str, said: ThreatConfig, shocks: Sequence[str], calendar: Calendar) -> Threat:
    number, label = shocks.index(said.shock), said.label or name
    unless = None if said.unless is None else _unless(said.unless, calendar)
    return Threat(name, said.by, number, said.hazard, said.rounds, said.most, label, unless)


def _unless(said: UnlessConfig, calendar: Calendar) -> Unless:
    by_day = isinstance(said.within, date)
    return Unless(
        signed_by=0 if said.signed_by is None else calendar.last_by(said.signed_by),
        opened=said.opened,
        within=0 if by_day or said.within is None else said.within,
        due=calendar.last_by(said.within) if by_day else 0,
    )


def _threat_cost(
    config: ScenarioConfig, threats: Mapping[str, ThreatConfig], draws: int, seed: int
) -> Floats | None:
    costs = [
        said.cost.spread.sample(
            seed, said.by, f"weight threat {name}", draws, config.payoffs.sampling
        )
        for name, said in threats.items()
    ]
    return np.array(costs) if costs else None
