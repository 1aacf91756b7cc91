"""A hub that lowers tariffs for two partners against payments: closed forms are known.

With cuts q and payments T the hub gets - c/2 (q_J^2 + q_K^2) + T_J + T_K, and a partner i beside j
gets v q_i - e q_j - g q_i q_j - T_i: what is lowered for its rival hurts it.
"""

from dataclasses import dataclass

import numpy as np

from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from sim.protocol.rules import TalkRules


@dataclass(frozen=True)
class Oligopoly:
    """Values, and the closed forms of Nash in Nash.

    Attributes:
        value, rivalry, cost, interaction: v, e, c and g.
        weight: bargaining weight of the hub.
    """

    value: float = 10.0
    rivalry: float = 3.0
    cost: float = 2.0
    interaction: float = 0.0
    weight: float = 0.5

    @property
    def cut(self) -> float:
        """Cut of each talk, given the same in the other."""
        return self.value / (self.cost + self.interaction)

    @property
    def payment(self) -> float:
        """Payment of each partner: what the cut costs, and the hub's share of what it adds."""
        return self.cost * self.cut**2 / 2 + self.weight * self.surplus(self.cut, self.cut)

    @property
    def efficient_cut(self) -> float:
        """Cut of each talk with the largest sum of payoffs."""
        return (self.value - self.rivalry) / (self.cost + 2 * self.interaction)

    @property
    def free_ridden_cut(self) -> float:
        """Cut that one talk makes if its rate holds for both; without interaction."""
        return (self.value - self.rivalry) / (2 * self.cost)

    @property
    def followed_cut(self) -> float:
        """Cut of a first talk in which the hub foresees what it will get in the second."""
        v, e, c, g, b = self.value, self.rivalry, self.cost, self.interaction, self.weight
        return (v + (e * g - (1 + b) * g * v) / c) / (c - (2 + b) * g**2 / c)

    def following_cut(self, other: float) -> float:
        """Cut of a talk, given that of the other."""
        return (self.value - self.interaction * other) / self.cost

    def surplus(self, own: float, other: float) -> float:
        """What a cut adds for hub and partner together, given the other one."""
        return (self.value - self.interaction * other) * own - self.cost * own**2 / 2

    def hub(self, cuts: tuple[float, float], payments: tuple[float, float]) -> float:
        """Payoff of the hub."""
        return sum(payments) - self.cost / 2 * sum(cut**2 for cut in cuts)

    def partner(self, own: float, other: float, payment: float) -> float:
        """Payoff of a partner."""
        gain = (self.value - self.interaction * other) * own
        return gain - self.rivalry * other - payment


@dataclass(frozen=True)
class Market:
    """The same on a grid, as the engine plays it.

    Attributes:
        cuts, payments: the levels.
    """

    game: Oligopoly
    cuts: np.ndarray
    payments: np.ndarray

    @property
    def space(self) -> OutcomeSpace:
        """A tariff that starts at the largest cut, and a payment."""
        duty = tuple((self.cuts.max() - self.cuts).tolist())
        payment = tuple(self.payments.tolist())
        return OutcomeSpace((Issue("duty", "measure", duty), Issue("pay", "concession", payment)))

    @property
    def talks(self) -> tuple[TalkRules, ...]:
        """Both talks, everything open."""
        rules = {"scope": False, "test": "by_admission", "first_mover": "hub"}
        return tuple(TalkRules(name, "hub", name, self.space, **rules) for name in ("east", "west"))

    @property
    def payoffs(self) -> Payoffs:
        """A table of every talk, and what the cuts of both do to the partners together."""
        q, size, game = self.cuts, len(self.cuts), self.game
        own, cost, rival = (
            np.concatenate([[0.0], values])[None, :]
            for values in (game.value * q, -game.cost / 2 * q**2, -game.rivalry * q)
        )
        nothing, paid = np.zeros((1, len(self.payments))), self.payments[None, :]
        cross = np.zeros((1, 1, 1 + size, 1 + size))
        cross[0, 0, 1:, 1:] = -game.interaction * np.outer(q, q)
        return Payoffs(
            ("hub", "east", "west"),
            ("east", "west"),
            (size,) * 2,
            (len(self.payments),) * 2,
            main=((cost, cost), (own, rival), (rival, own)),
            tail=((paid, paid), (-paid, nothing), (nothing, -paid)),
            cross={(0, 1): (np.zeros_like(cross), cross, cross)},
            weights=(np.ones((1, 1)),) * 3,
            family=np.zeros(1, dtype=np.int64),
        )

    def terms(self, package: int) -> tuple[float, float]:
        """Give the cut and the payment of a package; of no deal nothing."""
        if package < 0:
            return 0.0, 0.0
        cut, payment = divmod(package, len(self.payments))
        return float(self.cuts[cut]), float(self.payments[payment])

    def package(self, cut: float, payment: float) -> int:
        """Give the package with a cut and a payment on the grid."""
        places = [int(np.abs(grid - value).argmin()) for grid, value in
                  ((self.cuts, cut), (self.payments, payment))]  # fmt: skip
        return places[0] * len(self.payments) + places[1]


def market(game: Oligopoly, step: float = 0.05, *, paid: float = 0.25) -> Market:
    """Give cuts from 0 to 10 and payments from 0 to 60 in steps."""
    cuts = np.arange(round(10 / step) + 1) * step
    return Market(game, cuts, np.arange(round(60 / paid) + 1) * paid)
