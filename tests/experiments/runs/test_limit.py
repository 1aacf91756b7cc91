"""How long a call may take: what is over leaves nothing behind."""

import gc
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from hashlib import pbkdf2_hmac

import pytest

from experiments.runs.limit import TimeLimitError, within
from experiments.runs.run import run
from experiments.runs.workers import workers
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


def test_a_time_that_is_up_at_once_is_told_and_leaves_no_watch():
    before = threading.active_count()
    for _ in range(100):
        with pytest.raises(TimeLimitError, match=r"longer than the 1e-05 seconds that"):
            within(1e-5, endless)
    until = time.time() + 20
    while threading.active_count() > before and time.time() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before


@contextmanager
def cleaned_up():
    try:
        yield
    finally:
        sum(range(1_000))


def stuck():
    """A step that lasts longer than the limit, and than the interruption."""
    with cleaned_up():
        pbkdf2_hmac("sha256", b"a", b"b", 1_000_000)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer here")
@pytest.mark.parametrize("after", [0.05, 0.15])
def test_ctrl_c_goes_through_though_the_time_is_up(after):
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, after)
        with pytest.raises(KeyboardInterrupt):
            within(0.1, stuck)
        assert within(60, lambda: sum(range(100_000))) == 4_999_950_000
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    for _ in range(150):
        time.sleep(0.01)


def test_an_interruption_of_a_late_call_goes_through():
    def late():
        try:
            endless()
        except TimeLimitError:
            raise KeyboardInterrupt from None

    with pytest.raises(KeyboardInterrupt):
        within(0.05, late)


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
