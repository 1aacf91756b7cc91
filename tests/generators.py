"""Random scenarios with given payoffs, and random players, for property tests.

Everything comes out of hypothesis, so that a failing scenario is shrunk and shown. Values lie on a
coarse grid, so that ties are common.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.chance.spreads import Drawn
from sim.payoffs.joint import Holdouts, Triple
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import TalkRules
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Wrapper
from sim.strategies import BUILT_IN
from sim.strategies.parts import ACCEPT, SCOPE, Bayesian, Combined, Frequency
from sim.testing import Chaotic
from tests.around import AROUND, barred, beyond_trade, calendars, surroundings

TALKS = ("east", "west", "north")
MEASURES = ("cars", "parts", "metals", "suspended")
CONCESSIONS = ("pledge", "access")
GRID = 0.5
MOST_PACKAGES = 300


@st.composite
def spaces(draw: Any, most_measures: int = 4, clause: bool = False) -> OutcomeSpace:
    """One to four measures of two to four levels, none to two concessions; a clause if wanted."""
    measures = draw(st.lists(st.integers(2, 4), min_size=1, max_size=most_measures))
    concessions = draw(st.lists(st.integers(2, 4), max_size=2))
    sizes = measures + concessions
    while np.prod(sizes) * (1 + clause) > MOST_PACKAGES:
        sizes[int(np.argmax(sizes))] -= 1
    names = MEASURES[: len(measures)] + CONCESSIONS[: len(concessions)]
    issues = []
    for name, size in zip(names, sizes, strict=True):
        if name in MEASURES:
            issues.append(Issue(name, "measure", tuple(np.linspace(24, 0, size).tolist())))
        else:
            issues.append(Issue(name, "concession", tuple(np.arange(size) * 100.0)))
    if clause:
        issues.insert(len(measures), Issue("clause", "clause", (0, 1)))
    return OutcomeSpace(tuple(issues), draw(st.sampled_from(("levels", "ranges"))))


@cache
def subsets(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """All, none, or some of the names, in their order."""
    some = st.sets(st.sampled_from(names)).map(lambda s: tuple(n for n in names if n in s))
    return st.one_of(st.just(tuple(names)), st.just(()), some)


SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "test": st.sampled_from(("by_exchange", "by_admission", "by_change", "by_answer")),
    "period": st.integers(1, 3),
    "cooldown": st.integers(1, 4),
    "silence": st.sampled_from(("pending", "refuse")),
    "scope": st.sampled_from((True, True, True, False)),
    "first_mover": st.sampled_from(("draw", "hub", "partner")),
    "null_deal": st.booleans(),
    "band": st.sampled_from((None, 0.0, 0.5, 3.0)),
    "in_money": st.booleans(),
}


@st.composite
def rules(
    draw: Any, name: str, most_measures: int = 4, around: bool = False, **fixed: Any
) -> TalkRules:
    """Rules of a talk; what is in `fixed` is not drawn."""
    space = draw(spaces(most_measures, around and draw(st.integers(0, 2)) == 0))
    named = subsets(tuple(measure.name for measure in space.measures))
    drawn = {**SETTINGS, "review": named, "positions": st.tuples(named, named)}
    drawn |= AROUND if around else {}
    settings = {key: draw(s) for key, s in drawn.items() if key not in fixed}
    talk = TalkRules(name, "hub", name, space, **settings, **fixed)
    return barred(talk, draw(st.integers(0, 99))) if around and draw(st.booleans()) else talk


def _table(rng: Any, shape: Sequence[int], draws: int, sign: int, rough: bool) -> np.ndarray:
    """Values on the grid, (D, P): steps of one sign (0: of any) in every issue, and some noise."""
    total = np.zeros((draws, int(np.prod(shape))))
    levels = np.indices(shape).reshape(len(shape), -1)
    for size, column in zip(shape, levels, strict=True):
        steps = rng.integers(0, 5, (draws, size)) * (sign or rng.choice((-1, 1), (draws, size)))
        steps[:, 0] = 0
        total += np.cumsum(steps, axis=1)[:, column]
    return GRID * (total + rough * rng.integers(-2, 3, total.shape))


@st.composite
def payoffs(
    draw: Any, talks: Sequence[TalkRules], linked: bool | None = None, most_draws: int = 3
) -> Payoffs:
    """Payoffs of talks: hub and partner mostly opposed; the talks touch each other if linked."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    draws = draw(st.integers(1, most_draws))
    split, opposed, rough = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    linked = draw(st.booleans()) if linked is None else linked
    n, main, tail = len(talks), [], []
    parts = [talk.space.parts if split else (talk.space.size, 1) for talk in talks]
    for c in range(n + 1):
        heads, tails = [], []
        for i, talk in enumerate(talks):
            sits = c in (0, i + 1)
            measures = len(talk.space.issues) - len(talk.space.concessions)
            sign = opposed * (-1 if c == 0 else 1)
            cuts = _table(rng, talk.space.shape[:measures], draws, sign, rough) * sits
            gives = np.zeros((draws, talk.space.parts[1]))
            if sits and talk.space.concessions:
                gives = _table(rng, talk.space.shape[measures:], draws, -sign, False)
            if not split:
                cuts = (cuts[:, :, None] + gives[:, None, :]).reshape(draws, -1)
                gives = np.zeros((draws, 1))
            none = GRID * rng.integers(-6, 3, (draws, 1)) * sits
            heads.append(np.concatenate([none, cuts], axis=1))
            tails.append(gives)
        main.append(tuple(heads))
        tail.append(tuple(tails))
    cross: dict[tuple[int, int], tuple[np.ndarray, ...]] = {}
    if linked and n > 1:
        for i in range(n):
            for j in range(i + 1, n):
                shape = (2, 2, 1 + parts[i][0], 1 + parts[j][0])
                cross[i, j] = tuple(_interaction(rng, shape) for _ in range(n + 1))
    return Payoffs(
        ("hub", *(talk.partner for talk in talks)),
        tuple(talk.name for talk in talks),
        tuple(p[0] for p in parts),
        tuple(p[1] for p in parts),
        tuple(main),
        tuple(tail),
        cross,
        tuple(GRID * rng.integers(0, 4, (draws, 2)) for _ in range(n + 1)) if cross else (),
        np.arange(draws) % 2 if cross else np.zeros(0, dtype=np.int64),
        holdouts=draw(st.one_of(st.none(), holdouts(talks, parts, draws))),
        twins=tuple(_twins(talk, p[1]) for talk, p in zip(talks, parts, strict=True)),
        triples=_triples(rng, [p[0] for p in parts]) if cross else (),
    )


