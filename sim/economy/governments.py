"""From equilibria to payoffs: what every end state is worth to every government.

Form of Maggi and Ossa (2023): welfare, extra weights on profits and revenue, consumer prices,
concessions given and received, red lines, and a cost of no deal beyond trade. Everything in
USD bn a year of the base year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.spec import EconomySpec, Government, Grant, RedLine
from sim.economy.provenance import joined, provenance
from sim.economy.rates.tariffs import TariffBook, book
from sim.economy.solved.before import Standing, interim, weighed
from sim.economy.solved.clauses import check_rivals, put_together, settled, spread
from sim.economy.solved.components import Components, components
from sim.payoffs.interim import Interim
from sim.payoffs.joint import Holdouts
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import OutcomeSpace
from sim.protocol.rules import TalkRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Valued:
    """What the end states of all talks are worth, and how that was found.

    Attributes:
        payoffs: by country, draw and end state.
        rates: by talk, the tariff book; empty with given payoffs.
        provenance: plain words and numbers for a manifest; empty with given payoffs.
        interim: what the rates before a deal are worth; None with given payoffs or without dates.
        earlier: `rates` at the steps of the path of no-deal rates before the last.
    """

    payoffs: Payoffs
    rates: Mapping[str, TariffBook] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    interim: Interim | None = None
    earlier: tuple[Mapping[str, TariffBook], ...] = ()


def economy(
    spec: EconomySpec,
    talks: Sequence[TalkRules],
    governments: Mapping[str, Government],
    grants: Mapping[tuple[str, str], Grant],
    standing: Standing | None = None,
) -> Valued:
    """Give the payoffs of a scenario with an economy, and the tariff book of every talk.

    Args:
        spec: data and settings of the trade model.
        talks: rules of the talks, all with the same hub.
        governments: by country.
        grants: by talk and concession.
        standing: the rates before a deal, if they are to be valued.

    Raises:
        DataError, ConfigError: the data, the goods of a measure or a clause are wrong.
        ConvergenceError: an equilibrium did not converge.
    """
    check_rivals(talks)
    every = settled(talks)
    found = {flags: solve_tables(spec, rules) for flags, rules in every.items()}
    built = {
        flags: build(*found[flags], rules, governments, grants, spec.family)
        for flags, rules in every.items()
    }
    first = next(iter(every))
    payoffs, (solved, books), before = built[first], found[first], None
    if standing is not None:
        weighing = _weighing(solved, [governments[c] for c in payoffs.countries])
        before = interim(spec, every[first], books, solved, payoffs, weighing, standing)
    if len(every) > 1:
        payoffs = put_together(talks, built, _holdouts(talks, governments[talks[0].hub]))
        before = before and spread(talks, before, payoffs)
        books = [book(rules, spec, spec.base) for rules in talks]
    rates = {rules.name: b for rules, b in zip(talks, books, strict=True)}
    said = [told(spec, f, talks, governments) for f, _ in found.values()]
    return Valued(payoffs, rates, joined(said), before)


def told(
    spec: EconomySpec,
    solved: Components,
    talks: Sequence[TalkRules],
    governments: Mapping[str, Government],
) -> dict[str, Any]:
    """Say how tables were solved, and how far payoffs are off that are made of them."""
    countries = (talks[0].hub, *(rules.partner for rules in talks))
    off = {
        country: _off(solved, c, governments[country], spec.family)
        for c, country in enumerate(countries)
    }
    return provenance(spec, solved, countries, len(talks), off)


def _off(solved: Components, c: int, government: Government, family: Ints | None) -> float:
    """Give how far a difference of a country's payoffs is off because tables are put together.

    In each draw that is the largest error less the smallest over the joint solutions and no deal,
    where there is none: no difference between two of these is off by more. Of that the mean over
    draws, USD bn a year.
    """
    weights = _weights(solved, government)
    draws = _families(solved, len(weights), family)
    error = np.einsum("dk,dkj->dj", weights, solved.missed[draws, c])
    high, low = error.max(axis=1, initial=0.0), error.min(axis=1, initial=0.0)
    return round(float((high - low).mean()), 6)


def _families(solved: Components, draws: int, family: Ints | None) -> Ints:
    """Give the sample of the elasticities that each draw uses, (D,)."""
    return np.arange(draws) % len(solved.main[0]) if family is None else family


def solve_tables(
    spec: EconomySpec, talks: Sequence[TalkRules]
) -> tuple[Components, list[TariffBook]]:
    """Give the solved tables of a scenario, and the tariff book of every talk; raises as above."""
    books = [book(rules, spec, spec.base) for rules in talks]
    return components(spec.base, spec, talks, books), books


def build(
    solved: Components,
    books: Sequence[TariffBook],
    talks: Sequence[TalkRules],
    governments: Mapping[str, Government],
    grants: Mapping[tuple[str, str], Grant],
    family: Ints | None = None,
) -> Payoffs:
    """Weigh the solved tables, draw by draw.

    Args:
        solved: the tables.
        books: of every talk.
        talks: rules of the talks.
        governments, grants: as for `economy`.
        family: (D,) the sample of the elasticities that each draw uses; d mod E if not given.
    """
    countries = (talks[0].hub, *(rules.partner for rules in talks))
    draws = len(governments[countries[0]].revenue)
    family = _families(solved, draws, family)
    weighing = _weighing(solved, [governments[c] for c in countries])
    main, tail, cross = [], [], []
    for c, country in enumerate(countries):
        weights, used = weighing[c]
        cross.append(solved.cross(c, used))
        main.append(
            tuple(
                weighed(solved.main[i][:, c], weights, used, family)
                + _politics(rules, books[i], country, governments[country], draws)
                for i, rules in enumerate(talks)
            )
        )
        tail.append(tuple(_concessions(rules, country, grants, draws) for rules in talks))
    return Payoffs(
        countries=countries,
        talks=tuple(rules.name for rules in talks),
        heads=tuple(rules.space.parts[0] for rules in talks),
        tails=tuple(rules.space.parts[1] for rules in talks),
        main=tuple(main),
        tail=tuple(tail),
        cross={pair: tuple(tables[pair] for tables in cross) for pair in cross[0]},
        weights=tuple(np.ascontiguousarray(weights[:, used]) for weights, used in weighing),
        family=family,
        holdouts=_holdouts(talks, governments[countries[0]]),
        triples=solved.triples([used for _, used in weighing]),
    )


def _holdouts(talks: Sequence[TalkRules], hub: Government) -> Holdouts | None:
    """Give what the shape of no deal adds to the sum over talks; None where it is that sum."""
    shape = hub.no_deal_shape
    if not shape or shape == tuple(range(len(talks) + 1)):
        return None
    settles = tuple(np.append(False, lowers(rules)) for rules in talks)
    return Holdouts.of(hub.no_deal, shape, settles)


def lowers(rules: TalkRules) -> NDArray[np.bool_]:
    """Tell which tariff parts lower something, (H,)."""
    return np.asarray(_lowered(rules).any(axis=1))


def _lowered(rules: TalkRules) -> NDArray[np.bool_]:
    """Tell which measures each tariff part lowers, (H, M)."""
    return rules.space.levels[:: rules.space.parts[1], : len(rules.space.measures)] > 0


def _weighing(
    solved: Components, governments: Sequence[Government]
) -> list[tuple[Floats, NDArray[np.intp]]]:
    """Give by country the weight of every component in every draw, (D, K), and the used ones."""
    every = [_weights(solved, government) for government in governments]
    return [(weights, np.flatnonzero((weights != 0).any(axis=0))) for weights in every]


def _weights(solved: Components, government: Government) -> Floats:
    """Give the weight of every component in every draw, (D, K)."""
    rows = [
        solved.weights(
            [(sectors, weight[d]) for sectors, weight in government.profits],
            government.revenue[d],
            government.price[d],
            1.0 if government.welfare is None else government.welfare[d],
        )
        for d in range(len(government.revenue))
    ]
    return np.array(rows)


def _politics(
    rules: TalkRules, book: TariffBook, country: str, government: Government, draws: int
) -> Floats:
    """Give what a deal saves of the cost of no deal, less red lines, (D, 1 + H).

    Only a deal that lowers something saves it: with a piece of paper nothing is over.
    """
    heads = rules.space.parts[0]
    out = np.zeros((draws, 1 + heads))
    if country not in (rules.hub, rules.partner):
        return out
    out[:, 1:] += np.where(lowers(rules), government.no_deal[:, None], 0.0)
    if country == rules.hub:
        for line in government.red_lines:
            out[:, 1:] -= _line(rules, book, line)
    return out


def _line(rules: TalkRules, book: TariffBook, line: RedLine) -> Floats:
    """Give what a red line costs in every draw and tariff part, (D, H)."""
    named = [m for m, issue in enumerate(rules.space.measures) if issue.name in line.measures]
    touched = _lowered(rules)[:, named].any(axis=1)
    levels = rules.space.levels[:: rules.space.parts[1]]
    cut = np.zeros(rules.space.parts[0])
    for m in named:
        points = book.measure_points(rules.space.measures[m].name)
        cut += np.maximum(points[0] - points, 0.0)[levels[:, m]]
    return line.cost[:, None] * touched + line.per_point[:, None] * cut


def _concessions(
    rules: TalkRules, country: str, grants: Mapping[tuple[str, str], Grant], draws: int
) -> Floats:
    """Give what every concession part is worth to a country, (D, tails)."""
    space: OutcomeSpace = rules.space
    tails = space.parts[1]
    out = np.zeros((draws, tails))
    if country not in (rules.hub, rules.partner):
        return out
    for k, issue in enumerate(space.concessions):
        grant = grants[rules.name, issue.name]
        given = np.array(issue.levels)[space.levels[:tails, len(space.measures) + k]]
        unit = (grant.worth if country == rules.hub else -grant.cost)[:, None]
        if grant.rise is not None and country != rules.hub:
            unit = unit * (1 + grant.rise[:, None] * given)
        out += unit * given
    return out
