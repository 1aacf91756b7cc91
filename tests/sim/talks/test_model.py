import gc
import subprocess
import sys
import weakref
from dataclasses import dataclass, replace
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

import sim.talks.model
from sim.chance.spreads import Drawn
from sim.errors import StrategyError
from sim.payoffs.tables import Payoffs
from sim.protocol.issues import Issue, OutcomeSpace
from sim.scenario.scenario import Scenario
from sim.seats.strategy import Answer, BatchStrategy, SideMove, Strategy, Wrapper
from sim.talks.ensemble import mirror
from sim.talks.model import TariffTalks, negotiate
from tests.games import CARS, PLEDGE, SPACE, Scripted, game

pytestmark = pytest.mark.fast


@dataclass(frozen=True)
class Firm(BatchStrategy):
    """Gives way late."""

    exponent: Any = 0.5

    def propose(self, view: Any) -> Any:
        gap = view.best - view.reservation
        return view.near(view.best - gap * view.time ** (1 / view.of(self.exponent)), view.standing)


@dataclass(frozen=True)
class Gambler(Strategy):
    """Offers what luck says; remembers its lowest demand."""

    def propose(self, view: Any) -> int:
        low = min(view.memory.get("low", 1.0), view.luck()[0])
        view.memory["low"] = low
        return view.at_least(max(low, view.reservation))


def rich(seed: int = 1, order: tuple[int, int] = (0, 1)) -> Scenario:
    """Give two talks with random payoffs that touch each other; drawn and one-world players."""
    rng = np.random.default_rng(seed)
    base = game(Firm(Drawn.uniform(0.2, 2)), Gambler(), talks=2, first_mover="draw",
                review=("cars",), positions=(("cars",), ("cars", "metals")))  # fmt: skip
    main = rng.normal(size=(3, 2, 5, 19))
    main[0, :, :, 1:] += 1
    main[:, :, :, 0] = 0
    cross = rng.normal(size=(3, 1, 1, 19, 19)) / 3
    cross[..., 0, :], cross[..., :, 0] = 0, 0
    if order == (1, 0):
        cross = cross.swapaxes(3, 4)
    rows = [0, *(1 + i for i in order)]
    names = tuple(base.payoffs.talks[i] for i in order)
    payoffs = Payoffs(
        ("hub", *names), names, (18, 18), (1, 1),
        tuple(tuple(main[c, t] for t in order) for c in rows),
        ((np.zeros((5, 1)),) * 2,) * 3,
        {(0, 1): tuple(cross[c] for c in rows)}, (np.ones((5, 1)),) * 3, np.zeros(5, dtype=int),
    )  # fmt: skip
    talks = tuple(base.talks[i] for i in order)
    return replace(base, payoffs=payoffs, talks=talks, countries=("hub", *names), replications=2)


