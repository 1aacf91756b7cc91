"""The record of a run: one row per world and talk, and on request one per turn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.docket import STATES
from sim.reference import reference_columns
from sim.rules import TalkRules
from sim.scenario import Scenario
from sim.state import SIDES, Ints, Status, TalkState
from sim.turn_log import TurnLog

_KEPT = (
    "worlds", "draw", "first_mover", "status", "package", "ended_in", "agreed_in", "walked_by",
    "others",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class TalkRecord:
    """How one talk ended in every world; the arrays of `TalkState`, and the docket (W, M)."""

    worlds: Ints
    draw: Ints
    first_mover: Ints
    status: Ints
    package: Ints
    ended_in: Ints
    agreed_in: Ints
    walked_by: Ints
    offers: Ints
    refusals: Ints
    others: Ints
    docket: NDArray[np.int8]

    @classmethod
    def of(cls, state: TalkState) -> "TalkRecord":
        """Copy what a talk leaves."""
        kept = {name: getattr(state, name).copy() for name in _KEPT}
        offers = np.array([tally.counts() for tally in state.offers])
        kept |= {"offers": offers, "refusals": state.refusals.counts().copy()}
        return cls(**kept, docket=state.docket.states(np.arange(len(state.draw))))


@dataclass(frozen=True, eq=False)
class Record:
    """All that leaves a run."""

    game: Scenario
    talks: tuple[TalkRecord, ...]
    logs: tuple[tuple[dict[str, NDArray[Any]], ...], ...] | None = None

    @classmethod
    def of(
        cls, game: Scenario, states: Sequence[TalkState], logs: Sequence[TurnLog] | None
    ) -> "Record":
        """Copy what the talks leave."""
        kept = None if logs is None else tuple(tuple(log.entries) for log in logs)
        return cls(game, tuple(TalkRecord.of(state) for state in states), kept)

    @classmethod
    def joined(cls, records: Sequence["Record"]) -> "Record":
        """Join the records of consecutive worlds."""
        if len(records) == 1:
            return records[0]
        head = records[0]
        talks = tuple(_join([r.talks[i] for r in records]) for i in range(len(head.talks)))
        logs = None
        if head.logs is not None:
            every = [r.logs for r in records if r.logs is not None]
            logs = tuple(sum((log[i] for log in every), ()) for i in range(len(head.talks)))
        return replace(head, talks=talks, logs=logs)

    @property
    def payoffs(self) -> NDArray[np.float64]:
        """(C, W): what every country ends with, USD bn a year against no deal anywhere."""
        game, draw = self.game, self.talks[0].draw
        total = game.payoffs.payoff(draw, [talk.package for talk in self.talks])
        for rules, talk in zip(game.talks, self.talks, strict=True):
            total[game.countries.index(rules.hub)] -= review_cost(game, rules, talk)
        return total

    def to_frame(self) -> pd.DataFrame:
        """Give one row per world and talk, sorted by both; columns as in the results schema."""
        payoffs = self.payoffs
        frames = [self._talk_frame(i, payoffs) for i in range(len(self.talks))]
        frame = pd.concat(frames, ignore_index=True)
        order = np.argsort(frame["world"].to_numpy(), kind="stable")
        return frame.iloc[order].reset_index(drop=True)

    def to_turns(self) -> pd.DataFrame:
        """Give one row per turn, sorted by world, talk, round and mover.

        Raises:
            ValueError: the run kept no log; negotiate with `turns=True`.
        """
        if self.logs is None:
            raise ValueError("this run kept no log of turns: negotiate with turns=True")
        frames = [self._turn_frame(i) for i in range(len(self.talks))]
        frame = pd.concat(frames, ignore_index=True)
        keys = (frame["mover"], frame["round"], frame["_talk"], frame["world"])
        frame = frame.iloc[np.lexsort([k.to_numpy() for k in keys])]
        return frame.drop(columns="_talk").reset_index(drop=True)

    def _talk_frame(self, i: int, payoffs: NDArray[np.float64]) -> pd.DataFrame:
        game, rules, talk = self.game, self.game.talks[i], self.talks[i]
        deal = talk.package >= 0
        safe = np.where(deal, talk.package, 0)
        columns: dict[str, Any] = {
            "world": talk.worlds,
            "draw": talk.draw,
            "talk": _labels(np.full(len(deal), i), [r.name for r in game.talks]),
            "status": _labels(talk.status - 1, [s.name.lower() for s in Status][1:]),
            "lowers": deal & (rules.space.lowered[safe] > 0),
            "round": _nullable(talk.ended_in, deal),
            "date": _dates(game, talk.ended_in, deal),
            "in_principle": _nullable(talk.agreed_in, talk.agreed_in > 0),
            "first_mover": _labels(talk.first_mover, [rules.hub, rules.partner]),
            "walked_by": _labels(talk.walked_by, [rules.hub, rules.partner]),
            "package": talk.package,
        }
        columns |= {f"offers.{side}": talk.offers[s] for s, side in enumerate(SIDES)}
        columns["refusals"] = talk.refusals
        for m, measure in enumerate(rules.space.measures):
            columns[f"review.{measure.name}"] = _labels(talk.docket[:, m], STATES)
        columns |= self._terms(rules, talk)
        columns["review_cost"] = review_cost(game, rules, talk)
        columns |= {f"payoff.{c}": payoffs[n] for n, c in enumerate(game.countries)}
        columns |= reference_columns(game.payoffs, i, talk.draw, talk.others, talk.package)
        columns |= self._status_at_signing(i)
        return pd.DataFrame(columns)

    def _terms(self, rules: TalkRules, talk: TalkRecord) -> dict[str, Any]:
        """Give rates and concessions at the end; without a deal the no-deal ones."""
        safe = np.where(talk.package >= 0, talk.package, 0)
        book = self.game.rates.get(rules.name)
        columns: dict[str, Any] = {}
        measures = len(rules.space.measures)
        for k, issue in enumerate(rules.space.issues):
            level = np.array(issue.levels, dtype=np.float64)
            if k < measures:
                added = level if book is None else book.measure_points(issue.name)
                columns[f"rate.{issue.name}"] = added[rules.space.levels[safe, k]]
            else:
                columns[f"give.{issue.name}"] = level[rules.space.levels[safe, k]]
        if book is not None:
            head = safe // rules.space.parts[1]
            columns |= {f"applied.{g}": book.applied(g)[head] for g in book.goods}
        return columns

    def _status_at_signing(self, i: int) -> dict[str, Any]:
        """Tell how the other talks stood when this one was signed."""
        columns = {}
        mine = self.talks[i]
        names = [s.name.lower() for s in Status]
        for j, other in enumerate(self.talks):
            if j != i:
                earlier = (other.ended_in > 0) & (other.ended_in <= mine.ended_in)
                then = np.where(earlier, other.status, Status.OPEN)
                then = np.where(mine.package >= 0, then, -1)
                columns[f"status_at_signing.{self.game.talks[j].name}"] = _labels(then, names)
        return columns

    def _turn_frame(self, i: int) -> pd.DataFrame:
        game, rules = self.game, self.game.talks[i]
        entries = self.logs[i] if self.logs is not None else ()
        names = list(entries[0]) if entries else []
        frame = pd.DataFrame({n: np.concatenate([e[n] for e in entries]) for n in names})
        sides = {"hub": rules.hub, "partner": rules.partner, "": ""}
        frame["seat"] = frame.pop("side").map(sides)
        frame["date"] = _dates(game, frame["round"].to_numpy(), np.ones(len(frame), dtype=bool))
        measures = [measure.name for measure in rules.space.measures]
        for move in ("requested", "withdrawn", "admitted", "refused", "reviewed"):
            frame[move] = [_names(held, measures) for held in frame[move]]
        frame["talk"], frame["_talk"] = rules.name, i
        front = ["world", "talk", "round", "date", "mover", "seat"]
        return frame[front + [c for c in frame.columns if c not in front]]


def review_cost(game: Scenario, rules: TalkRules, talk: TalkRecord) -> NDArray[np.float64]:
    """Give what the reviews of a talk cost the hub, (W,) USD bn a year; each charged once."""
    total = np.zeros(len(talk.draw))
    cost = game.review_cost.get((rules.hub, rules.name))
    if cost is not None:
        reviewed = talk.docket == STATES.index("reviewed")
        for m in range(cost.shape[1]):
            total += np.where(reviewed[:, m], cost[talk.draw, m], 0.0)
    return total


def _join(parts: Sequence[TalkRecord]) -> TalkRecord:
    joined = {
        name: np.concatenate([getattr(p, name) for p in parts], axis=-1)
        for name in (*_KEPT, "offers", "refusals")
    }
    return TalkRecord(**joined, docket=np.concatenate([p.docket for p in parts]))


def _labels(codes: NDArray[Any], names: Sequence[str]) -> Any:
    return pd.Categorical.from_codes(codes.astype(np.int64), categories=pd.Index(list(names)))


def _nullable(values: Ints, known: NDArray[np.bool_]) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(values.astype(np.int32), ~known)


def _dates(game: Scenario, rounds: Ints, known: NDArray[np.bool_]) -> NDArray[np.datetime64]:
    calendar = game.calendar
    none = np.full(len(rounds), np.datetime64("NaT", "s"))
    if calendar.start is None:
        return none
    days = (rounds - 1) * calendar.days
    dates = np.datetime64(calendar.start, "D") + days.astype("timedelta64[D]")
    return np.where(known, dates.astype("datetime64[s]"), none)


def _names(held: int, measures: Sequence[str]) -> str:
    return ",".join(name for m, name in enumerate(measures) if held >> m & 1)
