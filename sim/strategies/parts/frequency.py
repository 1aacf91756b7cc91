"""What the other side asks for often it wants; what it does not move on matters to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance.spreads import Drawn
from sim.seats.parameters import number
from sim.seats.views.view import View
from sim.strategies.parts.additive import AdditiveModel, State, most_levels
from sim.strategies.parts.base import Floats, Ints


@dataclass(frozen=True)
class Frequency(AdditiveModel):
    """Counts levels and the issues that stay: a level often asked for is worth more.

    A level is worth its share of the count of the issue's most frequent one. An issue that the
    other side left as it was in its last offer gains weight: with n issues and gain = rate / n all
    weights are divided by 1 + gain · (issues left), after the gain was added to each of these, as
    long as no weight takes everything. Its first offer is only stored.

    Source: van Krimpen, Looije and Hajizadeh (2013), HardHeaded, in Complex Automated Negotiations,
    Studies in Computational Intelligence 435, 223–227.

    Attributes:
        rate: how fast weights move.
        looks: packages that a search through the model looks at.
        floor: what no deal is believed to be worth to the other side.
    """

    rate: float | Drawn = number(0.2, above=0, most=1)
    looks: int = number(32, least=1)
    floor: float | Drawn = number(0.0, least=0, most=1)

    def begin(self, view: View) -> State:
        """Believe that all issues weigh the same and all levels are alike."""
        issues, most = len(view.space.shape), most_levels(view.space)
        there = np.arange(most) < np.array(view.space.shape)[:, None]
        count = np.broadcast_to(there.astype(np.float32), (len(view), issues, most))
        return {"weight": np.full((len(view), issues), 1 / issues), "count": count}

    def learn(self, view: View, state: State, before: Ints, now: Ints, turn: int) -> State:
        """Count an offer that follows another one."""
        follows = before >= 0
        if not follows.any():
            return state
        levels = view.space.levels
        same = (levels[now] == levels[before]) & follows[:, None]
        weight = _weighed(state["weight"], same, np.asarray(view.of(self.rate)))
        return {"weight": weight, "count": _counted(state["count"], levels[now], follows)}

    def table(self, view: View, state: Mapping[str, NDArray[Any]]) -> Floats:
        """Weigh each level by its share of the most frequent one."""
        count, most = state["count"], state["count"][:, :, 0]
        for level in range(1, count.shape[2]):
            most = np.maximum(most, count[:, :, level])
        worth: Floats = count * (state["weight"] / most)[:, :, None]
        return worth


def _weighed(weight: Floats, same: NDArray[np.bool_], rate: Floats) -> Floats:
    """Move the weights, (W, I), after an offer that left some issues the same."""
    issues = weight.shape[1]
    gain = np.broadcast_to(rate / issues, len(weight))
    left = np.zeros(len(weight))
    for issue in range(issues):
        left += same[:, issue]
    total = 1 + gain * left
    room = weight < (1 - issues * gain / total)[:, None]
    raised: Floats = weight + np.where(same & room, gain[:, None], 0)
    return raised / total[:, None]


def _counted(
    count: NDArray[np.float32], levels: NDArray[Any], follows: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Count the levels of an offer, (W, I), one more each."""
    count = np.array(count, order="C")
    worlds, issues, most = count.shape
    place = np.arange(worlds * issues).reshape(worlds, issues) * most + levels
    count.reshape(-1)[place[follows].ravel()] += 1
    return count
