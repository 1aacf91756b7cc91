"""The types of columns are said once, whatever the first rows hold."""

from io import BytesIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.design.designs import Cell
from experiments.runs.run import run
from experiments.runs.schema import type_of
from experiments.runs.store import OUTCOMES
from experiments.runs.table import UTILITY_STEP, encode, grids_of, on_grids
from tests.experiments.small import SCENARIO, load

VETO = SCENARIO.replace(
    "[talks.west]",
    "[ratification.east.assembly]\nthreshold = 0\nsd = 0\ndelay = 0\n\n[talks.west]",
)


def kinds(part: bytes) -> dict[str, pa.DataType]:
    schema = pq.read_schema(BytesIO(part))
    plain = lambda kind: kind.value_type if pa.types.is_dictionary(kind) else kind  # noqa: E731
    return {field.name: plain(field.type) for field in schema}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    done = run(load(tmp_path_factory.mktemp("plan")), tmp_path_factory.mktemp("out"))
    return done.store.outcomes()


CELL = Cell(0, (), {"rules.review": "all", "strategies.east": "linear"})


def test_a_part_has_the_types_of_its_columns_also_where_all_is_empty(played):
    """Nobody walks, no deal, no date: what is empty in the first part is not of no type."""
    rows = played[played["cell"] == 0].drop(columns=["cell", *CELL.labels])
    some = kinds(encode(CELL, rows))
    for name in ("walked_by", "round", "in_principle", "date", "first_mover", "status"):
        assert kinds(encode(CELL, rows.assign(**{name: None}))) == some
    assert set(kinds(encode(CELL, rows.assign(vetoed_by=np.nan)))) == {*some, "vetoed_by"}
    assert kinds(encode(CELL, rows.assign(vetoed_by=None)))["vetoed_by"] == pa.string()


@pytest.mark.parametrize("kind", [object, "str", "category"])
def test_texts_are_texts_however_pandas_holds_them(played, kind):
    rows = played[played["cell"] == 0].drop(columns=["cell", *CELL.labels])
    names = ["talk", "status", "walked_by", "first_mover"]
    held = rows.astype(dict.fromkeys(names, kind))
    held.loc[held.index[3], "walked_by"] = None
    part = encode(CELL, held)
    assert {name: kinds(part)[name] for name in names} == dict.fromkeys(names, pa.string())
    back = pq.read_table(BytesIO(part)).to_pandas()
    assert back["talk"].astype(str).tolist() == rows["talk"].astype(str).tolist()
    assert back["walked_by"].isna().tolist() == held["walked_by"].isna().tolist()


LEAVES = """
from dataclasses import dataclass

from sim import Answer, Strategy


@dataclass(frozen=True)
class Leaves(Strategy):
    '''Walks away, in late worlds only.'''

    since: int = 0

    def propose(self, view):
        return view.best_package

    def answer(self, view, mine):
        return Answer.WALK if view.world >= self.since else Answer.REJECT
"""

WALKS = """
[overrides]
"rules.review" = "none"
"strategies.east" = { name = "leaves.py:Leaves", since = 9 }
[sweep]
"strategies.west" = ["linear", "boulware"]
"""
VETOED = """
[overrides]
"rules.review" = "none"
[sweep]
"ratification.east.assembly.threshold" = [-100, 100]
"""


@pytest.mark.parametrize("chunk", [4, 12])
def test_a_run_whose_first_part_has_nobody_who_walks_makes_one_table(tmp_path, chunk):
    (tmp_path / "leaves.py").write_text(LEAVES, encoding="utf-8")
    done = run(load(tmp_path, WALKS), tmp_path / "out", chunk=chunk)
    frame = done.store.outcomes()
    east = frame[frame["talk"] == "east"]
    assert set(east[east["world"] < 9]["walked_by"].dropna()) == set()
    assert set(east[east["world"] >= 9]["walked_by"]) == {"east"}
    stored = pq.read_schema(done.store.directory / OUTCOMES)
    assert [f.type for f in stored] == [
        type_of(f.name, {"strategies.west": "linear"}) for f in stored
    ]


def test_a_run_whose_first_cell_has_no_veto_makes_one_table(tmp_path):
    plan = load(tmp_path, VETOED, VETO)
    frame = run(plan, tmp_path / "out").store.outcomes()
    said = frame.groupby("cell")["vetoed_by"].agg(lambda column: set(column.dropna()))
    assert said.tolist() == [set(), {"east.assembly"}]


# --- the grid of payoffs -----------------------------------------------------------------------


def test_payoffs_are_kept_on_the_grids_of_their_seats(tmp_path, played):
    plan = load(tmp_path)
    game = plan.game(plan.cells[0])
    for n, country in enumerate(game.countries):
        steps = [game.payoffs.grid(n, talk) for talk in range(len(game.talks))]
        assert np.log2(max(steps)) % 1 == 0
        assert (played[f"payoff.{country}"] % max(steps) == 0).all()
    assert (played["utility.hub"] % UTILITY_STEP == 0).all()
    assert (played["distance.nash"].dropna() % UTILITY_STEP == 0).all()
    assert set(grids_of(game)) >= {c for c in played if c.startswith(("payoff.", "utility."))}


def test_what_differs_in_the_last_digits_is_kept_as_the_same():
    """As sums do on another processor: by some 5e-11 of USD bn."""
    luck = np.random.default_rng(1)
    exact = pd.DataFrame({"payoff.hub": np.round(luck.normal(0, 30, 5_000), 3)})
    other = exact + luck.choice([-5e-11, 0.0, 5e-11], size=exact.shape)
    grid = {"payoff.hub": 2.0**-16}
    assert not exact.equals(other)
    assert on_grids(exact, grid).equals(on_grids(other, grid))
    assert (on_grids(exact, grid)["payoff.hub"] - exact["payoff.hub"]).abs().max() <= 2.0**-17


def test_zero_has_no_sign_and_nothing_stays_nothing():
    frame = pd.DataFrame({"distance.nash": [np.nan, -1e-12, 0.3]})
    kept = on_grids(frame, {"distance.nash": UTILITY_STEP})["distance.nash"]
    assert np.isnan(kept[0])
    assert not np.signbit(kept[1])
    assert kept[2] == pytest.approx(0.3, abs=UTILITY_STEP)
