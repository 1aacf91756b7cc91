"""How the payoffs of many worlds are spread, with one of them marked, as a Vega-Lite chart."""

from collections.abc import Sequence

from experiments.app.charts import Entry, Row, Spec
from experiments.figures.canvas import RED, SKY


def rows(values: Sequence[float]) -> list[Row]:
    """Give the data of the chart."""
    return [{"payoff": value} for value in values]


def spec(mine: float, title: str) -> Spec:
    """Give the specification.

    Args:
        mine: what is marked.
        title: of the axis, with the unit.
    """
    x = {"field": "payoff", "type": "quantitative", "title": title}
    bars = {
        "mark": {"type": "bar", "color": SKY},
        "encoding": {
            "x": x | {"bin": {"maxbins": 40}},
            "y": {"aggregate": "count", "type": "quantitative", "title": "worlds"},
        },
    }
    rule = {
        "data": {"values": [{"payoff": mine}]},
        "mark": {"type": "rule", "color": RED, "strokeWidth": 3},
        "encoding": {"x": x},
    }
    return {"height": 240, "layer": [bars, rule]}


def legend() -> list[Entry]:
    """Say what the marks are."""
    return [
        Entry("you", "┃", RED),
        Entry("worlds in which the house strategy plays your seat", "■", SKY),
    ]
