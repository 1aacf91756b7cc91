"""Situations and transcripts: what a strategy does, as data."""

from typing import Any

import pandas as pd

from sim import testing
from sim.scenario.scenario import Scenario
from sim.talks.model import negotiate
from sim.testing import Opening, silent
from tests.games import game

__all__ = ["Opening", "Turn", "log", "offers", "open_game", "pie", "scope_moves", "silent", "turns"]

Turn = tuple[str, int]
"""An answer and an offer, as in the log of turns."""


def pie(
    hub: Any,
    partner: Any,
    rounds: int,
    slices: int = 10,
    reservation: tuple[float, float] = (0.0, 0.0),
    **rules: Any,
) -> Scenario:
    """Two sides share a pie: package k gives the hub k slices and the partner the rest."""
    return testing.pie(rounds, slices, reservation, (hub, partner), **rules)


def log(scenario: Scenario, worlds: int = 1, seed: int = 0) -> pd.DataFrame:
    """Give the turns of a scenario."""
    return negotiate(scenario, worlds, seed=seed, turns=True).to_turns()


def turns(table: pd.DataFrame, seat: str, world: int = 0, talk: str | None = None) -> list[Turn]:
    """Give what a seat answered and offered, turn by turn."""
    mine = table[(table["seat"] == seat) & (table["world"] == world)]
    mine = mine if talk is None else mine[mine["talk"] == talk]
    return list(zip(mine["answer"], mine["offer"], strict=True))


def offers(scenario: Scenario, seat: str) -> list[int]:
    """Give the offers of a seat, turn by turn."""
    return [offer for _, offer in turns(log(scenario), seat)]


def scope_moves(table: pd.DataFrame, move: str, world: int = 0) -> list[str]:
    """Give what was requested, withdrawn, admitted or refused in each round of a world."""
    mine = table[table["world"] == world]
    return mine.groupby("round")[move].apply(lambda said: "".join(said)).tolist()


def open_game(hub: Any, partner: Any, **settings: Any) -> Scenario:
    """Cars, metals and a pledge, everything open, nothing to be reviewed."""
    return game(hub, partner, **{"scope": False, "review": (), "test": "by_admission", **settings})
