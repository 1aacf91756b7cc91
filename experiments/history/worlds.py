"""How the talks of every world ended, side by side: what patterns and scores read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.config import ScenarioConfig
from sim.protocol.rules import Calendar, TalkRules
from sim.scenario.scenario import calendar_of, talks_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class WorldOutcomes:
    """The ends of all talks in some worlds.

    Attributes:
        talks: names (T).
        start: day of the first round; None without dates.
        draw, world: (W,).
        deal: (W, T) whether there is a deal.
        day: (W, T) days from the first round to the signature; infinite without a deal.
        left: (W, T) days from the signature to the end of the pause, as it was announced last;
            not a number without a deal.
        lowered: by measure, (W, T) whether the deal lowers it.
        points: by measure, (W, T) points that it adds at the end; not a number in a talk without
            that measure.
        given: by concession, (W, T) its level; not a number in a talk without it.
        applied: by goods group, (W, T) total rate in percent; not a number in a talk without it.
    """

    talks: tuple[str, ...]
    start: date | None
    draw: Ints
    world: Ints
    deal: Flags
    day: Floats
    left: Floats
    lowered: Mapping[str, Flags]
    points: Mapping[str, Floats]
    given: Mapping[str, Floats]
    applied: Mapping[str, Floats]

    def at(self, talk: str) -> int:
        """Give the number of a talk."""
        return self.talks.index(talk)

    def columns(self, talks: Sequence[str]) -> list[int]:
        """Give the numbers of some talks; of all if none is named."""
        return [self.at(talk) for talk in talks or self.talks]


def ends_of(frame: pd.DataFrame, config: ScenarioConfig) -> WorldOutcomes:
    """Read the ends of all talks from the outcomes of one cell.

    Args:
        frame: table of outcomes of one cell, sorted by world and talk as a run writes it.
        config: the scenario of the cell.
    """
    rules, calendar = talks_of(config), calendar_of(config)
    parts = [frame[frame["talk"] == talk.name] for talk in rules]
    deal = _beside(parts, "status") == "deal"
    round_ = np.where(deal, _numbers(parts, "round"), np.inf)
    return WorldOutcomes(
        talks=tuple(talk.name for talk in rules),
        start=calendar.start,
        draw=parts[0]["draw"].to_numpy(np.int64),
        world=parts[0]["world"].to_numpy(np.int64),
        deal=deal,
        day=(round_ - 1) * calendar.days,
        left=_left(parts, calendar, deal, round_),
        lowered=_lowered(parts, rules),
        points=_family(parts, "rate."),
        given=_family(parts, "give."),
        applied=_family(parts, "applied."),
    )


def _beside(parts: Sequence[pd.DataFrame], column: str) -> NDArray[np.object_]:
    return np.stack([part[column].to_numpy(object) for part in parts], axis=1)


def _numbers(parts: Sequence[pd.DataFrame], column: str) -> Floats:
    return np.stack([part[column].to_numpy(float, na_value=np.nan) for part in parts], axis=1)


def _family(parts: Sequence[pd.DataFrame], front: str) -> dict[str, Floats]:
    found = (str(column) for column in parts[0] if str(column).startswith(front))
    return {column.removeprefix(front): _numbers(parts, column) for column in found}


def _left(parts: Sequence[pd.DataFrame], calendar: Calendar, deal: Flags, round_: Floats) -> Floats:
    deadline = np.full(deal.shape, float(calendar.rounds))
    if calendar.mode == "extension":
        deadline = _numbers(parts, "deadline")
    rest: Floats = np.where(deal, (deadline + 1 - round_) * calendar.days, np.nan)
    return rest


def _lowered(parts: Sequence[pd.DataFrame], rules: Sequence[TalkRules]) -> dict[str, Flags]:
    """Tell by measure whether the package of every talk lowers it; a kept one does not."""
    found: dict[str, Flags] = {}
    packages = np.stack([part["package"].to_numpy(np.int64) for part in parts], axis=1)
    for k, talk in enumerate(rules):
        masks = talk.space.lowered[np.maximum(packages[:, k], 0)]
        for m, measure in enumerate(talk.space.measures):
            flags = found.setdefault(measure.name, np.zeros(packages.shape, dtype=bool))
            flags[:, k] = (packages[:, k] >= 0) & (masks >> m & 1 == 1)
    return found
