"""What a partner asks for that is not open yet, the offer by which it asks, and no presents."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.docket import REFUSED, REQUESTED
from sim.either import either
from sim.view import View
from sim.world_view import WorldView

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


def usual(view: View) -> Flags:
    """Give what a partner asks for unless its strategy says otherwise, (W, M).

    What is closed and named by the rule, until one of these was refused or too few rounds are left
    to review it. Where its menu holds nothing better than no deal: its position and what the rule
    names, or everything if that would not help.
    """
    closed = ~view.open
    if view.is_hub:
        return np.zeros_like(closed)
    ruled = closed & view.ruled
    refused = (ruled & (view.docket == REFUSED)).any(axis=1)
    insists = ~refused & (view.deadline - view.round + 1 >= view.review_period)
    asked: Flags = ruled & insists[:, None]
    mute = np.flatnonzero(view.best <= view.reservation)
    if len(mute):
        own = ruled[mute] | (closed[mute] & view.is_in(view.position))
        then = view.narrow(mute).wide(own)
        asked[mute] = np.where((then.best > then.reservation)[:, None], own, closed[mute])
    return asked


def usual_in_world(view: WorldView) -> list[bool]:
    """Give the same in one world: M flags."""
    closed = [not opened for opened in view.open]
    if view.is_hub:
        return [False] * len(closed)
    ruled = [shut and named for shut, named in zip(closed, view.ruled, strict=True)]
    if view.best <= view.reservation:
        held = zip(closed, view.ruled, view.is_in(view.position), strict=True)
        own = [shut and (named or wanted) for shut, named, wanted in held]
        then = view.wide(own)
        return own if then.best > then.reservation else closed
    states = zip(ruled, view.docket, strict=True)
    refused = any(named and state == REFUSED for named, state in states)
    insists = not refused and view.deadline - view.round + 1 >= view.review_period
    return [named and insists for named in ruled]


def offer(view: View, asked: Flags, propose: Callable[[View], Ints]) -> Ints:
    """Give the offers of a partner that asks for measures that are closed, (W,).

    Where it asks, the package is proposed for the view with that open, too, whose menu holds only
    packages that lower what is asked for as far as the best of them does. What a proposal keeps
    all the same is lowered to its next level, unless that is worth less; a package that is then
    worth less than no deal is a pass.

    Args:
        view: of its turn.
        asked: (W, M) closed measures that it asks for.
        propose: what it proposes for a view.
    """
    return either(
        view,
        np.asarray(asked.any(axis=1)),
        lambda some, at: _asking(some, asked[at], propose),
        lambda some, _: propose(some),
    )


def _asking(view: View, asked: Flags, propose: Callable[[View], Ints]) -> Ints:
    """Propose from the packages that lower what is asked for, and lower what others keep."""
    wide = view.wide(asked)
    demanded = asked & _lowers(wide, wide.best_package)
    package, every = np.asarray(propose(view.wide(asked, demanded))), view.wide()
    worth = view.utility(package)
    kept = asked & (package >= 0)[:, None] & ~_lowers(view, package)
    for m in np.flatnonzero(kept.any(axis=0)).tolist():
        one = np.zeros_like(kept)
        one[:, m] = kept[:, m]
        cut = np.where(kept[:, m], view.space.lowering(np.maximum(package, 0), one), package)
        value = view.utility(cut)
        good = every.on_menu(cut) & (value >= worth)
        package, worth = np.where(good, cut, package), np.where(good, value, worth)
    return np.where(worth >= view.reservation, package, -1)


def _lowers(view: View, package: Ints) -> Flags:
    """Tell which measures packages lower, (W, M); a pass lowers none."""
    levels = view.space.levels[package][:, : len(view.measures)]
    return np.asarray((levels > 0) & (package >= 0)[:, None])


def without_presents(view: View, offers: Ints) -> Ints:
    """Make a pass of every offer that gives and lowers nothing while a request is pending, (W,)."""
    present = (offers > 0) & (offers < view.space.parts[1])
    if present.any():
        present &= (view.docket == REQUESTED).any(axis=1)
    return np.where(present, -1, offers)
