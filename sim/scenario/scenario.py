"""A scenario: everything but luck, built from a config or in Python."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.config import ScenarioConfig, override, parse, read_scenario
from sim.config.schema.talk_keys import CLAUSE, ISSUE, TalkConfig
from sim.config.shipped import scenario_file
from sim.economy.rates.tariffs import TariffBook
from sim.economy.solved.clauses import check_rivals
from sim.errors import AccuracyWarning, ConfigError
from sim.payoffs.interim import Interim
from sim.payoffs.tables import Payoffs
from sim.protocol.distance import Metric
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import Calendar, TalkRules
from sim.protocol.state import HUB
from sim.scenario.around import Surroundings
from sim.scenario.build import surroundings_of, with_ceilings
from sim.scenario.economy import audience_cost_of, countries_of, economy_spec, review_cost_of
from sim.scenario.given import GivenTalk, column, given_payoffs, table
from sim.scenario.players import registry
from sim.scenario.players.registry import AnyStrategy
from sim.scenario.players.seating import check_seat, check_stances, strategies_of
from sim.scenario.valuation import payoffs_of

Floats = NDArray[np.float64]
Information = Literal["private", "complete"]


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything but luck.

    Attributes:
        name, title: for files and for readers.
        countries: keys, the hub first, then the partners in the order of the talks (C).
        labels: names of countries for readers, by key.
        talks: the rules of every talk (T).
        calendar: rounds and dates.
        strategies: by country and talk.
        payoffs: what the end state is worth to every country, by draw (D).
        information: whether a side knows the other's payoffs.
        replications: worlds per draw: world k has draw (k // replications) mod D.
        rates: by talk, the rates that every tariff part leads to; empty with given payoffs.
        review_cost: by hub and talk, (D, M): USD bn a year, once a measure becomes reviewed.
        audience_cost: by partner and talk, (D,): USD bn a year that dropping a measure from the
            review rule costs it; without an entry the rule cannot be given up.
        surroundings: who sees what, who ratifies, what may strike, how patient a side is.
        provenance: how the payoffs were computed, in plain words and numbers; empty if they are
            given.
        interim: what the rates before a deal are worth; None with given payoffs or without dates.
        unit: of the payoffs; empty if they are given without one.
    """

    name: str
    title: str
    countries: tuple[str, ...]
    labels: Mapping[str, str]
    talks: tuple[TalkRules, ...]
    calendar: Calendar
    strategies: Mapping[tuple[str, str], AnyStrategy]
    payoffs: Payoffs
    information: Information = "private"
    replications: int = 1
    rates: Mapping[str, TariffBook] = field(default_factory=dict)
    review_cost: Mapping[tuple[str, str], Floats] = field(default_factory=dict)
    audience_cost: Mapping[tuple[str, str], Floats] = field(default_factory=dict)
    surroundings: Surroundings = field(default_factory=Surroundings)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    interim: Interim | None = field(default=None, repr=False)
    unit: str = ""

    @classmethod
    def load(
        cls, path: str | Path, overrides: Mapping[str, Any] | None = None, seed: int = 0
    ) -> "Scenario":
        """Build a scenario from a file.

        Args:
            path: of a TOML file, or the name of a scenario that comes with the package.
            overrides: new values by dotted path, such as `{"rules.review": "none"}`.
            seed: seed of the draws of uncertain numbers.

        Raises:
            ConfigError: the file, an override or what they say together is wrong.
            DataError: a data file that it names is wrong.

        Warns:
            AccuracyWarning: the payoff tables miss the joint solutions by more than 1 %.
        """
        file = scenario_file(path)
        mapping = override(read_scenario(file), overrides or {})
        config = parse(mapping, file.parent)
        check_stances(config)
        made = cls.from_config(config, seed)
        for sentence in made.provenance.get("warnings", ()):
            warnings.warn(sentence, AccuracyWarning, stacklevel=2)
        return made

    @classmethod
    def from_config(cls, config: ScenarioConfig, seed: int = 0) -> "Scenario":
        """Build a scenario from a config; raises as `load` does."""
        talks = talks_of(config)
        strategies = strategies_of(config)
        calendar = calendar_of(config)
        valued = payoffs_of(config, talks, seed)
        payoffs, rates = valued.payoffs, valued.rates
        return cls(
            name=config.name,
            title=config.title or config.name,
            countries=countries_of(config),
            labels={key: country.label for key, country in config.countries.items()},
            talks=with_ceilings(config, talks, (*valued.earlier, rates), calendar),
            calendar=calendar,
            strategies=strategies,
            payoffs=payoffs,
            information=config.information,
            replications=config.payoffs.replications,
            rates=rates,
            review_cost=_review_cost(config, talks, payoffs.draws, seed),
            audience_cost=audience_cost_of(config, payoffs.draws, seed),
            surroundings=surroundings_of(config, calendar, payoffs.draws, seed),
            provenance=valued.provenance,
            interim=valued.interim,
            unit="USD bn a year" if rates else config.payoffs.unit,
        )

    @classmethod
    def bilateral(
        cls,
        issues: Sequence[Issue] | Mapping[str, int | Sequence[float]],
        payoffs: tuple[Any, Any],
        strategies: tuple[Any, Any],
        rounds: int,
        reservation: tuple[ArrayLike, ArrayLike] = (0.0, 0.0),
        *,
        information: Information = "private",
        replications: int = 1,
        **rules: Any,
    ) -> "Scenario":
        """Build one talk of `hub` and `partner` with given payoffs and without scope play.

        Args:
            issues: issues, or by name the levels or their number.
            payoffs: of the hub and of the partner: (P,) or (D, P) tables, or by issue one payoff
                for each level (they add up).
            strategies: of the hub and of the partner: a strategy, or a name or table as in a
                config.
            rounds: rounds to the deadline.
            reservation: what no deal is worth to the hub and to the partner, a number or (D,).
            information: whether a side knows the other's payoffs.
            replications: worlds per draw.
            rules: fields of `TalkRules`; here without scope play and review rule, and every
                package may be signed, unless they say otherwise.

        Raises:
            ConfigError: a table does not fit the issues, or a strategy is wrong.
        """
        space = _space(issues)
        seats = ("hub", "partner")
        open_rules = {"scope": False, "null_deal": True, **rules}
        talk = TalkRules(name="talk", hub="hub", partner="partner", space=space, **open_rules)
        hub, partner = (
            table(space, values, f"payoffs.{seat}")
            for seat, values in zip(seats, payoffs, strict=True)
        )
        given = GivenTalk(hub, partner, (column(reservation[0]), column(reservation[1])))
        built = {
            seat: registry.build(said, f"strategies.{seat}")
            for seat, said in zip(seats, strategies, strict=True)
        }
        for seat, strategy in built.items():
            check_seat(strategy, f"strategies.{seat}", seat)
        return cls(
            name="bilateral",
            title="One talk with given payoffs",
            countries=seats,
            labels={"hub": "Hub", "partner": "Partner"},
            talks=(talk,),
            calendar=Calendar(rounds),
            strategies={(seat, "talk"): strategy for seat, strategy in built.items()},
            payoffs=given_payoffs(seats, ("talk",), (given,)),
            information=information,
            replications=replications,
        )


