"""For people who write strategies: situations and play as data, and the contract of a strategy."""

from sim.testing.contract import strategy_contract
from sim.testing.games import SPACE, pie, tariff_game
from sim.testing.players import Chaotic, Opening, Scripted, silent
from sim.testing.situations import Turn, make_view, make_world_view, offers, play
from sim.testing.told.verdicts import Check, ContractError

__all__ = [
    "SPACE", "Chaotic", "Check", "ContractError", "Opening", "Scripted", "Turn", "make_view",
    "make_world_view", "offers", "pie", "play", "silent", "strategy_contract", "tariff_game",
]  # fmt: skip
