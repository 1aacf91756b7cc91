"""From a config to payoffs: solved by the economy, or given."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sim.config import ScenarioConfig
from sim.config.places import there
from sim.economy.governments import Valued, economy, solve_tables, told
from sim.economy.provenance import joined
from sim.economy.solved.clauses import settled
from sim.errors import ConfigError
from sim.payoffs.tables import Payoffs
from sim.protocol.rules import TalkRules
from sim.scenario.dated import announced_days, standing_of
from sim.scenario.economy import (
    countries_of,
    data_of,
    economy_spec,
    governments_of,
    grants_of,
    outside_of,
    share_of_year,
    shock_effects_of,
    stamps,
)
from sim.scenario.given import GivenTalk, column, given_payoffs, read_table, table
from sim.scenario.uncertain.correlated import correlations
from sim.scenario.uncertain.listing import active_shocks

_KEPT = 2
"""Payoffs kept in memory: cells of a sweep that differ in rules or strategies share theirs."""

_kept: OrderedDict[str, Valued] = OrderedDict()


def payoffs_of(config: ScenarioConfig, talks: Sequence[TalkRules], seed: int) -> Valued:
    """Give the payoffs of a config, the tariff book of every talk, and how they were found.

    Raises:
        ConfigError: a name or a table does not fit.
        DataError: a data file is wrong.
        ConvergenceError: an equilibrium did not converge.
    """
    if config.payoffs.kind == "table":
        given = [_given(config, rules) for rules in talks]
        names = [rules.name for rules in talks]
        payoffs = given_payoffs(countries_of(config), names, given, config.payoffs.draws)
        return Valued(_beyond(payoffs, config, seed))
    clauses = [(rules.clause, rules.space.clause is not None) for rules in talks]
    shares = [share_of_year(config, shock) for shock in active_shocks(config).values()]
    beside = f"{clauses} {shares} {config.calendar.start}"
    key = f"{seed} {stamps(data_of(config))} {beside} {_words(config)}"
    if key in _kept:
        _kept.move_to_end(key)
    else:
        _kept[key] = _solved(config, talks, seed)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def forget() -> None:
    """Forget the payoffs that are kept in memory; those on the disk stay."""
    _kept.clear()


def _solved(config: ScenarioConfig, talks: Sequence[TalkRules], seed: int) -> Valued:
    """Solve the economy at every step of the path of no-deal rates; the last rates hold."""
    spec = economy_spec(config, seed)
    governments, grants = governments_of(config, seed), grants_of(config, seed)
    *earlier, last = _steps(config, talks)
    steps = [economy(spec, rules, governments, grants) for rules in earlier]
    steps.append(economy(spec, last, governments, grants, standing_of(config)))
    payoffs = replace(steps[0].payoffs, later=tuple(step.payoffs for step in steps[1:]))
    found = joined([step.provenance for step in steps])
    found["correlations"] = correlations(config, seed, spec)
    return replace(
        steps[-1],
        payoffs=_beyond(payoffs, config, seed),
        provenance=found,
        earlier=tuple(step.rates for step in steps[:-1]),
    )


def provenance_of(
    config: ScenarioConfig, talks: Sequence[TalkRules], seed: int
) -> Mapping[str, Any]:
    """Say how the payoffs of a config are computed; empty if they are given.

    Raises:
        ConfigError, DataError, ConvergenceError: as `payoffs_of`.
    """
    if config.payoffs.kind == "table":
        return {}
    spec = economy_spec(config, seed)
    governments = governments_of(config, seed)
    every = [rules for step in _steps(config, talks) for rules in settled(step).values()]
    found = joined(
        [told(spec, solve_tables(spec, rules)[0], rules, governments) for rules in every]
    )
    return found | {"correlations": correlations(config, seed, spec)}


def _steps(config: ScenarioConfig, talks: Sequence[TalkRules]) -> list[list[TalkRules]]:
    """Give the rules of the talks at every step of the path of no-deal rates."""
    days = [date.min, *announced_days(config)]
    return [[_on(config, rules, day) for rules in talks] for day in days]


def _on(config: ScenarioConfig, rules: TalkRules, day: date) -> TalkRules:
    """Give a talk whose kept rates are those without a deal that are known on a day."""
    said, issues = config.talks[rules.name].measures, []
    for issue in rules.space.issues:
        known = [
            (step.announced, k, step.level)
            for k, step in enumerate(said[issue.name].path.values() if issue.name in said else ())
            if step.announced <= day
        ]
        kept = max(known)[2] if known else issue.levels[0]
        issues.append(replace(issue, levels=(kept, *issue.levels[1:])))
    return replace(rules, space=replace(rules.space, issues=tuple(issues)))


def _beyond(payoffs: Payoffs, config: ScenarioConfig, seed: int) -> Payoffs:
    """Add what no deal is worth beyond trade: shocks and outside options."""
    shocks = shock_effects_of(config, payoffs.draws, seed)
    outside = outside_of(config, payoffs.draws, seed)
    return replace(payoffs, shocks=shocks, outside=outside) if shocks or outside else payoffs


def _words(config: ScenarioConfig) -> str:
    """Write down all that payoffs depend on.

    Rules, positions, strategies and what moves cost are left out.
    """
    weights = {key: {"review", "extension", "audience"} for key in config.payoffs.weights}
    left_out: Any = {
        "talks": {name: {"rules"} for name in config.talks},
        "payoffs": {"band": True, "distance": True, "weights": weights},
    }
    kept = {"hub", "countries", "talks", "payoffs", "economy", "shocks"}
    return config.model_dump_json(include=kept, exclude=left_out)


def _given(config: ScenarioConfig, rules: TalkRules) -> GivenTalk:
    said = config.payoffs.given[rules.name]
    path = f"payoffs.given.{rules.name}"
    if said.file is not None:
        found = config.find(said.file)
        if not there(found):
            raise ConfigError(f"{path}.file: there is no file '{said.file}' (looked for {found})")
        hub, partner = read_table(found, rules.space)
    else:
        hub = table(rules.space, said.hub, f"{path}.hub")
        partner = table(rules.space, said.partner, f"{path}.partner")
    reservation = (column(said.reservation.hub), column(said.reservation.partner))
    return GivenTalk(hub, partner, reservation)