def same(a: pd.DataFrame, b: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(a.reset_index(drop=True), b.reset_index(drop=True))


def test_batch_size_changes_nothing() -> None:
    scenario = rich()
    together = negotiate(scenario, worlds=24, seed=3).to_frame()
    assert together["status"].nunique() > 1
    apart = [negotiate(scenario, n, seed=3, first=k) for k, n in ((0, 1), (1, 10), (11, 13))]
    same(together, pd.concat([record.to_frame() for record in apart]))


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = rich()
    together = negotiate(scenario, worlds=24, seed=3, turns=True)
    monkeypatch.setattr(sim.talks.model, "chunk_of", lambda game: 5)
    apart = negotiate(scenario, worlds=24, seed=3, turns=True)
    same(together.to_frame(), apart.to_frame())
    same(together.to_turns(), apart.to_turns())


def test_the_order_of_talks_changes_nothing() -> None:
    one = negotiate(rich(), worlds=30, seed=5).to_frame()
    two = negotiate(rich(order=(1, 0)), worlds=30, seed=5).to_frame()
    keys = ["world", "talk"]
    one, two = (f.assign(talk=f["talk"].astype(str)).sort_values(keys) for f in (one, two))
    same(one, two[one.columns])


def test_another_seed_is_another_run() -> None:
    one, two = (negotiate(rich(), worlds=30, seed=s).to_frame() for s in (5, 6))
    assert not one.equals(two)


def test_global_random_state_is_left_alone() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    negotiate(rich(), worlds=4)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_with_one_world_it_is_an_ordinary_mesa_model() -> None:
    model = TariffTalks(rich(), seed=2)
    collector = mesa.DataCollector(
        model_reporters={"deals": lambda m: m.share("deal")}, agent_reporters={"name": "name"}
    )
    while model.running:
        model.step()
        collector.collect(model)
    deals = collector.get_model_vars_dataframe()["deals"]
    assert len(deals) == model.round <= 6
    assert deals.is_monotonic_increasing
    assert {agent.name for agent in model.agents} == {"hub", "east", "west"}
    record = model.record().to_frame()
    assert deals.iloc[-1] == (record["status"] == "deal").mean()


def test_what_is_collected_is_what_the_record_says() -> None:
    model = TariffTalks(rich(), 9, seed=2)
    model.run_model()
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == model.round
    last, record = frame.iloc[-1], model.record()
    assert last["open"] == 0
    assert last["deals"] == (record.to_frame()["status"] == "deal").mean()
    for c, name in enumerate(model.game.countries):
        assert last[f"payoff.{name}"] == record.payoffs[c].mean()
    agents = model.datacollector.get_agent_vars_dataframe().loc[model.round].set_index("name")
    for c, name in enumerate(model.game.countries):
        np.testing.assert_array_equal(agents.loc[name, "payoff"], record.payoffs[c])
    assert TariffTalks(rich(), collect=False).datacollector is None


def test_the_scenario_is_the_game_as_mesa_has_a_scenario_of_its_own() -> None:
    scenario = rich()
    model = TariffTalks(scenario)
    assert model.game is scenario
    assert getattr(model, "scenario", None) is not scenario
    assert not hasattr(scenario, "model"), "Mesa's setter writes into what it is given"


def test_rng_is_the_seed_in_mesa_s_words() -> None:
    def played(**luck: Any) -> pd.DataFrame:
        model = TariffTalks(rich(), 6, **luck)
        model.run_model()
        same(model.record().to_frame(), negotiate(rich(), 6, model.seed_of_luck).to_frame())
        return model.record().to_frame()

    same(played(rng=5), played(seed=5))
    same(played(rng=np.random.default_rng(5)), played(rng=np.random.default_rng(5)))
    same(played(), played(seed=0))
    one, other = TariffTalks(rich(), seed=None), TariffTalks(rich(), seed=None)
    assert one.seed_of_luck != other.seed_of_luck, "a new one at every call"
    for model in (one, other):
        model.release()


def test_a_finished_model_is_let_go() -> None:
    model = TariffTalks(rich(), worlds=3)
    model.run_model()
    table = weakref.ref(model.talks[0].state)
    model.release()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert table() is None


def test_a_signed_deal_moves_what_the_other_talk_is_worth() -> None:
    @dataclass(frozen=True)
    class Watcher(BatchStrategy):
        """Sends what it sees of the other talk as a message."""

        def side_move(self, view: Any) -> Any:
            return SideMove(view.others["west"].mirror)

        def propose(self, view: Any) -> Any:
            return np.full(len(view), -1)

    pledge = SPACE.package(pledge=200)
    hub = Scripted((pledge,), answers=(Answer.REJECT,))
    base = game(hub, Watcher(), talks=2, review=(), rounds=3)
    signer = Scripted((-1,), answers=(Answer.ACCEPT,))
    scenario = replace(base, strategies={**base.strategies, ("west", "west"): signer})
    model = TariffTalks(scenario)
    inbox = []
    for _ in range(3):
        model.step()
        inbox.append(int(model.talks[0].state.inbox[0, 0]))
    assert inbox == [-1, pledge, pledge], "what is signed in one half-round is seen in the next"


def test_a_mirror_is_never_a_worse_term() -> None:
    other = OutcomeSpace((replace(CARS, levels=(27, 17, 10, 0)), replace(PLEDGE, levels=(0, 150))))
    base = game(Scripted(), Scripted()).talks[0]
    table = mirror(base, replace(base, name="west", space=other))
    told = [SPACE.decode(int(p)) for p in table]
    assert [t["cars"] for t in told] == [25, 25, 15, 15, 0, 0, 0, 0]
    assert [t["pledge"] for t in told] == [0] * 8
    assert {t["metals"] for t in told} == {25}


WRONG = {
    "propose returned package 99; packages are numbered 0 to 17": dict(propose=lambda v: 99),
    "propose returned 0.5 of type float; return whole numbers": dict(propose=lambda v: 0.5),
    "propose returned package 0, which lowers nothing": dict(propose=lambda v: 0),
    "which lowers cars: not open; a hub offers only from the menu": dict(propose=lambda v: 6),
    "returned an array of shape (2,); return one number for each of the 1 worlds": dict(
        propose=lambda v: np.zeros(2, dtype=int)
    ),
    "propose raised KeyError: 'x'": dict(propose=lambda v: {}["x"]),
    "answer returned Answer.ACCEPT although no offer stands": dict(answer=lambda v, m: 1),
    "answer returned 7; return Answer.REJECT": dict(answer=lambda v, m: 7),
    "scope returned 3 of type int; return True or False per measure": dict(scope=lambda v: 3),
    "asks for the other side's utility, which is private": dict(
        propose=lambda v: v.their_utility(1)
    ),
    "asks for the wide view; a hub offers only from the menu": dict(
        propose=lambda v: v.wide().best_package
    ),
    "output array is read-only": dict(propose=lambda v: np.negative(v.standing, out=v.standing)),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_play_is_named_with_seat_round_and_world(sentence: str) -> None:
    plays = {"propose": lambda v: -1, **WRONG[sentence]}
    methods = {name: staticmethod(play) for name, play in plays.items()}
    wrong = type("Wrong", (BatchStrategy,), methods)()
    with pytest.raises(StrategyError) as caught:
        negotiate(game(wrong, Scripted()), first=7)
    assert str(caught.value).startswith("strategy Wrong of hub in talk east, round 1, world 7: ")
    assert sentence in str(caught.value)


def test_an_exception_of_a_one_world_strategy_names_its_world() -> None:
    @dataclass(frozen=True)
    class Fragile(Strategy):
        """Breaks in world 4, round 3."""

        def propose(self, view: Any) -> int:
            if (view.world, view.round) == (4, 3):
                raise ZeroDivisionError("division by zero")
            return -1

    with pytest.raises(StrategyError) as caught:
        negotiate(game(Scripted(), Wrapper(Fragile())), worlds=9)
    problem = caught.value
    assert (problem.country, problem.talk) == ("east", "east")
    assert (problem.round, problem.world) == (3, 4)
    assert "propose raised ZeroDivisionError" in str(problem)


def test_a_misspelt_question_is_an_error_when_the_class_is_made() -> None:
    with pytest.raises(TypeError, match="did you mean 'propose'"):
        type("Typo", (BatchStrategy,), {"propse": lambda self, view: -1})


def test_complete_information_shows_the_other_side_s_utility() -> None:
    @dataclass(frozen=True)
    class Knowing(BatchStrategy):
        """Offers what is worth most to the other side."""

        def propose(self, view: Any) -> Any:
            worth = [view.their_utility(p)[0] for p in range(SPACE.size)]
            assert view.their_reservation[0] == view.their_utility(-1)[0]
            return np.full(len(view), int(np.argmax(worth)))

    scenario = game(
        Knowing(), Scripted((-1,), answers=(Answer.ACCEPT,)), information="complete", scope=False,
        review=(), test="by_admission",
    )  # fmt: skip
    frame = negotiate(scenario).to_frame()
    assert SPACE.decode(int(frame["package"][0])) == {"cars": 0, "metals": 0, "pledge": 0}


def test_kept_levels_of_another_space_stay_kept() -> None:
    base = game(Scripted(), Scripted()).talks[0]
    other = OutcomeSpace((Issue("ships", "measure", (10, 0)),))
    assert mirror(base, replace(base, space=other)).tolist() == [0, 0]


ALONE = """
import sys, experiments.commands.cli, sim
assert "mesa" not in sys.modules
assert set(sim.__all__) <= set(dir(sim))
assert sim.negotiate is sim.talks.model.negotiate and "mesa" in sys.modules
try:
    sim.negotiat
except AttributeError as problem:
    print(problem)
"""


@pytest.mark.slow
def test_mesa_is_imported_once_worlds_are_played():
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert done.stdout == "module 'sim' has no attribute 'negotiat'\n"