def _triples(rng: Any, heads: Sequence[int]) -> tuple[Triple, ...]:
    """Give what every three talks add together at two points each, for some states only."""
    found = []
    for some in combinations(range(len(heads)), 3):
        a, b, c = (np.eye(3)[rng.integers(0, 3, 1 + heads[i])][:, 1:] for i in some)
        for share in (a, b, c):
            share[0] = 0
        tables = [GRID * rng.integers(-2, 3, (2, 2, 2, 2, 2)) for _ in range(len(heads) + 1)]
        found.append(Triple(some, (a, b, c), tuple(tables)))
    return tuple(found)


def _twins(talk: TalkRules, tails: int) -> np.ndarray:
    """Give for every state of a talk the one without its clause."""
    step = talk.space.parts[1] // tails
    granting = np.append(False, talk.space.granting[::tails])
    return np.arange(len(granting)) - step * granting


@st.composite
def holdouts(
    draw: Any, talks: Sequence[TalkRules], parts: Sequence[tuple[int, int]], draws: int
) -> Holdouts:
    """A cost of no deal that does not add up over the talks."""
    steps = draw(st.lists(st.integers(0, 6), min_size=len(talks), max_size=len(talks)))
    shape = GRID * np.cumsum([0, *steps])
    cost = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 4, draws) / 2
    lowers = [talk.space.lowered[:: parts[i][1]] > 0 for i, talk in enumerate(talks)]
    return Holdouts.of(cost, shape.tolist(), tuple(np.append(False, flags) for flags in lowers))


def _interaction(rng: Any, shape: tuple[int, ...]) -> np.ndarray:
    table = GRID * rng.integers(-3, 4, shape)
    table[:, :, 0, :], table[:, :, :, 0] = 0, 0
    return table


@cache
def numbers(values: tuple[float, ...], lucky: bool = True) -> st.SearchStrategy[float | Drawn]:
    """A parameter: one of some numbers, or drawn per world from them."""
    fixed = st.sampled_from(values)
    if not lucky:
        return fixed
    ends = st.tuples(fixed, fixed).map(lambda pair: Drawn.uniform(min(pair), max(pair)))
    listed = st.lists(fixed, min_size=1, max_size=3).map(Drawn.choice)
    return st.one_of(fixed, fixed, ends, listed)


