"""What a config has to say of all that is around the tables, held against its other parts."""

from datetime import date
from typing import Any

from sim.config.schema.around_keys import ThreatConfig
from sim.config.schema.sentences import unknown
from sim.config.schema.talk_keys import CLAUSE, ISSUE, TalkConfig
from sim.config.schema.whole import ScenarioConfig
from sim.errors import ConfigError

MOST_SHOCKS = 8


def check_around(config: ScenarioConfig) -> None:
    """Check ratification, shocks, threats, links, paths and clauses.

    Raises:
        ConfigError: the first thing that does not fit.
    """
    _ratification(config)
    _shocks(config)
    _threats(config)
    _sees(config)
    _back_channel(config)
    _paths(config)
    _clauses(config)


def _known(path: str, word: str, known: Any, what: str) -> None:
    if word not in known:
        raise unknown(path, word, known, what)


def _needs_dates(config: ScenarioConfig, path: str, day: object) -> None:
    if config.calendar.start is None:
        raise ConfigError(
            f"calendar.start: missing; {path} is {day}, so the first round needs a day"
        )


def _ratification(config: ScenarioConfig) -> None:
    for country, ratifiers in config.ratification.items():
        _known(f"ratification.{country}", country, config.countries, "country")
        for name, ratifier in ratifiers.items():
            for key, event in ratifier.events.items():
                path = f"ratification.{country}.{name}.events.{key}.date"
                _needs_dates(config, path, event.date)


def _shocks(config: ScenarioConfig) -> None:
    if len(config.shocks) > MOST_SHOCKS:
        raise ConfigError(
            f"shocks: {len(config.shocks)} are too many; give at most {MOST_SHOCKS}, "
            "and put those that come together into one"
        )
    raised = {threat.shock for threat in config.threats.values()}
    for name, shock in config.shocks.items():
        for country in shock.effects:
            _known(f"shocks.{name}.effects.{country}", country, config.countries, "country")
        if shock.date is not None:
            _needs_dates(config, f"shocks.{name}.date", shock.date)
        elif shock.hazard == 0 and name not in raised:
            raise ConfigError(
                f"shocks.{name}: never strikes; give it a hazard, a date, or a threat"
            )


def _threats(config: ScenarioConfig) -> None:
    for name, threat in config.threats.items():
        _known(f"threats.{name}.by", threat.by, config.countries, "country")
        _known(f"threats.{name}.shock", threat.shock, config.shocks, "shock")
        if threat.active and not config.shocks[threat.shock].active:
            raise ConfigError(
                f"threats.{name}.shock: '{threat.shock}' is not active; "
                f"set shocks.{threat.shock}.active = true"
            )
        if threat.unless is not None:
            _unless(config, threat, f"threats.{name}.unless")


def _unless(config: ScenarioConfig, threat: ThreatConfig, path: str) -> None:
    said = threat.unless
    assert said is not None
    if said.signed_by is None and not said.opened:
        raise ConfigError(
            f"{path}: names nothing that would make the threat void; give signed_by, a day, or "
            "opened, a measure"
        )
    if said.signed_by is None and said.within is None:
        raise ConfigError(
            f"{path}.within: missing; say when the threat falls due: rounds after it is made, or "
            "a day"
        )
    mine = [t for t in config.talks.values() if threat.by in (config.hub, t.partner)]
    for measure in said.opened:
        _known(f"{path}.opened", measure, sorted({m for t in mine for m in t.measures}), "measure")
    for key, day in (("signed_by", said.signed_by), ("within", said.within)):
        if isinstance(day, date):
            _needs_dates(config, f"{path}.{key}", day)
            if config.calendar.start is not None and day < config.calendar.start:
                raise ConfigError(
                    f"{path}.{key}: {day} is before the first round, {config.calendar.start}; "
                    "give a later day"
                )


def _sees(config: ScenarioConfig) -> None:
    for country, talks in config.links.sees.items():
        path = f"links.sees.{country}"
        _known(path, country, config.countries, "country")
        for talk in talks:
            _known(f"{path}.{talk}", talk, config.talks, "talk")
            if config.talks[talk].partner == country:
                raise ConfigError(f"{path}.{talk}: {country} sits in this talk; leave it out")


def _back_channel(config: ScenarioConfig) -> None:
    channel, path = config.links.back_channel, "links.back_channel"
    if channel is None:
        return
    partners = [talk.partner for talk in config.talks.values()]
    for partner in channel.partners:
        _known(f"{path}.partners", partner, partners, "partner")
    if len(set(channel.partners)) < 2:
        raise ConfigError(f"{path}.partners: a channel is between two partners at least")
    goods = {
        name
        for talk in config.talks.values()
        for key, measure in talk.measures.items()
        for name in measure.goods or (key,)
    }
    for name in channel.ceiling:
        _known(f"{path}.ceiling.{name}", name, sorted(goods), "goods group")


def _paths(config: ScenarioConfig) -> None:
    for name, talk in config.talks.items():
        for key, measure in talk.measures.items():
            for step, said in measure.path.items():
                path = f"talks.{name}.measures.{key}.path.{step}"
                if config.economy is None:
                    raise ConfigError(f"{path}: not used with given payoffs; leave it out")
                _needs_dates(config, f"{path}.announced", said.announced)
                least = measure.levels[1] if len(measure.levels) > 1 else 0.0
                if said.level < least:
                    raise ConfigError(
                        f"{path}.level: {said.level:g} is below the level {least:g} on offer; "
                        "without a deal the rate is never lower than with one"
                    )


def _clauses(config: ScenarioConfig) -> None:
    for name, talk in config.talks.items():
        said = config.rules_of(name).clause
        if said == ISSUE:
            _clause_issue(config, name, talk)
        if said and config.economy is None:
            raise ConfigError(
                "rules.clause: a most-favoured clause changes rates that are not in a table of "
                "given payoffs; it needs payoffs.kind = 'economy'"
            )


def _clause_issue(config: ScenarioConfig, name: str, talk: TalkConfig) -> None:
    """Check that a clause can be an issue of a talk."""
    if len(config.talks) == 1:
        raise ConfigError(
            f"rules.clause: '{ISSUE}' in talk {name}, the only one; a most-favoured clause needs "
            "another partner to compare with: leave it out"
        )
    for kind in ("measures", "concessions"):
        if CLAUSE in getattr(talk, kind):
            raise ConfigError(
                f"talks.{name}.{kind}.{CLAUSE}: the clause is an issue of this talk and has this "
                f"name; give '{CLAUSE}' another one"
            )
