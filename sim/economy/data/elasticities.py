"""Elasticities of substitution: a range by sector, each with a grade and a source."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sim.economy.data.graded import first_fault, read_graded

ELASTICITIES = "elasticities.csv"
_ENDS = ("sigma_low", "sigma_central", "sigma_high")


@dataclass(frozen=True)
class Elasticity:
    """What is known of the elasticity of substitution of a sector; all above 1, none falls."""

    low: float
    central: float
    high: float


def load_elasticities(directory: Path | str) -> dict[str, Elasticity]:
    """Load the elasticities by sector; none if the directory has no such file.

    Args:
        directory: with `elasticities.csv` (columns sector, sigma_low, sigma_central, sigma_high,
            grade, source).

    Raises:
        DataError: a column is missing, or a line is wrong or doubled.
    """
    path = Path(directory) / ELASTICITIES
    if not path.is_file():
        return {}
    table = read_graded(path, ["sector"], _ENDS)
    for below, above in pairwise(_ENDS):
        falls = (table[above] < table[below]).to_numpy()
        first_fault(table, path, above, falls, f"is less than {below}")
    low = (table[_ENDS[0]] <= 1).to_numpy()
    first_fault(table, path, _ENDS[0], low, "is not above 1")
    ends = zip(*(table[name] for name in _ENDS), strict=True)
    return {
        str(name): Elasticity(*map(float, three))
        for name, three in zip(table["sector"], ends, strict=True)
    }
