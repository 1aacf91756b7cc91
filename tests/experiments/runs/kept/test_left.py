"""What is left of a plan is cut into chunks that suit the workers; each world is in one of them."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.runs.kept.left import MOST, missing


def plan(cells, worlds):
    return SimpleNamespace(
        cells=[SimpleNamespace(index=index) for index in range(cells)], worlds=worlds
    )


def store(**parts):
    there = {int(name[1:]): found for name, found in parts.items()}
    return SimpleNamespace(there=lambda: there)


def sizes(*asked, **said):
    return [chunk.worlds for chunk in missing(*asked, **said)]


def test_alone_a_cell_is_cut_evenly_into_as_few_chunks_as_may_be():
    assert sizes(plan(2, 1_000), store()) == [1_000, 1_000]
    assert sizes(plan(1, MOST), store()) == [MOST]
    assert sizes(plan(1, 15_000), store()) == [7_500, 7_500]


def test_for_two_workers_chunks_become_smaller_towards_the_end():
    assert sizes(plan(1, 60_000), store(), workers=2) == [
        10_000, 10_000, 10_000, 7_500, 5_625, 4_219, 4_219, 4_219, 4_218,
    ]  # fmt: skip


def test_of_a_small_run_every_worker_has_some():
    assert sizes(plan(1, 20_000), store(), workers=8) == [2_500] * 8
    assert sizes(plan(1, 5_000), store(), workers=2) == [2_500] * 2
    assert sizes(plan(4, 5_000), store(), workers=8) == [2_500] * 8
    assert sizes(plan(1, 5_000), store(), workers=40) == [1_000] * 5


def test_a_size_must_be_a_number_of_worlds():
    with pytest.raises(ValueError, match=r"^chunk: 0 is not a number of worlds; say at least 1$"):
        sizes(plan(1, 10), store(), 0)


def test_small_cells_are_not_cut():
    assert sizes(plan(9, 1_000), store(), workers=2) == [1_000] * 9


def test_a_size_that_was_said_holds():
    assert sizes(plan(2, 12), store(), 5, workers=7) == [5, 5, 2, 5, 5, 2]


def test_what_is_there_is_not_played_again():
    there = store(c0=[(0, 3), (8, 2)], c1=[(0, 12)])
    found = missing(plan(3, 12), there, 4)
    assert [(chunk.cell, chunk.first, chunk.worlds) for chunk in found] == [
        (0, 3, 4), (0, 7, 1), (0, 10, 2), (2, 0, 4), (2, 4, 4), (2, 8, 4),
    ]  # fmt: skip


@pytest.mark.fast
@given(
    cells=st.integers(1, 5),
    worlds=st.integers(1, 60_000),
    workers=st.integers(1, 40),
    there=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 59_999), st.integers(1, 9_000))),
)
def test_every_world_that_is_missing_is_in_one_chunk(cells, worlds, workers, there):
    parts: dict[int, list[tuple[int, int]]] = {}
    for cell, first, count in sorted(there):
        done = parts.setdefault(cell, [])
        if first >= sum(done[-1] if done else (0, 0)) and first < worlds:
            done.append((first, min(count, worlds - first)))
    held = SimpleNamespace(there=lambda: parts)
    chunks = missing(plan(cells, worlds), held, workers=workers)
    for cell in range(cells):
        mine = [(chunk.first, chunk.worlds) for chunk in chunks if chunk.cell == cell]
        at = 0
        for first, count in sorted(parts.get(cell, []) + mine):
            assert first == at
            at = first + count
        assert at == worlds
    assert all(1 <= chunk.worlds <= MOST for chunk in chunks)
