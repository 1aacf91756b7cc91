"""Boxes in words."""

from collections.abc import Iterator

import numpy as np

from experiments.analysis.discovery.boxes import Bound, Box, Discovery
from experiments.design import sweep as labels
from experiments.results.words import Words


def sentences(found: Discovery, naming: Words) -> Iterator[str]:
    """Say what was found, a sentence for each box.

    Args:
        found: what was found.
        naming: the words of the scenario.
    """
    case = found.condition
    if not any(box.bounds for box in found.boxes):
        yield (
            f"There is {case} in {percent(found.rate)} of the worlds, and no condition was found "
            "under which it is more frequent."
        )
        return
    yield (
        f"There is {case} in {percent(found.rate)} of the worlds. The conditions under which it is "
        "frequent were found on half of the points, and are judged here on the others."
    )
    yield f"In brackets: the 95 % interval, {_over(found)}."
    if found.without:
        yield (
            f"{percent(found.without)} of the worlds have no {case.quantity}: they count as worlds "
            "in which it is not so."
        )
    for number, box in enumerate(found.boxes, 1):
        if np.isnan(box.density):
            yield (
                f"{number}. {conditions(box, naming)}: found on one half of the points, and the "
                "other half has none there, so that nothing is known of it."
            )
            continue
        yield (
            f"{number}. {percent(box.density)} [{percent(box.low)} to {percent(box.high)}] of the "
            f"worlds have {case} if {conditions(box, naming)}. That is {percent(box.mass)} of all "
            f"worlds, and {percent(box.coverage)} of those with {case}."
        )
    coverage, density = found.together
    if len(found.boxes) > 1:
        yield (
            f"Together: {percent(coverage)} of the worlds with {case} (coverage), at "
            f"{percent(density)} (density)."
        )
    yield f"Outside of these conditions, {percent(found.outside)} of the worlds have {case}."


def _over(found: Discovery) -> str:
    """Say what the intervals count."""
    rows = found.answers.rows
    if rows["draw"].nunique() > 1:
        return "over points and over the draws of what is not sampled, which all points share"
    if rows["world"].nunique() > 1:
        return "over points and over luck, within the one draw that all points share"
    return "over points, with the luck of the one world that all points share"


def conditions(box: Box, naming: Words) -> str:
    """Say the conditions of a box."""
    return " and ".join(condition(bound, naming) for bound in box.bounds)


def condition(bound: Bound, naming: Words) -> str:
    """Say one condition."""
    name = naming.path(bound.path)
    if bound.among:
        return f"{name} is {' or '.join(bound.among)}"
    if np.isinf(bound.low):
        return f"{name} is at most {bound.high:.3g}"
    if np.isinf(bound.high):
        return f"{name} is above {bound.low:.3g}"
    return f"{name} is between {bound.low:.3g} and {bound.high:.3g}"


def percent(share: float) -> str:
    """Write a share."""
    return "unknown" if np.isnan(share) else f"{labels.percent(share)} %"
