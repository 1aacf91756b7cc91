"""A case of interest, such as `deals<1`: which worlds belong to it."""

from dataclasses import dataclass
from operator import ge, gt, le, lt
from re import fullmatch

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import ConfigError

_SIGNS = {"<=": le, ">=": ge, "<": lt, ">": gt}
_WORDS = {"<=": "at most", ">=": "at least", "<": "below", ">": "above"}


@dataclass(frozen=True)
class Condition:
    """A quantity compared with a number.

    Attributes:
        quantity: its name.
        sign: `<`, `<=`, `>` or `>=`.
        number: what it is compared with.
    """

    quantity: str
    sign: str
    number: float

    @classmethod
    def read(cls, said: str) -> "Condition":
        """Read a condition.

        Raises:
            ConfigError: it is none.
        """
        found = fullmatch(r"\s*([\w.]+)\s*(<=|>=|<|>)\s*([-+0-9.eE]+)\s*", said)
        try:
            return cls(found[1], found[2], float(found[3]))  # type: ignore[index]
        except (TypeError, ValueError):
            raise ConfigError(
                f"--outcome {said}: is not QUANTITY<NUMBER, such as 'deals<1' (no deal), "
                "'payoff.COUNTRY<0' or 'round>=30'"
            ) from None

    def holds(self, values: pd.Series) -> NDArray[np.bool_]:
        """Tell for every value whether it belongs to the case."""
        held: NDArray[np.bool_] = _SIGNS[self.sign](values.to_numpy(float), self.number)
        return held

    def __str__(self) -> str:
        if self.quantity == "deals":
            without = self.sign in ("<", "<=")
            return "no deal" if without else "a deal"
        return f"{self.quantity} {_WORDS[self.sign]} {self.number:g}"
