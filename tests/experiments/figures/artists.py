"""What an axis holds, read back: lines, marks, areas, and the labels beside them."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from experiments.figures import Results
from experiments.figures.headings import under

NEAR = 1e-6


def spans(axes: Axes) -> list[tuple[float, float, float]]:
    """Give the level lines of an axis: height, and both ends."""
    found = []
    for drawn in axes.collections:
        if isinstance(drawn, LineCollection):
            for (x0, y0), (x1, y1) in (s[[0, -1]] for s in drawn.get_segments() if len(s)):
                if abs(y0 - y1) < NEAR:
                    found.append((float(y0), float(x0), float(x1)))
    for line in axes.lines:
        x, y = (np.asarray(v, dtype=float) for v in line.get_data())
        if len(x) == 2 and abs(y[0] - y[1]) < NEAR and line.get_transform() == axes.transData:
            found.append((float(y[0]), float(x[0]), float(x[1])))
    return found


def marks(axes: Axes) -> list[tuple[float, float]]:
    """Give the markers of an axis: height, and place."""
    return [
        (float(y), float(x))
        for line in axes.lines
        if line.get_marker() not in ("", "None", None)
        for x, y in zip(*line.get_data(), strict=True)
    ]


def labelled(axes: Axes) -> list[tuple[float, str, bool]]:
    """Give the words beside an axis from above: height, words, whether they are a heading."""
    ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    found = [(float(y), " ".join(t.get_text().split()), t.get_fontweight() == "bold")
             for y, t in ticks]  # fmt: skip
    return sorted((y, word, bold) for y, word, bold in found if word)


def heading(axes: Axes) -> str:
    """Give the title of a panel in a line."""
    return " ".join(" ".join(axes.get_title(loc=at) for at in ("left", "center")).split())


def settings(results: Results, table: pd.DataFrame, axes: Axes) -> list[tuple[float, pd.DataFrame]]:
    """Give the rows of a table beside the heights at which their label stands.

    A label is a value of the swept paths; the rule stands above, in a heading.
    """
    paths = results.told(table)
    rest = [path for path in paths if path != results.rule] or paths
    found, rule = [], ""
    for y, said, bold in labelled(axes):
        if bold:
            rule = said
            continue
        part = table
        if rule and results.rule:
            part = part[part[results.rule].map(partial(under, results)) == rule]
        if rest:
            words = part.apply(
                lambda row: " · ".join(results.value(path, row[path]) for path in rest), axis=1
            )
            part = part[[said.endswith(word) for word in words]]
        assert len(part), f"nothing is called {said!r}"
        found.append((y, part))
    return found


def holds(found: Sequence[tuple[float, ...]], wanted: Sequence[float]) -> bool:
    """Tell whether something is drawn with these numbers."""
    return any(np.allclose(one, wanted, atol=NEAR) for one in found)


def panels(axes: Sequence[Axes], keys: Sequence[Any], words: Sequence[str]) -> Iterator[Any]:
    """Give each panel with its key; its title says so."""
    assert len(axes) == len(keys)
    for one, key, word in zip(axes, keys, words, strict=True):
        assert " ".join(word.split()) in heading(one), f"{word!r} is not above its panel"
        yield one, key


def filled(axes: Axes) -> list[set[float]]:
    """Give the heights between which each area is filled."""
    return [
        {float(v) for v in np.round(path.vertices[:, 1], 5)}
        for drawn in axes.collections
        for path in drawn.get_paths()
        if len(path.vertices) > 3
    ]


def within(values: Any, heaps: Sequence[set[float]]) -> bool:
    wanted = {float(v) for v in np.round(np.asarray(values, dtype=float), 5)}
    return any(wanted <= heap for heap in heaps)
