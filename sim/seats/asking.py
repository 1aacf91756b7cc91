"""What a partner asks for that is not open yet, the offer by which it asks, and no presents."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.payoffs.values import runs
from sim.protocol.docket import REFUSED, REQUESTED, bits, flags
from sim.seats.either import either
from sim.seats.views.view import View
from sim.seats.views.world import WorldView

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


def usual(view: View) -> Flags:
    """Give what a partner asks for unless its strategy says otherwise, (W, M).

    What is closed and named by the rule, until one of these was refused or too few rounds are left
    to review it. Where its menu holds nothing better than no deal, or only presents while a request
    is pending: its position and what the rule names, or everything if that would not help.
    """
    if view.is_hub:
        return np.zeros((len(view), len(view.measures)), dtype=bool)
    state, at = view._state, view.rows
    closed = state.every & ~state.docket.open[at]
    ruled = closed & state.named[at]
    insists = (ruled & state.docket.refused[at]) == 0
    insists &= view.deadline - view.round + 1 >= view.review_period
    asked = np.where(insists, ruled, 0)
    other = np.flatnonzero(asked != closed)
    if len(other):
        asked[other] = _unless_mute(view.narrow(other), asked[other], closed[other], ruled[other])
    return flags(asked, state.width)


def _unless_mute(view: View, asked: Ints, closed: Ints, ruled: Ints) -> Ints:
    """Give what is asked for, as bits, (n,), where the menu may hold nothing to offer."""
    state, at = view._state, view.rows
    gifts = (closed == state.every) & (state.docket.requested[at] != 0)
    mute = np.flatnonzero(gifts | (view.best <= view.reservation))
    if not len(mute):
        return asked
    closed = closed[mute]
    own = ruled[mute] | (closed & bits(view.is_in(view.position)))
    then = view.narrow(mute).wider(own)
    asked[mute] = np.where(then.best > then.reservation, own, closed)
    return asked


def usual_in_world(view: WorldView) -> list[bool]:
    """Give the same in one world: M flags."""
    closed = [not opened for opened in view.open]
    if view.is_hub:
        return [False] * len(closed)
    ruled = [shut and named for shut, named in zip(closed, view.ruled, strict=True)]
    gifts = all(closed) and REQUESTED in view.docket
    if gifts or view.best <= view.reservation:
        held = zip(closed, view.ruled, view.is_in(view.position), strict=True)
        own = [shut and (named or wanted) for shut, named, wanted in held]
        then = view.wide(own)
        return own if then.best > then.reservation else closed
    states = zip(ruled, view.docket, strict=True)
    refused = any(named and state == REFUSED for named, state in states)
    insists = not refused and view.deadline - view.round + 1 >= view.review_period
    return [named and insists for named in ruled]


def offer(view: View, asked: Ints, propose: Callable[[View], Ints]) -> Ints:
    """Give the offers of a partner that asks for measures that are closed, (W,).

    Where it asks, the package is proposed for the view with that open, too, whose menu holds only
    packages that lower what is asked for as far as the best of them does. What a proposal keeps
    all the same is lowered to its next level, unless that is worth less; a package that is then
    worth less than no deal is a pass.

    Args:
        view: of its turn.
        asked: (W,) closed measures that it asks for, as bits.
        propose: what it proposes for a view.
    """
    return either(
        view,
        asked != 0,
        lambda some, at: _asking(some, asked[at], propose),
        lambda some, _: propose(some),
    )


def _asking(view: View, asked: Ints, propose: Callable[[View], Ints]) -> Ints:
    """Propose from the packages that lower what is asked for, and lower what others keep."""
    wide = view.wider(asked)
    best = wide.best_package
    demanded = np.where(best < 0, 0, asked & view.space.lowered.take(best))
    package = np.asarray(propose(view.wider(asked, demanded)))
    kept = np.where(package < 0, 0, asked & ~view.space.lowered.take(package))
    some, run = runs(*wide._where, package, kept)
    if len(some) == len(package):
        return _lowered(view, package, kept)
    return _lowered(view.narrow(some), package[some], kept[some]).take(run)


def _lowered(view: View, package: Ints, kept: Ints) -> Ints:
    """Lower measures, as bits, to their next levels, unless that is worth less."""
    worth, every = view.utility(package), view.wider(view._state.every)
    for m in range(len(view.measures)):
        cuts = (kept >> m) & 1
        if cuts.any():
            cut = package + cuts * view.space.steps[m]
            value = view.utility(cut)
            good = every.on_menu(cut) & (value >= worth)
            package, worth = np.where(good, cut, package), np.where(good, value, worth)
    return np.where(worth >= view.reservation, package, -1)


def without_presents(view: View, offers: Ints) -> Ints:
    """Make a pass of every offer that gives and lowers nothing while a request is pending, (W,)."""
    present = (offers > 0) & (offers < view.space.parts[1])
    if present.any():
        present &= view._state.docket.requested[view.rows] != 0
    return np.where(present, -1, offers)
