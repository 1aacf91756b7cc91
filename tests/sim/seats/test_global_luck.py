"""A global random state that was moved is named; nobody is blamed for another thread's draws."""

import random
import threading

import numpy as np
import pytest

from sim.seats import global_luck
from sim.seats.global_luck import moved, states


@pytest.fixture
def alone(monkeypatch):
    """Take away the threads that other tests may have left."""
    me = threading.current_thread()
    monkeypatch.setattr(global_luck.threading, "enumerate", lambda: [me])
    return me


def test_what_was_moved_is_named(alone):
    before = states()
    assert moved(before) == []
    random.random()
    assert moved(before) == ["random"]
    before = states()
    np.random.random()  # noqa: NPY002 - this is what must not be done
    assert moved(before) == ["numpy.random"]


def test_where_other_threads_run_nobody_is_blamed_for_their_draws(alone, monkeypatch):
    before = states()
    other = threading.Thread(name="event loop")
    monkeypatch.setattr(global_luck.threading, "enumerate", lambda: [alone, other])
    random.random()
    assert moved(before) == []
    assert set(states()) == {"numpy.random"}


def test_a_watch_draws_nothing(alone, monkeypatch):
    watch = threading.Thread(name=global_luck.WATCH)
    monkeypatch.setattr(global_luck.threading, "enumerate", lambda: [alone, watch])
    assert set(states()) == {"numpy.random", "random"}
