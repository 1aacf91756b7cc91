"""One negotiation, round by round."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import pandas as pd

from experiments.app.values import Values, outlook_of
from experiments.results.transcript import sentences
from sim import Scenario, TariffTalks
from sim.protocol.docket import STATES
from sim.protocol.state import HUB, PARTNER, Status, TalkState

Row = dict[str, Any]


@dataclass(frozen=True)
class OnTheTable:
    """What lies on the table of one talk at the end of a round.

    Attributes:
        docket: by measure, its review state.
        named: measures that the review rule names.
        since: by measure, the round since which it is in this state; 0 from the start.
        offers: standing offers of the hub and of the partner, -1 before any.
        agreed: package agreed in principle, else -1.
        ratifying: package that is signed and waits for its ratification, else -1.
        status: how the talk stands, in lower case.
        package: package of the deal, else -1.
        ended_in: round in which it ended, 0 while it goes on.
        outlook: all that lies outside this talk (`sim.payoffs.tables.Payoffs.encode`).
    """

    docket: tuple[str, ...]
    named: tuple[str, ...]
    since: tuple[int, ...]
    offers: tuple[int, int]
    agreed: int
    ratifying: int
    status: str
    package: int
    ended_in: int
    outlook: int


@dataclass(frozen=True, eq=False)
class Negotiation:
    """A world that was played to its end.

    Attributes:
        game: the scenario.
        tables: by round from 0, before the first one, and talk.
        deadlines: by round from 0, the last round before the deadline, as announced then.
        turns, outcomes: tables as of `Record`.
    """

    game: Scenario
    tables: tuple[tuple[OnTheTable, ...], ...]
    deadlines: tuple[int, ...]
    turns: pd.DataFrame
    outcomes: pd.DataFrame

    @classmethod
    def play(cls, game: Scenario, seed: int) -> "Negotiation":
        """Play the first world, and note every round.

        Raises:
            StrategyError: a strategy did what its seat may not.
        """
        model = TariffTalks(game, worlds=1, seed=seed, turns=True)
        try:
            tables, deadlines = [_tables(model, None)], [int(model.clock.deadline[0])]
            while model.running:
                model.step()
                tables.append(_tables(model, tables[-1]))
                deadlines.append(int(model.clock.deadline[0]))
            record = model.record()
        finally:
            model.release()
        turns, outcomes = record.to_turns(), record.to_frame()
        return cls(game, tuple(tables), tuple(deadlines), turns, outcomes)

    @property
    def rounds(self) -> int:
        """Rounds that were played."""
        return len(self.tables) - 1

    @property
    def draw(self) -> int:
        """The draw of the payoffs in this world."""
        return int(self.outcomes["draw"].iloc[0])

    @cached_property
    def moves(self) -> tuple[list[Row], ...]:
        """The turns of every talk, as rows."""
        turns = [self.turns[self.turns["talk"] == rules.name] for rules in self.game.talks]
        return tuple(cast("list[Row]", of.to_dict("records")) for of in turns)

    @cached_property
    def told(self) -> tuple[list[tuple[int, str]], ...]:
        """All that happened in every talk: round and sentence."""
        return tuple(
            sentences(self.game, rules, moves, worth=False, labels=True)
            for rules, moves in zip(self.game.talks, self.moves, strict=True)
        )

    def values(self, round: int, talk: int) -> tuple[Values, Values]:
        """Give what packages of a talk are worth to hub and partner at the end of a round."""
        outlook = self.tables[round][talk].outlook
        rules = self.game.talks[talk]
        hub, partner = (
            Values.of(self.game, country, talk, self.draw, outlook)
            for country in (rules.hub, rules.partner)
        )
        return hub, partner

    def offers(self, round: int, talk: int) -> list[tuple[int, str, int]]:
        """Give the offers to the end of a round: round, country, package; each once."""
        rules, found = self.game.talks[talk], []
        for side, country in enumerate((rules.hub, rules.partner)):
            last = -1
            for n, tables in enumerate(self.tables[: round + 1]):
                offer = tables[talk].offers[side]
                if offer not in (-1, last):
                    found.append((n, country, offer))
                    last = offer
        return sorted(found, key=lambda offer: offer[0])


def _tables(model: TariffTalks, before: tuple[OnTheTable, ...] | None) -> tuple[OnTheTable, ...]:
    """Note what lies on every table now."""
    packages = [int(talk.state.package[0]) for talk in model.talks]
    return tuple(
        _table(model, talk.state, packages, None if before is None else before[i])
        for i, talk in enumerate(model.talks)
    )


def _table(
    model: TariffTalks, state: TalkState, packages: list[int], before: OnTheTable | None
) -> OnTheTable:
    docket = tuple(STATES[n] for n in state.docket.states(np.array([0]))[0])
    chances, payoffs = model.weather.chances, model.game.payoffs
    if state.status[0] != Status.OPEN:
        chances = payoffs.in_force(state.weather)
    return OnTheTable(
        docket=docket,
        named=tuple(
            m.name for k, m in enumerate(state.rules.space.measures) if state.named[0] >> k & 1
        ),
        since=tuple(
            0 if before is None else before.since[m] if before.docket[m] == now else model.round
            for m, now in enumerate(docket)
        ),
        offers=(int(state.standing[HUB, 0]), int(state.standing[PARTNER, 0])),
        agreed=int(state.agreed[0]),
        ratifying=int(state.ratifying[0]),
        status=Status(int(state.status[0])).name.lower(),
        package=int(state.package[0]),
        ended_in=int(state.ended_in[0]),
        outlook=outlook_of(model.game, state.number, packages, model.round, chances),
    )
