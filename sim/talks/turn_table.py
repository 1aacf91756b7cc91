"""The table of turns: one row per turn of every world."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.scenario.scenario import Scenario
from sim.talks.columns import dates, listed

Log = Sequence[Mapping[str, NDArray[Any]]]


def turn_table(game: Scenario, logs: Sequence[Log]) -> pd.DataFrame:
    """Give one row per turn, sorted by world, talk, round and mover; `logs` by talk."""
    frames = [_turns(game, i, log) for i, log in enumerate(logs)]
    frame = pd.concat(frames, ignore_index=True)
    keys = (frame["mover"], frame["round"], frame["_talk"], frame["world"])
    frame = frame.iloc[np.lexsort([k.to_numpy() for k in keys])]
    return frame.drop(columns="_talk").reset_index(drop=True)


def _turns(game: Scenario, i: int, log: Log) -> pd.DataFrame:
    rules = game.talks[i]
    columns = list(log[0]) if log else []
    frame = pd.DataFrame({n: np.concatenate([e[n] for e in log]) for n in columns})
    frame["seat"] = frame.pop("side").map({"hub": rules.hub, "partner": rules.partner, "": ""})
    always = np.ones(len(frame), dtype=bool)
    frame["date"] = dates(game.calendar, frame["round"].to_numpy(), always)
    names = [shock.name for shock in game.surroundings.shocks]
    measures = [measure.name for measure in rules.space.measures]
    for move in ("relented", "opened", "requested", "withdrawn", "admitted", "refused", "reviewed"):
        frame[move] = [listed(held, measures) for held in frame[move]]
    frame["shocks"] = [listed(bits, names) for bits in frame["shocks"]]
    threats = np.array([*(threat.name for threat in game.surroundings.threats), ""], dtype=object)
    frame["threat"] = threats[frame["threat"]]
    frame["talk"], frame["_talk"] = rules.name, i
    front = ["world", "talk", "round", "date", "mover", "seat"]
    return frame[front + [c for c in frame.columns if c not in front]]
