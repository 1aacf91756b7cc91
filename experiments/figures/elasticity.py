"""How the effects of a tariff package turn on an elasticity."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.figures.canvas import LINES
from experiments.tariffs.tariff_package import HIGH, LOW, TariffPackage, in_words

Floats = NDArray[np.float64]

_SHOWN = ("welfare", "profits")
_LETTERS = 15


def draw(package: TariffPackage, table: pd.DataFrame) -> Figure:
    """Draw welfare and profits of the countries at the tables over the elasticity, with bands.

    Args:
        package: what was asked for, for the words.
        table: as from `TariffPackage.sweep`.
    """
    seats = list(package.seats)
    goods = in_words(table.attrs.get("sectors", package.profits))
    width = 9.0
    made = Figure(figsize=(width, 4.6), layout="constrained")
    made.suptitle(
        f"{package.title}, by elasticity", x=0.01, ha="left", fontsize=12, fontweight="bold"
    )
    words = [
        package.rates_in_words,
        "Lines: the other elasticities at their central values; bands: "
        f"{LOW} to {HIGH} % of samples of them. Welfare is the equivalent variation.",
    ]
    note = "\n".join(fill(line, int(_LETTERS * width)) for line in words if line)
    made.supxlabel(note, x=0.01, ha="left", fontsize=8, color="#555555")
    for axes, quantity in zip(made.subplots(1, len(_SHOWN)), _SHOWN, strict=True):
        part = table[table["quantity"] == quantity]
        axes.axhline(0, color="#888888", linewidth=1)
        for n, name in enumerate(seats):
            _curve(axes, part[part["region"] == name], LINES[n], name)
        axes.set_title(package.heading(quantity).replace("\n", " "), fontsize=9)
        axes.set_xlabel(f"elasticity of substitution in {goods}")
        axes.margins(x=0)
    handles, words = axes.get_legend_handles_labels()
    made.legend(handles, words, loc="outside upper right", ncols=len(words))
    return made


def _curve(axes: Axes, rows: pd.DataFrame, color: str, name: str) -> None:
    at, central = rows["elasticity"].to_numpy(), rows["central"].to_numpy()
    axes.fill_between(at, rows["low"], rows["high"], color=color, alpha=0.2, linewidth=0)
    axes.plot(at, central, color=color, label=name)
    for zero in _zeros(at, central):
        axes.axvline(zero, color=color, linewidth=1, linestyle=":")
        axes.annotate(
            f"changes sign at {zero:.1f}",
            (zero, 1),
            (3, -9),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=8,
            color=color,
        )


def _zeros(at: Floats, values: Floats) -> list[float]:
    """Give where a line changes its sign, between its points."""
    left = np.flatnonzero(values[:-1] * values[1:] < 0)
    share = values[left] / (values[left] - values[left + 1])
    return [float(zero) for zero in at[left] + share * (at[left + 1] - at[left])]
