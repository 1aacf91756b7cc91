import json
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.design.plan import Plan
from experiments.runs import provenance
from experiments.runs.kept.journal import LOG
from experiments.runs.kept.whole import DamagedError
from experiments.runs.run import run
from experiments.runs.schema import describe
from experiments.runs.store import (
    CONFIG,
    COPY,
    LOCK,
    MANIFEST,
    OUTCOMES,
    SCHEMA,
    Store,
    plan_of,
)  # fmt: skip
from sim.errors import ConfigError
from tests.experiments.small import SWEEP, write


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return Plan.load(write(tmp_path_factory.mktemp("plan")))


@pytest.fixture(scope="module")
def finished(plan, tmp_path_factory):
    return run(plan, tmp_path_factory.mktemp("results"))


@pytest.mark.fast
def test_the_directory_is_named_by_the_experiment_and_its_digest(plan, finished, tmp_path):
    assert finished.store.directory.name == f"small-{plan.digest}"
    assert Store.of(plan, tmp_path).directory == tmp_path / f"small-{plan.digest}"
    files = {path.name for path in finished.store.directory.iterdir()}
    assert files == {OUTCOMES, SCHEMA, CONFIG, MANIFEST, COPY, LOCK, LOG}


def test_the_config_as_run_is_the_same_experiment(plan, finished):
    again = Plan.load(finished.store.directory / CONFIG)
    assert again.digest == plan.digest
    assert run(again, finished.store.directory.parent).fresh == 0


# --- schema ------------------------------------------------------------------------------------


@pytest.mark.fast
def test_the_schema_describes_every_column_and_nothing_else(finished):
    described = json.loads((finished.store.directory / SCHEMA).read_text())
    stored = pq.read_schema(finished.store.directory / OUTCOMES)
    assert list(described) == stored.names
    assert list(described)[:4] == ["cell", "rules.review", "strategies.east", "world"]
    for name, said in described.items():
        assert set(said) == {"type", "unit", "meaning"}
        assert said["meaning"], name
        assert "{" not in said["meaning"], name
        kind = stored.field(name).type
        text = str(kind) in ("string", "large_string")
        assert said["type"] == ("text" if text else str(kind)), name
    given = "payoff, in the unit of the scenario"
    assert {described[name]["unit"] for name in ("payoff.east", "review_cost")} == {given}
    kinds = {"payoff.east": "double", "flow.east": "double"}
    units = [said["unit"] for said in describe(kinds, []).values()]
    assert units == ["USD bn a year", "USD bn"]
    assert described["rate.cars"]["unit"] == "percentage points"
    assert described["round"]["unit"] == "round, from 1"
    assert "cars" in described["review.cars"]["meaning"]
    assert described["rules.review"]["meaning"] == "value of rules.review in this cell"


def test_a_column_that_nobody_described_is_an_error():
    with pytest.raises(KeyError, match="mood"):
        describe({"mood.hub": "double"}, [])


def test_texts_numbers_and_dates_come_back_as_such(finished):
    frame = finished.store.outcomes()
    deals = frame[frame["status"] == "deal"]
    assert 0 < len(deals) < len(frame)
    assert pd.api.types.is_datetime64_any_dtype(frame["date"])
    assert (
        deals["date"] == pd.Timestamp(2025, 3, 1) + pd.to_timedelta(2 * (deals["round"] - 1), "D")
    ).all()
    assert frame.loc[frame["status"] != "deal", ["round", "date"]].isna().all(axis=None)
    assert frame["lowers"].dtype == bool
    assert set(frame["walked_by"].dropna()) == set()


# --- manifest ----------------------------------------------------------------------------------


@pytest.mark.fast
def test_the_manifest_says_what_was_run_with_what_and_how_long(plan, finished):
    manifest = finished.store.manifest()
    assert manifest["name"] == "small"
    assert manifest["question"] == "What does the rule do?"
    assert manifest["status"] == "finished"
    assert manifest["digest"] == plan.digest
    assert manifest["seed"] == 5
    assert (manifest["cells"], manifest["worlds_per_cell"]) == (4, 12)
    assert manifest["rows"] == len(finished.store.outcomes()) == 96
    assert manifest["failed_cells"] == []
    assert manifest["swept"] == ["rules.review", "strategies.east"]
    assert manifest["labels"][1] == {"rules.review": "all", "strategies.east": "boulware"}
    for name in ("tariff-talks", "mesa", "numpy", "pandas"):
        assert manifest["versions"][name] == version(name)
    assert manifest["versions"]["python"].count(".") == 2
    assert 0 < manifest["seconds"] < 60
    assert pd.Timestamp(manifest["finished"]).tz is not None