EXPONENTS = (0.1, 0.5, 1.0, 2.0, 5.0)
TIMES = (0.0, 0.3, 0.5, 1.0)
PRICES = (-1.0, 0.0, 0.5, 2.0)
SHARES = (0.0, 0.3, 0.7, 1.0)
CHAOS = (Chaotic(), Chaotic(walks=0), Chaotic(walks=0, passes=0.9), Chaotic(0.1, accepts=0))
LUCKY = ("random_walker", "random_tit_for_tat", "war_of_attrition", "abreu_gul", "micro")
EASY = ("boulware", "linear", "conceder", "random_walker", "micro", "tit_for_tat")
LOOKS = ("wait_and_see", "coordinated", "divide_and_conquer", "resource_dependent")
WRAPPERS = tuple(name for name, cls in BUILT_IN.items() if issubclass(cls, Wrapper))
MODELS = st.sampled_from((Frequency(), Bayesian(), Frequency(looks=3)))
ACCEPTS = st.sampled_from((None, *(cls() for cls in ACCEPT.values())))
SCOPES = st.sampled_from((None, *(cls() for cls in SCOPE.values())))


@cache
def _built(name: str, measures: tuple[str, ...], lucky: bool) -> Any:
    """A strategy of the library with random parameters; `inner` stays to be given.

    Every name of the library has its line here.
    """
    exponent, until = numbers(EXPONENTS, lucky), numbers(TIMES, lucky)
    share, above = numbers(SHARES, lucky), numbers(EXPONENTS[:3], lucky)
    prices = numbers(PRICES, lucky)
    model, banded = dict(model=MODELS), dict(band=st.one_of(st.none(), share))
    curve = dict(start=share, keeps=st.booleans(), **banded)
    parameters: dict[str, Any] = {
        "boulware": dict(exponent=exponent, **curve),
        "linear": dict(exponent=exponent, **curve),
        "conceder": dict(exponent=exponent, **curve),
        "exponential": dict(exponent=exponent, **{**curve, "start": above}),
        "resource_dependent": dict(patience=exponent, **curve),
        "hardliner": {},
        "brinkman": dict(last=st.integers(1, 3), share=share, **banded),
        "random_walker": {},
        "tit_for_tat": {},
        "relative_tit_for_tat": dict(opens=share, **banded),
        "random_tit_for_tat": dict(noise=share, **banded),
        "averaged_tit_for_tat": dict(opens=share, window=st.integers(1, 4), **banded),
        "nice_tit_for_tat": dict(kindness=share, bonus=share, after=share, **model, **banded),
        "anchor_and_reciprocate": dict(until=until, share=exponent, **banded),
        "micro": dict(stride=st.integers(0, 3)),
        "logroller": dict(step=above, **banded),
        "hard_headed": dict(exponent=exponent, least=share, **model, **banded),
        "bayesian": dict(exponent=exponent, **model, **curve),
        "zeuthen": model,
        "nash": model,
        "kalai_smorodinsky": model,
        "egalitarian": model,
        "rubinstein": dict(discount=share, their_discount=share, **model),
        "war_of_attrition": dict(cost=share, rate=share, share=above, **banded),
        "scope_refuser": dict(admits=subsets(measures), until=until, price_bn=prices),
        "salami": dict(price_bn=prices),
        "asker": dict(until=until),
        "package_or_nothing": {},
        "partial_package": dict(until=above),
        "wait_and_see": dict(until=until, follows=st.booleans()),
        "coordinated": dict(share=share, until=until),
        "election_driven": dict(election=until, premium=share),
        "divide_and_conquer": {},
        "extender": dict(at=until, rounds=st.integers(0, 3)),
        "threatener": dict(at=until),
        "relents": dict(at=until),
        "outside_option": {},
        "abreu_gul": dict(demand=numbers((0.6, 1.0), lucky), obstinate=st.sampled_from((0.1, 1.0))),
    }[name]
    return st.fixed_dictionaries(parameters)


@st.composite
def players(
    draw: Any,
    side: str,
    measures: Sequence[str],
    *,
    rational: bool = True,
    lucky: bool = True,
    looks: bool = True,
) -> Any:
    """A player of the library, wrapped or combined now and then; if not rational, a chaotic one.

    Args:
        side: "hub" or "partner".
        measures: names of the measures.
        rational: whether it has to come from the library.
        lucky: whether it may depend on luck.
        looks: whether it may look at what other talks have signed.
    """
    names = tuple(measures)
    if not rational and draw(st.booleans()):
        player: Any = draw(st.sampled_from(CHAOS))
    else:
        every = _names(side, False, lucky, looks)
        easy = tuple(name for name in every if name in EASY)
        leaf = draw(st.one_of(*[st.sampled_from(easy)] * 2, st.sampled_from(every)))
        player = BUILT_IN[leaf](**draw(_built(leaf, names, lucky)))
        if draw(st.integers(0, 3)) == 0:
            player = Combined(player, draw(ACCEPTS), draw(MODELS), draw(SCOPES))
    for name in draw(_wraps(_names(side, True, lucky, looks))):
        player = BUILT_IN[name](player, **draw(_built(name, names, lucky)))
    return player


