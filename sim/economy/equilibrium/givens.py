"""What is asked of the numbers that an equilibrium is solved from."""

import numpy as np
from scipy.sparse.csgraph import connected_components

from sim.economy.data.base_year import BaseYear
from sim.economy.data.options import REVENUE, Floats, Labour, Links
from sim.economy.equilibrium.equations import Calibration

_SLACK = 1e-9
"""Part of their profit on a sale that sellers keep at the least pass-through."""


def check(
    flows: Floats,
    tariffs: Floats,
    new_tariffs: Floats,
    sigma: Floats,
    pass_through: Floats | None,
    owners: Floats | None,
    links: Links | None,
    labour: Labour | None,
    revenue: str,
) -> None:
    """Check what `solve` is given; raises ValueError with a sentence."""
    _check_arrays(flows, tariffs, new_tariffs, sigma)
    if pass_through is not None and (
        pass_through.shape != sigma.shape or not ((pass_through > 0) & (pass_through <= 1)).all()
    ):
        raise ValueError(
            f"pass_through has to be {len(sigma)} shares above 0 to 1, not {pass_through}"
        )
    if owners is not None:
        _check_owners(owners, flows)
    if links is not None:
        links.check(*flows.shape[1:])
    if labour is not None:
        labour.check(len(flows))
    if revenue not in REVENUE:
        known = " or ".join(repr(word) for word in REVENUE)
        raise ValueError(f"revenue has to be {known}, not {revenue!r}")
    _check_whole(flows)


def check_numbers(held: float, tolerance: float, most: int) -> None:
    """Check the settings of the solver; raises ValueError."""
    if not _is_number(held) or not 0 <= held <= 1:
        raise ValueError(
            f"held has to be a number from 0 to 1, the share of the imbalances that stays, not "
            f"{held!r}"
        )
    if not _is_number(tolerance) or not 0 < tolerance < 1:
        raise ValueError(f"tolerance has to be a number above 0 and below 1, not {tolerance!r}")
    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 1:
        raise ValueError(f"max_iterations has to be a whole number of at least 1, not {most!r}")


def check_margins(base: Calibration, new_tariffs: Floats) -> None:
    """Check that sellers who bear a part of a duty still earn something on every unit.

    Raises:
        ValueError: they do not, or there are no profits to bear it from.
    """
    bear = base.pass_through != 1
    if not bear.any():
        return
    if base.competition == "perfect":
        raise ValueError(
            "pass_through has to be 1 under perfect competition: without profits nobody can bear "
            "a part of a duty"
        )
    for s in np.flatnonzero(bear):
        least = margin(base, new_tariffs, int(s))
        if least < 0:
            raise ValueError(
                f"pass_through of sector {s}, {base.pass_through[s]:g}, is too low: where its "
                f"duties rise most sellers earn {100 * least:.3g} % of a sale, less than nothing; "
                "raise it, or the markup"
            )


def margin(base: Calibration, new_tariffs: Floats, s: int) -> float:
    """Give the least profit per unit of sales of a sector, over all flows and vectors."""
    sold = base.flows[..., s] > 0
    highest = new_tariffs[..., s].max(axis=0)
    ratio = ((1 + highest) / (1 + base.tariffs[..., s]))[sold]
    most = ratio.max(initial=1.0) ** (1 - base.pass_through[s])
    return float(1 - (1 - base.markup[s]) * most)


def least_pass_through(base: BaseYear, highest: Floats, s: int, margins: Floats) -> Floats:
    """Give the least pass-through of a sector at which no seller loses on a unit, (E,).

    Args:
        base: the base year.
        highest: (N, N, S) the highest tariffs.
        s: the sector.
        margins: (E,) profits per unit of sales.
    """
    sold = base.flows[..., s] > 0
    ratio = ((1 + highest[..., s]) / (1 + base.tariffs[..., s]))[sold]
    most = np.log(ratio.max(initial=1.0))
    if most <= 0:
        return np.zeros_like(margins)
    least: Floats = np.maximum(1 + np.log1p(-margins) / most * (1 - _SLACK), 0.0)
    return least


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _check_arrays(flows: Floats, tariffs: Floats, new_tariffs: Floats, sigma: Floats) -> None:
    regions, sectors = flows.shape[0], flows.shape[-1]
    shape = (regions, regions, sectors)
    if flows.shape != shape or tariffs.shape != shape or new_tariffs.shape[1:] != shape:
        raise ValueError(
            f"flows {flows.shape}, tariffs {tariffs.shape} and new_tariffs {new_tariffs.shape} "
            "do not fit: they are (N, N, S), (N, N, S) and (B, N, N, S)"
        )
    if not len(new_tariffs):
        raise ValueError("new_tariffs holds no tariff vector; give at least one")
    if sigma.shape != (sectors,) or not (np.isfinite(sigma) & (sigma > 1)).all():
        raise ValueError(f"sigma has to be {sectors} elasticities above 1, not {sigma}")
    if not (np.isfinite(flows) & (flows >= 0)).all():
        raise ValueError("a flow is negative or not a number; give sales, 0 where there are none")
    if not (flows.sum(axis=(1, 2)) > 0).all() or not (flows.sum(axis=(0, 2)) > 0).all():
        raise ValueError("every region has to sell something and to buy something")
    for name, rates in (("tariffs", tariffs), ("new_tariffs", new_tariffs)):
        if not (np.isfinite(rates) & (rates > -1)).all():
            raise ValueError(f"{name} have to be finite fractions above -1 (-100 %)")


def _check_owners(owners: Floats, flows: Floats) -> None:
    if owners.shape != flows.shape or not (np.isfinite(owners) & (owners >= 0)).all():
        raise ValueError(f"owners has to be {flows.shape} shares that are not negative")
    if not np.allclose(owners.sum(axis=0), 1, rtol=0, atol=1e-9):
        raise ValueError("the owners of a region's profits in a sector have to add up to 1")


def _check_whole(flows: Floats) -> None:
    """Check that every region is linked with every other by trade."""
    count, group = connected_components(flows.sum(axis=2) > 0, directed=False)
    if count > 1:
        apart = np.flatnonzero(group == group[-1] if group[-1] != group[0] else group != group[0])
        raise ValueError(
            f"the regions fall apart into {count} groups that do not trade with each other, so "
            f"that their wages cannot be compared; solve each alone: region"
            f"{'s' if len(apart) > 1 else ''} {', '.join(map(str, apart[:8]))} and the others"
        )
