"""Worlds of a finished run played again: the same negotiations, and three that stand for others."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.design.plan import Plan
from experiments.results.examples import witnesses
from experiments.results.replay import (
    CELLS,
    EACH,
    ReplayError,
    _cells,
    keep_transcripts,
    keep_turns,
    transcripts,
)
from experiments.runs.run import run
from experiments.runs.store import Store, plan_of
from tests.experiments.small import write


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return run(Plan.load(write(tmp_path)), tmp_path / "results").store


@pytest.mark.slow
def test_turns_end_as_the_run_did(store: Store) -> None:
    keep_turns(store, plan_of(store))
    turns, outcomes = store.turns(), store.outcomes()
    assert turns is not None
    assert set(turns["cell"]) == {0, 1, 2, 3}
    assert turns.groupby("cell")["world"].nunique().max() <= EACH
    signed = turns[turns["event"] == "deal"].set_index(["cell", "world", "talk"])["round"]
    deals = outcomes[outcomes["status"] == "deal"].set_index(["cell", "world", "talk"])["round"]
    assert len(signed) > 0
    assert (deals.loc[signed.index] == signed).all()


@pytest.mark.slow
def test_turns_are_the_same_whoever_plays_them(store: Store) -> None:
    plan, file = plan_of(store), store.directory / "turns.parquet"
    keep_turns(store, plan)
    alone = file.read_bytes()
    file.unlink()
    with ThreadPoolExecutor(2) as executor:
        keep_turns(store, plan, executor)
    assert file.read_bytes() == alone


@pytest.mark.slow
def test_what_is_there_is_not_played_again(store: Store) -> None:
    plan = plan_of(store)
    keep_turns(store, plan)
    keep_transcripts(store, plan)
    files = [store.directory / "turns.parquet", store.directory / "transcripts" / "index.json"]
    before = [file.stat().st_mtime_ns for file in files]
    keep_turns(store, plan)
    keep_transcripts(store, plan)
    assert [file.stat().st_mtime_ns for file in files] == before


@pytest.mark.slow
@pytest.mark.parametrize("keep", [keep_turns, keep_transcripts])
def test_another_end_than_in_the_run_is_found_out(store: Store, keep) -> None:
    outcomes = store.outcomes()
    outcomes["package"] += 1
    outcomes.to_parquet(store.directory / "outcomes.parquet")
    store.write_manifest(store.manifest() | {"digests": store.digests()})
    with pytest.raises(
        ReplayError, match=r"^world \d+ of cell \d: played again, it ends otherwise"
    ):
        keep(store, plan_of(store))


@pytest.mark.slow
def test_transcripts_tell_the_worlds_that_they_name(store: Store) -> None:
    keep_transcripts(store, plan_of(store))
    told = transcripts(store)
    assert [one.witness.name for one in told] == ["typical", "earliest", "hardest"]
    outcomes = store.outcomes()
    for one in told:
        assert f"World {one.witness.world}," in one.text
    first = outcomes["round"].min()
    assert f"a deal in round {first:.0f}" in told[1].text


def test_many_cells_are_chosen_by_what_matters() -> None:
    rows = [
        {"cell": n, "rules.review": rule, "strategies.hub": hub, "strategies.east": east,
         "world": world, "draw": world, "talk": "east", "status": status}
        for n, (rule, hub, east) in enumerate(
            (rule, hub, east)
            for rule in ("all", "none")
            for hub in range(6)
            for east in range(5)
        )
        for world in range(2)
        for status in ["deal" if hub > 2 else "expired"]
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    chosen = _cells(table)
    assert len(chosen) == 12 <= CELLS
    cells = table[table["cell"].isin(chosen)]
    assert set(cells["strategies.east"]) == {0}, "what matters least stays at its first value"
    assert len(cells[["rules.review", "strategies.hub"]].drop_duplicates()) == 12


def outcomes(*worlds: tuple[str, float, int, float]) -> pd.DataFrame:
    """Give worlds of one talk: status, round, refusals and payoff."""
    return pd.DataFrame(
        [
            {"cell": 0, "world": n, "talk": "east", "status": status, "round": number,
             "refusals": refusals, "payoff.hub": payoff}
            for n, (status, number, refusals, payoff) in enumerate(worlds)
        ]
    )  # fmt: skip


def test_who_stands_for_others() -> None:
    table = outcomes(
        ("deal", 5, 9, 2.0), ("expired", np.nan, 30, 0.0), ("deal", 3, 2, 9.0), ("deal", 6, 9, 2.5)
    )
    typical, earliest, hardest = witnesses(table)
    assert typical.world == 0, "three of four sign; its round and payoff are nearest the medians"
    assert "75 %" in typical.rule
    assert earliest.world == 2
    assert hardest.world == 0, "as many refusals as world 3, and a lower number"
    assert "(9)" in hardest.rule


def test_without_deals_only_the_typical_world_is_told() -> None:
    (typical,) = witnesses(outcomes(("expired", np.nan, 3, 0.0), ("walked", np.nan, 1, -1.0)))
    assert typical.name == "typical"
    assert witnesses(outcomes(("deal", 1, 1, 1.0))[:0]) == []
