"""After the game: where the person ended, against the frontier and against the house strategy."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.app import called
from experiments.app.game.sitting import Sitting
from experiments.app.shown.charts import DEAL, HOUSE, PayoffPlane, Row, everything
from experiments.app.values import Values, best_or_none, outlook_of
from experiments.results.clustered import wilson
from sim import Record, Scenario, negotiate
from sim.protocol.rules import TalkRules

Floats = NDArray[np.float64]

WORLDS = 1_000


@dataclass(frozen=True, eq=False)
class TalkEnd:
    """How a talk of the person ended.

    Attributes:
        rules: of the talk.
        said: how it ended, in words.
        package: of the deal, -1 without one.
        mine, theirs: gains of the person and of the other side over no deal in this talk.
        best: what the person could have gained at most while the other side loses nothing; 0 where
            that is no deal.
        best_terms: with which package.
        plane, rows: the payoff plane, with the deal and those of the house strategy.
    """

    rules: TalkRules
    said: str
    package: int
    mine: float
    theirs: float
    best: float
    best_terms: str
    plane: PayoffPlane
    rows: list[Row]


@dataclass(frozen=True, eq=False)
class Debrief:
    """The end of a game.

    Attributes:
        payoffs: by country, what everybody ends with.
        house: (1000,) what the person's country ends with where the house strategy plays its seat:
            the same payoffs and the same opponents, other luck.
        deals: share of these worlds with a deal, by talk of the person.
        talks: how each talk of the person ended.
    """

    payoffs: dict[str, float]
    mine: float
    house: Floats
    deals: dict[str, float]
    talks: tuple[TalkEnd, ...]

    @classmethod
    def of(cls, sitting: Sitting, record: Record) -> "Debrief":
        """Compare a game that is over with 1,000 worlds of the house strategy."""
        game, country = sitting.game, sitting.country
        ends = dict(zip(game.countries, record.payoffs[:, 0].tolist(), strict=True))
        house = house_worlds(game, sitting.seed)
        frame = house.to_frame()
        mine = [n for n, r in enumerate(game.talks) if country in (r.hub, r.partner)]
        deals = {game.talks[n].name: float((house.talks[n].package >= 0).mean()) for n in mine}
        return cls(
            payoffs=ends,
            mine=ends[country],
            house=house.payoffs[game.countries.index(country)],
            deals=deals,
            talks=tuple(_end(sitting, record, frame, n) for n in mine),
        )

    @property
    def better(self) -> float:
        """The share of the house strategy's worlds in which it ended worse than the person."""
        return float((self.house < self.mine - 1e-9).mean())

    @property
    def sure(self) -> tuple[float, float]:
        """Between what that share lies, by the luck of 1,000 worlds."""
        worlds = np.array([float(len(self.house))])
        low, high = wilson(np.array([self.better]), worlds)
        return float(low[0]), float(high[0])

    @property
    def equal(self) -> float:
        """The share in which it ended the same."""
        return float((np.abs(self.house - self.mine) <= 1e-9).mean())


def house_worlds(game: Scenario, seed: int) -> Record:
    """Play worlds with the payoffs of the first one, the house strategy in the person's seat."""
    return negotiate(replace(game, replications=WORLDS), WORLDS, seed)


def _end(sitting: Sitting, record: Record, house: pd.DataFrame, n: int) -> TalkEnd:
    """Say how a talk of the person ended."""
    game, rules = sitting.game, sitting.game.talks[n]
    talk, packages = record.talks[n], [int(each.package[0]) for each in record.talks]
    outlook = outlook_of(game, n, packages, game.calendar.last, game.payoffs.in_force(talk.weather))
    draw, package = int(talk.draw[0]), packages[n]
    hub, partner = (
        Values.of(game, country, n, draw, outlook) for country in (rules.hub, rules.partner)
    )
    mine, theirs = (hub, partner) if sitting.country == rules.hub else (partner, hub)
    best, gain = best_or_none(mine, theirs, everything(rules))
    states = record.to_frame()
    row = states[states["talk"] == rules.name].iloc[0]
    docket = tuple(str(row[f"review.{m.name}"]) for m in rules.space.measures)
    dropped = str(row.get("relented", "")).split(",")
    named = tuple(name for name in rules.review if name not in dropped)
    plane = PayoffPlane(game, rules, hub, partner, docket, named, game.calendar.last)
    rows = plane.curves(near=True) + _house_deals(plane, house, rules)
    if package >= 0:
        rows.append(plane.point(DEAL, package))
    return TalkEnd(
        rules=rules,
        said=called.ENDINGS[str(row["status"])],
        package=package,
        mine=mine.one(package),
        theirs=theirs.one(package),
        best=gain,
        best_terms=called.package(rules, best) if best >= 0 else "no deal",
        plane=plane,
        rows=rows,
    )


def _house_deals(plane: PayoffPlane, house: pd.DataFrame, rules: TalkRules) -> list[Row]:
    """Give the deals of the house strategy, each package once with its number of worlds."""
    signed = house[(house["talk"] == rules.name) & (house["package"] >= 0)]
    counted = signed.groupby("package", sort=True).size()
    return [plane.point(HOUSE, int(str(p)), worlds=int(n)) for p, n in counted.items()]
