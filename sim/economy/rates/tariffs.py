"""From measures to tariffs: what each tariff part of a talk does to the hub's rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.economy.data.base_year import BaseYear
from sim.economy.data.spec import EconomySpec
from sim.economy.rates.schedule import Schedule
from sim.economy.rates.states import EndStates
from sim.errors import ConfigError, near_match
from sim.protocol.issues import Issue
from sim.protocol.rules import TalkRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TariffBook:
    """The rates that every tariff part of a talk leads to.

    Measures on the same goods add up, so that a reciprocal tariff has a baseline and a suspended
    part. Goods under one measure pay only the measures that name them: section 232 goods do not
    pay the reciprocal tariff because that names other goods.

    Attributes:
        goods: goods groups that the measures are charged on (G).
        ordinary: (G,) most-favoured-nation rate, percent.
        added: (H, G) points added by each tariff part; row 0 is no deal.
        points: by measure, (L,) points added at each of its levels.
    """

    goods: tuple[str, ...]
    ordinary: Floats
    added: Floats
    points: Mapping[str, Floats]

    def applied(self, goods: str) -> Floats:
        """Give the total rate on a goods group for every tariff part, (H,) percent."""
        g = self.goods.index(goods)
        total: Floats = self.ordinary[g] + self.added[:, g]
        return total

    def measure_points(self, measure: str) -> Floats:
        """Give the points that a measure adds at each of its levels, (L,)."""
        return self.points[measure]


def book(rules: TalkRules, spec: EconomySpec, base: BaseYear) -> TariffBook:
    """Write the tariff book of a talk.

    Raises:
        ConfigError: a measure names goods that the trade data do not have.
    """
    hub, partner = (base.region(spec.region[c]) for c in (rules.hub, rules.partner))
    for measure in rules.space.measures:
        for name in measure.goods:
            if name not in base.sectors:
                raise ConfigError(
                    f"talks.{rules.name}.measures.{measure.name}.goods: there is no sector "
                    f"'{name}' in the trade data, which has {', '.join(base.sectors)}"
                    f"{near_match(name, base.sectors)}"
                )
    charged = {name for measure in rules.space.measures for name in measure.goods}
    goods = tuple(name for name in base.sectors if name in charged)
    ordinary = 100 * base.tariffs[partner, hub, [base.sector(g) for g in goods]]
    levels = rules.space.levels[:: rules.space.parts[1]]
    added = np.zeros((rules.space.parts[0], len(goods)))
    for k, measure in enumerate(rules.space.measures):
        for name in measure.goods:
            g = goods.index(name)
            added[:, g] += _points(measure, float(ordinary[g]))[levels[:, k]]
    points = {m.name: _points(m, _average(m, partner, hub, base)) for m in rules.space.measures}
    return TariffBook(goods, ordinary, added, points)


def _points(measure: Issue, ordinary: float) -> Floats:
    """Give the points added at each level; an inclusive level is a total with the ordinary rate."""
    levels = np.array(measure.levels, dtype=np.float64)
    if measure.inclusive:
        levels[1:] = np.maximum(levels[1:] - ordinary, 0.0)
    return levels


def _average(measure: Issue, partner: int, hub: int, base: BaseYear) -> float:
    """Give the ordinary rate on a measure's goods, averaged over trade, percent."""
    sectors = [base.sector(name) for name in measure.goods]
    flows = base.flows[partner, hub, sectors]
    total = flows.sum()
    return 100 * float((base.tariffs[partner, hub, sectors] * flows).sum() / total) if total else 0


