"""Small scenarios with given payoffs, and strategies that play from a script."""

from sim.testing.games import CARS, METALS, PLEDGE, SPACE, additive, tariff_game
from sim.testing.players import Scripted

game = tariff_game

__all__ = ["CARS", "METALS", "PLEDGE", "SPACE", "Scripted", "additive", "game"]
