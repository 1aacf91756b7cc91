"""A strategy put together from components."""

from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.seats.strategy import BatchStrategy, SideMove, Strategy, as_batch
from sim.seats.views.view import View
from sim.strategies.parts.base import Acceptance, OpponentModel, ScopeRule


@dataclass(frozen=True)
class NoModel(OpponentModel):
    """Believes nothing: offers are chosen by their distance to the other side's last one.

    Source: Baarslag, Hindriks, Hendrikx, Dirkzwager and Jonker (2014), Decoupling negotiating
    agents to explore the space of negotiation strategies, in Novel Insights in Agent-based Complex
    Automated Negotiation, Studies in Computational Intelligence 535, 61–83.
    """


@dataclass(frozen=True)
class Combined(BatchStrategy):
    """Offers as one strategy, accepts by a rule, sees the other side through a model.

    What is not given is as in the offering strategy; one that has an opponent model of its own, or
    inside it, gets the one that is given. In a config
    `{ offer = "boulware", accept = "combi", model = "frequency", scope = "salami" }`.

    Source: Baarslag, Hindriks, Hendrikx, Dirkzwager and Jonker (2014), Decoupling negotiating
    agents to explore the space of negotiation strategies, in Novel Insights in Agent-based Complex
    Automated Negotiation, Studies in Computational Intelligence 535, 61–83.

    Attributes:
        offering: any strategy; it makes the offers.
        accepting: when a standing offer is accepted.
        model: what the other side is believed to want.
        scoping: which measures are wanted on the table.
    """

    offering: Strategy | BatchStrategy
    accepting: Acceptance | None = None
    model: OpponentModel | None = None
    scoping: ScopeRule | None = None

    @cached_property
    def _offering(self) -> BatchStrategy:
        return as_batch(seeing(self.offering, self.model))

    def _seen(self, view: View) -> View:
        return view if isinstance(self.model, NoModel) else view.through(self.model)

    def side_move(self, view: View) -> SideMove | None:
        """Ask the offering strategy."""
        return self._offering.side_move(self._seen(view))

    def scope(self, view: View) -> ArrayLike:
        """Ask the scope rule."""
        return (self.scoping or self._offering).scope(self._seen(view))

    def ask(self, view: View) -> ArrayLike:
        """Ask the offering strategy."""
        return self._offering.ask(self._seen(view))

    def propose(self, view: View) -> ArrayLike:
        """Ask the offering strategy."""
        return self._offering.propose(self._seen(view))

    def answer(self, view: View, mine: NDArray[np.int64]) -> ArrayLike:
        """Ask the acceptance rule."""
        return (self.accepting or self._offering).answer(self._seen(view), mine)


def seeing(strategy: Any, model: OpponentModel | None) -> Any:
    """Give a strategy with an opponent model in the place of its own, and of those inside it."""
    if model is None or isinstance(model, NoModel) or not is_dataclass(strategy):
        return strategy
    changed: dict[str, Any] = {}
    for item in fields(strategy):
        held = getattr(strategy, item.name)
        if isinstance(held, OpponentModel):
            changed[item.name] = model
        elif isinstance(held, Strategy | BatchStrategy):
            changed[item.name] = seeing(held, model)
    made: Any = strategy
    return replace(made, **changed) if changed else strategy


PARTS = {"offer": "offering", "accept": "accepting", "model": "model", "scope": "scoping"}
"""Keys of a config, with the fields of `Combined`."""
