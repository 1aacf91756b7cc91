"""The watch over a strategy: time limits that stop, and orders of worlds that come back."""

import threading
import time
from contextlib import suppress

import numpy as np
import pytest

from sim.strategies import BUILT_IN
from sim.testing import make_view, tariff_game
from sim.testing.renaming import NamedTalks, renamed
from sim.testing.trials import NAMES
from sim.testing.watch import Shuffled, StoppedError, TooSlowError, Watch, Watched, limit

pytestmark = pytest.mark.fast


def test_a_limit_stops_a_loop() -> None:
    started = time.perf_counter()
    with pytest.raises(TooSlowError, match=r"took longer than 0\.1 s"), limit(0.1):
        while True:
            pass
    assert time.perf_counter() - started < 5


def test_a_limit_stops_what_swallows_exceptions() -> None:
    with pytest.raises(StoppedError), limit(0.05):
        while True:
            with suppress(Exception):
                time.sleep(0.01)


def test_a_limit_leaves_no_timer_behind() -> None:
    with limit(0.05):
        pass
    time.sleep(0.1)


def test_outside_the_main_thread_nothing_is_stopped() -> None:
    done = []

    def wait() -> None:
        with limit(0.01):
            time.sleep(0.05)
            done.append(1)

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert done == [1]


def test_a_watch_notes_what_is_answered_by_world() -> None:
    watch = Watch(9)
    view = make_view(worlds=3)
    Watched(BUILT_IN["linear"](), watch).propose(view)  # type: ignore[arg-type]
    assert watch.done == {("propose", "talk", "hub", 1, w): 10 for w in range(3)}
    assert watch.slowest[0] > 0


def test_in_another_order_every_world_gets_its_own_answer() -> None:
    view = make_view(worlds=8)
    walker = BUILT_IN["random_walker"]()
    plain = np.asarray(walker.propose(view))  # type: ignore[arg-type]
    assert len(set(plain.tolist())) > 1
    assert np.asarray(Shuffled(walker).propose(view)).tolist() == plain.tolist()  # type: ignore[arg-type]


def test_under_other_names_the_luck_is_the_same() -> None:
    walker = BUILT_IN["random_walker"]()
    game = tariff_game(walker, walker, talks=2, scope=False, review=())
    owners = {new: old for old, new in NAMES.items()}
    tables = []
    for model in (NamedTalks(game, 5, 1, 0, {}), NamedTalks(renamed(game, NAMES), 5, 1, 0, owners)):
        model.run_model()
        tables.append(model.record().to_frame())
    plain, other = tables
    assert set(other["talk"]) == {NAMES[talk] for talk in plain["talk"]}
    assert plain["package"].equals(other["package"])
    assert plain["round"].equals(other["round"])
