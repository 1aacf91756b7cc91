"""From a config to payoffs: solved by the economy, or given."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sim.config import ScenarioConfig
from sim.economy.payoffs import economy
from sim.economy.tariffs import TariffBook
from sim.errors import ConfigError
from sim.given import GivenTalk, column, given_payoffs, read_table, table
from sim.payoffs import Payoffs
from sim.rules import TalkRules
from sim.weights import (
    countries_of,
    economy_spec,
    governments_of,
    grants_of,
    outside_of,
    shock_effects_of,
)

Valued = tuple[Payoffs, Mapping[str, TariffBook]]

_KEPT = 2
"""Payoffs kept in memory: cells of a sweep that differ in rules or strategies share theirs."""

_kept: OrderedDict[str, Valued] = OrderedDict()


def payoffs_of(config: ScenarioConfig, talks: Sequence[TalkRules], seed: int) -> Valued:
    """Give the payoffs of a config, and the tariff book of every talk (none if they are given).

    Raises:
        ConfigError: a name or a table does not fit.
        DataError: a data file is wrong.
        ConvergenceError: an equilibrium did not converge.
    """
    if config.payoffs.kind == "table":
        given = [_given(config, rules) for rules in talks]
        names = [rules.name for rules in talks]
        payoffs = given_payoffs(countries_of(config), names, given, config.payoffs.draws)
        return _beyond(payoffs, config, seed), {}
    spec = economy_spec(config, seed)
    key = f"{seed} {_stamps(spec.data)} {_words(config)}"
    if key in _kept:
        _kept.move_to_end(key)
    else:
        governments, grants = governments_of(config, seed), grants_of(config, seed)
        payoffs, books = economy(spec, talks, governments, grants)
        _kept[key] = _beyond(payoffs, config, seed), books
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def _beyond(payoffs: Payoffs, config: ScenarioConfig, seed: int) -> Payoffs:
    """Add what no deal is worth beyond trade: shocks and outside options."""
    shocks = shock_effects_of(config, payoffs.draws, seed)
    outside = outside_of(config, payoffs.draws, seed)
    return replace(payoffs, shocks=shocks, outside=outside) if shocks or outside else payoffs


def _words(config: ScenarioConfig) -> str:
    """Write down all that payoffs depend on; rules, positions and strategies are left out."""
    talks = {name: {"rules"} for name in config.talks}
    kept = {"hub", "countries", "talks", "payoffs", "economy", "shocks"}
    return config.model_dump_json(include=kept, exclude={"talks": talks})


def _stamps(directory: Path) -> str:
    """Give when the files of a directory were written, and their sizes."""
    files = sorted(path for path in directory.iterdir() if path.is_file())
    facts = [(path, path.stat()) for path in files]
    return str([(str(path.resolve()), fact.st_mtime_ns, fact.st_size) for path, fact in facts])


def _given(config: ScenarioConfig, rules: TalkRules) -> GivenTalk:
    said = config.payoffs.given[rules.name]
    path = f"payoffs.given.{rules.name}"
    if said.file is not None:
        found = config.find(said.file)
        if not found.is_file():
            raise ConfigError(f"{path}.file: there is no file '{said.file}' (looked for {found})")
        hub, partner = read_table(found, rules.space)
    else:
        hub = table(rules.space, said.hub, f"{path}.hub")
        partner = table(rules.space, said.partner, f"{path}.partner")
    reservation = (column(said.reservation.hub), column(said.reservation.partner))
    return GivenTalk(hub, partner, reservation)
