"""What an economy may have beyond trade in final goods: inputs, and labour that is supplied."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Competition = Literal["monopolistic", "perfect"]
Revenue = Literal["lump_sum", "labour_tax"]

COMPETITION: tuple[Competition, ...] = ("monopolistic", "perfect")
REVENUE: tuple[Revenue, ...] = ("lump_sum", "labour_tax")

_ROUNDING = 1e-9
"""Share of a sector's expenditure by which shares and final demand may be off."""


@dataclass(frozen=True, eq=False)
class Links:
    """Input-output links, as in Caliendo and Parro (2015).

    Production needs labour and a bundle of inputs, in fixed shares of cost; an input is bought at
    home and abroad in the same proportions as what is bought for final use.

    Attributes:
        value_added: (N, S) labour's share of cost by region and sector, 0 to 1.
        inputs: (S, S) or (N, S, S) shares of each input sector (last axis) in what a buying
            sector spends on inputs (the axis before); they sum to one.
        final: (N, S) shares of final expenditure by sector. What flows leave after inputs, if not
            given; then a negative rest is an error. Given, the base year itself need not be an
            equilibrium: solve it once at its own tariffs.
    """

    value_added: Floats
    inputs: Floats
    final: Floats | None = None

    def check(self, regions: int, sectors: int) -> None:
        """Check shapes and shares; raises ValueError."""
        shape = (regions, sectors)
        added, inputs = self.value_added, self.inputs
        if added.shape != shape or not ((added >= 0) & (added <= 1)).all():
            raise ValueError(f"links.value_added has to be {shape} shares from 0 to 1")
        if not (added.sum(axis=1) > 0).all():
            raise ValueError("links.value_added: a region without value added has no income")
        if inputs.shape not in ((sectors, sectors), (*shape, sectors)) or not (inputs >= 0).all():
            raise ValueError(
                f"links.inputs has to be {(sectors, sectors)} or {(*shape, sectors)} shares that "
                "are not negative: by buying sector, then by input sector"
            )
        sums = np.broadcast_to(inputs, (*shape, sectors)).sum(axis=-1)
        if (np.abs(sums - 1) > 1e-6)[added < 1].any():
            raise ValueError(
                "links.inputs: the shares of a buying sector's inputs have to add up to 1, not to "
                f"{sums[added < 1].min():g} or {sums[added < 1].max():g}"
            )
        if self.final is not None:
            final = self.final
            if final.shape != shape or not (final >= 0).all():
                raise ValueError(f"links.final has to be {shape} shares that are not negative")
            if not np.allclose(final.sum(axis=1), 1, rtol=0, atol=1e-6):
                raise ValueError("links.final: the shares of a region have to add up to 1")

    def bought(self) -> Floats:
        """Give what a buying sector spends on each input per unit of cost, (N, S, S)."""
        shape = (*self.value_added.shape, self.inputs.shape[-1])
        return (1 - self.value_added)[..., None] * np.broadcast_to(self.inputs, shape)

    def final_use(self, spending: Floats, costs: Floats) -> Floats:
        """Give final expenditure by sector in the base year, (N, S).

        Args:
            spending: (N, S) expenditure of all uses by sector, with duty.
            costs: (N, S) cost of what is produced.

        Raises:
            ValueError: a sector's use as an input exceeds what is bought of it.
        """
        used = np.einsum("jks,jk->js", self.bought(), costs)
        if self.final is not None:
            total = spending.sum(axis=1) - used.sum(axis=1)
            given: Floats = self.final * total[:, None]
            return given
        rest = spending - used
        if (rest < -_ROUNDING * spending.max()).any():
            j, s = np.unravel_index(int(np.argmin(rest)), rest.shape)
            raise ValueError(
                f"region {j} uses {used[j, s]:.6g} of sector {s} as an input and buys "
                f"{spending[j, s]:.6g} of it in all, so that final demand is negative; close the "
                "base year anew, or give links.final"
            )
        left: Floats = np.maximum(rest, 0.0)
        return left


@dataclass(frozen=True, eq=False)
class Labour:
    """Labour that is supplied: hours rise with what an hour buys after tax.

    Utility is consumption less a power of hours (no effect of income), so that hours are the real
    wage after tax to the power of the elasticity.

    Attributes:
        elasticity: of labour supply, a number or (N,); 0: all labour is always at work.
        scale: elasticity of productivity with respect to a region's hours; with entry of firms it
            is the share of scale economies over the trade elasticity (Liberation Day: 0.67 / 4).
        tax: (N,) or a number: rate of tax on labour in the base year. If it is not given and
            revenue cuts it, it is the one that the new revenue replaces in full.
    """

    elasticity: float | Floats
    scale: float = 0.0
    tax: float | Floats | None = None

    def check(self, regions: int) -> None:
        """Check shapes and ranges; raises ValueError."""
        for name, value in (("elasticity", self.elasticity), ("tax", self.tax)):
            if value is None:
                continue
            array = np.asarray(value, dtype=np.float64)
            low, high = array >= 0, array < (1 if name == "tax" else np.inf)
            if array.shape not in ((), (regions,)) or not (low & high).all():
                raise ValueError(
                    f"labour.{name} has to be a number or {regions} numbers of at least 0"
                    f"{' and below 1' if name == 'tax' else ''}, not {value}"
                )
        if not (np.isfinite(self.scale) and self.scale >= 0):
            raise ValueError(f"labour.scale has to be a number of at least 0, not {self.scale}")
        if (np.asarray(self.elasticity) * self.scale >= 1).any():
            raise ValueError("labour: elasticity times scale has to be below 1, or output explodes")


def markups(sigma: Floats, competition: Competition, markup: Floats | None) -> Floats:
    """Give profits per unit of sales by sector, (S,).

    Raises:
        ValueError: the competition is unknown, or the markup does not fit.
    """
    if competition not in COMPETITION:
        known = " or ".join(repr(word) for word in COMPETITION)
        raise ValueError(f"competition has to be {known}, not {competition!r}")
    if markup is None:
        return 1 / sigma if competition == "monopolistic" else np.zeros_like(sigma)
    if markup.shape != sigma.shape or not ((markup >= 0) & (markup < 1)).all():
        raise ValueError(
            f"markup has to be {len(sigma)} shares of sales from 0 to below 1, not {markup}"
        )
    if competition == "perfect" and markup.any():
        raise ValueError("markup has to be 0 under perfect competition, where nobody has profits")
    return markup
