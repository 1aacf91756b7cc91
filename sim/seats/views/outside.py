"""Outlooks: what a seat sees outside its talk, written as one integer a world."""

import numpy as np

from sim.payoffs.tables import Payoffs
from sim.protocol.state import HUB, Ints
from sim.seats.views.seat import Seat
from sim.seats.views.visibility import offers, terms


def outlook(payoffs: Payoffs, place: Seat, round: int, step: int) -> Ints:
    """Write what a seat sees outside its talk, (W,).

    Where a most-favoured clause is an issue of the talk that holds, beyond what is signed
    elsewhere, what the hub is seen to offer there: by that a clause is valued.

    Args:
        payoffs: of the scenario.
        place: of the seat.
        round: now.
        step: step of the path of no-deal rates that is known.
    """
    talk, everywhere = place.state.number, np.arange(len(place.state.draw))
    signed = [np.full(len(everywhere), -1, dtype=np.int64) for _ in payoffs.talks]
    lying = list(signed)
    for state, sight in place.others:
        signed[state.number] = terms(state, sight, everywhere, round)
        if payoffs.grants(talk):
            lying[state.number] = offers(state, sight, place.country, everywhere, round)[HUB]
    country = payoffs.countries.index(place.country)
    forecast = payoffs.forecast(country, place.weather.chances)
    states = payoffs.states(signed)
    offered = payoffs.states(lying) if payoffs.grants(talk) else None
    return payoffs.encode(talk, states, step, forecast, offered)
