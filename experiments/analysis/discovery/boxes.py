"""Boxes of conditions in which a case of interest is frequent: scenario discovery with a tree.

Bryant and Lempert (2010) judge a box by its coverage (share of the cases that it holds) and its
density (share of cases in it); Lempert, Bryant and Bankes (2008) find that trees (CART, Breiman et
al. 1984) and bump hunting (PRIM, Friedman and Fisher 1999) serve alike. The tree is scikit-learn's
(BSD licence): it is well kept, and needs nobody at the screen to choose a step, as PRIM does; the
library that has PRIM, ema_workbench, brings a modelling framework with it.

A box is found on the first half of the points and judged on the second.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analysis.discovery.condition import Condition
from experiments.analysis.sensitivity.answers import Answers
from experiments.results.clustered import clusters, crossed
from sim.config.shipped import install
from sim.errors import ConfigError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

DEPTH = 3
"""Questions that lead to a box at most."""

_SMALLEST = 0.05
"""Share of the points that a box holds at least."""

_GAIN = 0.001
"""What a question has to tell at least, as a decrease of the Gini impurity."""

_DENSE = 0.5
"""Density above which a box counts; the densest one counts anyway if none has it."""

_FEWEST = 20
"""Points that are needed."""


@dataclass(frozen=True)
class Bound:
    """What a box says of one parameter.

    Attributes:
        path: of the parameter.
        low, high: it lies above the one and up to the other; infinite where there is no bound.
        among: the values that it may have, of a parameter whose values are words; empty if numbers.
    """

    path: str
    low: float = -np.inf
    high: float = np.inf
    among: tuple[str, ...] = ()

    def holds(self, values: pd.Series) -> Bools:
        """Tell which values lie in it."""
        if self.among:
            held: Bools = values.astype(str).isin(self.among).to_numpy()
            return held
        numbers = values.to_numpy(float)
        return (numbers > self.low) & (numbers <= self.high)


@dataclass(frozen=True)
class Box:
    """Conditions that hold together, and how the case of interest fares in them.

    Attributes:
        bounds: one for each parameter that is restricted.
        coverage: share of all cases that lie in the box, among the points that did not make it.
        density: share of the worlds in the box that are cases, among these points.
        low, high: 95 % interval of the density, points (those that share coordinates as one) and
            draws as clusters: all points have the same draws, so that more points do not take
            their luck away.
        mass: share of the worlds that lie in the box.
        found: density among the points that made the box.
    """

    bounds: tuple[Bound, ...]
    coverage: float
    density: float
    low: float
    high: float
    mass: float
    found: float

    def holds(self, points: pd.DataFrame) -> Bools:
        """Tell which points lie in the box."""
        held = np.ones(len(points), dtype=bool)
        for bound in self.bounds:
            held &= bound.holds(points[bound.path])
        return held


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found.

    Attributes:
        answers: the sample.
        condition: the case of interest.
        rate: share of the worlds that are cases; a world without the quantity is none.
        without: share of the worlds that do not have the quantity.
        boxes: the densest first.
        share: (P,) share of the worlds of each point that are cases.
        worlds: (P,) worlds of each point.
        judged: (P,) whether a point judges boxes, and did not make them.
    """

    answers: Answers
    condition: Condition
    rate: float
    without: float
    boxes: tuple[Box, ...]
    share: Floats
    worlds: Floats
    judged: Bools

    @property
    def outside(self) -> float:
        """Share of cases among the worlds that lie in no box."""
        held = np.any([box.holds(self.answers.points) for box in self.boxes], axis=0)
        rest = ~held & self.judged & (self.worlds > 0)
        return _ratio((self.share * self.worlds)[rest].sum(), self.worlds[rest].sum())

    @property
    def together(self) -> tuple[float, float]:
        """Coverage and density of all boxes together, which do not overlap."""
        known = [box for box in self.boxes if box.mass > 0]
        mass, cases = sum(b.mass for b in known), sum(b.mass * b.density for b in known)
        return sum(box.coverage for box in known), _ratio(cases, mass)


def discover(answers: Answers, condition: Condition, depth: int = DEPTH) -> Discovery:
    """Find boxes in which a case of interest is frequent.

    Args:
        answers: of any sample.
        condition: the case of interest.
        depth: of the tree.

    Raises:
        ConfigError: every world is a case, or none, or there are too few points, or scikit-learn is
            missing.
    """
    rows = answers.rows.assign(case=condition.holds(answers.rows["value"]))
    counts = rows.groupby("cell")["case"].agg(["sum", "size"]).reindex(answers.points.index)
    counts = counts.fillna(0)
    points, cases, worlds = answers.points, *counts.to_numpy(float).T
    rate = cases.sum() / worlds.sum() if worlds.sum() else 0.0
    _check(answers, condition, rate)
    group = _groups(answers)
    made = group < (int(group[-1]) + 2) // 2
    tree = _tree(points[made], cases[made], worlds[made], depth)
    boxes = [
        _judged(bounds, points, rows, group, made) for bounds in _leaves(tree, _columns(points))
    ]
    dense = [box for box in boxes if box.found > max(_DENSE, rate)] or [
        max(boxes, key=lambda box: box.found)
    ]
    dense.sort(key=lambda box: -box.density)
    with np.errstate(invalid="ignore"):
        share = cases / worlds
    lacking = float(rows["value"].isna().mean())
    return Discovery(answers, condition, float(rate), lacking, tuple(dense), share, worlds, ~made)


