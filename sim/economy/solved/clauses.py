"""Clauses as issues: tables for packages with a most-favoured clause and for those without.

What a clause changes lies in what two talks add together. So the trade model is solved with the
clause and without it in every talk where it is an issue, each time as for a fixed clause, and the
tables of pairs are put together from these.

A holder's rates fall to the *best* of its rivals', and what each would bring alone does not add up.
Tables of pairs and of three talks hold what two rivals bring; with more a clause is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sim.errors import ConfigError
from sim.payoffs.interim import Interim
from sim.payoffs.joint import Holdouts, Triple
from sim.payoffs.tables import Payoffs
from sim.protocol.rules import TalkRules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = tuple[bool, ...]

MOST_RIVALS = 2
"""Talks about the same goods as the holder of a clause."""


def any_issue(talks: Sequence[TalkRules]) -> bool:
    """Tell whether a clause is an issue in any talk."""
    return any(rules.space.clause is not None for rules in talks)


def check_rivals(talks: Sequence[TalkRules]) -> None:
    """Check that tables of pairs and of three talks can hold what every clause brings.

    Raises:
        ConfigError: three other talks are about the same goods as a holder's.
    """
    for rules in talks:
        holds = rules.clause or rules.space.clause is not None
        for name in _goods(rules) if holds else ():
            rivals = [t.name for t in talks if t is not rules and name in _goods(t)]
            if len(rivals) > MOST_RIVALS:
                raise ConfigError(
                    f"talks.{rules.name}.rules.clause: a most-favoured clause, and {len(rivals)} "
                    f"other talks ({', '.join(rivals)}) are about {name}; rates fall to the best "
                    f"of theirs, which is solved for {MOST_RIVALS} of them at most: leave talks "
                    f"out, or set talks.{rules.name}.rules.clause = false"
                )


def _goods(rules: TalkRules) -> list[str]:
    """Give the goods that measures of a talk are charged on."""
    return list(dict.fromkeys(name for m in rules.space.measures for name in m.goods))


def settled(talks: Sequence[TalkRules]) -> dict[Flags, list[TalkRules]]:
    """Give the talks with every clause that is an issue settled, by where it is granted.

    The first has no clause granted. In a talk where it is no issue the flag is false, and what its
    rules say holds.
    """
    open_ones = [(False, True) if rules.space.clause is not None else (False,) for rules in talks]
    return {
        flags: [_settled(rules, flag) for rules, flag in zip(talks, flags, strict=True)]
        for flags in product(*open_ones)
    }


def _settled(rules: TalkRules, granted: bool) -> TalkRules:
    if rules.space.clause is None:
        return rules
    left = tuple(issue for issue in rules.space.issues if issue.kind != "clause")
    return replace(rules, space=replace(rules.space, issues=left), clause=granted)


@dataclass(frozen=True, eq=False)
class States:
    """The states of a talk whose heads may hold a clause.

    Attributes:
        plain: (1 + H,) the state without the issue that each stands for.
        granted: (1 + H,) whether it holds the clause.
    """

    plain: Ints
    granted: NDArray[np.bool_]

    @classmethod
    def of(cls, rules: TalkRules) -> "States":
        """Read the states of a talk; the clause varies fastest among the heads."""
        states, levels = 1 + rules.space.parts[0], 1 if rules.space.clause is None else 2
        head = np.arange(states) - 1
        plain = np.where(head < 0, 0, 1 + head // levels)
        return cls(plain, (head >= 0) & (head % levels == 1))

    @property
    def twins(self) -> Ints:
        """(1 + H,) the state with the same rates and without the clause."""
        return np.arange(len(self.plain)) - self.granted


def put_together(
    talks: Sequence[TalkRules], found: Mapping[Flags, Payoffs], holdouts: Holdouts | None
) -> Payoffs:
    """Put payoffs together that were built with every clause settled.

    Args:
        talks: the rules, with clauses as issues.
        found: the payoffs of `settled`.
        holdouts: what the number of open talks adds to the hub's value.
    """
    states, plain = [States.of(rules) for rules in talks], next(iter(found.values()))
    heads = tuple(rules.space.parts[0] for rules in talks)
    main = tuple(
        tuple(table[:, s.plain] for table, s in zip(tables, states, strict=True))
        for tables in plain.main
    )
    cross = {
        (i, j): tuple(
            _cross({flags: p.cross[i, j][c] for flags, p in found.items()}, states, i, j)
            for c in range(len(plain.countries))
        )
        for i, j in plain.cross
    }
    held = {flags: p.triples for flags, p in found.items() if p.triples}
    triples = tuple(
        _triple({flags: those[t] for flags, those in held.items()}, states)
        for t in range(max(map(len, held.values()), default=0))
    )
    return replace(
        plain,
        heads=heads,
        main=main,
        cross=cross,
        twins=tuple(s.twins for s in states),
        holdouts=holdouts,
        triples=triples,
    )


def spread(talks: Sequence[TalkRules], before: Interim, payoffs: Payoffs) -> Interim:
    """Give what rates before a deal are worth beside states that may hold a clause.

    Args:
        talks: the rules, with clauses as issues.
        before: the same beside states without that issue.
        payoffs: put together.
    """
    states = [States.of(rules) for rules in talks]
    beside = {
        (i, j): tuple(table[..., states[j].plain] for table in tables)
        for (i, j), tables in before.beside.items()
    }
    return replace(before, payoffs=payoffs, beside=beside)


def _cross(tables: Mapping[Flags, Floats], states: Sequence[States], i: int, j: int) -> Floats:
    """Put the tables of a pair of talks together, (E, K, 1 + H_i, 1 + H_j)."""
    some = next(iter(tables.values()))
    here, there = states[i], states[j]
    total = np.zeros((*some.shape[:2], len(here.plain), len(there.plain)))
    for flags, table in tables.items():
        if any(flag for k, flag in enumerate(flags) if k not in (i, j)):
            continue
        rows = np.flatnonzero(here.granted == flags[i])
        columns = np.flatnonzero(there.granted == flags[j])
        part = table[:, :, here.plain[rows]][:, :, :, there.plain[columns]]
        total[:, :, rows[:, None], columns[None, :]] = part
    return total


def _triple(found: Mapping[Flags, Triple], states: Sequence[States]) -> Triple:
    """Put what three talks add together; without any clause they add nothing.

    Points are doubled in a talk where a clause is an issue: first all without it, then with it.
    """
    some = next(iter(found.values()))
    sides = [states[i] for i in some.talks]
    doubled = [side.granted.any() for side in sides]
    a, b, c = (
        np.hstack([share[s.plain] * ~s.granted[:, None], share[s.plain] * s.granted[:, None]])
        if twice
        else share[s.plain]
        for share, s, twice in zip(some.shares, sides, doubled, strict=True)
    )
    tables = tuple(
        np.zeros((*t.shape[:2], *(n * (1 + d) for n, d in zip(t.shape[2:], doubled, strict=True))))
        for t in some.tables
    )
    for flags, triple in found.items():
        if any(flag for k, flag in enumerate(flags) if k not in some.talks):
            continue
        for total, table in zip(tables, triple.tables, strict=True):
            starts = [n * flags[i] for i, n in zip(some.talks, table.shape[2:], strict=True)]
            at = [slice(k, k + n) for k, n in zip(starts, table.shape[2:], strict=True)]
            total[:, :, *at] = table
    return Triple(some.talks, (a, b, c), tables)
