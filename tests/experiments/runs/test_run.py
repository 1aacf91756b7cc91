import json

import pyarrow.parquet as pq
import pytest

from experiments.design.plan import Plan
from experiments.runs.play import Done, Task
from experiments.runs.run import run
from experiments.runs.store import FAILURES, MANIFEST, OUTCOMES, PARTS
from experiments.runs.workers import workers
from sim.errors import DataError
from tests.experiments.small import SWEEP, breaking, load

KEYS = ["cell", "world", "talk"]

RAISES = breaking('{ name = "own.py:Breaks", world = 7 }')


def table(summary):
    return (summary.store.directory / OUTCOMES).read_bytes()


# --- the same table ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return load(tmp_path_factory.mktemp("plan"), SWEEP.replace('"linear"', '"own.py:Best"', 1))


@pytest.fixture(scope="module")
def whole(plan, tmp_path_factory):
    """A run in one go, in this process."""
    return run(plan, tmp_path_factory.mktemp("whole"))


def test_every_world_and_talk_of_every_cell_has_one_row(plan, whole):
    frame = whole.store.outcomes()
    assert len(frame) == whole.rows == 4 * 12 * 2
    assert not frame.duplicated(KEYS).any()
    order = {"east": 0, "west": 1}
    keys = frame.assign(talk=frame["talk"].map(order))[KEYS]
    assert keys.equals(keys.sort_values(KEYS))
    assert set(frame["world"]) == set(range(12))
    assert frame["draw"].equals(frame["world"] // 2 % 3)
    for cell in plan.cells:
        rows = frame[frame["cell"] == cell.index]
        for path, label in cell.labels.items():
            assert set(rows[path]) == {label}


@pytest.mark.slow
@pytest.mark.fast
@pytest.mark.parametrize("chunk", [2, 5, 100])
def test_the_size_of_chunks_changes_no_byte(plan, whole, tmp_path, chunk):
    seen = []
    cut = run(plan, tmp_path, chunk=chunk, report=lambda done, left: seen.append((done, left)))
    assert table(cut) == table(whole)
    assert cut.fresh == len(seen) == 4 * -(-12 // chunk)
    assert sum(done.chunk.worlds for done, _ in seen) == 4 * 12
    assert sum(left == 0 for _, left in seen) == 4


def test_the_number_of_workers_changes_no_byte(plan, whole, tmp_path):
    with workers(2) as executor:
        spread = run(plan, tmp_path, executor=executor, chunk=5)
    assert spread.failures == []
    assert table(spread) == table(whole)


def test_another_seed_is_another_table(plan, whole, tmp_path):
    other = load(tmp_path, SWEEP.replace('"linear"', '"own.py:Best"', 1))
    other = Plan.load(tmp_path / "config.toml", {"seed": 6})
    summary = run(other, tmp_path)
    assert summary.store.directory.name != whole.store.directory.name
    assert table(summary) != table(whole)


# --- again, and after a stop -------------------------------------------------------------------


def test_a_second_run_plays_nothing_and_writes_nothing(plan, tmp_path):
    first = run(plan, tmp_path)
    files = [file for file in first.store.directory.rglob("*") if file.is_file()]
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}

    def played(done, left):
        raise AssertionError(f"{done.chunk} was played again")

    second = run(plan, tmp_path, report=played)
    assert (first.fresh, second.fresh) == (4, 0)
    assert second.rows == first.rows
    after = [file for file in first.store.directory.rglob("*") if file.is_file()]
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in after} == before


class Stopped(BaseException):
    """As Ctrl-C: no `except Exception` holds it."""


def stop_after(count):
    seen: list[Done] = []

    def report(done, left):
        seen.append(done)
        if len(seen) == count:
            raise Stopped

    return report


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [4, 5, 12])
def test_a_run_that_was_stopped_goes_on_and_ends_in_the_same_table(plan, whole, tmp_path, chunk):
    with pytest.raises(Stopped):
        run(plan, tmp_path, chunk=4, report=stop_after(7))
    directory = tmp_path / whole.store.directory.name
    assert json.loads((directory / MANIFEST).read_text())["status"] == "running"
    assert not (directory / OUTCOMES).exists()
    assert len(list((directory / PARTS).glob("*.parquet"))) == 7
    (directory / PARTS / "000002-0000000004-0000000004.parquet.99.partial").write_bytes(b"half")
    rest = run(plan, tmp_path, chunk=chunk)
    # 7 of 12 chunks of 4 are there: of the third cell 8 worlds are missing, of the fourth all 12
    expected = {4: 2 + 3, 5: 2 + 3, 12: 1 + 1}
    assert rest.fresh == expected[chunk]
    assert table(rest) == table(whole)
    assert not (directory / PARTS).exists()


@pytest.mark.slow
def test_a_run_whose_parts_are_lost_plays_those(plan, whole, tmp_path):
    with pytest.raises(Stopped):
        run(plan, tmp_path, chunk=4, report=stop_after(12))
    parts = sorted((tmp_path / whole.store.directory.name / PARTS).glob("*.parquet"))
    assert len(parts) == 12
    for part in (parts[0], parts[4], parts[11]):
        part.unlink()
    rest = run(plan, tmp_path, chunk=4)
    assert rest.fresh == 3
    assert table(rest) == table(whole)


