"""The table of docs/talks_mechanisms.md on the test by answer: `python -m tests.answers DIR`.

And both trials of other wordings on it, late stance under the rule: `python -m tests.answers`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.results.clustered import band_of, clustered_mean
from sim.chance.spreads import Drawn
from sim.protocol import state
from sim.protocol.docket import Docket
from sim.protocol.state import HUB, PARTNER, TalkState
from sim.scenario.scenario import Scenario
from sim.seats.strategy import BatchStrategy
from sim.seats.views.view import View
from sim.strategies import Asker, Boulware, ScopeRefuser
from sim.talks.model import negotiate
from tests.docs.test_readme import CONFIGS

MEASURES = ("cars", "parts", "metals", "baseline", "suspended")
PATHS = ["strategies.usa", "strategies.japan"]
COUNTRIES = ("japan", "korea", "usa")


@dataclass(frozen=True)
class Stamp(Boulware):
    """Once, in the first turn in which all is open, offers all to 0 for nothing."""

    def propose(self, view: View) -> ArrayLike:
        said = view.memory["said"] if "said" in view.memory else np.zeros(len(view), dtype=bool)
        now = view.open.all(axis=1) & ~said
        view.memory["said"] = said | now
        lowest = [len(i.levels) - 1 if i.kind == "measure" else 0 for i in view.space.issues]
        package = int(np.ravel_multi_index(tuple(lowest), view.space.shape))
        return np.where(now, package, np.asarray(super().propose(view)))


class Named(Docket):
    """Another wording: an offer of the partner that lowers it, since it opened, is a review."""

    def offered(self, at: Any, side: int, touched: Any = 0) -> None:
        if side == PARTNER:
            self.exchanged[PARTNER, at] |= touched & self.open[at]
            self.exchanged[HUB, at] |= touched & self.open[at]
        self.wished[:] = 0


def late(partner: BatchStrategy, worlds: int, **more: Any) -> Scenario:
    """The scenario with a hub that yields late or never, and two partners that are alike."""
    hub = ScopeRefuser(
        Boulware(Drawn.uniform(0.1, 0.8)), admits=("suspended",), until=Drawn.uniform(0.2, 1.4)
    )
    changes: dict[str, Any] = {
        "strategies.usa": hub,
        "strategies.japan": partner,
        "strategies.korea": partner,
        "payoffs.draws": max(worlds // 4, 1),
        "payoffs.replications": 4,
        **more,
    }
    return Scenario.load(CONFIGS / "scenarios" / "us_japan_korea_2025.toml", changes, seed=1)


def trial(
    player: type[Boulware], test: str, worlds: int, docket: type[Docket] = Docket
) -> pd.DataFrame:
    """Play the late stance under the rule with two partners of a class."""
    game = late(player(Drawn.uniform(0.2, 1.0)), worlds, **{"rules.test": test})
    usual, state.Docket = state.Docket, docket
    try:
        return negotiate(game, worlds, seed=1).to_frame()
    finally:
        state.Docket = usual


def agreements(worlds: int) -> Iterator[tuple[str, str, pd.DataFrame, pd.DataFrame]]:
    """Play the late stance without a rule and with it; agreements kept or judged anew.

    Partners ask while the rule names what is closed, or never ask, or from the start.
    """
    bargains = Boulware(Drawn.uniform(0.2, 1.0))
    kinds = (("asks", bargains), ("never asks", Asker(bargains, until=0)),
             ("asks from the start", Asker(bargains)))  # fmt: skip
    for name, partner in kinds:
        for anew in ("kept", "judged anew"):
            usual = TalkState.unheard
            if anew == "kept":
                TalkState.unheard = _nothing  # type: ignore[method-assign]
            try:
                free, bound = (
                    negotiate(late(partner, worlds, **{"rules.review": rule}), worlds, 1)
                    for rule in ("none", "all")
                )
            finally:
                TalkState.unheard = usual  # type: ignore[method-assign]
            yield name, anew, free.to_frame(), bound.to_frame()


def _nothing(table: TalkState, at: Any, side: int) -> Any:
    return np.zeros_like(at)


def on_cars(free: pd.DataFrame, bound: pd.DataFrame) -> pd.DataFrame:
    """Give what the rule changes on Japan's cars where there is a deal without it and with it.

    Returns:
        A row for each such world: columns draw, gap.
    """
    a, b = (f[f["talk"] == "japan"].set_index("world") for f in (free, bound))
    both = (a["package"] >= 0) & (b["package"] >= 0)
    gaps = (b["rate.cars"] - a["rate.cars"])[both]
    return pd.DataFrame({"draw": a["draw"][both], "gap": gaps}).astype(float)


def trials(worlds: int) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Play both wordings and the exchange with partners that bargain, and with those that stamp."""
    wordings = (
        ("by exchange", "by_exchange", Docket),
        ("named in an offer since it opened", "by_answer", Named),
        ("by answer", "by_answer", Docket),
    )
    for wording, test, docket in wordings:
        for player in (Boulware, Stamp):
            yield wording, player.__name__.lower(), trial(player, test, worlds, docket)


