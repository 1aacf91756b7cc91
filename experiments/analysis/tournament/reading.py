"""From the directory of a run to the game that its profiles make."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.analysis.tournament.game import Game
from experiments.results.selection import Labels, check_alone, labels_of, varied, word
from experiments.runs.store import OUTCOMES, Store
from experiments.runs.table import groups
from sim.errors import ConfigError

Floats = NDArray[np.float64]

_SEAT = "strategies"

_FEW = 2
"""Players, and strategies of each, that a game needs at least."""


@dataclass(frozen=True)
class _Profiles:
    """Where every cell stands in the game.

    Attributes:
        players: names (N).
        strategies: by player, names (S_i).
        cells: numbers of the cells that belong to the game.
        places: (cells, N) number of the strategy of each player.
    """

    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    cells: tuple[int, ...]
    places: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, ...]:
        """Numbers of strategies (N)."""
        return tuple(len(names) for names in self.strategies)


def game_of(store: Store, only: Mapping[str, str] | None = None) -> Game:
    """Read the game of a tournament; never more than a group of rows is in memory.

    A player is a country whose strategies are swept. Its payoffs are those of the table of
    outcomes, one a world, summed by draw.

    Args:
        store: of the run.
        only: by swept path, the value whose cells are taken.

    Raises:
        ConfigError: the run is no tournament, or `only` names what it has not.
    """
    found = _profiles(store, labels_of(store, only or {}))
    sums, counts, one_draw = _sums(store, found)
    samples = np.full((len(found.players), *found.shape, sums.shape[-1]), np.nan)
    totals = np.zeros((*samples.shape[1:],))
    for place, rows, count in zip(found.places.tolist(), sums, counts, strict=True):
        at = tuple(place)
        earlier = np.nan_to_num(samples[(slice(None), *at)]) * totals[at]
        totals[at] += count
        with np.errstate(invalid="ignore", divide="ignore"):
            samples[(slice(None), *at)] = (earlier + rows) / totals[at]
    return Game(found.players, found.strategies, samples, counts[0], one_draw=one_draw)


def _profiles(store: Store, labels: Mapping[int, Labels]) -> _Profiles:
    """Tell the seats from what else is swept, and give every cell its place."""
    swept = varied(labels)
    seats: dict[str, list[str]] = {}
    for path in swept:
        family, _, rest = path.partition(".")
        if family == _SEAT and rest:
            seats.setdefault(rest.partition(".")[0], []).append(path)
    if len(seats) < _FEW:
        raise ConfigError(
            f"{store.directory}: is no tournament: strategies of "
            f"{' and '.join(seats) or 'no country'} are swept, and a game needs two seats with "
            "several; sweep 'strategies.COUNTRY' of two countries, as configs/tournament.toml does"
        )
    others = [path for path in swept if path.partition(".")[0] != _SEAT]
    check_alone(store, labels, others, "a game")
    called = {
        seat: {n: " · ".join(word(row[path]) for path in paths) for n, row in labels.items()}
        for seat, paths in seats.items()
    }
    names = tuple(tuple(dict.fromkeys(column.values())) for column in called.values())
    places = [
        [names[k].index(column[n]) for k, column in enumerate(called.values())] for n in labels
    ]
    return _Profiles(tuple(seats), names, tuple(labels), np.array(places, dtype=np.int64))


def _sums(store: Store, found: _Profiles) -> tuple[Floats, Floats, bool]:
    """Sum payoffs by cell and group of worlds.

    A group is a draw of the payoffs; where there is a single draw, a world.

    Returns:
        The sums (cells, N, G), the worlds (cells, G), and whether there is a single draw.
    """
    file = pq.ParquetFile(store.directory / OUTCOMES)
    payoffs = [f"payoff.{player}" for player in found.players]
    lacking = [name for name in payoffs if name not in file.schema_arrow.names]
    if lacking:
        raise ConfigError(f"{store.directory}: has no column {lacking[0]}; it is no player's table")
    by, size = _clusters(file)
    row_of = np.full(max(found.cells) + 1, -1)
    row_of[list(found.cells)] = np.arange(len(found.cells))
    sums = np.zeros((len(found.cells), len(payoffs), size))
    counts = np.zeros((len(found.cells), size))
    talk = ""
    for part in groups(file, ["cell", "talk", by, *payoffs]):
        rows = part.to_pandas()
        talk = talk or str(rows["talk"].iloc[0])
        rows = rows[(rows["talk"] == talk) & (rows["cell"] <= max(found.cells))]
        at = row_of[rows["cell"].to_numpy()]
        rows, at = rows[at >= 0], at[at >= 0]
        cluster = rows[by].to_numpy()
        np.add.at(counts, (at, cluster), 1.0)
        for n, name in enumerate(payoffs):
            np.add.at(sums, (at, n, cluster), rows[name].to_numpy(float))
    filled = counts.any(axis=0)
    return sums[..., filled], counts[:, filled], by == "world"


def _clusters(file: pq.ParquetFile) -> tuple[str, int]:
    """Tell what worlds share, and how many of it there are."""
    frame = file.read(columns=["world", "draw"]).to_pandas()
    by = "draw" if frame["draw"].nunique() > 1 else "world"
    return by, int(frame[by].max()) + 1