def _check(answers: Answers, condition: Condition, rate: float) -> None:
    if find_spec("sklearn") is None:
        raise ConfigError(
            f"scenario discovery needs scikit-learn; install it with: {install('analysis')}"
        )
    if rate in (0.0, 1.0):
        how = "in every world" if rate else "in no world"
        raise ConfigError(
            f"--outcome: there is {condition} {how}, so that nothing tells one world from another; "
            "choose another case"
        )
    if len(answers.points) < _FEWEST:
        raise ConfigError(
            f"design.points: {len(answers.points)} points are too few to find conditions; "
            f"take {_FEWEST} or more"
        )


def _groups(answers: Answers) -> Ints:
    """Give the group of every point, (P,).

    The points of a Saltelli group or of a Morris trajectory share coordinates: they stay together,
    in the half that makes boxes (the first, which fills the ranges as well) or in the one that
    judges them, and count as one cluster.
    """
    size = len(answers.points)
    return np.arange(size) // (size // (answers.design.points or size))


def _columns(points: pd.DataFrame) -> dict[str, tuple[str, str | None]]:
    """Name the columns of the tree: a parameter, or one word of one."""
    named: dict[str, tuple[str, str | None]] = {}
    for path in points:
        if pd.api.types.is_numeric_dtype(points[path]):
            named[str(path)] = (str(path), None)
        else:
            for word in sorted(set(points[path].astype(str))):
                named[f"{path}={word}"] = (str(path), word)
    return named


def _matrix(points: pd.DataFrame) -> Floats:
    columns = [
        points[path].to_numpy(float)
        if word is None
        else (points[path].astype(str) == word).to_numpy(float)
        for path, word in _columns(points).values()
    ]
    return np.column_stack(columns)


def _tree(points: pd.DataFrame, cases: Floats, worlds: Floats, depth: int) -> Any:
    """Grow a tree that tells cases from other worlds; a point counts by its worlds."""
    from sklearn.tree import DecisionTreeClassifier

    matrix = np.repeat(_matrix(points), 2, axis=0)
    kind = np.tile([1, 0], len(points))
    weight = np.column_stack([cases, worlds - cases]).ravel()
    tree = DecisionTreeClassifier(
        max_depth=depth,
        min_weight_fraction_leaf=_SMALLEST,
        min_impurity_decrease=_GAIN,
        random_state=0,
    )
    return tree.fit(matrix, kind, sample_weight=weight).tree_


def _leaves(tree: Any, columns: dict[str, tuple[str, str | None]]) -> Iterator[tuple[Bound, ...]]:
    """Give the bounds of every leaf."""
    named = list(columns.values())
    words = {path: [w for p, w in named if p == path and w is not None] for path, _ in named}

    def walk(node: int, bounds: dict[str, Bound]) -> Iterator[tuple[Bound, ...]]:
        if tree.children_left[node] < 0:
            yield tuple(bounds.values())
            return
        path, word = named[tree.feature[node]]
        cut = float(tree.threshold[node])
        before = bounds.get(path, Bound(path, among=tuple(words[path])))
        if word is None:
            sides = (
                Bound(path, before.low, min(before.high, cut)),
                Bound(path, max(before.low, cut), before.high),
            )
        else:
            rest = tuple(w for w in before.among if w != word)
            sides = (Bound(path, among=rest), Bound(path, among=(word,)))
        for child, side in zip((tree.children_left, tree.children_right), sides, strict=True):
            yield from walk(int(child[node]), {**bounds, path: side})

    yield from walk(0, {})


def _judged(
    bounds: tuple[Bound, ...], points: pd.DataFrame, rows: pd.DataFrame, group: Ints, made: Bools
) -> Box:
    """Judge a box on the points that did not make it; points of one group share coordinates."""
    inside = Box(bounds, 0, 0, 0, 0, 0, 0).holds(points)
    judged = rows[rows["cell"].isin(points.index[~made])]
    here = judged[judged["cell"].isin(points.index[inside])]
    before = rows[rows["cell"].isin(points.index[inside & made])]
    alike = pd.Series(group, index=points.index)
    density, low, high = crossed(
        here["case"].to_numpy(float),
        alike[here["cell"]].to_numpy(),
        clusters(judged)[here.index].to_numpy(),
    )
    return Box(
        bounds,
        coverage=_ratio(here["case"].sum(), judged["case"].sum()),
        density=density,
        low=low,
        high=high,
        mass=_ratio(len(here), len(judged)),
        found=_ratio(before["case"].sum(), len(before)),
    )


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan
