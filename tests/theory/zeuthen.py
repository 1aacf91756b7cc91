"""The concession protocol of Zeuthen (1930) on a finite frontier, as a plain loop."""

import numpy as np


def concede(points: np.ndarray) -> int:
    """Give the point at which both sides end, starting from their best ones; no deal is worth 0.

    In every step the side that is less willing to risk conflict concedes to the first point at
    which it no longer is: its risk is the share of its own gain that it would lose by giving in.
    Both concede where the risks are the same.
    """
    order = np.argsort(points[:, 0])
    plane = points[order]
    first, second = len(plane) - 1, 0
    while first > second:
        risks = _risk(plane[:, 0], first, second), _risk(plane[:, 1], second, first)
        step_first, step_second = risks[0] <= risks[1], risks[1] <= risks[0]
        if step_first:
            first -= 1
        if step_second and second < first:
            second += 1
    return int(order[first])


def _risk(worth: np.ndarray, own: int, other: int) -> float:
    return float((worth[own] - worth[other]) / worth[own])
