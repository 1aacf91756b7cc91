"""How the payoffs of many worlds are spread, with one of them marked, as a Vega-Lite chart."""

from collections.abc import Sequence

import numpy as np

from experiments.app.shown.charts import READABLE, LegendEntry, Row, Spec
from experiments.figures.canvas import RED, SKY

_CLASSES = 40


def rows(values: Sequence[float]) -> list[Row]:
    """Count the values in classes of equal width; those that differ by less than 1e-6 are one."""
    counts, ends = np.histogram(np.round(values, 6), bins=_CLASSES)
    return [
        {"low": float(low), "high": float(high), "worlds": int(n)}
        for n, low, high in zip(counts, ends[:-1], ends[1:], strict=True)
        if n
    ]


def spec(mine: float, title: str) -> Spec:
    """Give the specification.

    Args:
        mine: what is marked.
        title: of the axis, with the unit.
    """
    x = {"type": "quantitative", "title": title, "scale": {"zero": False, "padding": 6}}
    about = [
        {"field": "low", "title": "from", "format": "+.2f"},
        {"field": "high", "title": "to", "format": "+.2f"},
        {"field": "worlds"},
    ]
    bars = {
        "mark": {"type": "bar", "color": SKY, "stroke": "#FFFFFF", "strokeWidth": 0.5},
        "encoding": {
            "x": {"field": "low", **x},
            "x2": {"field": "high"},
            "y": {"field": "worlds", "type": "quantitative"},
            "y2": {"datum": 0},
            "tooltip": about,
        },
    }
    rule = {
        "data": {"values": [{"low": mine}]},
        "mark": {"type": "rule", "color": RED, "strokeWidth": 3},
        "encoding": {"x": {"field": "low", **x}},
    }
    return {"height": 240, "config": READABLE, "layer": [bars, rule]}


def legend() -> list[LegendEntry]:
    """Say what the marks are."""
    return [
        LegendEntry("you", "┃", RED),
        LegendEntry("worlds in which the house strategy plays your seat", "■", SKY),
    ]
