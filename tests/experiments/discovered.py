"""The sentences of `discover`, recomputed from its worlds in plain pandas."""

import re
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.discovery.boxes import Discovery
from tests.experiments.sentences import allowed, percent


def interval(rows: pd.DataFrame, hits: pd.Series) -> tuple[float, float]:
    """Give the interval of a share of worlds of some points, which share their draws."""
    shared = "draw" if rows["draw"].nunique() > 1 else "world"
    kinds = [each for each in ("cell", shared) if rows[each].nunique() > 1]
    if not kinds:
        return np.nan, np.nan
    mean, number = float(hits.mean()), len(hits)

    def spread(keys: list[str]) -> float:
        sums = (hits - mean).groupby([rows[key] for key in keys]).sum()
        return float((sums**2).sum() * len(sums) / (len(sums) - 1) / number**2)

    variance = max(spread([kind]) for kind in kinds)
    if len(kinds) > 1:
        variance = max(variance, sum(spread([kind]) for kind in kinds) - spread(kinds))
    groups = min(rows[kind].nunique() for kind in kinds)
    z, apart = 1.959964, 0 < mean < 1 and variance > 1e-12
    count = allowed(mean * (1 - mean) / variance, number, groups) if apart else groups
    middle, width = mean + z**2 / (2 * count), mean * (1 - mean) / count + (z / count) ** 2 / 4
    low, high = ((middle + sign * z * np.sqrt(width)) / (1 + z**2 / count) for sign in (-1, 1))
    return max(low, 0.0), min(high, 1.0)


def check_discovery(found: Discovery, listed: list[str]) -> None:
    """Check every sentence of a discovery against its worlds, one by one."""
    points, rows = found.answers.points, found.answers.rows
    case = pd.Series(found.condition.holds(rows["value"]), index=rows.index)
    number_of = r"([<>]?\d+ %|unknown)"
    held = {}
    for n, box in enumerate(found.boxes, 1):
        inside = np.ones(len(points), dtype=bool)
        for bound in box.bounds:
            values = points[bound.path]
            inside &= (
                values.astype(str).isin(bound.among)
                if bound.among
                else (values > bound.low) & (values <= bound.high)
            )
        held[n] = set(points.index[inside])
    judged = rows["cell"].isin(set(points.index[found.judged]))

    def share(part: Any, of: Any) -> str:
        return f"{percent(part.sum() / of.sum())} %" if of.sum() else "unknown"

    everywhere = rows["cell"].isin(set().union(*held.values()))
    for said in listed:
        if found_ := re.match(rf"There is .+? in {number_of} of the worlds\. ", said):
            assert found_[1] == share(case, case | True)
        elif said.startswith("In brackets: the 95 % interval, over points and over"):
            assert ("the draws" in said) == (rows["draw"].nunique() > 1)
        elif found_ := re.match(rf"{number_of} of the worlds have no ", said):
            assert found_[1] == share(rows["value"].isna(), case | True)
        elif found_ := re.match(
            rf"(\d+)\. {number_of} \[{number_of} to {number_of}\] of the worlds have .* "
            rf"That is {number_of} of all worlds, and {number_of} of those with",
            said,
        ):
            here = rows["cell"].isin(held[int(found_[1])]) & judged
            assert found_[2] == share(case & here, here)
            ends = interval(rows[here], case[here].astype(float))
            told = ["unknown" if np.isnan(end) else f"{percent(end)} %" for end in ends]
            assert [found_[3], found_[4]] == told
            assert found_[5] == share(here, judged)
            assert found_[6] == share(case & here, case & judged)
        elif found_ := re.match(rf"Together: {number_of} .*\(coverage\), at {number_of}", said):
            here = everywhere & judged
            assert found_[1] == share(case & here, case & judged)
            assert found_[2] == share(case & here, here)
        elif found_ := re.match(rf"Outside of these conditions, {number_of} of the worlds", said):
            rest = ~everywhere & judged
            assert found_[1] == share(case & rest, rest)
        else:
            raise AssertionError(f"nobody reads this sentence: {said}")
