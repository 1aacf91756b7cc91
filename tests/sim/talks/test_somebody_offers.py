"""Somebody offers, if there is something to be had; unless a strategy is silent by its source."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from sim.protocol.state import SIDES, Status, TalkState
from sim.scenario.scenario import Scenario
from sim.strategies import Asker, Linear, Salami, ScopeRefuser, WaitAndSee, WarOfAttrition
from sim.talks.model import TariffTalks
from tests.examples import fewer
from tests.games import game
from tests.generators import scenarios
from tests.plays import WORLDS

pytestmark = pytest.mark.fast

SILENT = (WaitAndSee, WarOfAttrition)
"""Say nothing by their source: they wait for another signature, or for the other side."""

MODEST = (Asker, Salami)
"""As partners they ask for their position and no more, at times, or slice by slice."""


def silent_by_source(strategy: Any, kinds: tuple[type, ...] = SILENT) -> bool:
    """Tell whether a strategy, or something inside it, may say nothing to the end."""
    if isinstance(strategy, kinds):
        return True
    held = fields(strategy) if is_dataclass(strategy) else ()
    return any(silent_by_source(getattr(strategy, f.name), kinds) for f in held)


def unsaid(model: TariffTalks) -> list[tuple[str, int]]:
    """Give the talks and worlds in which nobody ever offered, and both could have gained."""
    found = []
    for talk in model.talks:
        state = talk.state
        quiet = sum(offers.counts() for offers in state.offers) == 0
        quiet &= np.isin(state.status, (Status.EXPIRED, Status.SILENT))
        at = np.flatnonzero(quiet)
        if len(at):
            found += [(state.rules.name, int(k)) for k in at[gains(talk.places, state, at)]]
    return found


def gains(places: Any, state: TalkState, at: Any) -> Any:
    """Tell where some package is worth more than no deal to both, whatever is open."""
    packages = np.flatnonzero(state.rules.signable)
    good = np.ones((len(at), len(packages)), dtype=bool)
    for side in range(len(SIDES)):
        own = places[side].appraisals[side]
        none = own.value_of(at, np.full(len(at), -1))
        for k, package in enumerate(packages):
            good[:, k] &= own.value_of(at, np.full(len(at), package)) > none
    return good.any(axis=1)


@fewer(1)
@given(scenarios(rational=True, linked=False, around=False))
def test_if_both_can_gain_somebody_offers(scenario: Scenario) -> None:
    scenario = replace(scenario, payoffs=replace(scenario.payoffs, holdouts=None))
    model = TariffTalks(scenario, WORLDS, 7)
    model.run_model()
    for talk, world in unsaid(model):
        rules = next(rules for rules in scenario.talks if rules.name == talk)
        hub, partner = (scenario.strategies[c, talk] for c in (rules.hub, rules.partner))
        quiet = silent_by_source(hub) or silent_by_source(partner, SILENT + MODEST)
        assert quiet, (talk, world)


def test_the_old_silence_is_found() -> None:
    """No deal without cutting cars, which the hub never opens."""
    both = ("cars", "metals")
    worth = {"cars": (0, -1, -3), "metals": (0, -1), "pledge": (0, 3, 5)}
    for partner, silent in ((Asker(Linear(), until=0), True), (Linear(), False)):
        hub = ScopeRefuser(Linear(), ("metals",))
        scenario = game(hub, partner, review=both, test="by_change", positions=((), both),
                        hub_worth=worth)  # fmt: skip
        model = TariffTalks(scenario, 3, 7)
        model.run_model()
        assert unsaid(model) == [("east", k) for k in range(3) if silent]