def test_a_run_that_was_stopped_before_its_manifest_is_finished(plan, whole, tmp_path):
    with pytest.raises(Stopped):
        run(plan, tmp_path, report=stop_after(4))
    rest = run(plan, tmp_path)
    assert rest.fresh == 0
    assert rest.store.manifest()["status"] == "finished"
    assert table(rest) == table(whole)


def test_payoffs_that_cannot_be_had_leave_nothing_behind(plan, tmp_path, monkeypatch):
    def game(self, cell):
        raise DataError("flows.csv: is not what it was")

    monkeypatch.setattr(Plan, "game", game)
    with pytest.raises(DataError):
        run(plan, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_seconds_do_not_depend_on_what_a_clock_on_the_wall_says(plan, tmp_path, monkeypatch):
    """It is set back by an hour at every look, as a time server may."""
    now = iter(range(10**9, 0, -3_600))
    monkeypatch.setattr("time.time", lambda: next(now))
    seen = []
    done = run(plan, tmp_path, report=lambda done, left: seen.append(done.seconds))
    manifest = done.store.manifest()
    assert 0 < sum(seen) < manifest["seconds"] < 60
    assert manifest["sessions"][0]["seconds"] > 0


# --- failures ----------------------------------------------------------------------------------


@pytest.mark.fast
def test_a_cell_that_fails_is_recorded_and_the_others_finish(tmp_path):
    failing = run(load(tmp_path, RAISES), tmp_path / "out", chunk=5)
    assert failing.failed_cells == [2]
    alone = run(load(tmp_path, breaking('"own.py:Best"', '"linear"')), tmp_path / "out")
    frame, good = failing.store.outcomes(), alone.store.outcomes()
    assert set(frame["cell"]) == {0, 1}
    assert frame.equals(good)
    assert failing.rows == len(frame) == 2 * 12 * 2
    (row,) = pq.read_table(failing.store.directory / FAILURES).to_pylist()
    said = row.pop("traceback")
    assert "no more ideas" in said
    assert "own.py" in said
    message = row.pop("message")
    assert message.startswith("strategy Breaks of east in talk east, round 3, world 7: ")
    assert "no more ideas" in message
    assert row == {
        "cell": 2,
        "first_world": 5,
        "worlds": 5,
        "stage": "talks",
        "exception": "StrategyError",
        "seat": "east:east",
        "round": 3,
        "world": 7,
    }
    manifest = failing.store.manifest()
    assert manifest["status"] == "failed"
    assert manifest["failed_cells"] == [2]
    assert manifest["rows"] == 48


def test_an_offer_that_is_no_package_is_named_with_seat_round_and_world(tmp_path):
    more = breaking('{ name = "own.py:Breaks", how = "menu" }')
    summary = run(load(tmp_path, more), tmp_path / "out")
    (failure,) = summary.failures
    assert (failure["cell"], failure["seat"]) == (2, "east:east")
    assert (failure["round"], failure["world"]) == (3, 7)
    assert "1000000" in failure["message"]


def test_only_what_failed_is_played_again(tmp_path):
    plan = load(tmp_path, RAISES)
    first = run(plan, tmp_path / "out", chunk=5)
    assert first.fresh == 9
    second = run(plan, tmp_path / "out", chunk=5)
    assert second.fresh == 1
    assert second.failed_cells == [2]
    assert table(second) == table(first)


def test_a_failure_that_goes_away_leaves_no_trace(tmp_path, monkeypatch):
    plan = load(tmp_path, breaking('"boulware"', '"linear"'))
    game, once = Task.game, []

    def fails_once(self):
        if self.chunk.cell == 1 and not once:
            once.append(self)
            raise MemoryError
        return game(self)

    monkeypatch.setattr(Task, "game", fails_once)
    first = run(plan, tmp_path / "out")
    assert [(f["stage"], f["exception"]) for f in first.failures] == [("scenario", "MemoryError")]
    assert first.failures[0]["seat"] is None
    assert (first.store.directory / FAILURES).exists()
    second = run(plan, tmp_path / "out")
    assert second.failures == []
    assert second.store.manifest()["status"] == "finished"
    assert not (second.store.directory / FAILURES).exists()
    assert set(second.store.outcomes()["cell"]) == {0, 1}


def test_a_run_of_nothing_but_failures_has_an_empty_table(tmp_path):
    more = '[overrides]\n"strategies.east" = "own.py:Breaks"\n'
    summary = run(load(tmp_path, more), tmp_path / "out")
    assert (summary.rows, summary.failed_cells) == (0, [0])
    assert len(summary.store.outcomes()) == 0


def test_a_worker_that_dies_ends_in_failures_not_in_a_hang(tmp_path):
    more = breaking('{ name = "own.py:Breaks", how = "exit" }', '"linear"')
    plan = load(tmp_path, more)
    with workers(2) as executor:
        summary = run(plan, tmp_path / "out", executor=executor)
    assert 1 in summary.failed_cells
    failure = summary.failures[-1]
    assert (failure["stage"], failure["exception"]) == ("worker", "ProcessEndedError")
    assert "it was ended from inside, with exit code 3" in failure["message"]
