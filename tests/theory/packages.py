"""Two pies and alternating offers of both at once: the equilibrium by exact knapsacks."""

from typing import NamedTuple

Pair = tuple[float, float]


class Offer(NamedTuple):
    """An offer: shares of the first side in both pies, and what both sides gain."""

    shares: Pair
    gains: Pair


def first_offer(periods: int, tastes: tuple[Pair, Pair], discounts: Pair) -> Offer:
    """Give the first offer of alternating offers with a last period.

    The proposer keeps as much as leaves the other its discounted next offer: it gives away first
    what costs it least for what it brings the other, a fractional knapsack.

    Args:
        periods: their number; the first side proposes in odd ones.
        tastes: of both sides, what either pie is worth to them; each adds up to 1.
        discounts: factors of a period.
    """
    owed, offer = 0.0, Offer((0.0, 0.0), (0.0, 0.0))
    for period in range(periods, 0, -1):
        me = 1 - period % 2
        given = _given(owed, tastes[me], tastes[1 - me])
        kept = (1 - given[0], 1 - given[1])
        pairs = (kept, given) if me == 0 else (given, kept)
        worth = [sum(t * x for t, x in zip(tastes[k], pairs[k], strict=True)) for k in (0, 1)]
        offer = Offer(pairs[0], (worth[0], worth[1]))
        owed = discounts[me] * offer.gains[me]
    return offer


def _given(owed: float, mine: Pair, yours: Pair) -> Pair:
    """Give the shares of both pies to give away for something worth so much to the other."""
    shares = [0.0, 0.0]
    for pie in sorted((0, 1), key=lambda k: mine[k] / yours[k]):
        shares[pie] = min(1.0, owed / yours[pie])
        owed -= shares[pie] * yours[pie]
    return shares[0], shares[1]
