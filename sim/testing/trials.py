"""The talks in which a strategy is tried: together they reach what a talk can reach."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.errors import StrategyError
from sim.payoffs.tables import Payoffs
from sim.protocol.shocks import Shock
from sim.protocol.state import SIDES
from sim.protocol.threats import Threat, Unless
from sim.scenario.around import Surroundings
from sim.scenario.scenario import Scenario
from sim.seats.ratifiers import Ratifier
from sim.seats.strategy import Answer, BatchStrategy, Strategy, as_batch
from sim.strategies import BUILT_IN
from sim.talks.model import TariffTalks
from sim.testing.games import SPACE, TALKS, pie, tariff_game
from sim.testing.players import Chaotic, Eager, Scripted
from sim.testing.renaming import NamedTalks, renamed
from sim.testing.watch import StoppedError, TooSlowError, Watch, Watched, cause_of

MEASURES = tuple(measure.name for measure in SPACE.measures)
NAMES = {**{name: f"{name}ern" for name in TALKS}, "hub": "centre", "talk": "table"}
"""Other names of countries and talks."""

NOBODY: Mapping[str, str] = MappingProxyType({})
"""No other names."""

SHIFT = 1001
"""By how much the numbers of worlds are others."""

WORLDS = 12
"""Worlds of a trial."""

Wrap = Callable[[BatchStrategy], BatchStrategy]


@dataclass(frozen=True)
class Trial:
    """A talk, or several, in which a strategy is tried.

    Attributes:
        name: what is special about it.
        side: where the strategy sits: as the hub in all talks, as a partner in the first.
        game: the scenario; in the strategy's seats sits somebody else.
    """

    name: str
    side: str
    game: Scenario

    @property
    def label(self) -> str:
        """Side and name: no other trial has both."""
        return f"{self.side} {self.name}"

    def with_player(self, player: Strategy | BatchStrategy) -> Scenario:
        """Give the scenario with a strategy in its seats."""
        game = self.game
        hub = self.side == "hub"
        seats = [(r.hub if hub else r.partner, r.name) for r in game.talks]
        seats = seats if hub else seats[:1]
        return replace(game, strategies={**game.strategies, **dict.fromkeys(seats, player)})


@dataclass(frozen=True)
class Played:
    """What became of a trial.

    Attributes:
        trial: the trial.
        watch: what the strategy did.
        problem: what stopped it, if anything.
        names: other names of countries and talks, if they had some.
    """

    trial: Trial
    watch: Watch
    problem: StrategyError | StoppedError | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def swallowed(self) -> bool:
        """Whether a question ran too long, and went on when it was told so."""
        problem = self.problem
        cause = None if problem is None else cause_of(problem)
        return isinstance(problem, StoppedError) or isinstance(cause, StoppedError)

    @property
    def late(self) -> bool:
        """Whether a question ran too long."""
        problem = self.problem
        return self.swallowed or (
            problem is not None and isinstance(cause_of(problem), TooSlowError)
        )


def try_out(
    trial: Trial,
    strategy: Strategy | BatchStrategy,
    seconds: float,
    *,
    worlds: int = WORLDS,
    first: int = 0,
    seed: int = 1,
    wrap: Wrap = as_batch,
    names: Mapping[str, str] = NOBODY,
    shift: int = 0,
) -> Played:
    """Play a trial.

    Args:
        trial: the trial.
        strategy: is watched in its seats.
        seconds: that a question may take.
        worlds: number of worlds.
        first: number of the first.
        seed: seed of all luck.
        wrap: changes how the strategy is asked.
        names: give countries and talks other names, and leave all luck as it is.
        shift: of the numbers of the worlds; their luck stays.
    """
    watch = Watch(seconds)
    if (day := day_of(strategy)) is not None:
        trial = replace(trial, game=dated(trial.game, day))
    game = trial.with_player(Watched(wrap(as_batch(strategy)), watch))
    if names:
        game = renamed(game, names)
        model: TariffTalks = NamedTalks(game, worlds, seed, first, {v: k for k, v in names.items()})
    else:
        model = TariffTalks(game, worlds, seed, first, collect=False)
    for talk in model.talks if shift else ():
        talk.state.worlds = talk.state.worlds + shift
    try:
        model.run_model()
    except (StrategyError, StoppedError) as problem:
        return Played(trial, watch, problem, names)
    finally:
        model.release()
    return Played(trial, watch, names=names)


@cache
def trials(side: str) -> tuple[Trial, ...]:
    """Give the trials of a side."""
    chaos = Chaotic(walks=0.01, accepts=0.1)
    bit_by_bit = (("metals",),) * 3 + (MEASURES,)
    eager = Eager((SPACE.package(pledge=200),), bit_by_bit)
    slow = Chaotic(walks=0.0, accepts=0.3)
    dear = {"cars": (0, -2, -3), "metals": (0, -1), "pledge": (0, 0, 0)}
    games = {
        "a pie, everything open": pie(6, players=(BUILT_IN["linear"](),) * 2),
        "a docket and a random other side": tariff_game(
            chaos, chaos, rounds=9, first_mover="draw", review=MEASURES, cooldown=1,
            silence="refuse", positions=(("cars",), MEASURES),
        ),
        "two talks that touch each other": _linked(
            tariff_game(chaos, chaos, talks=2, rounds=7, first_mover="draw", review=("cars",),
                        test="by_admission", null_deal=True, positions=(MEASURES, MEASURES)),
        ),
        "an agreement in principle, judged anew, complete information": tariff_game(
            eager, eager, rounds=7, period=3, review=MEASURES, positions=(MEASURES, MEASURES),
            information="complete",
        ),
        "a cut is the review": tariff_game(
            chaos, chaos, rounds=6, review=("metals",), test="by_change", scope=False,
        ),
        "nothing worth signing": tariff_game(
            chaos, chaos, rounds=4, hub_worth=dear, partner_worth=dear, review=(),
            positions=(MEASURES, MEASURES), reservation=(0.5, 0.5),
        ),
        "a single round": tariff_game(
            chaos, chaos, rounds=1, first_mover="draw", scope=False, information="complete",
        ),
        "a deadline that moves, shocks and threats": _stormy(
            tariff_game(chaos, chaos, rounds=4, first_mover="draw", review=(),
                        positions=(MEASURES, MEASURES)),
        ),
        "overtime, and a vote on every deal": _voted(
            tariff_game(slow, slow, rounds=3, first_mover="draw", review=(), scope=False),
        ),
    }  # fmt: skip
    undated = ("a pie, everything open", "a single round")
    return tuple(
        Trial(name, side, game if name in undated else dated(game, _DAY))
        for name, game in games.items()
    )


_DAY = date(2025, 6, 1)


def dated(game: Scenario, day: date) -> Scenario:
    """Give a scenario with a calendar of two days a round, in the middle of which a day falls."""
    start = day - timedelta(2 * (game.calendar.rounds // 2))
    ends = start + timedelta(2 * game.calendar.rounds)
    return replace(game, calendar=replace(game.calendar, start=start, days=2, deadline=ends))


def day_of(strategy: Any) -> date | None:
    """Give a day for which a strategy waits, or one that it plays; None if there is none."""
    if isinstance(strategy, date):
        return strategy
    held = strategy if isinstance(strategy, tuple) else ()
    if is_dataclass(strategy):
        held = tuple(getattr(strategy, each.name, None) for each in fields(strategy))
    return next(filter(None, map(day_of, held)), None)


def minds(side: str) -> tuple[Trial, Trial]:
    """Give two trials that differ in what the other side wants, and in nothing that it does."""
    script = Scripted(
        tuple(SPACE.package(pledge=p) for p in (200, 400)), (MEASURES,), (Answer.REJECT,)
    )
    wants = {"cars": (0, -2, 1), "metals": (0, 7), "pledge": (0, 4, -6)}
    own: dict[str, Any] = {"rounds": 7, "scope": False, "review": ()}
    others: Any = {"partner_worth" if side == "hub" else "hub_worth": wants}
    games = (tariff_game(script, script, **own), tariff_game(script, script, **own, **others))
    one, two = (Trial("a side with a mind of its own", side, game) for game in games)
    return one, two


def against(side: str, other: Any) -> Trial:
    """Give a trial against one strategy of the library."""
    game = tariff_game(
        other, other, rounds=8, review=("cars",), positions=(MEASURES, MEASURES), period=1
    )
    return Trial(f"against {type(other).__name__}", side, game)


@cache
def opponents(side: str) -> tuple[Any, ...]:
    """Give one strategy of each kind in the library that can sit across from a side."""
    across, made = SIDES[1 - SIDES.index(side)], []
    for cls in BUILT_IN.values():
        if across in cls.seats:
            wraps = "inner" in getattr(cls, "__dataclass_fields__", {})
            made.append(cls(inner=BUILT_IN["linear"]()) if wraps else cls())  # type: ignore[call-arg]
    return tuple(made)


def _stormy(game: Scenario) -> Scenario:
    """Give a scenario whose hub can move the deadline, and in which no deal is worth less at times.

    Both sides can make that likelier; the threat of the hub has an unless.
    """
    gale = Shock("gale", hazard=0.2, rounds=2)
    due = Unless(signed_by=4, opened=game.talks[0].review[:1], within=2)
    threats = tuple(
        Threat(c, c, 0, 0.5, rounds=2, most=2, unless=due if c == game.countries[0] else None)
        for c in game.countries
    )
    effects = tuple(np.full((1, 1), -1.5 + c) for c in range(len(game.countries)))
    none = tuple((np.zeros(1),) * len(game.talks) for _ in game.countries)
    return replace(
        game,
        calendar=replace(game.calendar, mode="extension", extension=3, extensions=2),
        payoffs=replace(game.payoffs, shocks=effects, outside=none),
        surroundings=Surroundings(
            shocks=(gale,),
            threats=threats,
            extension_cost=np.zeros(1),
            threat_cost=np.zeros((len(threats), 1)),
        ),
    )


def _voted(game: Scenario) -> Scenario:
    """Give a scenario with overtime in which every signed package is voted on at home.

    The partner's house has announced by what; the hub's has not.
    """
    voters = {
        rules.name: tuple(
            Ratifier("house", c, np.ones(1), sd=2.0, announced=c == rules.partner)
            for c in (rules.hub, rules.partner)
        )
        for rules in game.talks
    }
    return replace(
        game,
        calendar=replace(game.calendar, mode="overtime", overtime=3),
        surroundings=Surroundings(ratifiers=voters),
    )


def _linked(game: Scenario) -> Scenario:
    """Give a scenario in which a talk's deal moves what the other one is worth; three draws."""
    luck, draws = np.random.default_rng(0), 3
    old = game.payoffs
    size = 1 + SPACE.size
    cross = luck.integers(-4, 5, (3, 1, 1, size, size)) / 2
    cross[..., 0, :], cross[..., :, 0] = 0, 0
    payoffs = Payoffs(
        old.countries, old.talks, old.heads, old.tails,
        tuple(tuple(_noisy(table, luck, draws) for table in tables) for tables in old.main),
        tuple(tuple(np.repeat(t, draws, axis=0) for t in tables) for tables in old.tail),
        {(0, 1): tuple(cross)},
        (np.ones((draws, 1)),) * 3,
        np.zeros(draws, dtype=np.int64),
    )  # fmt: skip
    return replace(game, payoffs=payoffs)


def _noisy(table: Any, luck: np.random.Generator, draws: int) -> Any:
    """Give a table of payoffs in some draws, a little different in each."""
    rows = np.repeat(table, draws, axis=0)
    return rows + (rows != 0) * luck.integers(-2, 3, rows.shape) / 4
