"""The record of a run: one row per world and talk, and on request one per turn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.protocol.state import Ints, TalkState
from sim.scenario.scenario import Scenario
from sim.talks import charges
from sim.talks.frames import outcome_table, turn_table
from sim.talks.outcome import TalkRecord
from sim.talks.turns import TurnLog


@dataclass(frozen=True, eq=False)
class Record:
    """All that leaves a run.

    Attributes:
        game: the scenario.
        talks: how every talk ended.
        threats: (K, W) how often each threat was made.
        logs: entries of the logs of turns, by talk, if they were kept.
    """

    game: Scenario
    talks: tuple[TalkRecord, ...]
    threats: Ints
    logs: tuple[tuple[dict[str, NDArray[Any]], ...], ...] | None = None

    @classmethod
    def of(
        cls,
        game: Scenario,
        states: Sequence[TalkState],
        threats: Ints,
        logs: Sequence[TurnLog] | None,
    ) -> "Record":
        """Copy what the talks leave."""
        kept = None if logs is None else tuple(tuple(log.entries) for log in logs)
        return cls(game, tuple(TalkRecord.of(state) for state in states), threats.copy(), kept)

    @classmethod
    def joined(cls, records: Sequence["Record"]) -> "Record":
        """Join the records of consecutive worlds."""
        if len(records) == 1:
            return records[0]
        head = records[0]
        talks = tuple(
            TalkRecord.joined([r.talks[i] for r in records]) for i in range(len(head.talks))
        )
        logs = None
        if head.logs is not None:
            every = [r.logs for r in records if r.logs is not None]
            logs = tuple(sum((log[i] for log in every), ()) for i in range(len(head.talks)))
        threats = np.concatenate([r.threats for r in records], axis=1)
        return replace(head, talks=talks, threats=threats, logs=logs)

    @property
    def payoffs(self) -> NDArray[np.float64]:
        """(C, W): what every country ends with, USD bn a year against no deal anywhere."""
        return charges.payoffs(self.game, self.talks, self.threats)

    def to_frame(self) -> pd.DataFrame:
        """Give one row per world and talk, sorted by both; columns as in the results schema."""
        return outcome_table(self.game, self.talks, self.threats)

    def to_turns(self) -> pd.DataFrame:
        """Give one row per turn, sorted by world, talk, round and mover.

        Raises:
            ValueError: the run kept no log; negotiate with `turns=True`.
        """
        if self.logs is None:
            raise ValueError("this run kept no log of turns: negotiate with turns=True")
        return turn_table(self.game, self.logs)
