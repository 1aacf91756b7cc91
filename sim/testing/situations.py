"""A situation as data, and the play in it as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sim.errors import ConfigError, StrategyError, near_match
from sim.protocol.docket import STATES
from sim.protocol.issues import OutcomeSpace
from sim.protocol.state import SIDES, Status, TalkState
from sim.scenario.players import registry
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, BatchStrategy, Strategy
from sim.seats.views.outside import outlook
from sim.seats.views.searches import Model
from sim.seats.views.sheet import Sheet
from sim.seats.views.view import View
from sim.seats.views.world import WorldView
from sim.talks.model import TariffTalks, negotiate
from sim.testing.games import pie
from sim.testing.players import silent

Package = int | Mapping[str, float]
"""A package by its number, or by the values of its issues; issues left out are at their first."""


class Turn(NamedTuple):
    """What a seat did in a turn.

    Attributes:
        answer: `""` if no offer stood, else `"reject"`, `"accept"` or `"walk"`; under an agreement
            in principle `"stand"` or `"reopen"`.
        offer: package, -1 if none was made.
    """

    answer: str
    offer: int


def play(
    strategy: Any,
    theirs: Any = (),
    *,
    game: Scenario | None = None,
    seat: str = "hub",
    talk: str | None = None,
    world: int = 0,
    seed: int = 0,
) -> list[Turn]:
    """Play a strategy, and give what it did turn by turn.

    Args:
        strategy: a strategy, or a name or table as in a config.
        theirs: what the other side offers, round by round: packages, -1 for a pass; the last one
            holds on, and it rejects everything. Or a strategy of the other side.
        game: the scenario; `pie(rounds)` with a round for each of their offers if not given.
        seat: `"hub"` or `"partner"`.
        talk: name of the talk; the first one if not given.
        world: number of the world.
        seed: seed of all luck.

    Raises:
        StrategyError: it raised, or did what its seat may not.
        ConfigError: there is no such seat, talk or strategy.
    """
    scripted = not isinstance(theirs, str | Mapping | Strategy | BatchStrategy)
    game = game or pie(max(len(theirs), 1) if scripted else 10)
    name, side = talk_of(game, talk), _side(seat)
    space = _rules(game, name).space
    other = silent(*(package(space, p) for p in theirs)) if scripted else registry.build(theirs)
    made = registry.build(strategy)
    table = negotiate(seated(game, name, side, made, other), 1, seed, world, turns=True).to_turns()
    country = countries(game, name)[side]
    mine = table[(table["talk"] == name) & (table["seat"] == country)]
    return [Turn(*row) for row in zip(mine["answer"], mine["offer"].tolist(), strict=True)]


def offers(turns: Sequence[Turn]) -> list[int]:
    """Give the offers of some turns."""
    return [turn.offer for turn in turns]


def make_view(
    *,
    mine: Sequence[Package] = (),
    theirs: Sequence[Package] = (),
    game: Scenario | None = None,
    seat: str = "hub",
    talk: str | None = None,
    docket: Mapping[str, str] | None = None,
    agreed: Package = -1,
    anew: bool = False,
    signed: Mapping[str, Package] | None = None,
    model: Model | None = None,
    worlds: int = 1,
    seed: int = 0,
) -> View:
    """Give the view of a seat in a situation, as its strategy would see it in its next turn.

    The talk is played to that turn: the seat has made its offers and the other side its own, one a
    round. A side with one offer more moves first; with as many, the seat does. Then the docket is
    set, and what was agreed and signed.

    Args:
        mine: offers of the seat; -1 passes.
        theirs: offers of the other side.
        game: the scenario; `pie(10)` if not given.
        seat: `"hub"` or `"partner"`.
        talk: name of the talk; the first one if not given.
        docket: review state by measure, such as `{"cars": "open"}`; others as played.
        agreed: package agreed in principle.
        anew: whether all that is open has opened since then on the partner's request, so that the
            agreement is judged anew.
        signed: by talk, the package that another talk has signed.
        model: what the other side is believed to want.
        worlds: number of worlds; the same in all.
        seed: seed of all luck.

    Raises:
        ConfigError: the situation cannot be.
    """
    game = game or pie(10)
    name, side = talk_of(game, talk), _side(seat)
    view = _played(game, name, side, tuple(mine), tuple(theirs), worlds, seed)
    state = view._state
    for measure, word in (docket or {}).items():
        _set(state, view.measures, measure, word)
    number = package(state.rules.space, agreed)
    if number >= 0:
        state.agreed[:], state.waiting = number, True
        state.seen_open[:] = 0 if anew else state.docket.open
        state.docket.wished[:] = state.docket.open
    _sign(game, view, signed or {})
    state.changes += 1
    return View(view._place, view.rows, view.round, view._seen).through(model)


def make_world_view(**situation: Any) -> WorldView:
    """Give the view of one world in a situation; the arguments are those of `make_view`."""
    return WorldView(Sheet(make_view(**situation)), 0)


def package(space: OutcomeSpace, said: Package) -> int:
    """Give the number of a package.

    Raises:
        ConfigError: there is no such issue or level, or no such number.
    """
    if not isinstance(said, Mapping):
        if not -1 <= said < space.size:
            raise ConfigError(f"package {said}: packages are numbered 0 to {space.size - 1}")
        return int(said)
    levels = {issue.name: issue.levels for issue in space.issues}
    for name, value in said.items():
        if name not in levels:
            raise ConfigError(f"package: there is no issue '{name}'{near_match(name, levels)}")
        if value not in levels[name]:
            listed = ", ".join(f"{level:g}" for level in levels[name])
            raise ConfigError(f"package: {name} has no level {value:g}; the levels are {listed}")
    return space.package(**said)


def talk_of(game: Scenario, talk: str | None) -> str:
    """Give the name of a talk, the first one if none is named.

    Raises:
        ConfigError: there is no such talk.
    """
    names = [rules.name for rules in game.talks]
    if talk is not None and talk not in names:
        raise ConfigError(f"talk: there is no talk '{talk}'; there is {', '.join(names)}")
    return talk or names[0]


def countries(game: Scenario, talk: str) -> tuple[str, str]:
    """Give the countries of a talk, hub and partner."""
    rules = _rules(game, talk)
    return rules.hub, rules.partner


def seated(game: Scenario, talk: str, side: int, player: Any, other: Any) -> Scenario:
    """Give the scenario with a player on one side of a talk, and another on the other side."""
    pair = countries(game, talk)
    seats = {(pair[side], talk): player, (pair[1 - side], talk): other}
    return replace(game, strategies={**game.strategies, **seats})


class _CaughtError(Exception):
    """The turn was reached: this is its view."""

    def __init__(self, view: View) -> None:
        self.view = view
        super().__init__()


@dataclass(frozen=True)
class _Catching(BatchStrategy):
    """Makes some offers, rejects everything, and gives its view in the turn after."""

    presents: ClassVar[bool] = True
    offers: tuple[int, ...] = field(default=())

    def ask(self, view: View) -> ArrayLike:
        """Offer as given."""
        return False

    def propose(self, view: View) -> ArrayLike:
        """Offer, or give the view."""
        if view.round > len(self.offers):
            raise _CaughtError(view)
        return np.full(len(view), self.offers[view.round - 1])

    def answer(self, view: View, mine: Any) -> ArrayLike:
        """Reject."""
        return np.full(len(view), int(Answer.REJECT))


def _played(
    game: Scenario, talk: str, side: int, mine: Any, theirs: Any, worlds: int, seed: int
) -> View:
    """Play to the turn after some offers, and give its view."""
    if not len(mine) <= len(theirs) <= len(mine) + 1:
        raise ConfigError(
            f"theirs: {len(theirs)} offers of the other side and {len(mine)} of the own; before a "
            "turn of the seat the other side has made as many, or one more"
        )
    rules = _rules(game, talk)
    if len(mine) >= game.calendar.rounds:
        raise ConfigError(
            f"mine: {len(mine)} offers in a talk of {game.calendar.rounds} rounds leave no turn"
        )
    first: Any = SIDES[side if len(theirs) == len(mine) else 1 - side]
    talks = [replace(r, first_mover=first) if r.name == talk else r for r in game.talks]
    numbers = [tuple(package(rules.space, p) for p in side) for side in (mine, theirs)]
    player, other = _Catching(numbers[0]), silent(*numbers[1])
    game = replace(seated(game, talk, side, player, other), talks=tuple(talks))
    try:
        TariffTalks(game, worlds, seed, collect=False).run_model()
    except StrategyError as problem:
        if isinstance(problem.__cause__, _CaughtError):
            return problem.__cause__.view
        raise ConfigError(f"mine, theirs: cannot be played: {problem.reason}") from problem
    raise ConfigError("mine, theirs: the talk ended before this turn")


def _set(state: TalkState, measures: tuple[str, ...], measure: str, word: str) -> None:
    """Set the review state of a measure in every world."""
    if measure not in measures:
        near = near_match(measure, measures) or f"; there is {', '.join(measures)}"
        raise ConfigError(f"docket.{measure}: there is no measure '{measure}'{near}")
    if word not in STATES:
        raise ConfigError(f"docket.{measure}: '{word}' is not one of {', '.join(STATES)}")
    bit, docket = 1 << measures.index(measure), state.docket
    held = {
        "requested": docket.requested,
        "open": docket.open,
        "reviewed": docket.reviewed,
        "refused": docket.refused,
    }
    for other in (*held.values(), docket.asked):
        other &= ~bit
    if word in held:
        held[word] |= bit
    if word == "requested":
        docket.asked |= bit
    if word == "reviewed":
        docket.open |= bit


def _sign(game: Scenario, view: View, signed: Mapping[str, Package]) -> None:
    """Sign other talks in every world."""
    if not signed:
        return
    others = {state.rules.name: state for state, _ in view._place.others}
    for talk, said in signed.items():
        if talk not in others:
            listed = ", ".join(others) or "none"
            raise ConfigError(f"signed.{talk}: there is no other talk '{talk}'; there is {listed}")
        others[talk].package[:] = package(others[talk].rules.space, said)
        others[talk].status[:], others[talk].ended_in[:] = Status.DEAL, 1
    place, step = view._place, game.surroundings.step(view.round)
    view._state.outlook[place.side] = outlook(game.payoffs, place, view.round, step)


def _side(seat: str) -> int:
    if seat not in SIDES:
        raise ConfigError(f"seat: '{seat}' is not one of {', '.join(SIDES)}")
    return SIDES.index(seat)


def _rules(game: Scenario, talk: str) -> Any:
    return next(rules for rules in game.talks if rules.name == talk)
