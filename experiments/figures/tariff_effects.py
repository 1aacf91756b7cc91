"""What a tariff package does to every country."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.canvas import BLUE, ORANGE, stretch
from experiments.tariffs.tariff_package import QUANTITIES, TariffPackage

_TEN = 9.995
"""From here on numbers are whole."""

_LETTERS = 15
"""Letters of a note that fit into an inch."""


def draw(package: TariffPackage, table: pd.DataFrame) -> Figure:
    """Draw the effects, a row for each country, a column for each quantity.

    Args:
        package: what was asked for, for the words.
        table: as from `TariffPackage.effects`.
    """
    regions = list(dict.fromkeys(table["region"]))
    width, height = 12.0, 2.4 + 0.42 * len(regions)
    made = Figure(figsize=(width, height), layout="constrained")
    made.suptitle(package.title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    words = [package.rates_in_words, package.note] if package.rates_in_words else [package.note]
    note = "\n".join(fill(line, int(_LETTERS * width)) for line in words)
    made.supxlabel(note, x=0.01, ha="left", fontsize=8, color="#555555")
    for axes, quantity in zip(made.subplots(1, len(QUANTITIES)), QUANTITIES, strict=True):
        part = table[table["quantity"] == quantity].set_index("region").loc[regions]
        places = list(range(len(regions)))
        axes.axvline(0, color="#888888", linewidth=1)
        axes.hlines(places, part["low"], part["high"], color=BLUE, linewidth=4, alpha=0.5)
        axes.plot(part["central"], places, "o", color=ORANGE, markersize=5)
        for place, value in zip(places, part["central"], strict=True):
            if np.isfinite(value):
                axes.annotate(
                    f"{value:+.2f}" if abs(value) < _TEN else f"{value:+.0f}",
                    (value, place),
                    (0, 5),
                    textcoords="offset points",
                    ha="center",
                    fontsize=7,
                )
        if quantity != "gdp":
            _near(axes, part)
        axes.set_ylim(len(regions) - 0.5, -0.5)
        axes.set_yticks(places, regions if quantity == QUANTITIES[0] else [""] * len(regions))
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.set_title(package.heading(quantity), fontsize=9)
        if axes.get_xscale() == "linear":
            axes.locator_params(axis="x", nbins=5)
    return made


def _near(axes: Axes, part: pd.DataFrame) -> None:
    """Stretch what is near to zero: small countries are seen beside the largest."""
    size = part[["low", "high"]].abs().max(axis=1).to_numpy()
    size = size[np.isfinite(size) & (size > 0)]
    if len(size) and size.max() > _TEN * np.median(size):
        stretch(axes, "symlog", linthresh=float(np.median(size)))
