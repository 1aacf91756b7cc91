"""How differences are printed: with what they are computed to, and how far draws lie apart."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

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


def add_least(command: argparse.ArgumentParser) -> None:
    """Add the option of the smallest effect worth telling."""
    command.add_argument(
        "--least",
        default="",
        metavar="points=X,bn=X",
        help="smallest effect worth telling, in points and in USD bn a year (points=1,bn=0.1)",
    )


def band_told(table: pd.DataFrame, *, given: bool) -> str:
    """Say what the band of a table is, or why there is none."""
    if table["p5"].notna().any():
        return f"{BAND}: of the difference, each draw with the mean of its worlds"
    if given:
        return "no band over draws: payoffs are given, not drawn"
    if (table["draws"] > 1).any():
        return "no band over draws: the two sides have other draws"
    return "no band over draws: there is one draw of the payoffs"


def add_files(command: argparse.ArgumentParser) -> None:
    """Add the options of the files to which the differences go."""
    command.add_argument("--csv", type=Path, metavar="FILE", help="write the differences there")
    command.add_argument("--json", type=Path, metavar="FILE", help="the same, with what is said")


def write_files(
    arguments: argparse.Namespace, said: Sequence[str], table: pd.DataFrame
) -> list[Path]:
    """Write a table with all its numbers as csv, and as JSON with what is said of it.

    Args:
        arguments: of `add_files`.
        said: the lines above the printed table.
        table: the differences.

    Returns:
        The files that were asked for.
    """
    if arguments.csv:
        table.to_csv(arguments.csv, index=False)
    if arguments.json:
        rows = json.loads(table.to_json(orient="records", double_precision=15))
        text = json.dumps({"said": list(said), "rows": rows}, indent=2, ensure_ascii=False)
        arguments.json.write_text(f"{text}\n", encoding="utf-8")
    return [file for file in (arguments.csv, arguments.json) if file]
