"""How long a call may take: what is over leaves nothing behind."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from hashlib import pbkdf2_hmac

import pytest

from experiments.runs.limit import TimeLimitError, within
from experiments.runs.run import run
from experiments.runs.workers import InProcess, workers
from tests.experiments.small import breaking, load

PROFILED = """
import cProfile
from experiments.runs.limit import TimeLimitError, within

def endless():
    while True:
        pass

def steps():
    return sum(len(str(number)) for number in range(1_000))

profile = cProfile.Profile()
print(profile.runcall(lambda: within(60, steps) + steps()))
try:
    profile.runcall(lambda: within(0.1, endless))
except TimeLimitError as problem:
    print(problem)
print(profile.runcall(steps))
"""


def test_a_call_that_ends_in_time_gives_what_it_gives():
    assert within(60, lambda: 5) == 5
    assert within(None, lambda: 6) == 6
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 // 0)


@pytest.mark.slow
@pytest.mark.fast
def test_a_loop_without_end_is_stopped_also_if_it_swallows_what_stops_it():
    def stubborn():
        for _ in range(2):
            try:
                while True:
                    pass
            except Exception:  # noqa: BLE001 - what users write
                pass
        while True:
            pass

    started = time.time()
    with pytest.raises(TimeLimitError) as caught:
        within(0.2, stubborn)
    assert time.time() - started < 20
    assert str(caught.value) == "took longer than the 0.2 seconds that a chunk may take"
    assert sum(range(100_000)) == 4999950000


def endless():
    while True:
        pass


def test_a_call_that_takes_too_long_is_stopped_and_the_next_one_is_not():
    for _ in range(3):
        with pytest.raises(TimeLimitError, match=r"longer than the 0\.05 seconds"):
            within(0.05, endless)
        assert within(60, lambda: sum(range(100_000))) == 4_999_950_000


class Untidy:
    """In a cycle: the search for garbage deletes it, and calls this."""

    def __init__(self):
        self.other = self

    def __del__(self):
        sum(range(50))


@pytest.mark.fast
def test_what_is_left_of_a_call_keeps_nothing_from_ending(often_garbage, monkeypatch):
    """An exception that arrives while garbage is deleted is lost, and has to be raised again."""

    def untidy():
        while True:
            Untidy()

    monkeypatch.setattr("experiments.runs.limit.AGAIN", 0.005)
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: None)
    for _ in range(20):
        with pytest.raises(TimeLimitError):
            within(0.005, untidy)


@pytest.fixture
def often_garbage():
    before = gc.get_threshold()
    gc.set_threshold(7)
    yield
    gc.set_threshold(*before)


def test_a_time_that_is_up_at_once_is_told():
    for _ in range(100):
        with pytest.raises(TimeLimitError):
            within(1e-5, endless)


@pytest.mark.parametrize("after", [0.05, 0.15])
def test_ctrl_c_goes_through_though_the_time_is_up(after, own_handler):
    """Both come in one step that lasts longer than the limit, whichever is first."""
    presses = threading.Timer(after, os.kill, (os.getpid(), signal.SIGINT))
    presses.start()
    with pytest.raises(KeyboardInterrupt):
        InProcess().submit(within, 0.1, stuck).result()
    presses.join()
    assert within(60, lambda: sum(range(100_000))) == 4_999_950_000


def stuck():
    """A step that lasts longer than the limit, and than the interruption."""
    try:
        pbkdf2_hmac("sha256", b"a", b"b", 1_000_000)
    finally:
        sum(range(1_000))


@pytest.fixture
def own_handler():
    """Python's own handler of Ctrl-C, whatever an earlier test has left."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("call", [lambda: 5, endless, lambda: 1 // 0])
def test_neither_alarm_nor_handler_is_left(call):
    before = signal.getsignal(signal.SIGALRM)
    with suppress(TimeLimitError, ZeroDivisionError):
        within(0.05 if call is endless else 60, call)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_wait_is_interrupted_too():
    started = time.time()
    with pytest.raises(TimeLimitError):
        within(0.1, lambda: time.sleep(60))
    assert time.time() - started < 30


def test_beside_the_main_thread_there_is_no_alarm_and_nothing_is_raised():
    given = []
    thread = threading.Thread(target=lambda: given.append(within(0.01, lambda: time.sleep(0.1))))
    thread.start()
    thread.join()
    assert given == [None]


HANGS = """
import os, signal, sys, threading, time
from experiments.runs import limit
limit.GRACE = 0.2
hang = lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM}) or time.sleep(60)
play = lambda: limit.within(0.2, hang, own_process=True)
if sys.argv[1] == "beside":
    thread = threading.Thread(target=limit.within, args=(0.2, lambda: time.sleep(60)),
                              kwargs={"own_process": True})
    thread.start()
    thread.join()
play()
"""


@pytest.mark.parametrize("where", ["alone", "beside"])
def test_a_process_of_its_own_is_ended_wherever_it_hangs(where):
    words = [sys.executable, "-c", HANGS, where]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Timeout" in done.stderr


def test_what_is_limited_can_be_profiled():
    """A profiler of Python 3.11 waits for ever for an exception that was taken back."""
    done = subprocess.run(
        [sys.executable, "-c", PROFILED], capture_output=True, text=True, timeout=60, check=True
    )
    said = "took longer than the 0.1 seconds that a chunk may take"
    assert done.stdout.split("\n") == ["5780", said, "2890", ""]


# --- chunks --------------------------------------------------------------------------------------

LOOPS = breaking('{ name = "own.py:Breaks", how = "loop" }', '"linear"')


@pytest.mark.parametrize("count", [1, pytest.param(2, marks=pytest.mark.nightly)])
def test_a_strategy_that_never_ends_is_named_and_the_others_finish(tmp_path, count):
    plan = load(tmp_path, LOOPS)
    with workers(count) as executor:
        summary = run(plan, tmp_path / "out", executor=executor, chunk=6, limit=3.0)
    (failure,) = summary.failures
    assert (failure["cell"], failure["first_world"]) == (1, 6)
    assert (failure["stage"], failure["exception"]) == ("talks", "TimeLimitError")
    assert (failure["seat"], failure["round"], failure["world"]) == ("east:east", 3, 7)
    assert "Breaks of east in talk east, round 3, world 7" in failure["message"]
    assert "own.py" in failure["traceback"]
    assert set(summary.store.outcomes()["cell"]) == {0}


@pytest.mark.nightly
def test_what_never_comes_back_to_python_is_ended_with_its_worker(tmp_path):
    plan = load(tmp_path, breaking('{ name = "own.py:Breaks", how = "hang" }', '"linear"'))
    with workers(2) as executor:
        summary = run(plan, tmp_path / "out", executor=executor, chunk=6, limit=3.0)
    (failure,) = summary.failures
    assert (failure["cell"], failure["first_world"]) == (1, 6)
    assert failure["exception"] == "TimeLimitError"
    assert set(summary.store.outcomes()["cell"]) == {0}