def check(config: ScenarioConfig) -> None:
    """Check all of a config that can be checked before anything is solved.

    Raises:
        ConfigError: a strategy, region, sector, measure or clause does not fit.
        DataError: the trade data are wrong.
    """
    strategies_of(config)
    check_stances(config)
    if config.payoffs.kind == "economy":
        economy_spec(config, 0)
        check_rivals(talks_of(config))
    else:
        payoffs_of(config, talks_of(config), 0)


def talks_of(config: ScenarioConfig) -> tuple[TalkRules, ...]:
    """Give the rules of every talk of a config."""
    return tuple(_talk(config, name, talk) for name, talk in config.talks.items())


def _space_of(config: ScenarioConfig, name: str, issues: tuple[Issue, ...]) -> OutcomeSpace:
    try:
        return OutcomeSpace(issues, metric_of(config))
    except ConfigError as problem:
        raise ConfigError(f"talks.{name}: {problem}") from problem


def _talk(config: ScenarioConfig, name: str, talk: TalkConfig) -> TalkRules:
    rules = config.rules_of(name)
    return TalkRules(
        name=name,
        hub=config.hub,
        partner=talk.partner,
        space=_space_of(config, name, _issues(talk, clause=rules.clause == ISSUE)),
        review=config.names(rules.review, name),
        test=rules.test,
        period=rules.period,
        cooldown=rules.cooldown,
        silence=rules.silence,
        scope=rules.scope,
        first_mover=rules.first_mover,
        null_deal=rules.null_deal,
        positions=(config.position(config.hub, name), config.position(talk.partner, name)),
        moves=rules.moves,
        breakdown=rules.breakdown,
        clause=rules.clause is True,
        band=config.payoffs.band,
        in_money=config.payoffs.kind == "economy",
    )


def metric_of(config: ScenarioConfig) -> Metric:
    """Give how packages are apart: in an economy by shares of ranges, else by level steps."""
    given = config.payoffs.kind == "table"
    return config.payoffs.distance or ("levels" if given else "ranges")


def _issues(talk: TalkConfig, *, clause: bool) -> tuple[Issue, ...]:
    measures = tuple(
        Issue(k, "measure", m.levels, m.unit, m.label or k, m.goods, m.inclusive)
        for k, m in talk.measures.items()
    )
    concessions = tuple(
        Issue(k, "concession", c.levels, c.unit, c.label or k) for k, c in talk.concessions.items()
    )
    favours = (Issue(CLAUSE, "clause", (0, 1), label="Most-favoured clause"),) if clause else ()
    return measures + favours + concessions


def _space(issues: Sequence[Issue] | Mapping[str, int | Sequence[float]]) -> OutcomeSpace:
    if not isinstance(issues, Mapping):
        return OutcomeSpace(tuple(issues))
    levels = {
        name: tuple(range(said)) if isinstance(said, int) else tuple(said)
        for name, said in issues.items()
    }
    return OutcomeSpace(
        tuple(Issue(name, "concession", values, label=name) for name, values in levels.items())
    )


def calendar_of(config: ScenarioConfig) -> Calendar:
    """Give the rounds and dates of a config."""
    said = config.calendar
    return Calendar(
        said.rounds,
        said.start,
        said.days_per_round,
        said.deadline,
        said.mode,
        said.overtime,
        said.extension,
        said.extensions,
    )


def _review_cost(
    config: ScenarioConfig, talks: tuple[TalkRules, ...], draws: int, seed: int
) -> dict[tuple[str, str], Floats]:
    """Give what a review costs the hub, (D, M); nothing for what is in its own position."""
    found = {}
    for rules in talks:
        measures = [measure.name for measure in rules.space.measures]
        costs = [review_cost_of(config, name, draws, seed) for name in measures]
        own = np.isin(measures, rules.positions[HUB])
        table = np.stack(costs, axis=1) if costs else np.zeros((draws, 0))
        found[config.hub, rules.name] = np.where(own, 0.0, table)
    return found