def test_the_commit_is_that_of_the_checkout_and_says_if_it_has_changes(monkeypatch):
    asked = []

    class Answer:
        stdout = "0123456789abcdef0123456789abcdef01234567+\n"

    def answers(words, **settings):
        asked.append(words)
        return Answer

    monkeypatch.setattr(provenance.subprocess, "run", answers)
    assert provenance.commit() == "0123456789abcdef0123456789abcdef01234567+"
    assert asked[0][:2] == ["git", "-C"]
    assert "--dirty=+" in asked[0]


@pytest.mark.parametrize(
    "problem", [FileNotFoundError, provenance.subprocess.CalledProcessError(128, "git")]
)
def test_there_is_no_commit_outside_a_checkout(monkeypatch, problem):
    def fails(words, **settings):
        raise problem

    monkeypatch.setattr(provenance.subprocess, "run", fails)
    assert provenance.commit() is None


def test_a_table_that_cannot_be_joined_leaves_the_old_one(plan, tmp_path):
    done = run(plan, tmp_path)
    file = done.store.directory / OUTCOMES
    before = file.read_bytes()
    done.store.cut(lambda cell: 2)
    done.store.parts().files()[1][0].write_bytes(b"half")
    with pytest.raises(DamagedError, match=r"000001-.*: is damaged, or of another run"):
        done.store.finish([0, 1], plan)
    assert file.read_bytes() == before
    assert not list(done.store.directory.glob("*.partial"))


# --- a directory that holds no run -------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("missing", [MANIFEST, OUTCOMES])
def test_a_directory_without_a_finished_run_is_told(plan, tmp_path, missing):
    done = run(plan, tmp_path)
    assert Store.open(done.store.directory).manifest()["rows"] == 96
    (done.store.directory / missing).unlink()
    with pytest.raises(ConfigError) as caught:
        Store.open(done.store.directory)
    assert str(caught.value) == (
        f"{done.store.directory}: holds no finished run (manifest.json or outcomes.parquet is "
        "missing); name a directory that 'tariff-talks run' wrote"
    )


def test_labels_of_numbers_are_a_column_of_numbers(tmp_path):
    more = SWEEP.replace('"rules.review" = ["all", "none"]', '"rules.period" = [1, 2]')
    frame = run(Plan.load(write(tmp_path, more), {"worlds": 2}), tmp_path).store.outcomes()
    assert frame["rules.period"].dtype == float
    assert set(frame["rules.period"]) == {1.0, 2.0}


# --- the plan of a run ---------------------------------------------------------------------------


MIXED = """
[sweep]
"strategies.east" = [
  { label = "boulware", value = { name = "boulware", exponent = { uniform = [0.2, 0.8] } } },
  { label = "linear", value = "linear" },
]
"rules.review" = ["all", "none"]
"""
"""TOML writes the long values of the first path in tables of their own, after the second path."""


@pytest.fixture
def played(tmp_path: Path):
    plan = Plan.load(write(tmp_path, MIXED), {"worlds": 2})
    return plan, run(plan, tmp_path / "results").store


def test_cells_keep_their_numbers(played) -> None:
    plan, store = played
    back = plan_of(store)
    assert [cell.labels for cell in back.cells] == [cell.labels for cell in plan.cells]
    assert [cell.index for cell in back.cells] == list(range(4))
    for cell in plan.cells:
        rows = store.outcomes()[store.outcomes()["cell"] == cell.index]
        assert rows["rules.review"].unique().tolist() == [
            back.cells[cell.index].labels["rules.review"]
        ]
        assert back.cells[cell.index].values == cell.values


def test_a_changed_config_is_found_out(played) -> None:
    _, store = played
    manifest = store.manifest()
    manifest["labels"][3]["rules.review"] = "some"
    store.write_manifest(manifest)
    with pytest.raises(ConfigError, match=r"config.toml: has no cell 3 \(.*some\) of its manifest"):
        plan_of(store)
