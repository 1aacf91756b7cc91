"""What a person at the table may know of a talk: its seat's view and own values, nothing else."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from experiments.app import called
from experiments.app.moves import Move
from experiments.app.shown.charts import menu
from experiments.app.values import Values
from experiments.results.transcript import announced, sentences, unless
from sim import Scenario, TariffTalks
from sim.protocol.docket import STATES
from sim.protocol.issues import Ints
from sim.protocol.rules import TalkRules
from sim.protocol.state import HUB, Status, TalkState
from sim.talks.talk import Talk


@dataclass(frozen=True, eq=False)
class SeenTalk:
    """One talk as one seat sees it.

    Attributes:
        game, rules: the talk.
        country: whose seat it is; hub: whether it is the hub's.
        round, deadline: now, and the last round before the deadline.
        due: whether this seat is to move.
        status: how the talk stands.
        docket: by measure, its review state.
        again: by measure, the round from which it may be asked for after a refusal; else 0.
        missing: by measure, what it still needs to be reviewed, in words; empty where it is not
            open or nothing is missing.
        spoken: by measure, whether an offer of this seat counts in its review, where one has to.
        mine, theirs: standing offers, -1 before any.
        agreed: package agreed in principle, else -1.
        ratifying: package that is signed and waits for its ratification, else -1.
        anew: whether the agreement is judged anew, as more has opened since.
        values: what packages are worth to this seat.
        their_values: to the other side; None where that is private.
        review_costs: by measure, what it costs this seat, once, when it becomes reviewed.
        named: measures that the review rule names now.
        audience_cost: what dropping a measure from the rule costs this seat; infinite where it
            cannot.
        longest: rounds by which this seat may move the deadline now.
        threats: names of the threats that it can make now, with those for readers.
        shocks: what shocks add to no deal, as it is expected now.
        signed: deals of all talks that it knows of, -1 where there is none.
        news: announced bars of those at home on either side, and what is seen of other talks, in
            sentences.
        story: round and sentence.
    """

    game: Scenario
    rules: TalkRules
    country: str
    hub: bool
    round: int
    deadline: int
    due: bool
    status: str
    docket: tuple[str, ...]
    again: tuple[int, ...]
    missing: tuple[str, ...]
    spoken: tuple[bool, ...]
    mine: int
    theirs: int
    agreed: int
    ratifying: int
    anew: bool
    values: Values
    their_values: Values | None
    review_costs: tuple[float, ...]
    named: tuple[str, ...]
    audience_cost: float
    longest: int
    threats: dict[str, str]
    shocks: float
    signed: tuple[int, ...]
    news: tuple[str, ...]
    story: tuple[tuple[int, str], ...]

    @property
    def other(self) -> str:
        """The country on the other side."""
        return self.rules.partner if self.hub else self.rules.hub

    @property
    def standing(self) -> int:
        """What an answer is about: the package agreed in principle, else their offer."""
        return self.agreed if self.agreed >= 0 else self.theirs

    def asked(self) -> list[str]:
        """List the measures that this seat can ask for, or admit, now."""
        free = ("requested",) if self.hub else ("off", "requested", "refused")
        names = [measure.name for measure in self.rules.space.measures]
        states = zip(names, self.docket, self.again, strict=True)
        return [n for n, state, again in states if state in free and again <= self.round]

    def resting(self) -> dict[str, int]:
        """Give the refused measures that cannot be asked for yet, and from which round on."""
        names = [measure.name for measure in self.rules.space.measures]
        held = zip(names, self.again, strict=True)
        return {} if self.hub else {n: again for n, again in held if again > self.round}

    def wanted(self) -> list[str]:
        """List what of it this seat wants by default: what it has asked for, and its position."""
        states = dict(zip([m.name for m in self.rules.space.measures], self.docket, strict=True))
        position = self.rules.positions[HUB if self.hub else 1]
        return [n for n in self.asked() if n in position or (not self.hub and states[n] != "off")]

    def passing(self) -> Move:
        """Give the move that leaves all as it is: requests stay, and so does the last offer."""
        states = zip(self.rules.space.measures, self.docket, strict=True)
        kept = () if self.hub else tuple(m.name for m, state in states if state == "requested")
        return Move(self.rules.name, self.round, kept)

    def opened(self, want: list[str]) -> tuple[str, ...]:
        """Give the review states once this seat wants these measures."""
        if not self.hub:
            return self.docket
        names = [measure.name for measure in self.rules.space.measures]
        return tuple(
            "open" if state == "requested" and name in want else state
            for name, state in zip(names, self.docket, strict=True)
        )

    def unheard(self, want: list[str]) -> list[str]:
        """List what is open, by this move at last, and waits for an offer of this seat."""
        measures = zip(self.rules.space.measures, self.opened(want), self.spoken, strict=True)
        return [m.name for m, state, spoken in measures if state == "open" and not spoken]

    def after(self, drop: tuple[str, ...], opens: tuple[str, ...]) -> "SeenTalk":
        """Give what is seen once this seat has dropped measures from the rule, or opened some."""
        names = [measure.name for measure in self.rules.space.measures]
        states = zip(names, self.docket, strict=True)
        held = ("open", "reviewed")
        docket = tuple("open" if n in opens and s not in held else s for n, s in states)
        named = tuple(name for name in self.named if name not in drop)
        return replace(self, docket=docket, named=named)

    def droppable(self) -> list[str]:
        """List the measures that this seat may drop from the review rule now."""
        return list(self.named) if math.isfinite(self.audience_cost) else []

    def unasked(self) -> list[str]:
        """List the measures that this seat may open although nobody asks for them."""
        names = [measure.name for measure in self.rules.space.measures]
        free = ("off", "refused") if self.hub and self.rules.scope else ()
        return [n for n, state in zip(names, self.docket, strict=True) if state in free]

    def offers(self, want: list[str]) -> Ints:
        """List what this seat may offer: a hub from the menu, a partner anything signable."""
        if self.hub:
            return menu(self.rules, self.opened(want), self.named, self.round)
        return menu(self.rules, ("open",) * len(self.docket), self.named, self.round)

    def may_accept(self, want: list[str]) -> bool:
        """Tell whether what stands could be signed, or stood by."""
        if self.agreed >= 0:
            return True
        return self.theirs >= 0 and self.theirs in menu(
            self.rules, self.opened(want), self.named, self.round
        )

    def problem(self, move: Move) -> str:
        """Say why a move is not allowed; nothing if it is."""
        return self.after(move.drop, move.open)._problem(move)

    def _problem(self, move: Move) -> str:
        package, want = move.package(self.rules.space), list(move.want)
        if move.reply == "accept" and not self.may_accept(want):
            if self.theirs < 0:
                return "There is no offer yet that you could accept."
            return (
                f"Their offer changes {self._closed(self.theirs, want)}, which are not open for "
                "review: it can be signed only once they are."
            )
        if move.offer is not None and package not in self.offers(want):
            if package == 0:
                return "An offer has to lower or to give something; or let your last offer stand."
            closed = self._closed(package, want) if self.hub else ""
            if closed:
                return (
                    f"Your offer lowers {closed}, which are not open for review: admit what is "
                    "asked for first, or leave it as it is."
                )
            return "The rules of this talk leave no room for that package: no deal may keep a rate."
        return ""

    def _closed(self, package: int, want: list[str]) -> str:
        """Name the measures that a package lowers and that are not open."""
        lowered = int(self.rules.space.lowered[package])
        names = [
            measure.name
            for m, (measure, state) in enumerate(
                zip(self.rules.space.measures, self.opened(want), strict=True)
            )
            if lowered >> m & 1 and state not in ("open", "reviewed")
        ]
        return called.listed(self.rules, names) if names else ""


def sight_of(
    model: TariffTalks, talk: Talk, side: int, due: bool, turns: pd.DataFrame | None
) -> SeenTalk:
    """Give what a seat of a model with one world may know now.

    Args:
        model: stopped at a turn.
        talk, side: the seat.
        due: whether it is to move.
        turns: of all talks so far; only those of this one are told.
    """
    state, place, game = talk.state, talk.places[side], model.game
    at = np.array([0])
    values = [
        Values.of(game, country, state.number, int(state.draw[0]), int(state.outlook[s, 0]))
        for s, country in enumerate(state.country)
    ]
    measures = state.rules.space.measures
    may_extend = side == HUB and bool(state.clock.may_extend(at)[0])
    weather = place.weather
    threats = {
        threat.name: threat.label or threat.name
        for number, threat in enumerate(weather.threats.listed)
        if threat.country == place.country and bool(weather.threats.may(number, at, model.round)[0])
    }
    return SeenTalk(
        game=game,
        rules=state.rules,
        country=place.country,
        hub=side == HUB,
        round=model.round,
        deadline=int(state.clock.deadline[0]),
        due=due,
        status=Status(int(state.status[0])).name.lower(),
        docket=tuple(STATES[n] for n in state.docket.states(at)[0]),
        again=tuple(_again(state, m) for m in range(len(measures))),
        missing=tuple(_missing(state, side, m) for m in range(len(measures))),
        spoken=tuple(_spoken(state, side, m) for m in range(len(measures))),
        mine=int(state.standing[side, 0]),
        theirs=int(state.standing[1 - side, 0]),
        agreed=int(state.agreed[0]),
        ratifying=int(state.ratifying[0]),
        anew=bool(state.agreed[0] >= 0 and state.unheard(at, side)[0]),
        values=values[side],
        their_values=values[1 - side] if game.information == "complete" else None,
        review_costs=_review_costs(game, state, side),
        named=tuple(m.name for k, m in enumerate(measures) if state.named[0] >> k & 1),
        audience_cost=math.inf if place.audience is None else float(place.audience[state.draw[0]]),
        longest=game.calendar.extension if may_extend else 0,
        threats=threats,
        shocks=_shocks(model, talk, side),
        signed=_signed(model, talk, side),
        news=tuple(_news(model, talk, side)),
        story=_story(game, state.rules, turns),
    )


def _review_costs(game: Scenario, state: TalkState, side: int) -> tuple[float, ...]:
    """Give what a review of each measure costs a seat: the hub, where the scenario says so."""
    costs = game.review_cost.get((state.rules.hub, state.rules.name))
    if side != HUB or costs is None:
        return (0.0,) * len(state.rules.space.measures)
    return tuple(costs[int(state.draw[0])].tolist())


def _shocks(model: TariffTalks, talk: Talk, side: int) -> float:
    """Give what shocks add to the value of no deal, as it is expected now."""
    state, place, payoffs = talk.state, talk.places[side], model.game.payoffs
    country = model.game.countries.index(place.country)
    weather = (state.draw, place.weather.chances)
    return float(payoffs.without_deal(country, state.number, *weather, outside=False)[0])


def _again(state: TalkState, measure: int) -> int:
    """Give the round from which a refused measure may be asked for again; 0 for any other."""
    docket = state.docket
    refused = bool(docket.refused[0] >> measure & 1)
    return int(docket.refused_in[0, measure]) + docket.cooldown if refused else 0


def _missing(state: TalkState, side: int, measure: int) -> str:
    """Say what an open measure still needs to be reviewed."""
    docket, bit = state.docket, 1 << measure
    test = docket.test
    if not test.exchange or not docket.open[0] & ~docket.reviewed[0] & bit:
        return ""
    sides = [("an offer of yours", side), ("an offer of theirs", 1 - side)]
    if test.hub_says:
        said = {HUB: test.hub_says, 1 - HUB: test.partner_says}
        sides = [(said[s], s) for _, s in sides]
    named = test.named(docket.exchanged[1 - HUB], docket.wished)
    done = [int(docket.exchanged[HUB, 0]), int(named[0])]
    needed = [what for what, s in sides if not done[s] & bit]
    return f"still needs {' and '.join(needed)}" if needed else "reviewed at the end of its period"


def _spoken(state: TalkState, side: int, measure: int) -> bool:
    """Tell whether no offer of a seat is missing in a review: any counts that is made meanwhile."""
    docket = state.docket
    asked = docket.test.exchange and not docket.test.by_position
    return not asked or bool(docket.exchanged[side, 0] >> measure & 1)


def _signed(model: TariffTalks, talk: Talk, side: int) -> tuple[int, ...]:
    """Give the deals of all talks that a seat knows of, -1 where there is none."""
    place, known = talk.places[side], [-1] * len(model.talks)
    for state, sight in place.others:
        known[state.number] = int(place.other(state, sight, np.array([0]), model.round).package[0])
    known[talk.state.number] = int(talk.state.package[0])
    return tuple(known)


def _news(model: TariffTalks, talk: Talk, side: int) -> list[str]:
    """Say what those at home have announced, and what is seen of the other talks."""
    place = talk.places[side]
    told = announced(model.game, talk.state.rules, int(talk.state.draw[0]), model.round)
    told += _standing_threats(model, talk)
    for state, sight in place.others:
        if place.country in state.country:
            continue
        seen = place.other(state, sight, np.array([0]), model.round)
        name = called.talk(model.game, state.rules)
        if seen.package[0] >= 0:
            terms = called.package(state.rules, int(seen.package[0]))
            told.append(f"{name}: they have signed a deal: {terms}.")
        elif seen.signed[0]:
            told.append(f"{name}: they have signed a deal; its terms are not known to you.")
        else:
            told.append(f"{name}: no deal that you know of.")
        for offer, who in zip(seen.offers[:, 0].tolist(), state.country, strict=True):
            if offer >= 0:
                label = called.country(model.game, who)
                told.append(f"There {label} offers: {called.package(state.rules, offer)}.")
    return told


def _standing_threats(model: TariffTalks, talk: Talk) -> list[str]:
    """Say which threats stand, when they fall due, and what makes them void."""
    threats, told = model.weather.threats, []
    for number, threat in enumerate(threats.listed):
        due = int(threats.due[number, 0])
        if due and threats.stands_in(number, talk.state.number)[0]:
            told.append(
                f"{called.country(model.game, threat.country)} threatens: "
                f"{threat.label or threat.name}, {unless(model.game, threat, talk.state.rules)}. "
                f"It falls due at the end of round {due}."
            )
    return told


def _story(
    game: Scenario, rules: TalkRules, turns: pd.DataFrame | None
) -> tuple[tuple[int, str], ...]:
    """Tell what has happened at this table, the latest first."""
    if turns is None:
        return ()
    mine: list[Any] = turns[turns["talk"] == rules.name].to_dict("records")
    return tuple(sentences(game, rules, mine, worth=False, labels=True)[::-1])
