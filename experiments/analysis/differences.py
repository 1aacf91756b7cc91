"""How differences are printed: with what they are computed to, and how far draws lie apart."""

import pandas as pd

from experiments.analysis.floors import NONE, Floors

BAND = "5 to 95 % of draws"
COMPUTED = "computed to ±"


def printed(table: pd.DataFrame, floors: Floors) -> pd.DataFrame:
    """Give a table of differences as it is printed.

    Args:
        table: with quantity, unit, of, difference, error, p5, p95.
        floors: below which a difference is none.

    Returns:
        The table with texts; the error and the band have the names of readers. No band where
        no row has one.
    """
    means = zip(table["difference"], floors.below(table), strict=True)
    none = [floors.below(table, name) for name in ("p5", "p95")]
    ends = zip(table["p5"], table["p95"], *none, strict=True)
    shown = table.assign(
        difference=[NONE if none else number(mean) for mean, none in means],
        error=table["error"].map(number),
        p5=[_band(*each) for each in ends],
    )
    shown = shown.drop(columns=["p95"]).rename(columns={"error": COMPUTED, "p5": BAND})
    if "holds" in shown and not shown["holds"].any():
        shown = shown.drop(columns=["holds"])
    return shown if table["p5"].notna().any() else shown.drop(columns=[BAND])


def _band(low: float, high: float, none_low: bool, none_high: bool) -> str:
    if pd.isna(low):
        return "–"
    return NONE if none_low and none_high else f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """Write a number to two digits after the point; a dash where there is none."""
    return "–" if pd.isna(value) else f"{value:.2f}"


def band_told(table: pd.DataFrame, *, given: bool) -> str:
    """Say what the band of a table is, or why there is none."""
    if table["p5"].notna().any():
        return f"{BAND}: of the difference, each draw with the mean of its worlds"
    if given:
        return "no band over draws: payoffs are given, not drawn"
    if (table["draws"] > 1).any():
        return "no band over draws: the two sides have other draws"
    return "no band over draws: there is one draw of the payoffs"