class TariffWorld:
    """The tariffs of the whole world for any state of the talks.

    Regions without a seat keep the points of `EconomySpec.third_country` in every state.
    """

    def __init__(
        self,
        base: BaseYear,
        spec: EconomySpec,
        talks: Sequence[TalkRules],
        books: Sequence[TariffBook],
    ) -> None:
        self._base, self._books = base, books
        self._hub = base.region(spec.region[talks[0].hub])
        self._partners = [base.region(spec.region[rules.partner]) for rules in talks]
        self._sectors = [[base.sector(g) for g in book.goods] for book in books]
        self._holders = [rules.clause for rules in talks]
        self._floor = base.tariffs.copy()
        self._add_third_countries(spec)
        self._before, self._duties = self._floor, spec.duties
        self._floor = self._with_duties(None)

    def vectors(self, heads: Sequence[Ints]) -> Floats:
        """Give the tariffs, (B, N, N, S) fractions, for tariff parts (B,) of every talk."""
        return self.at([book.added[h] for book, h in zip(self._books, heads, strict=True)])

    def at_the_end(self, states: EndStates) -> Floats:
        """Give the tariffs, (B, N, N, S) fractions, of some end states, clauses carried out."""
        points = [book.added[h] for book, h in zip(self._books, states.heads, strict=True)]
        if any(self._holders) and states.favoured.any():
            points = [self._favoured(i, points, states) for i in range(len(points))]
        return self.at(points)

    def _favoured(self, i: int, points: Sequence[Floats], states: EndStates) -> Floats:
        """Lower the points of a holder of a clause to the best total that another talk has got.

        Args:
            i: number of the talk.
            points: by talk, (B, G) points added on the goods of its book.
            states: the end states.
        """
        lowered, mine = points[i].copy(), self._books[i]
        for j, theirs in enumerate(self._books):
            if j == i or not self._holders[i]:
                continue
            both = states.signed[i] & states.signed[j]
            for g, name in enumerate(mine.goods):
                if name in theirs.goods:
                    k = theirs.goods.index(name)
                    best = theirs.ordinary[k] + points[j][:, k] - mine.ordinary[g]
                    held = both & states.favoured[:, self._sectors[i][g]]
                    lowered[:, g] = np.where(held, np.minimum(lowered[:, g], best), lowered[:, g])
        return lowered

    def at(self, points: Sequence[Floats]) -> Floats:
        """Give the tariffs, (B, N, N, S) fractions, for points added on the goods of every talk.

        Args:
            points: by talk, (B, G) percentage points on the goods of its book.
        """
        new = np.repeat(self._floor[None], len(points[0]), axis=0)
        for partner, sectors, added in zip(self._partners, self._sectors, points, strict=True):
            new[:, partner, self._hub, sectors] += added / 100
        return new

    def everywhere(self, points: Floats) -> Floats:
        """Give the tariffs, (B, N, N, S) fractions, for points added on all goods of every talk.

        Args:
            points: (T, B, S) percentage points by talk and sector.
        """
        new = np.repeat(self._floor[None], points.shape[1], axis=0)
        new[:, self._partners, self._hub] += points.swapaxes(0, 1) / 100
        return new

    def on(self, day: date, schedules: Sequence[Schedule]) -> Floats:
        """Give the tariffs that apply on a day without a deal, (N, N, S) fractions.

        Args:
            day: of the measures and of dated duties; regions without a seat keep their points of
                `EconomySpec.third_country` on every day.
            schedules: the measures of every talk over time.
        """
        sectors = self._base.sectors
        points = [schedule.points(day, sectors) for schedule in schedules]
        tariffs: Floats = self.everywhere(np.array(points)[:, None])[0]
        return tariffs + self._with_duties(day) - self._floor if self._duties else tariffs

    def _with_duties(self, day: date | None) -> Floats:
        """Give the tariffs before measures, (N, N, S), with dated duties on a day or at the end."""
        base, floor = self._base, self._before.copy()
        for duty in self._duties:
            exporters = [base.region(name) for name in duty.exporters]
            sectors = [base.sector(name) for name in duty.sectors]
            at = np.ix_(exporters, [base.region(duty.importer)], sectors)
            floor[at] = np.maximum(floor[at] + duty.points(day) / 100, 0.0)
        return floor

    def _add_third_countries(self, spec: EconomySpec) -> None:
        seated = {self._hub, *self._partners}
        named = {self._base.region(name) for name in spec.third_country if name != "others"}
        for name, rates in spec.third_country.items():
            if name == "others":
                every = range(len(self._base.regions))
                regions = [r for r in every if r not in seated | named]
            else:
                regions = [r for r in [self._base.region(name)] if r not in seated]
            for sector, points in rates.items():
                self._floor[regions, self._hub, self._base.sector(sector)] += points / 100
