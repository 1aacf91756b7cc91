"""From the values of a config to the points of a design: grid, zip, list, samples."""

import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product
from math import prod
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from experiments.design.config import DesignConfig, ExperimentConfig
from experiments.design.samples import SAMPLES, saltelli
from experiments.design.sweep import UNSAID, SweptValue, alike, called, flat, label, same, settings
from sim.chance.spreads import Drawn, TwoPiece
from sim.config.paths import MISSING, spelled_out, value_at
from sim.config.schema.limits import MOST_CELLS
from sim.config.schema.numbers import is_number
from sim.config.schema.sentences import shown
from sim.errors import ConfigError

T = TypeVar("T")

Point = dict[str, SweptValue]
"""By swept path, its setting."""

CASE = "case"
"""The column that holds the labels of explicit cells."""

NATURE = ("uniform", "low", "choice", "whole")
"""Keys of the ranges that can be sampled."""


@dataclass(frozen=True)
class Said:
    """What a cell says of one path.

    Attributes:
        by: path of the config that says it, such as `sweep.rules.review`.
        path: dotted path of the scenario.
        value: what stands there in the cell.
        left: whether that is what the scenario has, and is left.
    """

    by: str
    path: str
    value: Any
    left: bool = False


@dataclass(frozen=True)
class Cell:
    """One point of a design.

    Attributes:
        index: number, from 0.
        said: what it says of each path, and what its values also set.
        labels: by swept path, how the value is called.
    """

    index: int
    said: tuple[Said, ...]
    labels: Mapping[str, str | float]

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """By dotted path, what the scenario is given."""
        return {each.path: each.value for each in self.said if not each.left}


