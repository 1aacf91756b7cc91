"""The log of a run: a line of JSON a chunk, from every worker."""

import json
import logging
import os
import warnings

import pytest

from experiments.design.plan import Plan
from experiments.runs.kept.journal import LOG
from experiments.runs.run import run
from experiments.runs.workers import workers
from tests.experiments.small import OWN, breaking, load, write

LOUD = OWN.replace(
    "        return view.best_package\n\n\n@dataclass(frozen=True)\nclass Breaks",
    """        import warnings

        warnings.warn("the table is cold")
        return view.best_package


@dataclass(frozen=True)
class Breaks""",
    1,
)


def lines(store):
    return [json.loads(line) for line in (store.directory / LOG).read_text().splitlines()]


@pytest.mark.parametrize("count", [1, 2])
def test_every_chunk_has_a_line(tmp_path, count):
    with workers(count) as executor:
        done = run(load(tmp_path), tmp_path / "out", executor=executor, chunk=5)
    told = lines(done.store)
    assert {(one["cell"], one["first_world"], one["worlds"]) for one in told} == {
        (cell, first, worlds) for cell in range(4) for first, worlds in ((0, 5), (5, 5), (10, 2))
    }
    assert all(one["event"] == "played" and one["tries"] == 1 for one in told)
    assert all(one["seconds"] > 0 and one["warnings"] == [] for one in told)
    here = [one["worker"].endswith(f":{os.getpid()}") for one in told]
    assert all(here) if count == 1 else not any(here)


def test_what_fails_and_what_is_tried_again_is_there(tmp_path):
    plan = load(tmp_path, breaking('{ name = "own.py:Breaks", world = 7 }'))
    done = run(plan, tmp_path / "out")
    (failed,) = [one for one in lines(done.store) if one["event"] == "failed"]
    assert (failed["cell"], failed["level"]) == (2, "error")
    assert failed["failure"]["exception"] == "StrategyError"
    run(plan, tmp_path / "out")
    assert len(lines(done.store)) == 4, "a line more for the second try"


def test_a_worker_that_dies_is_a_try(tmp_path):
    plan = load(tmp_path, breaking('{ name = "own.py:Breaks", how = "exit" }', '"linear"'))
    with workers(2) as executor:
        done = run(plan, tmp_path / "out", executor=executor)
    assert [one["tries"] for one in lines(done.store) if one["event"] == "failed"] == [3]


def test_warnings_are_there_and_told_once(tmp_path):
    (tmp_path / "own.py").write_text(LOUD, encoding="utf-8")
    config = write(tmp_path, '[sweep]\n"strategies.east" = ["own.py:Best", "linear"]\n')
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        done = run(Plan.load(config), tmp_path / "out")
    warned = [one for one in lines(done.store) if one.get("warnings")]
    assert warned
    assert all(one["warnings"] == ["UserWarning: the table is cold"] for one in warned)
    assert [note for note in done.notes if "the table is cold" in note] == [
        f"UserWarning: the table is cold (in cell {warned[-1]['cell']}; run.log has all of them)"
    ]


def test_nothing_of_it_stays_in_the_process(tmp_path):
    before = logging.getLogger().handlers[:]
    run(load(tmp_path), tmp_path / "out")
    assert logging.getLogger().handlers == before
    assert logging.getLogger("tariff_talks.runs").handlers == []
