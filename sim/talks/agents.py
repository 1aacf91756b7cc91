"""The agents of the model: countries that negotiate, and those at home who ratify."""

from collections.abc import Callable, Sequence
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.errors import ModelError
from sim.protocol.state import Status
from sim.seats.player import Play, Player
from sim.seats.ratifiers import Ratifier
from sim.talks.talk import Talk

STATE = ("offer", "standing", "signed", "payoff", "requested", "admitted")
"""What can be read of a country."""

HOME = ("bar", "approved", "rejected")
"""What can be read of a ratifier."""


class Country(mesa.Agent):
    """A country: it sits in one talk (partner) or in all of them (hub).

    What can be read of it has an axis of worlds, (W,); with one world it is a plain number. Of a
    country in several talks `offer` and `standing` have an axis of talks before that, (T, W) or
    (T,).

    Attributes:
        name: key of the country.
        seats: one for each talk that it is in.
        plays: what it has decided in this half of the round, by seat; None: it has not yet.
        done: whether that lies on the tables.
    """

    def __init__(self, model: Any, name: str, seats: Sequence[Player]) -> None:
        super().__init__(model)
        self.name, self.seats = name, tuple(seats)
        self.plays: tuple[Play, ...] | None = None
        self.done = False

    def step(self) -> None:
        """Take its turns in this half of the round: decide in every seat, on what lies there now.

        Raises:
            ModelError: it has no turn now.
        """
        half = self.model.half
        if half is None or self.plays is not None:
            raise ModelError(f"{self.name} has no turn now: {_when(self.model)}")
        turns = (seat.turn(half, self.model.round) for seat in self.seats)
        self.plays = tuple(play for play in turns if play is not None)

    def advance(self) -> None:
        """Lay on the tables what it has decided, once every country has decided.

        Raises:
            ModelError: another has not, and would see what this one does.
        """
        waiting = [other.name for other in self.model.seated if other.plays is None]
        if waiting or self.done or self.plays is None:
            late = f"{', '.join(waiting)} would see it before deciding" if waiting else "it has"
            raise ModelError(f"{self.name} cannot lay its play down: {late}; {_when(self.model)}")
        for play in self.plays:
            self.model.talks[play.seat.state.number].commit(play, self.model.round)
        self.done = True

    def rest(self) -> tuple[Play, ...]:
        """End this half of the round; give what it has played."""
        if not self.done or self.plays is None:
            raise ModelError(f"{self.name} was not activated: {_when(self.model)}")
        plays, self.plays, self.done = self.plays, None, False
        return plays

    def remove(self) -> None:
        """Remove the country once its talks are over.

        Raises:
            ModelError: it still sits at a table.
        """
        if any((seat.state.status == Status.OPEN).any() for seat in self.seats):
            raise ModelError(
                f"{self.name} sits at a table and cannot be removed before its talks are over; to "
                f"play without it, leave it out of the scenario (without = ['{self.name}']), or "
                "give it a strategy that walks away"
            )
        super().remove()

    @property
    def offer(self) -> Any:
        """Package that it offered last, -1 before any."""
        return _by_talk([seat.state.standing[seat.side] for seat in self.seats])

    @property
    def standing(self) -> Any:
        """Package that the other side offered last, -1 before any: what it has to answer."""
        return _by_talk([seat.state.standing[1 - seat.side] for seat in self.seats])

    @property
    def signed(self) -> Any:
        """In how many of its talks a package is signed; it may wait for its ratification."""
        return self._total(lambda state: (state.package >= 0) | (state.ratifying >= 0))

    @property
    def payoff(self) -> Any:
        """What it would end with if nothing more were signed, USD bn a year against no deal."""
        return _plain(self.model.payoffs[self.model.game.countries.index(self.name)])

    @property
    def requested(self) -> Any:
        """Measures of its talks that are requested and not open."""
        return self._total(lambda state: np.bitwise_count(state.docket.requested))

    @property
    def admitted(self) -> Any:
        """Measures of its talks that are open, reviewed ones among them."""
        return self._total(lambda state: np.bitwise_count(state.docket.open))

    def _total(self, count: Callable[[Any], NDArray[Any]]) -> Any:
        every = [count(seat.state).astype(np.int64) for seat in self.seats]
        return _plain(np.sum(every, axis=0))


