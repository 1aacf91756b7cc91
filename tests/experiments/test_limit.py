"""How long a call may take: what is over leaves nothing behind."""

import subprocess
import sys
import time

import pytest

from experiments.limit import TimeLimitError, within
from experiments.run import run
from experiments.workers import workers
from tests.experiments.small import breaking, load

PROFILED = """
import cProfile
from experiments.limit import TimeLimitError, within

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
