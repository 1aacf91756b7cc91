"""Random surroundings of the talks for property tests: everything that can be switched on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.payoffs.tables import Payoffs
from sim.protocol.rules import Calendar, TalkRules
from sim.protocol.shocks import Shock
from sim.protocol.threats import Threat, Unless
from sim.scenario.around import Surroundings
from sim.seats.ratifiers import Ratifier
from sim.seats.views.visibility import LEVELS, Visibility

GRID = 0.5
AROUND: dict[str, st.SearchStrategy[Any]] = {
    "moves": st.sampled_from((None, None, 1, 2)),
    "breakdown": st.sampled_from((0.0, 0.0, 0.1)),
    "clause": st.booleans(),
}


@st.composite
def calendars(draw: Any, on: bool) -> Calendar:
    """Two to ten rounds, and any mode of the deadline if switched on."""
    rounds = draw(st.integers(2, 10))
    mode = draw(st.sampled_from(("hard", "overtime", "extension"))) if on else "hard"
    return Calendar(
        rounds,
        mode=mode,
        overtime=draw(st.integers(1, 4)),
        extension=draw(st.integers(1, 4)),
        extensions=draw(st.integers(1, 2)),
    )


@st.composite
def ratifiers(draw: Any, country: str, draws: int, lucky: bool) -> tuple[Ratifier, ...]:
    """None, one or two who have to approve."""
    made = []
    for name in draw(st.sampled_from(((), (), ("upper",), ("upper", "lower")))):
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        made.append(
            Ratifier(
                name=f"{name} house",
                country=country,
                threshold=GRID * rng.integers(-4, 3, draws),
                sd=draw(st.sampled_from((0.0, 1.0))) if lucky else 0.0,
                delay=draw(st.integers(0, 4)),
                tariffs=draw(st.sampled_from((1.0, 1.0, 0.5))),
                concessions=draw(st.sampled_from((1.0, 1.0, 2.0))),
                events=((draw(st.integers(1, 8)), GRID * rng.integers(-2, 3, draws)),),
                announced=draw(st.booleans()),
            )
        )
    return tuple(made)


@st.composite
def unlesses(draw: Any) -> Unless:
    """What makes a threat void: a deal by a round, or measures that are open, or either."""
    named = draw(st.sampled_from(((), ("cars",), ("cars", "parts"))))
    by = draw(st.integers(1, 8)) if not named or draw(st.booleans()) else 0
    return Unless(by, named, within=draw(st.integers(0, 3)), due=draw(st.integers(0, 8)))


@st.composite
def weathers(draw: Any, countries: Sequence[str], lucky: bool) -> dict[str, Any]:
    """Up to two shocks, dated or with a hazard, and up to two threats that raise it."""
    hazards = (0.0, 0.2) if lucky else (0.0,)
    shocks = tuple(
        Shock(
            f"shock {k}",
            hazard=draw(st.sampled_from(hazards)),
            round=draw(st.integers(0, 6)),
            rounds=draw(st.integers(1, 4)),
        )
        for k in range(draw(st.integers(0, 2)))
    )
    threats = tuple(
        Threat(
            f"threat {k}",
            country=draw(st.sampled_from(tuple(countries))),
            shock=draw(st.integers(0, len(shocks) - 1)),
            hazard=draw(st.sampled_from((0.3, 1.0))) if lucky else 1.0,
            rounds=draw(st.integers(1, 3)),
            most=draw(st.integers(1, 2)),
            unless=draw(st.one_of(st.none(), unlesses())),
        )
        for k in range(draw(st.integers(0, 2)) if shocks else 0)
    )
    common = draw(st.sampled_from((0.0, 0.5))) if lucky else 0.0
    return {"shocks": shocks, "threats": threats, "common": common}


@st.composite
def sights(draw: Any, talks: Sequence[TalkRules], lucky: bool) -> dict[tuple[str, str], Visibility]:
    """Now and then another sight of a talk than the usual one."""
    seen = {}
    for talk in talks:
        for country in ("hub", *(t.partner for t in talks if t is not talk)):
            if draw(st.booleans()):
                leak = draw(st.sampled_from((0.0, 0.3))) if lucky else 0.0
                level, lag = draw(st.sampled_from(LEVELS)), draw(st.integers(0, 3))
                seen[country, talk.name] = Visibility(level, lag, leak)
    return seen


@st.composite
def surroundings(
    draw: Any, talks: Sequence[TalkRules], draws: int, lucky: bool = True
) -> Surroundings:
    """Everything around the tables."""
    countries = ("hub", *(talk.partner for talk in talks))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    made = {c: draw(ratifiers(c, draws, lucky)) for c in countries}
    weather = draw(weathers(countries, lucky))
    return Surroundings(
        sights=draw(sights(talks, lucky)),
        ratifiers={talk.name: made["hub"] + made[talk.partner] for talk in talks},
        discounts={c: draw(st.sampled_from((1.0, 0.9))) for c in countries},
        extension_cost=GRID * rng.integers(0, 3, draws),
        threat_cost=GRID * rng.integers(0, 3, (len(weather["threats"]), draws)),
        **weather,
    )


def beyond_trade(values: Payoffs, shocks: int, seed: int) -> Payoffs:
    """Add effects of shocks and outside options to payoffs."""
    rng = np.random.default_rng(seed)
    countries, draws = range(len(values.countries)), values.draws
    return replace(
        values,
        shocks=tuple(GRID * rng.integers(-3, 3, (shocks, draws)) for _ in countries),
        outside=tuple(
            tuple(GRID * rng.integers(0, 3, draws) for _ in values.talks) for _ in countries
        ),
    )


def barred(rules: TalkRules, seed: int) -> TalkRules:
    """The same rules with a ceiling on the rate of one measure."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(len(rules.space.measures)))
    least = int(rng.integers(1, rules.space.shape[k]))
    return replace(rules, barred=rules.space.levels[:, k] < least)