class RatifierAgent(mesa.Agent):
    """Somebody at home without whom what a country signs does not take effect.

    What can be read of it has an axis of worlds, (W,); with one world it is a plain number.

    Attributes:
        name: its key, with that of its country.
        votes: the talks in which it has a say, and its number there.
    """

    def __init__(self, model: Any, votes: Sequence[tuple[Talk, int]]) -> None:
        super().__init__(model)
        self.votes = tuple(votes)
        self.name = self.law.key
        self._yes, self._no = np.zeros((2, len(self.votes[0][0].state.draw)), dtype=np.int64)

    @property
    def law(self) -> Ratifier:
        """How it votes."""
        talk, number = self.votes[0]
        return talk.ratifiers[number]

    def step(self) -> None:
        """Vote on what was signed and is due this round; the talk counts the votes of all.

        Raises:
            ModelError: there is no vote now.
        """
        if not self.model.voting:
            raise ModelError(f"{self.name} has no vote now: the model holds the votes of a round")
        for talk, number in self.votes:
            at, yes = talk.vote(number, self.model.round)
            self._yes[at] += yes
            self._no[at] += ~yes

    @property
    def turns(self) -> set[int]:
        """Rounds from which what is signed meets another bar than before."""
        return {turn for talk, n in self.votes for turn in talk.ratifiers[n].turns if turn > 0}

    def elect(self) -> None:
        """An election, or another dated event: what is signed from now on meets another bar.

        Where that bar is announced, both sides of the talk judge every package anew.
        """
        for talk, number in self.votes:
            if talk.ratifiers[number].announced:
                talk.judge_anew()

    def remove(self) -> None:
        """Remove the ratifier once the talks in which it has a say are over.

        Raises:
            ModelError: something may still be put to its vote.
        """
        if any((talk.state.status == Status.OPEN).any() for talk, _ in self.votes):
            raise ModelError(
                f"{self.name} has a say and cannot be removed before its talks are over; to play "
                f"without it, set ratification.{self.name}.active = false"
            )
        super().remove()

    @property
    def bar(self) -> Any:
        """Gain of its country from which it says yes now, but for noise, USD bn a year."""
        return _plain(self.law.bar(self.votes[0][0].state.draw, self.model.round))

    @property
    def approved(self) -> Any:
        """How often it has said yes."""
        return _plain(self._yes.copy())

    @property
    def rejected(self) -> Any:
        """How often it has said no."""
        return _plain(self._no.copy())


def collector(countries: Sequence[str]) -> Any:
    """Give the reporters of a model: shares and mean payoffs over the worlds; the state of agents.

    Args:
        countries: in the order of the scenario.
    """
    model: dict[str, Any] = {
        "open": lambda model: model.share("open"),
        "deals": lambda model: model.share("deal"),
    }
    for c, name in enumerate(countries):
        model[f"payoff.{name}"] = lambda model, c=c: float(model.payoffs[c].mean())
    agents = {word: [getattr, [word, None]] for word in ("name", *STATE, *HOME)}
    return mesa.DataCollector(model_reporters=model, agent_reporters=agents)


def _when(model: Any) -> str:
    """Say when agents act, and how."""
    if model.half is None:
        return "agents act inside a round; play one with model.step()"
    return (
        "in each half of a round every country is activated once in each of two stages, in any "
        "order: model.countries.do('step'), then model.countries.do('advance')"
    )


def _by_talk(found: Sequence[NDArray[Any]]) -> Any:
    return _plain(np.array(found) if len(found) > 1 else found[0].copy())


def _plain(values: NDArray[Any]) -> Any:
    """Give (..., W) values without the axis of worlds where there is one world."""
    if values.shape[-1] != 1:
        return values
    return values[0].item() if values.ndim == 1 else values[..., 0]