def told(frame: pd.DataFrame) -> list[str]:
    """Give the cells of a row: deals of both, all reviewed where all is open, payoffs."""
    both = [frame[frame["talk"] == name] for name in ("japan", "korea")]
    japan = both[0]
    states = japan[[f"review.{name}" for name in MEASURES]]
    opened = states.isin(["open", "reviewed"]).all(axis=1)
    reviewed = (states == "reviewed").all(axis=1)[opened].mean()
    deals = ", ".join(f"{100 * (part['status'] == 'deal').mean():.1f}" for part in both)
    payoffs = [f"{japan[f'payoff.{country}'].mean():.2f}" for country in COUNTRIES]
    return [deals, f"{100 * reviewed:.0f}", *payoffs]


def lines(frame: pd.DataFrame) -> Iterator[str]:
    """Write the table of the config: by exchange, and what changes by answer."""
    yield "| hub | partners | test | deals, % | all reviewed, % | Japan | Korea | hub |"
    yield "|---" * 8 + "|"
    for (hub, player), mine in frame.groupby(PATHS, sort=False):
        parts = dict(iter(mine.groupby("rules.test", sort=False)))
        base, other = parts["by_exchange"], parts["by_answer"]
        yield f"| {hub} | {player} | by exchange | {' | '.join(told(base))} |".replace("-", "−")
        cells = [*told(other)[:2], *(_change(base, other, f"payoff.{c}") for c in COUNTRIES)]
        yield f"|  |  | by answer | {' | '.join(cells)} |"


def _change(base: pd.DataFrame, other: pd.DataFrame, column: str) -> str:
    """Give what changes, by world, with its interval."""
    a, b = (f[f["talk"] == "japan"].set_index("world") for f in (base, other))
    gaps: NDArray[np.float64] = (b[column] - a[column]).to_numpy(float)
    return _told(gaps, a["draw"].to_numpy(float))


def _told(gaps: NDArray[np.float64], draws: NDArray[np.float64]) -> str:
    """Write a mean change, what it is computed to, and between what 5 and 95 % of draws lie."""
    mean, _, high = clustered_mean(gaps, draws)
    frame = pd.DataFrame({"draw": draws, "gap": gaps})
    (band,) = band_of(frame, frame["gap"], []).to_dict("records")
    told = f"{mean:+.2f} ± {high - mean:.2f} ({band['p5']:.2f} to {band['p95']:.2f})"
    return told.replace("-", "−")


def wordings(worlds: int) -> Iterator[str]:
    """Write the tables of the trials: wordings of the test, and agreements judged anew."""
    for wording, player, frame in trials(worlds):
        yield f"| {wording} | {player} | {' | '.join(told(frame))} |".replace("-", "−")
    for player, anew, free, bound in agreements(worlds):
        cells = [told(free)[0], *(told(bound)[k] for k in (0, 2, 3, 4))]
        cars = on_cars(free, bound)
        cells += [_told(cars["gap"].to_numpy(), cars["draw"].to_numpy())]
        yield f"| {player} | {anew} | {' | '.join(cells)} |".replace("-", "−")


if __name__ == "__main__":
    given = sys.argv[1:]
    table = lines(pd.read_parquet(Path(given[0]) / "outcomes.parquet")) if given else None
    sys.stdout.write("\n".join(table or wordings(1_000)) + "\n")
