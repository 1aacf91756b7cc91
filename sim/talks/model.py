"""The Mesa model: countries as agents, one step a round, in every world at once."""

from collections.abc import Iterator
from typing import Any

import mesa
import numpy as np

from sim.errors import StrategyError
from sim.payoffs.appraisal import Appraisal
from sim.payoffs.orders import FullError
from sim.protocol.calendar import Clock
from sim.protocol.rules import TalkRules
from sim.protocol.shocks import ShocksInForce
from sim.protocol.state import HUB, PARTNER, SIDES, Ints, Status, TalkState
from sim.protocol.votes import Vote
from sim.scenario.scenario import Scenario
from sim.seats.player import Play, Player, drawn_values, name_drawn
from sim.seats.views.outside import outlook
from sim.seats.views.seat import Seat
from sim.talks.record import Record
from sim.talks.talk import Talk
from sim.talks.turns import TurnLog

_LARGE = 1 << 23
"""Ranked packages that a chunk of worlds may need at once, by seat."""


class Country(mesa.Agent):
    """A country: it sits in one talk (partner) or in all of them (hub).

    Attributes:
        name: key of the country.
        seats: one for each talk that it is in.
    """

    def __init__(self, model: "TariffTalks", name: str, seats: list[Player]) -> None:
        super().__init__(model)
        self.name, self.seats = name, seats

    def turns(self, half: int, round: int) -> Iterator[Play]:
        """Take the turns of this half of a round in every seat, on what lies on the tables now."""
        for seat in self.seats:
            play = seat.turn(half, round)
            if play is not None:
                yield play


