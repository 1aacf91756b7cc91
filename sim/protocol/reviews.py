"""Review tests: when a measure counts as reviewed, and what each test asks of the two sides."""

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class ReviewTest:
    """When a measure counts as reviewed; all bit sets over the measures, (n,) worlds.

    A test of one's own is a class that derives from this one, and a line in `TESTS`.

    Attributes:
        name: how a config calls it.
        said: what it asks for, in words.
        exchange: whether it waits until both sides have spoken, and for the period.
        on_opening: whether what is opened is reviewed.
        by_cut: whether a deal has to lower what the rule names, and waits for nothing else.
        by_position: whether an offer counts for the measures on which it takes a position only.
        hub_says, partner_says: what it still needs of a side, in words.
    """

    name: ClassVar[str]
    said: ClassVar[str]
    exchange: ClassVar[bool] = False
    on_opening: ClassVar[bool] = False
    by_cut: ClassVar[bool] = False
    by_position: ClassVar[bool] = False
    hub_says: ClassVar[str] = ""
    partner_says: ClassVar[str] = ""

    def takes(self, period: int) -> int:
        """Give the rounds that a measure has to be open, by the period of the rules."""
        return period if self.exchange else 1

    def spoken(self, opened: Ints, touched: Ints | int) -> Ints | int:
        """Give the measures on which an offer counts as speaking.

        Args:
            opened: measures that are open.
            touched: measures on which the offer takes a position.
        """
        return opened

    def named(self, exchanged: Ints, wished: Ints) -> Ints:
        """Give the measures on which the partner has spoken; it had requested those `wished`."""
        return exchanged

    def missing(self, unreviewed: Ints, lowered: Ints) -> Ints:
        """Give what still keeps a package from being a deal, of what is not reviewed yet."""
        return unreviewed


class ByExchange(ReviewTest):
    """It was open for the period, and both sides made an offer while it was."""

    name, exchange = "by_exchange", True
    said = "It was open for some rounds, and both sides made offers"


class ByAdmission(ReviewTest):
    """It was admitted to the table."""

    name, on_opening = "by_admission", True
    said = "It was admitted to the table"


class ByChange(ReviewTest):
    """The deal lowers it: a cut is the review."""

    name, by_cut = "by_change", True
    said = "The deal lowers it"

    def missing(self, unreviewed: Ints, lowered: Ints) -> Ints:
        """What is lowered is reviewed."""
        return unreviewed & ~lowered


class ByAnswer(ReviewTest):
    """It was open for the period, the partner named it, and the hub took a position on it since."""

    name = "by_answer"
    said = "The partner named it and the hub took a position on it"
    exchange = by_position = True
    hub_says, partner_says = "the hub's answer on it", "the partner to name it"

    def spoken(self, opened: Ints, touched: Ints | int) -> Ints | int:
        """Those on which it takes a position."""
        return touched

    def named(self, exchanged: Ints, wished: Ints) -> Ints:
        """Those that it named in an offer or a request."""
        return exchanged | wished


TESTS: dict[str, ReviewTest] = {
    test.name: test for test in (ByExchange(), ByAdmission(), ByChange(), ByAnswer())
}
"""Every test by its name in a config."""

if TYPE_CHECKING:
    TestName = str
else:
    TestName = Literal[tuple(TESTS)]
