"""A game in which a person takes a seat, played again from the moves so far to the next turn.

The same seed and the same moves lead to the same table, so a game can be taken back, and played
again from a config.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from experiments.app.game.person import Person, PersonAtTable, WaitingForMove
from experiments.app.game.sight import SeenTalk, sight_of
from experiments.app.moves import Move, read_move
from sim import Record, Scenario, TariffTalks
from sim.errors import ConfigError, StrategyError
from sim.protocol.state import HUB, PARTNER

_APART = " | "
"""Between moves that were decided at once, in an address."""


@dataclass(frozen=True, eq=False)
class Sitting:
    """A game and the moves so far.

    Attributes:
        game: the scenario, with the strategies of all seats; that of the person's seat is the
            house strategy, whom the person is compared with.
        country: whose seat the person takes.
        seed: of all luck.
        moves: of the person.
        decided: how many of them there were at each of its decisions: a wait is one.
    """

    game: Scenario
    country: str
    seed: int
    moves: tuple[Move, ...] = ()
    decided: tuple[int, ...] = ()
    _known: list["ToMove | Ending"] = field(default_factory=list, init=False, repr=False)

    def after(self, moves: Sequence[Move]) -> "Sitting":
        """Give the game after further moves, decided at once."""
        decided = (*self.decided, len(self.moves))
        return replace(self, moves=(*self.moves, *moves), decided=decided)

    def before(self) -> "Sitting":
        """Give the game before the latest decision of the person."""
        kept = self.decided[-1] if self.decided else 0
        return replace(self, moves=self.moves[:kept], decided=self.decided[:-1])

    @property
    def now(self) -> "ToMove | Ending":
        """Where the game is; played once, and without a lock that games share.

        Raises:
            StrategyError: a move is not allowed, or a strategy breaks a rule.
        """
        if not self._known:
            self._known.append(self._played())
        return self._known[0]

    def _played(self) -> "ToMove | Ending":
        """Play to the next turn of the person."""
        model = TariffTalks(self._seated(PersonAtTable), 1, self.seed, turns=True, collect=False)
        try:
            model.run_model()
            record = model.record()
        except StrategyError as problem:
            waiting = problem.__cause__
            if not isinstance(waiting, WaitingForMove):
                raise
            half = len(waiting.view.theirs) - (waiting.view.round - 1)
            return ToMove(waiting.view.round, self._sights(model, half))
        finally:
            model.release()
        return Ending(record)

    def waited(self) -> "Sitting":
        """Give the game at the next turn at which something is new: the person lets it stand.

        Raises:
            StrategyError: a strategy breaks a rule.
        """
        sitting = self
        while isinstance(sitting.now, ToMove):
            before = sitting.now
            sitting = sitting.after([sight.passing() for sight in before.due])
            if isinstance(sitting.now, ToMove) and sitting.now.news != before.news:
                break
        return replace(sitting, decided=(*self.decided, len(self.moves)))

    @property
    def lines(self) -> list[str]:
        """The moves as a config says them."""
        return [move.write() for move in self.moves]

    @property
    def decisions(self) -> list[str]:
        """The moves as an address says them: a line has what was decided at once."""
        ends = [*self.decided[1:], len(self.moves)]
        return [
            _APART.join(self.lines[first:end])
            for first, end in zip(self.decided, ends, strict=False)
        ]

    def again(self, decisions: Sequence[str]) -> "Sitting":
        """Give the game after further decisions, as an address says them.

        Raises:
            ConfigError: one of them is none.
        """
        sitting = self
        for line in decisions:
            try:
                sitting = sitting.after([read_move(move) for move in line.split(_APART)])
            except ValueError as problem:
                raise ConfigError(f"the address: {problem}") from None
        return sitting

    def as_played(self) -> Scenario:
        """Give the scenario in which the moves are a strategy."""
        return self._seated(Person)

    def _seated(self, kind: type[Person]) -> Scenario:
        person = kind(tuple(self.lines))
        strategies = {
            seat: person if seat[0] == self.country else strategy
            for seat, strategy in self.game.strategies.items()
        }
        return replace(self.game, strategies=strategies)

    def _sights(self, model: TariffTalks, half: int) -> tuple[SeenTalk, ...]:
        """Give what the person may know of each of its talks."""
        turns = _turns(model)
        found = []
        for talk in model.talks:
            rules = talk.state.rules
            if self.country in (rules.hub, rules.partner):
                side = HUB if self.country == rules.hub else PARTNER
                due = bool(len(talk.state.movers(half, side)))
                found.append(sight_of(model, talk, side, due, turns))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class ToMove:
    """The person is to move.

    Attributes:
        round: the round.
        sights: of each talk of the person, whether it is to move there or not.
    """

    round: int
    sights: tuple[SeenTalk, ...]

    @property
    def due(self) -> list[SeenTalk]:
        """The talks in which the person is to move."""
        return [sight for sight in self.sights if sight.due]

    @property
    def news(self) -> list[object]:
        """All that may change while the person waits."""
        return [
            (s.status, s.docket, s.theirs, s.agreed, s.ratifying, s.deadline, s.shocks, s.news)
            for s in self.sights
        ]


@dataclass(frozen=True, eq=False)
class Ending:
    """The game is over.

    Attributes:
        record: of the world.
    """

    record: Record


def _turns(model: TariffTalks) -> pd.DataFrame | None:
    """Give the turns so far; None before the first one."""
    logs = [talk.log for talk in model.talks]
    if not all(log is not None and log.entries for log in logs):
        return None
    return model.record().to_turns()
