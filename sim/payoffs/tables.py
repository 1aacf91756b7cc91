"""Payoffs: what the end state of all talks is worth to every country, draw by draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from sim.errors import ConfigError
from sim.payoffs.forecasts import MOST, Forecasts
from sim.payoffs.joint import Holdouts, Triple

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WIDTH = 58
"""Bits of a draw and all that lies outside a talk; the rest of 63 is left for announced events."""

GRID_BITS = 25
"""A seat's values fit into plus or minus 2**GRID_BITS steps of its grid."""


@dataclass(frozen=True, eq=False)
class Payoffs:
    """Values of end states, USD bn a year against no deal in any talk (or utilities, if given).

    The *state* of talk i is 0 without a deal and 1 + h with one whose head is h; a package is
    head x tails[i] + tail. For a country c, draw d, states s and tails t

        v_c = sum_i main[c][i][d, s_i] + sum_{i with a deal} tail[c][i][d, t_i]
              + sum_{i<j} sum_k weights[c][d, k] cross[i, j][c][family[d], k, s_i, s_j]

    With an economy the head is the tariff part, the tail the concession part and v_c = 0 when no
    talk has a deal; with a given table the head is the whole package, tails are 1 and state 0 is
    worth the reservation value. Three talks may add something together (`triples`), and the hub's
    value may hang on how many talks are open (`holdouts`). Each talk without a deal adds the
    shocks, weighed by the chance that they are in force at the end, and the outside option of the
    two countries that sit there.

    Attributes:
        countries: names, the hub first (C).
        talks: names (T).
        heads, tails: numbers of heads and tails, by talk.
        main: main[c][i] is (D, 1 + heads[i]).
        tail: tail[c][i] is (D, tails[i]).
        cross: cross[i, j][c] is (E, K, 1 + heads[i], 1 + heads[j]), for i < j; zero in row and
            column 0. Empty: the talks do not touch each other.
        weights: weights[c] is (D, K).
        family: (D,) which of the E solved economies a draw uses.
        later: the same at every further step of the path of no-deal rates; the last one holds at
            the end of the talks.
        shocks: shocks[c] is (S, D): what each shock adds to the value of no deal, per talk, if it
            is in force at the end: USD bn a year while in force times its share of the year.
        outside: outside[c][i] is (D,): what no deal is worth beyond trade to a country that has
            turned elsewhere, because it walked away or time ran out, USD bn a year.
        holdouts: what the number of open talks adds to the hub's value; None: nothing.
        twins: by talk, (1 + H,) the state with the same rates and without a most-favoured clause;
            empty if a clause is nowhere an issue.
        triples: what clauses bring with two rivals, beyond pairs of talks.
    """

    countries: tuple[str, ...]
    talks: tuple[str, ...]
    heads: tuple[int, ...]
    tails: tuple[int, ...]
    main: tuple[tuple[Floats, ...], ...]
    tail: tuple[tuple[Floats, ...], ...]
    cross: Mapping[tuple[int, int], tuple[Floats, ...]] = field(default_factory=dict)
    weights: tuple[Floats, ...] = ()
    family: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    later: tuple["Payoffs", ...] = ()
    shocks: tuple[Floats, ...] = ()
    outside: tuple[tuple[Floats, ...], ...] = ()
    holdouts: Holdouts | None = None
    twins: tuple[Ints, ...] = ()
    triples: tuple[Triple, ...] = ()
    forecasts: Forecasts = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "forecasts", Forecasts(self._shocks))
        for i, talk in enumerate(self.talks):
            outside = prod(1 + heads for j, heads in enumerate(self.heads) if j != i)
            outside **= 1 + self.grants(i)
            if outside * len(self.steps) * self._forecasts * self.draws >= 1 << WIDTH:
                raise ConfigError(
                    f"talks: what can be outside of {talk} (every deal of the other "
                    f"{len(self.talks) - 1} talks in {self.draws:,} draws) has more cases than "
                    f"{WIDTH} bits tell apart; give fewer talks, levels or draws"
                )

    @property
    def steps(self) -> tuple["Payoffs", ...]:
        """The payoffs at every step of the path of no-deal rates."""
        return (self, *self.later)

    @property
    def draws(self) -> int:
        """Number of draws, D."""
        return len(self.main[0][0])

    def states(self, packages: Sequence[Ints]) -> list[Ints]:
        """Give the state of every talk from its package (-1: no deal); each (W,)."""
        return [(p + n) // n if n > 1 else p + 1 for p, n in zip(packages, self.tails, strict=True)]

    def grants(self, talk: int) -> bool:
        """Tell whether a clause is an issue of a talk."""
        return talk in self._granting

    def encode(
        self,
        talk: int,
        states: Sequence[Ints],
        step: int = 0,
        forecast: Ints | int = 0,
        offered: Sequence[Ints] | None = None,
    ) -> Ints:
        """Write all that lies outside a talk as one integer, (W,); its width is guarded.

        Args:
            talk: number of the talk, whose own state is left out.
            states: of every talk, (W,) each.
            step: step of the path of no-deal rates.
            forecast: (W,) what is expected of the shocks (`forecast`).
            offered: of every talk, (W,) each, the state that lies on its table, by which a clause
                of this talk is valued; 0 for none.
        """
        code = np.zeros_like(states[0])
        more = offered if offered is not None and self.grants(talk) else ()
        for row in (more, states):
            for j, state in enumerate(row):
                if j != talk:
                    code = code * (1 + self.heads[j]) + state
        return (code * len(self.steps) + step) * self._forecasts + forecast

    def decode(self, talk: int, code: Ints) -> tuple[dict[int, Ints], Ints, Ints]:
        """Give the state of every other talk, by its number, the step, and the forecast."""
        code, forecast = np.divmod(code, self._forecasts)
        code, step = np.divmod(code, len(self.steps))
        return self._split(talk, code)[0], step, forecast

    def offered(self, talk: int, code: Ints) -> dict[int, Ints]:
        """Give the states on the tables of the other talks by which a clause is valued."""
        left = self._split(talk, code // self._forecasts // len(self.steps))[1]
        return self._split(talk, left)[0]

    def _split(self, talk: int, code: Ints) -> tuple[dict[int, Ints], Ints]:
        """Split off the states of the other talks; give them, and what is left."""
        states: dict[int, Ints] = {}
        for j in reversed(range(len(self.talks))):
            if j != talk:
                code, states[j] = np.divmod(code, 1 + self.heads[j])
        return states, code

    def forecast(self, country: int, chances: Floats) -> Ints:
        """Write what a country expects of the shocks as one integer, (n,); 0 for nothing.

        Args:
            country: number; shocks that do not touch it are left out.
            chances: (n, S) chance of each to be in force at the end.
        """
        if not self.shocks:
            return np.zeros(len(chances), dtype=np.int64)
        return self.forecasts.number(chances * np.any(self.shocks[country], axis=1))

    def calm(self, outlook: Ints) -> Ints:
        """Give outlooks, (n,), without what is expected of the shocks."""
        return outlook - outlook % self._forecasts

    def in_force(self, bits: Ints) -> Floats:
        """Give the chances, (n, S), where it is known which shocks are in force, as bits (n,)."""
        return (bits[:, None] >> np.arange(self._shocks) & 1).astype(np.float64)

    @property
    def _shocks(self) -> int:
        return len(self.shocks[0]) if self.shocks else 0

    @property
    def _forecasts(self) -> int:
        return MOST if self._shocks else 1

    def row(self, country: int, talk: int, draws: Ints, outlook: Ints) -> Floats:
        """Give what each state of a talk is worth while all outside it stays as it is.

        What the partners of other talks give is left out: it is the same in every state.

        Args:
            country, talk: numbers.
            draws: (n,).
            outlook: (n,) as from `encode`.

        Returns:
            (n, 1 + heads[talk]); column 0 is no deal.
        """
        own, same = self.parts(country, talk, draws, outlook)
        return own + same[:, None]

    def parts(self, country: int, talk: int, draws: Ints, outlook: Ints) -> tuple[Floats, Floats]:
        """Give a row in two parts: by state, (n, 1 + heads[talk]); the same in every one, (n,)."""
        states, step, forecast = self.decode(talk, outlook)
        lying = self.offered(talk, outlook) if self.grants(talk) else {}
        if self.later:
            own, same = self._parts_of_steps(country, talk, draws, (states, lying), step)
        else:
            own, same = self._parts(country, talk, draws, states, lying)
        own[:, 0] += self.without_deal(country, talk, draws, self.forecasts.chances(forecast))
        return own, same

    def _parts_of_steps(
        self,
        country: int,
        talk: int,
        draws: Ints,
        around: tuple[Mapping[int, Ints], Mapping[int, Ints]],
        step: Ints,
    ) -> tuple[Floats, Floats]:
        own, same = np.empty((len(draws), 1 + self.heads[talk])), np.empty(len(draws))
        for number, payoffs in enumerate(self.steps):
            some = np.flatnonzero(step == number)
            if len(some):
                there, lying = ({j: s[some] for j, s in each.items()} for each in around)
                own[some], same[some] = payoffs._parts(country, talk, draws[some], there, lying)
        return own, same

    @property
    def separable(self) -> bool:
        """Whether what lies outside a talk moves the values of all its packages alike."""
        return not self.cross and not self.later and self.holdouts is None

    def around(self, country: int, talk: int, draws: Ints, outlook: Ints) -> tuple[Floats, Floats]:
        """Give no deal, and what is the same in every state, (n,) each, of `parts` if separable."""
        states, _, forecast = self.decode(talk, outlook)
        none, same = self.main[country][talk][draws, 0], np.zeros(len(draws))
        for j, state in states.items():
            same += self.main[country][j][draws, state]
        chances = self.forecasts.chances(forecast)
        return none + self.without_deal(country, talk, draws, chances), same

    def struck(self, country: int, talk: int, draws: Ints, outlook: Ints) -> Floats:
        """Give what the shocks that are expected add to no deal in a talk, (n,)."""
        chances = self.forecasts.chances(outlook % self._forecasts)
        return self.without_deal(country, talk, draws, chances, outside=False)

    def without_deal(
        self, country: int, talk: int, draws: Ints, chances: Floats, outside: bool = True
    ) -> Floats:
        """Give what no deal in a talk is worth beyond trade, (n,): shocks and outside option.

        Args:
            country, talk: numbers.
            draws: (n,).
            chances: (n, S) chance of each shock to be in force at the end.
            outside: whether the outside option counts.
        """
        total = np.zeros(len(draws))
        if country not in (0, talk + 1):
            return total
        if self.outside and outside:
            total += self.outside[country][talk][draws]
        for s in range(self._shocks):
            total += chances[:, s] * self.shocks[country][s, draws]
        return total

    def _parts(
        self,
        country: int,
        talk: int,
        draws: Ints,
        states: Mapping[int, Ints],
        lying: Mapping[int, Ints],
    ) -> tuple[Floats, Floats]:
        own, same = self.main[country][talk][draws], np.zeros(len(draws))
        for j, state in states.items():
            same += self.main[country][j][draws, state]
            if (min(talk, j), max(talk, j)) in self.cross:
                own += self._interaction(country, talk, j, draws, state)
        for j, state in lying.items():
            brought = self._interaction(country, talk, j, draws, state)
            own += brought - brought[:, self.twins[talk]]
        if self.triples:
            own += self._threes(country, talk, draws, states)
            if lying:
                seen = {j: np.where(states[j], states[j], state) for j, state in lying.items()}
                brought = self._threes(country, talk, draws, seen)
                brought -= self._threes(country, talk, draws, states)
                own += brought - brought[:, self.twins[talk]]
        for a, b in self.cross:
            if talk not in (a, b):
                same += self._joint(country, a, b, draws, states[a], states[b])
        if self.holdouts is not None and country == 0:
            own += self.holdouts.row(talk, draws, states)
        return own, same

    def payoff(self, draws: Ints, packages: Sequence[Ints]) -> Floats:
        """Give every country's payoff, (C, W), for the package of every talk (-1: no deal).

        At the last step of the path of no-deal rates; shocks and outside options are left out.
        """
        if self.later:
            return self.later[-1].payoff(draws, packages)
        states = self.states(packages)
        total = np.zeros((len(self.countries), len(draws)))
        for c in range(len(self.countries)):
            for i, (state, package) in enumerate(zip(states, packages, strict=True)):
                total[c] += self.main[c][i][draws, state]
                given = self.tail[c][i][draws, package % self.tails[i]]
                total[c] += np.where(package < 0, 0.0, given)
            for i, j in self.cross:
                total[c] += self._joint(c, i, j, draws, states[i], states[j])
            total[c] += self.together(c, draws, states)
        if self.holdouts is not None:
            total[0] += self.holdouts.total(draws, states)
        return total

    def together(self, country: int, draws: Ints, states: Sequence[Ints]) -> Floats:
        """Give what three talks add together to a country, (n,), with states (n,) of every talk."""
        every = {j: state[:, None] for j, state in enumerate(states)}
        return self._added(country, draws, every)[:, 0]

    def _threes(self, country: int, talk: int, draws: Ints, others: Mapping[int, Ints]) -> Floats:
        """Give what three talks add together in every state of one of them, (n, 1 + H)."""
        own = np.arange(1 + self.heads[talk])[None]
        states = {j: state[:, None] for j, state in others.items()} | {talk: own}
        return self._added(country, draws, states)

    def _added(self, country: int, draws: Ints, states: Mapping[int, Ints]) -> Floats:
        shapes = (state.shape for state in states.values())
        total = np.zeros(np.broadcast_shapes((len(draws), 1), *shapes))
        for triple in self.triples:
            weights, family = self.weights[country][draws], self.family[draws]
            total += triple.value(country, states, weights, family)
        return total

    def grid(self, country: int, talk: int) -> float:
        """Give the step, a power of two, to which a seat's values are rounded before ranking.

        It leaves room for values four times as large as they are at first, so that rates and shocks
        of later on, which nobody knows yet, do not move it.
        """
        given = float(np.abs(self.tail[country][talk]).max())
        most = max(payoffs._extent[country] for payoffs in self.steps)
        size = max(4 * (self._extent[country] + given), most + given + self._beyond(country, talk))
        return float(2.0 ** (np.ceil(np.log2(max(size, 1e-12))) - GRID_BITS))

    def _beyond(self, country: int, talk: int) -> float:
        """Give the most that shocks and an outside option add up to."""
        most = float(np.abs(self.shocks[country]).sum(axis=0).max()) if self._shocks else 0.0
        return most + (float(np.abs(self.outside[country][talk]).max()) if self.outside else 0.0)

    @cached_property
    def _granting(self) -> frozenset[int]:
        """Talks of which a clause is an issue."""
        return frozenset(
            talk
            for talk, twins in enumerate(self.twins)
            if (twins != np.arange(1 + self.heads[talk])).any()
        )

    @cached_property
    def _extent(self) -> list[float]:
        extent = []
        for c in range(len(self.countries)):
            size = sum(float(max(table.max(), -table.min())) for table in self.main[c])
            for tables in self.cross.values():
                peak = np.abs(tables[c]).max(axis=(0, 2, 3))
                size += float((np.abs(self.weights[c]) * peak).sum(axis=1).max())
            if self.holdouts is not None and c == 0:
                size += self.holdouts.most
            size += sum(triple.most(c, self.weights[c]) for triple in self.triples)
            extent.append(size)
        return extent

    def _interaction(self, c: int, i: int, j: int, draws: Ints, state: Ints) -> Floats:
        """Give the interaction of every state of talk i with one state of talk j, (n, 1 + H_i)."""
        out = np.zeros((len(draws), 1 + self.heads[i]))
        pair = (min(i, j), max(i, j))
        if pair not in self.cross:
            return out
        table, family = self.cross[pair][c], self.family[draws]
        for k in range(table.shape[1]):
            part = table[family, k, :, state] if i < j else table[family, k, state, :]
            out += self.weights[c][draws, k][:, None] * part
        return out

    def _joint(self, c: int, i: int, j: int, draws: Ints, here: Ints, there: Ints) -> Floats:
        """Give the interaction of one state of talk i with one of talk j, (n,)."""
        table, family = self.cross[i, j][c], self.family[draws]
        out = np.zeros(len(draws))
        for k in range(table.shape[1]):
            out += self.weights[c][draws, k] * table[family, k, here, there]
        return out
