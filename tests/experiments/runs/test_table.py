"""Cells whose scenarios have different columns make one table."""

import threading

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.parquet import ParquetFile

from experiments.runs import table
from experiments.runs.run import run
from experiments.runs.store import OUTCOMES
from experiments.runs.table import _thinned, _used_again, join
from tests.experiments.small import load

CASES = """
[[cells]]
label = "the pause ends"
[[cells]]
label = "it may be extended"
"calendar.mode" = "extension"
"strategies.hub" = { name = "extender", inner = "boulware" }
"""


def test_columns_that_a_cell_does_not_have_are_empty(tmp_path):
    frame = run(load(tmp_path, CASES), tmp_path / "out").store.outcomes()
    assert frame["case"].unique().tolist() == ["the pause ends", "it may be extended"]
    hard, extended = (part for _, part in frame.groupby("cell"))
    assert hard["deadline"].isna().all()
    assert (extended["deadline"] >= 12).all()
    assert frame.columns[-3:].tolist() == ["deadline", "extensions", "extension_cost"]


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_the_parts(tmp_path):
    plan = load(tmp_path, CASES)
    here, there = (run(plan, tmp_path / str(chunk), chunk=chunk).store for chunk in (5, 12))
    assert [store.outcomes().equals(here.outcomes()) for store in (there,)] == [True]
    files = [(store.directory / "outcomes.parquet").read_bytes() for store in (here, there)]
    assert files[0] == files[1]


def test_joining_gives_the_memory_of_arrow_back_also_if_it_fails(tmp_path):
    before = pa.default_memory_pool().backend_name
    part = tmp_path / "part.parquet"
    pd.DataFrame({"cell": [0, 0], "world": [0, 1]}).to_parquet(part)
    assert join([[part]], tmp_path / "table.parquet") == 2
    with pytest.raises(FileNotFoundError):
        join([[part, tmp_path / "gone.parquet"]], tmp_path / "table.parquet")
    assert pa.default_memory_pool().backend_name == before


def test_the_first_part_of_a_cell_says_its_columns(tmp_path):
    frames = [
        pd.DataFrame({"cell": 0, "world": range(5), "status": "deal"}),
        pd.DataFrame({"cell": 1, "world": range(3), "extensions": 1}),
        pd.DataFrame({"cell": 2, "world": range(4), "deadline": 2.5}),
    ]
    parts = [tmp_path / f"{number}.parquet" for number in range(3)]
    for part, frame in zip(parts, frames, strict=True):
        frame.to_parquet(part, index=False)
    file = tmp_path / "table.parquet"
    assert join([[parts[0], parts[1]], [parts[2]]], file) == 5 + 3 + 4
    assert pq.read_schema(file).names == ["cell", "world", "status", "deadline"]


def test_without_cells_the_table_is_empty(tmp_path):
    assert join([], tmp_path / "table.parquet") == 0
    assert pq.read_table(tmp_path / "table.parquet").num_rows == 0


def test_a_run_that_is_stopped_leaves_no_half_table(tmp_path, monkeypatch):
    """Ctrl-C in the midst of the one join: the same command only joins again."""
    plan, before = load(tmp_path, CASES), set(threading.enumerate())
    one_ahead = table._one_ahead

    def stopped(groups):
        for number, group in enumerate(one_ahead(groups)):
            if number == 2:
                raise KeyboardInterrupt
            yield group

    monkeypatch.setattr("experiments.runs.table.GROUP", 7)
    monkeypatch.setattr("experiments.runs.table._one_ahead", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(plan, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*/*.partial"))
    assert not list((tmp_path / "out").glob(f"*/{OUTCOMES}"))
    monkeypatch.setattr("experiments.runs.table._one_ahead", one_ahead)
    again, other = run(plan, tmp_path / "out"), run(plan, tmp_path / "other")
    assert again.fresh == 0
    files = [(done.store.directory / OUTCOMES).read_bytes() for done in (again, other)]
    assert files[0] == files[1]
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
    assert set(threading.enumerate()) <= before


def test_cells_in_the_other_order_have_the_same_rows(tmp_path):
    first, second = CASES.split("[[cells]]")[1:]
    turned = f"[[cells]]{second}[[cells]]{first}"
    frames = []
    for name, cases in (("a", CASES), ("b", turned)):
        (tmp_path / name).mkdir()
        frame = run(load(tmp_path / name, cases), tmp_path / name / "out").store.outcomes()
        frames.append(frame.sort_values(["case", "world", "talk"], ignore_index=True))
    columns = [column for column in frames[0] if column != "cell"]
    pd.testing.assert_frame_equal(frames[0][columns], frames[1][columns], check_dtype=False)


def test_of_a_large_table_the_same_worlds_of_every_cell_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.runs.table.GROUP", 7)
    store = run(load(tmp_path, CASES), tmp_path / "out").store
    whole = store.outcomes()
    assert ParquetFile(store.directory / OUTCOMES).num_row_groups > 3
    assert store.outcomes(most=len(whole)).equals(whole)
    for most in (len(whole) // 2, len(whole) // 4):
        read = store.outcomes(most=most)
        worlds = set(read["world"])
        assert 0 in worlds
        assert len(worlds) < len(set(whole["world"]))
        kept = whole[whole["world"].isin(worlds)].reset_index(drop=True)
        pd.testing.assert_frame_equal(read, kept)
        columns = ["status", "cell"]
        pd.testing.assert_frame_equal(store.outcomes(columns, most), kept[columns])


@pytest.mark.parametrize("share", [0.5, 0.2, 0.125, 0.013])
@pytest.mark.parametrize(("draws", "replications"), [(250, 4), (16, 1), (200, 1), (64, 5)])
def test_worlds_are_left_out_evenly_in_every_draw(share, draws, replications):
    world = np.arange(draws * replications * 100)
    draw = world // replications % draws
    kept = _thinned(pa.table({"world": world, "draw": draw}), share)
    assert len(kept) == pytest.approx(share * len(world), abs=3)
    counts = np.bincount(kept["draw"].to_numpy(), minlength=draws)
    wanted = share * 100 * replications
    by_chance = np.sqrt(wanted * (1 - share))
    assert (np.abs(counts - wanted) <= 3 * by_chance + 1).all()


def test_blocks_that_overlap_give_the_memory_back_with_the_last():
    before = pa.default_memory_pool().backend_name
    first, second = _used_again(), _used_again()
    for block in (first, second):
        block.__enter__()
        assert pa.default_memory_pool().backend_name == "system"
    first.__exit__(None, None, None)
    assert pa.default_memory_pool().backend_name == "system"
    second.__exit__(None, None, None)
    assert pa.default_memory_pool().backend_name == before


def test_the_heads_are_those_of_the_table(tmp_path):
    store = run(load(tmp_path, CASES), tmp_path / "out").store
    pd.testing.assert_frame_equal(store.heads(), store.outcomes().head(0), check_dtype=False)
