"""Print the best reply of every seat that changes one parameter of its strategy, and what it gains.

    python -m benchmarks.replies [SCENARIO] [--worlds 1000] [--draws 250]

The other seats keep the strategies of the scenario. A reply is chosen among the values of a grid
on the worlds of one seed and measured on those of another, other draws and other luck, against the
strategy that ships: paired by world; ± is half of a 95 % interval that counts draws. The worlds on
which it was chosen would flatter it.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.results.clustered import clustered_mean, clusters
from sim import Scenario, negotiate
from sim.config import parse, read_scenario
from sim.scenario.players.registry import inside
from sim.scenario.players.seating import strategies_of

FILE = Path(__file__).parents[1] / "configs" / "scenarios" / "us_japan_korea_2025.toml"

CHOSEN_ON, MEASURED_ON = 1, 2
"""Seeds."""

GRID: Mapping[str, Sequence[Any]] = {
    "exponent": (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 1.5, 3.0),
    "until": (0.0, 0.2, 0.4, 0.6, 0.8, 0.95, 1.1),
    "band": (0.0, 0.5, 1.0, 1.7, 2.5, 3.4, 5.0),
    "keeps": (True,),
}
"""Values of parameters, by their name wherever it stands in a strategy."""


@dataclass(frozen=True)
class Reply:
    """The best value of one parameter of a seat.

    Attributes:
        country: who replies.
        path: dotted path of the parameter.
        value: the best of the grid.
        gain, error: of payoff over the strategy that ships, USD bn a year, and what it is computed
            to, measured on other worlds than those it was chosen on.
        hoped: the gain in the worlds it was chosen on.
        deals: percent of the country's talks with a deal, as shipped and with the reply.
    """

    country: str
    path: str
    value: Any
    gain: float
    error: float
    hoped: float
    deals: tuple[float, float]


@dataclass(frozen=True)
class Table:
    """A scenario at which seats reply.

    Attributes:
        file: of the scenario.
        worlds, draws: of every play.
    """

    file: Path = FILE
    worlds: int = 1_000
    draws: int = 250

    def play(self, changes: Mapping[str, Any], seed: int) -> pd.DataFrame:
        """Play the scenario with some changes."""
        said = {
            "payoffs.draws": self.draws,
            "payoffs.replications": -(-self.worlds // self.draws),
            **changes,
        }
        return negotiate(Scenario.load(self.file, said, seed), self.worlds, seed).to_frame()

    @property
    def countries(self) -> tuple[str, ...]:
        """Who sits at it; the hub first."""
        return Scenario.load(self.file, {"payoffs.draws": 1}).countries

    def parameters(self, country: str) -> Iterator[tuple[str, str]]:
        """Give paths and names of the parameters of a seat's strategy that are in the grid."""
        config = parse(read_scenario(self.file), self.file.parent)
        seats = strategies_of(config).items()
        path, strategy = f"strategies.{country}", next(s for (who, _), s in seats if who == country)
        while True:
            for name in GRID:
                if hasattr(strategy, name):
                    yield f"{path}.{name}", name
            parts = [(key, part) for key, part in inside(strategy) if key == "inner"]
            if not parts:
                return
            (key, strategy), = parts  # fmt: skip
            path = f"{path}.{key}"

    def replies(self, country: str, grid: Mapping[str, Sequence[Any]] = GRID) -> Iterator[Reply]:
        """Give the best value of every parameter of a seat."""
        shipped = {seed: self.play({}, seed) for seed in (CHOSEN_ON, MEASURED_ON)}
        for path, name in self.parameters(country):
            if name in grid:
                yield self._best(country, path, grid[name], shipped)

    def _best(
        self,
        country: str,
        path: str,
        values: Sequence[Any],
        shipped: Mapping[int, pd.DataFrame],
    ) -> Reply:
        hoped = [
            gain(country, shipped[CHOSEN_ON], self.play({path: value}, CHOSEN_ON))[0]
            for value in values
        ]
        best = int(np.argmax(hoped))
        after = self.play({path: values[best]}, MEASURED_ON)
        found = gain(country, shipped[MEASURED_ON], after)
        share = [deals(country, frame) for frame in (shipped[MEASURED_ON], after)]
        return Reply(country, path, values[best], *found, hoped[best], (share[0], share[1]))


def gain(country: str, before: pd.DataFrame, after: pd.DataFrame) -> tuple[float, float]:
    """Give what a country gains from one play to another by world, and what that is computed to."""
    one, two = (frame.drop_duplicates("world").set_index("world") for frame in (before, after))
    column = f"payoff.{country}"
    worth = two[column] - one[column]
    mean, _, high = clustered_mean(worth.to_numpy(float), clusters(one.reset_index()).to_numpy())
    return mean, high - mean


def deals(country: str, frame: pd.DataFrame) -> float:
    """Give the percent of a country's talks with a deal; a hub sits in all."""
    own = frame[frame["talk"] == country]
    return 100 * float(((own if len(own) else frame)["status"] == "deal").mean())


def page(replies: Sequence[Reply]) -> str:
    """Write a table as Markdown; the best reply of each country is marked."""
    best = {}
    for reply in replies:
        if reply.country not in best or reply.hoped > best[reply.country].hoped:
            best[reply.country] = reply
    lines = [
        "| seat | parameter | best value | gain, USD bn a year | where chosen | deals, % |",
        "|---|---|---|---|---|---|",
    ]
    for reply in replies:
        bold = "**" if best[reply.country] is reply else ""
        value = str(reply.value).lower() if isinstance(reply.value, bool) else f"{reply.value:g}"
        path = reply.path.removeprefix(f"strategies.{reply.country}.")
        lines.append(
            f"| {reply.country} | `{path}` | {bold}{value}{bold} "
            f"| {bold}{reply.gain:+.2f}{bold} ± {reply.error:.2f} "
            f"| {reply.hoped:+.2f} | {reply.deals[0]:.1f} → {reply.deals[1]:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", type=Path, nargs="?", default=FILE)
    parser.add_argument("--worlds", type=int, default=1_000)
    parser.add_argument("--draws", type=int, default=250)
    given = parser.parse_args()
    table = Table(given.scenario, given.worlds, given.draws)
    print(page([reply for country in table.countries for reply in table.replies(country)]))


if __name__ == "__main__":
    main()
