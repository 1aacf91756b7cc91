"""The Mesa model: countries and ratifiers as agents, one step a round, in every world at once."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.protocol.calendar import Clock
from sim.protocol.shocks import ShocksInForce
from sim.protocol.state import HUB, SIDES, Ints, Status, TalkState
from sim.scenario.scenario import Scenario
from sim.seats.player import Play, Player, drawn_values, name_drawn
from sim.seats.views.outside import outlook
from sim.seats.views.seat import Seat
from sim.talks import mesas
from sim.talks.agents import Country, RatifierAgent, collector
from sim.talks.ensemble import places_of
from sim.talks.mesas import Priority, TimedModel
from sim.talks.record import Record
from sim.talks.talk import Talk
from sim.talks.turns import TurnLog

_LARGE = 1 << 23
"""Ranked packages that a chunk of worlds may need at once, by seat."""

HALVES = (0, 1)
"""Of a round: whoever moves first in a talk has its turn in the first one."""

_BEFORE = 0.5
"""How long before a round something happens that has its date: round n is time n."""


class TariffTalks(TimedModel):
    """The talks of a hub with its partners, over an ensemble of worlds.

    With one world it is an ordinary Mesa model: `step` it, read its agents, collect data. With
    many, every state array has an axis of worlds and one step advances them all.

    Round n is time n of the calendar. What has a date is an event in it: half a unit before its
    round a rate without a deal becomes known, a ceiling moves, an election shifts a bar, a shock
    strikes; after the turns of its round a deadline passes. An extension writes a later deadline
    into the calendar.

    Args:
        game: the scenario.
        worlds: number of worlds, W.
        seed: seed of all luck; world k has its own, whatever the number of worlds. None: a new one.
        first: number of the first world.
        turns: keep a log of every turn.
        collect: collect data at the end of every round.
        rng: the seed in the words of Mesa from 3.5 on: a number, a generator, or what numpy makes
            one of.

    Attributes:
        seed_of_luck: the seed that was given or drawn; the same one gives the same play.
        round, half: what is played now; `half` is None outside the turns of countries.
        voting: whether ratifiers vote now.
        seated: every country, in the order of the scenario.
        datacollector: model and agent reporters.

    Raises:
        ModelError: seed and rng are given, or no luck can be drawn from them.
    """

    def __init__(
        self,
        game: Scenario,
        worlds: int = 1,
        seed: Any = 0,
        first: int = 0,
        turns: bool = False,
        collect: bool = True,
        *,
        rng: Any = None,
    ) -> None:
        self.seed_of_luck = mesas.seed_of(seed, rng)
        super().__init__(rng=self.seed_of_luck)
        self.game, self.first = game, first
        self.round, self.voting = 0, False
        self.half: int | None = None
        self.clock = Clock(game.calendar, worlds)
        around = game.surroundings
        self.weather = ShocksInForce(
            around.shocks, around.threats, around.common, worlds, self.seed_of_luck, first,
            len(game.talks),
        )  # fmt: skip
        draws = ((first + np.arange(worlds)) // game.replications) % game.payoffs.draws
        self.talks = self._set_tables(draws, turns)
        seats = self._seat_countries()
        self.seated = tuple(
            Country(self, name, [seat for seat in seats if seat.place.country == name])
            for name in game.countries
        )
        self._write_calendar(self._seat_ratifiers())
        sights = [sight for seat in seats for _, sight in seat.place.others]
        self._late = any(sight.lag for sight in sights)
        self._granting = any(game.payoffs.grants(n) for n in range(len(self.talks)))
        self._known = 0
        self._shared: Any = None
        self._reached: NDArray[np.float64] | None = None
        self.datacollector = collector(game.countries) if collect else None

    def step(self) -> None:
        """Play one round in every world.

        In each half all countries decide on one snapshot of the tables, and only then lay down what
        they have decided: the order in which they are activated changes nothing. What is reviewed
        by now is signed, and those at home vote on it. The deadline, where it is due, and the end
        of the round follow in the calendar.
        """
        self.round, self._reached = int(self.time), None
        self.clock.begin(self.round)
        self.weather.begin(self.round)
        for half in HALVES:
            self._look_around()
            self._take_turns(half)
        self._look_around()
        for talk in self.talks:
            talk.settle(self.round)
        self._hold_votes()
        self.schedule_event(self._close, at=self.time, priority=Priority.LOW)

    def activate(self) -> None:
        """Let every country take its turns, in any order; a model of one's own may say which."""
        self.countries.do("step")
        self.countries.do("advance")

    @property
    def countries(self) -> Any:
        """The countries, as Mesa's set of agents."""
        return self.agents_by_type[Country]

    @property
    def ratifiers(self) -> Any:
        """The ratifiers, as Mesa's set of agents; empty where nobody has to ratify."""
        return self.agents_by_type.get(RatifierAgent, self.agents.select(at_most=0))

    @property
    def payoffs(self) -> NDArray[np.float64]:
        """(C, W): what countries would end with if nothing more were signed, USD bn a year."""
        return self.record().payoffs if self._reached is None else self._reached.copy()

    def run_model(self) -> None:
        """Step until every talk of every world has ended."""
        while self.running:
            self.step()
            self._trim()

    def record(self) -> Record:
        """Give what the talks have led to."""
        states = [talk.state for talk in self.talks]
        return Record.of(self.game, states, self.weather.threats.made, self._logs())

    def share(self, status: str = "deal") -> float:
        """Give the share of talks, over all worlds, with this status; for data collectors."""
        wanted = Status[status.upper()]
        return float(np.mean([talk.state.status == wanted for talk in self.talks]))

    def release(self) -> None:
        """Let go of agents and talks: a Mesa model is a reference cycle and Mesa may keep it."""
        for country in self.seated:
            country.seats = ()
        for ratifier in self.ratifiers:
            ratifier.votes = ()
        mesas.let_go(self)
        self.talks, self.seated = [], ()

    def _logs(self) -> list[TurnLog] | None:
        logs = [talk.log for talk in self.talks if talk.log is not None]
        return logs or None

    def _trim(self) -> None:
        for talk in self.talks:
            for appraisal in talk.places[HUB].appraisals:
                appraisal.trim()

    def _take_turns(self, half: int) -> None:
        """Activate the countries in one half of a round, each once."""
        self.half = half
        self.activate()
        self._move_aside([play for country in self.seated for play in country.rest()])
        self.half = None

    def _move_aside(self, plays: list[Play]) -> None:
        """Carry out the side moves that concern all talks: extensions and threats."""
        moves = [(play.seat.state, play.at, play.move) for play in plays if play.move is not None]
        if moves:
            self.clock.extend((at, np.asarray(move.extend)) for _, at, move in moves)
            if any(np.any(move.extend) for _, _, move in moves):
                self._write_deadlines()
            made = ((state.number, at, np.asarray(move.threat)) for state, at, move in moves)
            self.weather.threats.make(made, self.round)

    def _fall_due(self) -> None:
        """Let threats fall due whose time has come."""
        threats = self.weather.threats
        threats.look([talk.state for talk in self.talks])
        for number, holds, void in threats.fall_due(self.round):
            for talk in self.talks:
                here = threats.stands_in(number, talk.state.number)
                talk.fall_due(threats.listed[number].name, holds & here, void & here, self.round)

    def _write_calendar(self, ratifiers: Iterable[RatifierAgent]) -> None:
        """Write into the calendar what has a date."""
        around = self.game.surroundings
        self._date(self._learn_rate, around.announcements)
        self._date(self._move_ceilings, {since for r in self.game.talks for since, _ in r.bars})
        for ratifier in ratifiers:
            self._date(ratifier.elect, ratifier.turns)
        self._date(self._strike, {shock.round for shock in around.shocks if shock.round})
        self._deadlines: set[int] = set()
        self._write_deadlines()

    def _date(self, event: Callable[[], None], rounds: Iterable[int]) -> None:
        """Let something happen before some rounds; what is older, before the first one."""
        for round in rounds:
            self.schedule_event(event, at=max(round, 1) - _BEFORE)

    def _write_deadlines(self) -> None:
        """Write the ends of the pause and of the talks into the calendar, as announced now."""
        ends = set(np.unique(self.clock.deadline).tolist())
        for end in ends | {end + self.game.calendar.after for end in ends}:
            if end not in self._deadlines:
                self._deadlines.add(end)
                self.schedule_event(self._snap_back, at=end)

    def _learn_rate(self) -> None:
        """A later rate without a deal becomes known."""
        self._known += 1

    def _move_ceilings(self) -> None:
        """Other packages are above the ceiling than before."""
        for talk in self.talks:
            talk.state.begin(self._next)

    def _strike(self) -> None:
        """Shocks that have their day strike."""
        self.weather.strike(self._next)

    def _snap_back(self) -> None:
        """The deadline passes: talks end that are still open, where nothing comes after it."""
        for talk in self.talks:
            talk.deadline(self.round)

    @property
    def _next(self) -> int:
        """The round before which something happens."""
        return int(self.time + _BEFORE)

    def _hold_votes(self) -> None:
        """Let those at home vote on what was signed, and count."""
        ratified = [talk for talk in self.talks if talk.ratifiers]
        if ratified:
            self.voting = True
            self.ratifiers.do("step")
            self.voting = False
        for talk in ratified:
            talk.count(self.round)

    def _close(self) -> None:
        """End a round: talks break down, threats fall due; note what everybody sees of it."""
        for talk in self.talks:
            talk.break_down(self.round)
        self._fall_due()
        if self._late:
            for talk in self.talks:
                talk.state.left.append(talk.state.lying)
        self._look_around()
        self.running = any((talk.state.status == Status.OPEN).any() for talk in self.talks)
        if self.datacollector is not None:
            self._reached = self.record().payoffs
            self.datacollector.collect(self)

    def _look_around(self) -> None:
        """Let every seat take note of what it sees outside its talk; a talk alone has no others."""
        self.weather.threats.look([talk.state for talk in self.talks])
        self.weather.look_ahead(self.clock.deadline + self.game.calendar.after)
        step = self._known
        others = self.talks if len(self.talks) > 1 else []
        signed = sum(int((talk.state.package >= 0).sum()) for talk in others)
        sky = (self.weather.bits.tobytes(), self.weather.chances.tobytes())
        seen = (step, signed, sky, self.round if self._late else 0)
        if seen == self._shared and not self._granting:
            return
        self._shared = seen
        for talk in self.talks:
            talk.state.weather = np.where(
                talk.state.status == Status.OPEN, self.weather.bits, talk.state.weather
            )
            for side in range(len(SIDES)):
                place = talk.places[side]
                talk.see(side, outlook(self.game.payoffs, place, self.round, step))

    def _set_tables(self, draws: Ints, turns: bool) -> list[Talk]:
        game = self.game
        states = [
            TalkState(rules, self.clock, number, draws, self.seed_of_luck, self.first)
            for number, rules in enumerate(game.talks)
        ]
        talks = []
        for state in states:
            others = tuple(other for other in states if other is not state)
            places = self._places(state, others)
            log = TurnLog(state, places) if turns else None
            ratifiers = game.surroundings.ratifiers.get(state.rules.name, ())
            talks.append(Talk(state, places, log, ratifiers))
        return talks

    def _places(self, state: TalkState, others: tuple[TalkState, ...]) -> tuple[Seat, Seat]:
        return places_of(self.game, self.weather, state, others)

    def _seat_countries(self) -> list[Player]:
        seats = []
        for talk in self.talks:
            for place in talk.places:
                strategy = name_drawn(self.game.strategies[place.country, talk.state.rules.name])
                worlds = len(talk.state.draw)
                place.parameters |= drawn_values(
                    strategy, place.name, self.seed_of_luck, worlds, self.first
                )
                seats.append(Player(place, strategy))
        return seats

    def _seat_ratifiers(self) -> list[RatifierAgent]:
        votes: dict[str, list[tuple[Talk, int]]] = {}
        for talk in self.talks:
            for number, ratifier in enumerate(talk.ratifiers):
                votes.setdefault(ratifier.key, []).append((talk, number))
        return [RatifierAgent(self, says) for says in votes.values()]


def chunk_of(game: Scenario) -> int:
    """Give how many worlds to step together: as many as fit into memory and cache."""
    every = game.surroundings.ratifiers.values()
    weighed = any(ratifier.announced for ratifiers in every for ratifier in ratifiers)
    if game.payoffs.draws <= game.replications * 64 and not weighed:
        return 20_000
    size = max(rules.space.size for rules in game.talks)
    return int(np.clip(_LARGE // size, 500, 20_000))


def negotiate(
    game: Scenario, worlds: int = 1, seed: int = 0, first: int = 0, turns: bool = False
) -> Record:
    """Play the talks of a scenario to their end in many worlds.

    Args:
        game: the scenario.
        worlds: number of worlds.
        seed: seed of all luck.
        first: number of the first world; world k plays the same whatever is played beside it.
        turns: keep a log of every turn (`Record.to_turns`).

    Raises:
        StrategyError: a strategy raised, or did what its seat may not.
    """
    records: list[Record] = []
    size, start, end = chunk_of(game), first, first + worlds
    while start < end or not records:
        together = min(size, end - start)
        model = TariffTalks(game, together, seed, start, turns, collect=False)
        try:
            model.run_model()
            records.append(model.record())
            start += together
        finally:
            model.release()
    return Record.joined(records)
