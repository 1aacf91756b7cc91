"""What a partner asks for that is not open yet, and the offer by which it asks."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.docket import REFUSED
from sim.either import either
from sim.view import View
from sim.world_view import WorldView

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


def usual(view: View) -> Flags:
    """Give what a partner asks for unless its strategy says otherwise, (W, M).

    Everything where its menu holds nothing better than no deal; else what is closed and named by
    the rule, until one of these was refused or too few rounds are left to review it.
    """
    closed = ~view.open
    if view.is_hub:
        return np.zeros_like(closed)
    ruled = closed & view.ruled
    refused = (ruled & (view.docket == REFUSED)).any(axis=1)
    insists = ~refused & (view.deadline - view.round + 1 >= view.review_period)
    mute = view.best <= view.reservation
    return np.asarray((closed & mute[:, None]) | (ruled & insists[:, None]))


def usual_in_world(view: WorldView) -> list[bool]:
    """Give the same in one world: M flags."""
    closed = [not opened for opened in view.open]
    if view.is_hub:
        return [False] * len(closed)
    if view.best <= view.reservation:
        return closed
    ruled = [shut and named for shut, named in zip(closed, view.ruled, strict=True)]
    states = zip(ruled, view.docket, strict=True)
    refused = any(named and state == REFUSED for named, state in states)
    insists = not refused and view.deadline - view.round + 1 >= view.review_period
    return [named and insists for named in ruled]


def offer(view: View, asked: Flags, propose: Callable[[View], Ints]) -> Ints:
    """Give the offers of a partner that asks for measures that are closed, (W,).

    Where it asks, the package is proposed for the view with everything open. Each measure that it
    asks for is lowered at least to its next level, unless that is worth less to it; a package that
    is then worth less than no deal is a pass.

    Args:
        view: of its turn.
        asked: (W, M) closed measures that it asks for.
        propose: what it proposes for a view.
    """
    return either(
        view,
        np.asarray(asked.any(axis=1)),
        lambda some, at: _asking(some.wide(), asked[at], propose),
        lambda some, _: propose(some),
    )


def _asking(wide: View, asked: Flags, propose: Callable[[View], Ints]) -> Ints:
    """Propose for the wide view, and lower what is asked for, in the order of the talk."""
    package = np.asarray(propose(wide))
    worth = wide.utility(package)
    kept = asked & (package >= 0)[:, None]
    kept &= wide.space.levels[package][:, : len(wide.measures)] == 0
    for m in np.flatnonzero(kept.any(axis=0)).tolist():
        one = np.zeros_like(kept)
        one[:, m] = kept[:, m]
        cut = np.where(kept[:, m], wide.space.lowering(np.maximum(package, 0), one), package)
        value = wide.utility(cut)
        good = wide.on_menu(cut) & (value >= worth)
        package, worth = np.where(good, cut, package), np.where(good, value, worth)
    return np.where(worth >= wide.reservation, package, -1)