def cells(config: ExperimentConfig, scenario: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Give every cell of a config: sweep by levers by uncertainties, the last fastest.

    Args:
        config: the config.
        scenario: as a mapping; says what explicit cells leave as it is.

    Raises:
        ConfigError: a value, a label or a sample is wrong, or a path stands in two places.
    """
    design = config.design
    blocks = {
        "cells": _listed(config.cells, scenario),
        "sweep": _crossed("sweep", config.sweep, design.sweep),
        "levers": _crossed("levers", config.levers, design.levers),
        "uncertainties": _uncertain(config.uncertainties, design),
    }
    _check_apart(blocks)
    _check_few("the plan", [len(block) for block in blocks.values()])
    points = (_joined(parts) for parts in product(*blocks.values()))
    return tuple(_cell(index, point) for index, point in enumerate(points))


def _check_few(what: str, counts: Sequence[int]) -> None:
    """Check that what is crossed is not more than any plan has, before it is listed."""
    if prod(counts) > MOST_CELLS:
        said = " x ".join(f"{count:,}" for count in counts if count > 1)
        raise ConfigError(
            f"{what}: {said} are {prod(counts):,} cells, and a plan has at most {MOST_CELLS:,}; "
            "give fewer values or points"
        )


def _cell(index: int, point: Point) -> Cell:
    said: dict[str, Said] = {}
    for path, setting in point.items():
        for each in _said(path, setting):
            if each.path in said:
                raise ConfigError(
                    f"{each.by}: also sets {each.path}, which {said[each.path].by} sets too in the "
                    "same cell; drop one"
                )
            said[each.path] = each
    labels = {path: setting.label for path, setting in point.items()}
    return Cell(index, tuple(said.values()), labels)


def _said(path: str, setting: SweptValue) -> list[Said]:
    if path == CASE:
        return []
    if setting.value is UNSAID:
        return [Said(setting.by, path, setting.left, left=True)]
    every = {path: setting.value, **setting.also}
    return [Said(setting.by, each, value) for each, value in every.items()]


def _joined(parts: Iterable[Point]) -> Point:
    return {path: setting for part in parts for path, setting in part.items()}


def _check_apart(blocks: Mapping[str, Sequence[Point]]) -> None:
    """Check that no path is set from two places."""
    swept: dict[str, str] = {}
    for name, block in blocks.items():
        for path in block[0]:
            if path in swept:
                raise ConfigError(f"{name}.{path}: stands in {swept[path]} too; drop one")
            swept[path] = name
    for name, block in blocks.items():
        for path, also in sorted({pair for point in block for pair in _with_also(point)}):
            for other in sorted(set(also) & set(swept)):
                raise ConfigError(
                    f"{name}.{path}: also sets {other}, which is swept itself; drop one"
                )


def _with_also(point: Point) -> Iterable[tuple[str, tuple[str, ...]]]:
    return [(path, tuple(setting.also)) for path, setting in point.items() if setting.also]


def _crossed(name: str, listed: Mapping[str, Any], how: str) -> list[Point]:
    """Cross the values of some paths, or pair them."""
    read = {path: settings(f"{name}.{path}", values) for path, values in listed.items()}
    if how == "grid":
        _check_few(name, [len(values) for values in read.values()])
        return [dict(zip(read, row, strict=True)) for row in product(*read.values())]
    _check_equal(name, read)
    return [dict(zip(read, row, strict=True)) for row in zip(*read.values(), strict=True)] or [{}]


def _check_equal(name: str, read: Mapping[str, Sequence[SweptValue]]) -> None:
    counts = {path: len(values) for path, values in read.items()}
    if len(set(counts.values())) > 1:
        said = ", ".join(f"{path} has {count}" for path, count in counts.items())
        raise ConfigError(
            f"design.{name}: zip pairs first with first, so that all paths need equally many "
            f"values, but {said}"
        )


def _listed(said: Sequence[Mapping[str, Any]], scenario: Mapping[str, Any]) -> list[Point]:
    """Read explicit cells; what a cell leaves out is as in the scenario."""
    rows = [flat({k: v for k, v in cell.items() if k != "label"}) for cell in said]
    paths = list(dict.fromkeys(path for row in rows for path in row))
    points: list[Point] = [{} for _ in rows]
    if any("label" in cell for cell in said):
        names = [str(cell.get("label", f"cell {k}")) for k, cell in enumerate(said)]
        for point, setting in zip(points, settings("cells.label", names), strict=True):
            point[CASE] = SweptValue(UNSAID, setting.label, {})
    for path in paths:
        column = [_entry(path, row, scenario) for row in rows]
        _check_labels(f"cells.{path}", alike(column))
        for point, setting in zip(points, alike(column), strict=True):
            point[path] = setting
    return points or [{}]


def _check_labels(path: str, column: Sequence[SweptValue]) -> None:
    """Check that what is called the same is the same."""
    called: dict[str | float, Any] = {}
    for setting in column:
        value = setting.left if setting.value is UNSAID else setting.value
        bare = [_bare(value), setting.also]
        if called.setdefault(setting.label, bare) != bare:
            raise same(path, setting.label)


def _bare(value: Any) -> Any:
    """Take a value out of a table with its unit and source, and a name out of one alone."""
    for key in ("value", "name"):
        if isinstance(value, Mapping) and key in value and set(value) <= {key, "unit", "source"}:
            return value[key]
    return value


def _entry(path: str, row: Mapping[str, Any], scenario: Mapping[str, Any]) -> SweptValue:
    if path in row:
        (setting,) = settings(f"cells.{path}", [row[path]])
        return setting
    here = value_at(scenario, path)
    if here is MISSING:
        here = value_at(spelled_out(scenario), path)
    usual = "as in the scenario" if here is MISSING else label(here)
    return SweptValue(UNSAID, called(scenario, path, here) or usual, {}, f"cells.{path}", here)


def _uncertain(said: Mapping[str, Any], design: DesignConfig) -> list[Point]:
    """Read what nobody decides: lists that are crossed or paired, or a sample of ranges."""
    kind = design.uncertainties
    if not said:
        return [{}]
    if kind in ("grid", "zip"):
        for path, values in said.items():
            if not isinstance(values, list):
                raise ConfigError(
                    f"uncertainties.{path}: {shown(values)} is a range; a {kind} needs a list of "
                    "values, a range a sample: design.uncertainties = 'latin_hypercube'"
                )
        return _crossed("uncertainties", said, kind)
    if design.points is None:
        raise ConfigError(f"design.points: missing; give the size of the {kind} sample")
    axes = {path: _axis(f"uncertainties.{path}", range_) for path, range_ in said.items()}
    _check_few("design.points", [design.points, _times(design, len(axes))])
    unit = points_of(design, len(axes))
    columns = [axis(unit[:, k]) for k, axis in enumerate(axes.values())]
    return [dict(zip(axes, row, strict=True)) for row in zip(*columns, strict=True)]


def _times(design: DesignConfig, paths: int) -> int:
    """Give how many cells a point of a sample makes; see `samples`."""
    if design.uncertainties == "morris":
        return paths + 1
    if design.uncertainties == "saltelli":
        return 2 * paths + 2 if design.pairs else paths + 2
    return 1


def points_of(design: DesignConfig, paths: int) -> NDArray[np.float64]:
    """Give the points of a sampled design in the unit cube, (n, paths)."""
    sample = SAMPLES[design.uncertainties] if design.pairs else partial(saltelli, pairs=False)
    return sample(paths, design.points or 0, design.seed)


Axis = Callable[[Any], list[SweptValue]]
"""Turns shares in [0, 1] into settings."""


def _axis(path: str, said: Any) -> Axis:
    """Read a range, or a list of values that are equally likely."""
    if isinstance(said, list):
        return partial(_picked, settings(path, said))
    if not isinstance(said, Mapping) or not any(key in said for key in NATURE):
        raise ConfigError(
            f"{path}: {shown(said)} cannot be sampled; write {{ uniform = [low, high] }}, "
            "{ low = …, central = …, high = … }, { whole = [first, last] } or a list of values"
        )
    try:
        return _range(path, said)
    except (ValueError, TypeError, OverflowError) as problem:
        raise ConfigError(f"{path}: {shown(said)}: {problem}") from None


def _range(path: str, said: Mapping[str, Any]) -> Axis:
    if "low" in said:
        three = [float(said[key]) for key in ("low", "central", "high") if key in said]
        if len(three) < 3:
            raise ConfigError(f"{path}: {shown(said)} lacks one of low, central and high")
        return partial(_numbers, path, TwoPiece(*three).quantile)
    if "uniform" in said:
        ends = tuple(map(float, said["uniform"]))
        return partial(_numbers, path, Drawn("uniform", ends).quantile)
    if "whole" in said:
        first, last = said["whole"]
        numbers = range(int(first), int(last) + 1)
        if not numbers:
            raise ValueError("the last number comes before the first")
        return partial(_whole, path, numbers)
    return partial(_picked, settings(path, list(said["choice"])))


def _picked(among: Sequence[SweptValue], shares: Any) -> list[SweptValue]:
    numbers = np.minimum((shares * len(among)).astype(np.int64), len(among) - 1)
    return [among[n] for n in numbers.tolist()]


def _whole(path: str, among: range, shares: Any) -> list[SweptValue]:
    numbers = (min(int(share * len(among)), len(among) - 1) for share in shares.tolist())
    return [SweptValue(among[n], float(among[n]), {}, path) for n in numbers]


def _numbers(path: str, quantile: Callable[[Any], Any], shares: Any) -> list[SweptValue]:
    return [SweptValue(value, value, {}, path) for value in quantile(shares).tolist()]


def telling(found: Sequence[Cell], sampled: Iterable[str]) -> list[Cell]:
    """Choose the cells that tell whether all are right.

    The first of every combination of what is not sampled, or no number; and, for each sampled path,
    those with its least and its largest number: what lies between is right if both are.
    """
    sampled = set(sampled)
    chosen: dict[object, Cell] = {}
    for cell in found:
        chosen.setdefault(_words(cell, sampled), cell)
    for path in sampled:
        numbers = {c.values[path]: c for c in found if is_number(c.values.get(path))}
        if numbers:
            chosen[path, "least"] = numbers[min(numbers)]
            chosen[path, "largest"] = numbers[max(numbers)]
    return sorted({c.index: c for c in chosen.values()}.values(), key=lambda cell: cell.index)


def _words(cell: Cell, sampled: Collection[str]) -> str:
    """Write down what a cell says, sampled numbers left out."""
    values = cell.values.items()
    return repr([(p, v) for p, v in values if p not in sampled or not is_number(v)])


MOMENT, AGAIN = 3.0, 10.0
"""Seconds after which something is said, and then again and again where lines are kept."""


def counted(items: Sequence[T], what: str) -> Iterator[T]:
    """Give items one by one, and tell on stderr how many have been given, if it takes long.

    A terminal has one line that changes and goes in the end; a file has a line now and then.

    Args:
        items: what is gone through.
        what: what has happened to those that are counted, such as `cells checked`.
    """
    due = time.monotonic() + MOMENT
    said = False
    for number, item in enumerate(items):
        if time.monotonic() >= due and sys.stderr is not None:
            terminal = sys.stderr.isatty()
            line = f"{number:,} of {len(items):,} {what}"
            sys.stderr.write(f"\r{line}" if terminal else f"tariff-talks: {line}\n")
            sys.stderr.flush()
            due, said = time.monotonic() + (MOMENT / 10 if terminal else AGAIN), terminal
        yield item
    if said:
        sys.stderr.write("\r\033[K")