@cache
def _names(side: str, wrappers: bool, lucky: bool, looks: bool) -> tuple[str, ...]:
    """Names of the library that can sit on a side: those that wrap another, or the others."""
    return tuple(
        name
        for name, cls in BUILT_IN.items()
        if (name in WRAPPERS) == wrappers
        and side in cls.seats
        and (lucky or name not in LUCKY)
        and (looks or name not in LOOKS)
    )


@cache
def _wraps(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), max_size=2, unique=True)


@st.composite
def scenarios(
    draw: Any,
    *,
    talks: tuple[int, int] = (1, 3),
    most_measures: int = 4,
    rational: bool = False,
    lucky: bool = True,
    looks: bool = True,
    linked: bool | None = None,
    around: bool | None = None,
    **fixed: Any,
) -> Scenario:
    """A scenario: everything but luck.

    Args:
        talks: fewest and most talks.
        most_measures: most measures of a talk.
        rational, lucky, looks: see `players`.
        linked: whether the talks touch each other; drawn if not given.
        around: whether there may be anything around the tables; drawn if not given.
        fixed: rules that are not drawn.
    """
    if not lucky:
        fixed = {
            "first_mover": draw(st.sampled_from(("hub", "partner"))),
            "breakdown": 0.0,
            **fixed,
        }
    around = draw(st.booleans()) if around is None else around
    names = TALKS[: draw(st.integers(*talks))]
    table = tuple(draw(rules(name, most_measures, around, **fixed)) for name in names)
    strategies = {}
    for talk in table:
        measures = [measure.name for measure in talk.space.measures]
        for side, country in (("hub", "hub"), ("partner", talk.partner)):
            strategies[country, talk.name] = draw(
                players(side, measures, rational=rational, lucky=lucky, looks=looks)
            )
    values, outside = draw(payoffs(table, linked)), Surroundings()
    if around:
        outside = draw(surroundings(table, values.draws, lucky))
        values = beyond_trade(values, len(outside.shocks), draw(st.integers(0, 99)))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    return Scenario(
        name="drawn",
        title="",
        countries=values.countries,
        labels={},
        talks=table,
        calendar=draw(calendars(around)),
        strategies=strategies,
        payoffs=values,
        replications=draw(st.integers(1, 3)),
        review_cost={
            ("hub", talk.name): rng.integers(0, 3, (values.draws, len(talk.space.measures))) / 4
            for talk in table
        },
        audience_cost={
            (talk.partner, talk.name): rng.integers(0, 3, values.draws) / 4
            for talk in table
            if rng.random() < 0.5
        },
        surroundings=outside,
    )


def with_strategies(scenario: Scenario, changed: Mapping[tuple[str, str], Any]) -> Scenario:
    """The same scenario with other strategies in some seats."""
    return replace(scenario, strategies={**scenario.strategies, **changed})


def _reordered(triple: Triple, order: Sequence[int], rows: Sequence[int]) -> Triple:
    """The same triple with talks in another order."""
    places = [order.index(i) for i in triple.talks]
    a, b, c = np.argsort(places)
    tables = tuple(triple.tables[k].transpose(0, 1, 2 + a, 2 + b, 2 + c) for k in rows)
    shares = triple.shares[a], triple.shares[b], triple.shares[c]
    return Triple((places[a], places[b], places[c]), shares, tables)


def reordered(scenario: Scenario, order: Sequence[int]) -> Scenario:
    """The same scenario with its talks, and its partners, in another order."""
    old = scenario.payoffs
    rows = [0, *(1 + i for i in order)]
    cross = {}
    for (i, j), tables in old.cross.items():
        a, b = order.index(i), order.index(j)
        turned = tuple(tables[c] if a < b else tables[c].swapaxes(2, 3) for c in rows)
        cross[min(a, b), max(a, b)] = turned
    values = Payoffs(
        tuple(old.countries[c] for c in rows),
        tuple(old.talks[i] for i in order),
        tuple(old.heads[i] for i in order),
        tuple(old.tails[i] for i in order),
        tuple(tuple(old.main[c][i] for i in order) for c in rows),
        tuple(tuple(old.tail[c][i] for i in order) for c in rows),
        cross,
        tuple(old.weights[c] for c in rows) if old.weights else (),
        old.family,
        shocks=tuple(old.shocks[c] for c in rows) if old.shocks else (),
        outside=tuple(tuple(old.outside[c][i] for i in order) for c in rows) if old.outside else (),
        twins=tuple(old.twins[i] for i in order),
        triples=tuple(_reordered(triple, order, rows) for triple in old.triples),
        holdouts=old.holdouts
        and replace(old.holdouts, settles=tuple(old.holdouts.settles[i] for i in order)),
    )
    talks = tuple(scenario.talks[i] for i in order)
    return replace(scenario, payoffs=values, talks=talks, countries=values.countries)
