"""A partner asks: it offers what is not open yet, and so requests it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import ArrayLike

from sim import Strategy
from sim.errors import StrategyError
from sim.protocol.reviews import TESTS
from sim.scenario.scenario import Scenario
from sim.seats.asking import usual, usual_in_world
from sim.seats.strategy import BatchStrategy, EachWorld, Wrapper
from sim.seats.views.sheet import Sheet
from sim.seats.views.view import View
from sim.seats.views.world import WorldView
from sim.strategies import Linear, ScopeRefuser
from sim.talks.model import negotiate
from sim.testing import make_view
from tests.examples import fewer
from tests.games import SPACE, game
from tests.generators import scenarios, with_strategies
from tests.sim.strategies.transcripts import log, offers, scope_moves, silent

pytestmark = pytest.mark.fast

BOTH = ("cars", "metals")
FILE = Path(__file__).parents[3] / "configs" / "scenarios" / "us_japan_korea_2025.toml"


def told(partner: Any, hub: Any = None, rounds: int = 5, **rules: Any) -> list[dict[str, float]]:
    """Give what a partner offers in each round, as it reads; {} for a pass. The hub moves first."""
    scenario = game(hub or ScopeRefuser(silent()), partner, rounds=rounds, **rules)
    made = offers(scenario, "east")
    return [{} if o < 0 else changed(o) for o in made]


def changed(package: int) -> dict[str, float]:
    """Give the issues of a package that are not at their first level."""
    values = SPACE.decode(package)
    return {i.name: values[i.name] for i in SPACE.issues if values[i.name] != i.levels[0]}


# --- what a partner asks for ----------------------------------------------------------------------


def test_an_empty_menu_makes_a_partner_ask() -> None:
    said = told(Linear(), review=())
    assert said[0] == {"cars": 0, "metals": 0}, "nothing is open: its menu holds no gain"
    assert all({"cars", "metals"} <= set(one) for one in said[:-1]), "it names both to the end"
    generous = ScopeRefuser(silent(), admits=BOTH)
    table = log(game(generous, Linear(), rounds=3, review=(), positions=((), ())))
    assert scope_moves(table, "admitted") == ["", "cars,metals", ""], "an offer is a request"


def test_it_names_what_its_rule_names_until_that_cannot_be_reviewed_any_longer() -> None:
    hub = ScopeRefuser(silent(), admits=("metals",))
    rules: dict[str, Any] = dict(positions=((), BOTH), period=2, first_mover="partner")
    asks = told(Linear(), hub, review=BOTH, **rules)
    assert ["cars" in one for one in asks] == [True] * 4 + [False], "a review takes two rounds"
    quiet = told(Linear(), hub, review=("metals",), **rules)
    assert ["cars" in one for one in quiet] == [True, False, False, False, False], (
        "once metals is open its menu holds something, and cars stays outside its rule"
    )
    longer = told(Linear(), hub, review=BOTH, **{**rules, "period": 4})
    assert ["cars" in one for one in longer] == [True, True, False, False, False]


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("period", [2, 4])
def test_it_insists_as_long_as_the_test_leaves_time(test: str, period: int) -> None:
    """By admission and by change nothing has to be open for a period: it insists to the end."""
    hub = ScopeRefuser(silent(), admits=("metals",))
    rules: dict[str, Any] = dict(positions=((), BOTH), period=period, first_mover="partner")
    waits = period if TESTS[test].exchange else 1
    asks = told(Linear(), hub, review=BOTH, test=test, **rules)
    assert ["cars" in one for one in asks] == [True] * (6 - waits) + [False] * (waits - 1)
    scenario = game(hub, Linear(), review=BOTH, test=test, **rules)
    for number in (5, 6):
        passed = [-1] * (number - 1)
        view = make_view(
            game=scenario, seat="partner", docket={"metals": "open"}, mine=passed, theirs=passed
        )
        assert view.round == number
        assert view.review_period == waits
        known = usual_in_world(WorldView(Sheet(view), 0))
        assert usual(view).tolist() == [known]
        if test != "by_change":
            assert known == [number + waits <= 7, False]


@pytest.mark.parametrize("test", TESTS)
def test_what_opens_in_the_last_round_is_signed_where_the_test_asks_for_no_more(test: str) -> None:
    """The hub opens what is asked for in the last round alone, and accepts."""
    hub = ScopeRefuser(Linear(), admits=(), until=1.0)
    scenario = game(hub, Linear(), rounds=5, review=BOTH, test=test, period=2,
                    positions=((), BOTH), first_mover="partner")  # fmt: skip
    signed = negotiate(scenario).to_frame()["status"].tolist() == ["deal"]
    assert signed == (not TESTS[test].exchange)


def test_what_was_refused_it_does_not_ask_for_again_before_it_may() -> None:
    hub = ScopeRefuser(silent(), admits=("metals",))
    rules: dict[str, Any] = dict(positions=((), ("metals",)), silence="refuse", cooldown=9)
    said = told(Linear(), hub, rounds=6, review=BOTH, first_mover="partner", **rules)
    assert ["cars" in one for one in said] == [True] + [False] * 5


def test_what_it_asks_for_is_lowered_a_level_unless_that_is_worth_less() -> None:
    pledge = SPACE.package(pledge=400)

    @dataclass(frozen=True)
    class Modest(BatchStrategy):
        """Proposes a pledge for nothing, and asks."""

        def ask(self, view: View) -> ArrayLike:
            return True

        def propose(self, view: View) -> ArrayLike:
            return np.full(len(view), pledge)

    assert told(Modest(), rounds=1) == [{"cars": 15, "metals": 0, "pledge": 400}]
    dear = {"cars": (0, 1, 1), "metals": (0, -3), "pledge": (0, 2, 3)}
    kept = told(Modest(), rounds=1, partner_worth=dear)
    assert kept == [{"cars": 15, "pledge": 400}], "nobody demands what it loses by"
    poor = told(Modest(), rounds=1, partner_worth={**dear, "pledge": (0, -1, -2)})
    assert poor == [{}], "a pass, if it is worth less than no deal"


def test_a_hub_is_never_asked_nor_anybody_without_scope_play() -> None:
    @dataclass(frozen=True)
    class Never(Wrapper):
        """Fails when it is asked."""

        def ask(self, view: View) -> ArrayLike:
            raise AssertionError("asked")

    for scope, partner in ((False, Never(Linear())), (True, Linear())):
        log(game(Never(Linear()), partner, rounds=4, scope=scope))
    with pytest.raises(StrategyError, match="ask raised AssertionError: asked"):
        log(game(silent(), Never(Linear()), rounds=2))


def test_a_strategy_may_say_that_it_never_asks() -> None:
    @dataclass(frozen=True)
    class Quiet(Strategy):
        """Offers from its menu only, as before there was the question."""

        def ask(self, view: WorldView) -> bool:
            return False

        def propose(self, view: WorldView) -> int:
            return view.best_package

    assert told(Quiet(), rounds=3) == [{}, {}, {}]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (1, "ask returned 1 of type int; return True or False per measure"),
        (np.ones((1, 3), dtype=bool), r"ask returned flags of shape \(1, 3\); they have to fit"),
    ],
)
def test_what_is_no_flag_gets_a_sentence(flags: Any, said: str) -> None:
    @dataclass(frozen=True)
    class Odd(Wrapper):
        """Asks in its own way."""

        def ask(self, view: View) -> ArrayLike:
            return flags  # type: ignore[no-any-return]

    with pytest.raises(StrategyError, match=said):
        log(game(silent(), Odd(Linear()), rounds=2))


def test_a_helper_of_another_meaning_is_no_question_and_a_typing_error_is() -> None:
    class Helps(BatchStrategy):
        def mask(self) -> int:
            return 1

    assert Helps().mask() == 1
    with pytest.raises(TypeError, match=r"asks is never asked.*did you mean 'ask'"):

        class Asks(BatchStrategy):
            def asks(self) -> int:
                return 1


# --- over random scenarios ------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked(Wrapper):
    """Plays as inside, and checks what the seat asks and what it makes of the answers."""

    def scope(self, view: View) -> ArrayLike:
        """Begin a turn in which nothing is asked for."""
        view.memory["asked"] = np.zeros(len(view), dtype=np.int64)
        return self._inner.scope(view)

    def ask(self, view: View) -> ArrayLike:
        """Compare the two defaults, and keep what is asked for."""
        assert not view.is_hub
        assert not view.open.all(axis=1).any(), "asked only where a measure is closed"
        sheet, usually = Sheet(view), usual(view)
        assert usually.tolist() == [usual_in_world(WorldView(sheet, k)) for k in range(len(view))]
        assert np.array_equal(usually, EachWorld(Plain()).ask(view))
        assert not (usually & view.open).any(), "what is open needs no asking"
        asked = np.broadcast_to(np.asarray(self._inner.ask(view)), usually.shape)
        view.memory["asked"] = view.named(asked & ~view.open)
        return asked

    def propose(self, view: View) -> ArrayLike:
        """Keep what is proposed."""
        proposed = np.asarray(self._inner.propose(view))
        view.memory["proposed"] = np.broadcast_to(proposed, len(view))
        return proposed

    def answer(self, view: View, mine: Any) -> ArrayLike:
        """Look at the own offer, world by world."""
        if "asked" in view.memory:
            told = zip(
                view.memory["asked"].tolist(), view.memory["proposed"].tolist(), mine, strict=True
            )
            for k, (asked, proposed, package) in enumerate(told):
                assert package == expected(view.narrow([k]), asked, proposed)
        return self._inner.answer(view, mine)


def expected(view: View, asked: int, proposed: int) -> int:
    """Give what the seat offers in a world."""
    if not asked or proposed < 0:
        return proposed
    levels, wide = list(view.space.listed[proposed]), view.wide()
    for m in range(len(view.measures)):
        if asked >> m & 1 and levels[m] == 0:
            before = view.space.encode(levels)
            levels[m] = 1
            after = view.space.encode(levels)
            worse = wide.utility(after)[0] < wide.utility(before)[0]
            levels[m] = int(wide.on_menu(after)[0] and not worse)
    package = view.space.encode(levels)
    return package if wide.utility(package)[0] >= wide.reservation[0] else -1


@dataclass(frozen=True)
class Plain(Strategy):
    """Takes every default but its proposal."""

    def propose(self, view: WorldView) -> int:
        """Pass."""
        return -1


@pytest.mark.slow
@fewer(3)
@given(scenarios())
def test_the_offer_of_a_partner_that_asks(game: Scenario) -> None:
    seats = {seat: Checked(player) for seat, player in game.strategies.items() if seat[0] != "hub"}
    negotiate(with_strategies(game, seats), 6, seed=3)


def test_a_view_in_the_middle_of_a_talk() -> None:
    scenario = game(silent(), silent(), review=BOTH, positions=((), BOTH))
    view = make_view(game=scenario, seat="partner", docket={"metals": "open", "cars": "requested"})
    assert usual(view).tolist() == [[True, False]]
    view = make_view(game=scenario, seat="partner", docket={"metals": "open", "cars": "refused"})
    assert usual(view).tolist() == [[False, False]]
    view = make_view(game=scenario, seat="partner", docket={"cars": "refused"})
    assert usual(view).tolist() == [[True, True]], "an empty menu asks whatever was refused"
    assert not usual(make_view(game=scenario, seat="hub", docket={"cars": "requested"})).any()


def test_a_wide_view_made_wider_lowers_what_it_lowered() -> None:
    scenario = game(silent(), silent(), review=BOTH, positions=((), BOTH))
    view = make_view(game=scenario, seat="partner")
    cars = np.array([[True, False]])
    once = view.wide(cars, cars)
    for again in (once.wide(cars), once.wide()):
        assert (again.space.lowered[again.best_package] & 1).all()
        assert not again.on_menu(np.array([SPACE.package(metals=0)]))[0]
    assert once.wide().on_menu(np.array([SPACE.package(cars=15, metals=0)]))[0]
    assert not once.wide(cars).on_menu(np.array([SPACE.package(cars=15, metals=0)]))[0]


@pytest.mark.slow
def test_who_signs_nothing_before_all_is_open_demands_no_more_as_it_concedes() -> None:
    """Its offers are worth less to it round by round, but for the band within which it chooses."""
    changes = {"strategies.japan": {"name": "package_or_nothing", "inner": "linear"}}
    mute = {"strategies.usa": {"name": "scope_refuser", "inner": "boulware"}}
    scenario = Scenario.load(FILE, changes | mute)
    table = negotiate(scenario, 10, seed=1, turns=True).to_turns()
    own = table[(table["seat"] == "japan") & (table["offer"] >= 0)]
    rises = own.groupby("world")["own_utility"].diff().dropna()
    assert len(rises) > 100
    assert rises.max() < 0.03
