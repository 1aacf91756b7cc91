"""Total rates: what the goods of a talk pay under every package."""

import numpy as np
from numpy.typing import NDArray

from sim.economy.rates.tariffs import TariffBook
from sim.protocol.rules import TalkRules

Floats = NDArray[np.float64]


def totals_of(rules: TalkRules, book: TariffBook | None) -> dict[str, Floats]:
    """Give the total rate under every package, (P,) percent, by goods group.

    Without a tariff book the levels of the measures are added up, and a measure without goods is a
    goods group itself.
    """
    if book is not None:
        heads = np.arange(rules.space.size) // rules.space.parts[1]
        return {goods: book.applied(goods)[heads] for goods in book.goods}
    totals: dict[str, Floats] = {}
    for k, measure in enumerate(rules.space.measures):
        points = np.array(measure.levels, dtype=np.float64)[rules.space.levels[:, k]]
        for goods in measure.goods or (measure.name,):
            totals[goods] = totals.get(goods, np.zeros(rules.space.size)) + points
    return totals
