"""What figures read: a run is read once, and again when it has changed."""

import os

from experiments.results.results import last_read
from experiments.runs.run import run
from experiments.runs.store import OUTCOMES
from tests.experiments.small import load


def test_a_run_is_read_once_and_again_when_it_has_changed(tmp_path):
    directory = run(load(tmp_path), tmp_path / "out").store.directory
    first = last_read(directory)
    assert last_read(directory) is first
    os.utime(directory / OUTCOMES, ns=(1, 1))
    second = last_read(directory)
    assert second is not first
    assert second.frame.equals(first.frame)