class TariffTalks(mesa.Model):
    """The talks of a hub with its partners, over an ensemble of worlds.

    With one world it is an ordinary Mesa model: `step` it, read its agents, collect data. With
    many, every state array has an axis of worlds and one step advances them all.

    Args:
        game: the scenario.
        worlds: number of worlds, W.
        seed: seed of all luck; world k has its own, whatever the number of worlds.
        first: number of the first world.
        turns: keep a log of every turn.
    """

    def __init__(
        self, game: Scenario, worlds: int = 1, seed: int = 0, first: int = 0, turns: bool = False
    ) -> None:
        super().__init__(rng=seed)
        self.game, self.seed_of_luck, self.first = game, seed, first
        self.round = 0
        self.clock = Clock(game.calendar, worlds)
        around = game.surroundings
        self.weather = ShocksInForce(
            around.shocks, around.threats, around.common, worlds, seed, first, len(game.talks)
        )
        draws = ((first + np.arange(worlds)) // game.replications) % game.payoffs.draws
        self.talks = self._set_tables(draws, turns)
        seats = self._seat_countries()
        for name in game.countries:
            Country(self, name, [seat for seat in seats if seat.place.country == name])
        self._play_of = {id(talk.state): talk for talk in self.talks}
        sights = [sight for seat in seats for _, sight in seat.place.others]
        self._late = any(sight.lag for sight in sights)
        self._granting = any(game.payoffs.grants(n) for n in range(len(self.talks)))
        self._shared: Any = None

    def step(self) -> None:
        """Play one round in every world."""
        self.round += 1
        self.clock.begin(self.round)
        self.weather.begin(self.round)
        for talk in self.talks:
            talk.begin(self.round)
        for half in (0, 1):
            self._look_around()
            plays = [play for country in self.agents for play in country.turns(half, self.round)]
            for play in plays:
                self._play_of[id(play.seat.state)].commit(play, self.round)
            self._move_aside(plays)
        self._look_around()
        for talk in self.talks:
            talk.settle(self.round)
        for talk in self.talks:
            talk.close(self.round)
        self._fall_due()
        if self._late:
            for talk in self.talks:
                talk.state.left.append(talk.state.lying)
        self._look_around()
        self.running = any((talk.state.status == Status.OPEN).any() for talk in self.talks)

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
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.talks, self._play_of = [], {}

    def hand_on(self) -> None:
        """Leave the rankings to the next chunk of worlds if they may have the same draws."""
        game = self.game
        if game.replications > 1 or 2 * game.payoffs.draws <= len(self.clock.time):
            for talk in self.talks:
                for appraisal in talk.places[HUB].appraisals:
                    appraisal.put_back(game.shelf)

    def _logs(self) -> list[TurnLog] | None:
        logs = [talk.log for talk in self.talks if talk.log is not None]
        return logs or None

    def _trim(self) -> None:
        for talk in self.talks:
            for appraisal in talk.places[HUB].appraisals:
                appraisal.trim()

    def _move_aside(self, plays: list[Play]) -> None:
        """Carry out the side moves that concern all talks: extensions and threats."""
        moves = [(play.seat.state, play.at, play.move) for play in plays if play.move is not None]
        if moves:
            self.clock.extend((at, np.asarray(move.extend)) for _, at, move in moves)
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

    def _look_around(self) -> None:
        """Let every seat take note of what it sees outside its talk; a talk alone has no others."""
        self.weather.threats.look([talk.state for talk in self.talks])
        self.weather.look_ahead(self.clock.deadline + self.game.calendar.after)
        step = self.game.surroundings.step(self.round)
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
        around = self.game.surroundings
        ratifiers = around.ratifiers.get(state.rules.name, ())
        votes = tuple(ratifier for ratifier in ratifiers if ratifier.announced)
        appraisals, exact = self._appraisals(state, votes)
        hub, partner = state.country
        shared: dict[str, Any] = {
            "state": state,
            "appraisals": appraisals,
            "exact": exact,
            "votes": votes,
            "complete": self.game.information == "complete",
            "weather": self.weather,
            "discounts": (around.discounts.get(hub, 1.0), around.discounts.get(partner, 1.0)),
            "mirrors": {o.rules.name: mirror(state.rules, o.rules) for o in others},
        }
        partner_place = self._place(PARTNER, others, shared)
        partner_place.audience = self.game.audience_cost.get((partner, state.rules.name))
        hub_place = self._place(HUB, others, shared)
        hub_place.review_cost = self.game.review_cost.get((hub, state.rules.name))
        return hub_place, partner_place

    def _appraisals(self, state: TalkState, votes: tuple[Vote, ...]) -> tuple[Any, Any]:
        """Give what both sides of a talk decide by, and what things are worth to them as they are.

        That is the same unless votes at home are announced.
        """
        payoffs, shelf = self.game.payoffs, self.game.shelf
        homes = [tuple(v for v in votes if v.country == country) for country in state.country]
        decide = tuple(
            Appraisal(payoffs, state, side, shelf, homes[side]) for side in (HUB, PARTNER)
        )
        exact = tuple(
            Appraisal(payoffs, state, side) if homes[side] else decide[side]
            for side in (HUB, PARTNER)
        )
        return decide, exact

    def _place(self, side: int, others: tuple[TalkState, ...], shared: dict[str, Any]) -> Seat:
        country = shared["state"].country[side]
        sight = self.game.surroundings.sight
        seen = tuple((o, sight(country, o.rules.name, hub=side == HUB)) for o in others)
        return Seat(side=side, others=seen, **shared)

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


def mirror(mine: TalkRules, theirs: TalkRules) -> Ints:
    """Give for every package of another talk the own package with the same terms, (P,).

    A measure of the same name takes the nearest level that is not higher (kept stays kept), a
    concession the nearest that is not more; issues that the other talk does not have stay at
    their first level.
    """
    numbers = np.zeros((theirs.space.size, len(mine.space.issues)), dtype=np.int64)
    columns = {issue.name: k for k, issue in enumerate(theirs.space.issues)}
    for column, issue in enumerate(mine.space.issues):
        k = columns.get(issue.name)
        if k is None:
            continue
        other = theirs.space.issues[k]
        nearest = [0]
        for value in other.levels[1:]:
            good = [n for n, level in enumerate(issue.levels) if level <= value]
            pick: Any = max(good, key=lambda n: issue.levels[n]) if good else len(issue.levels) - 1
            nearest.append(pick)
        numbers[:, column] = np.array(nearest)[theirs.space.levels[:, k]]
    return np.asarray(np.ravel_multi_index(tuple(numbers.T), mine.space.shape), dtype=np.int64)


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
        model = TariffTalks(game, together, seed, start, turns)
        try:
            model.run_model()
            records.append(model.record())
            model.hand_on()
            start += together
        except (FullError, StrategyError) as problem:
            if together == 1 or not isinstance(problem.__cause__ or problem, FullError):
                raise
            size = together // 2
        finally:
            model.release()
    return Record.joined(records)
