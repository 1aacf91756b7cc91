"""A run against one of its own cells is zero everywhere, in whatever words cells are told apart."""

import pandas as pd
import pytest

from experiments.analysis.compare import compare
from experiments.runs.run import run
from sim.errors import ConfigError
from tests.experiments.small import SCENARIO, load

STANCES = """
[stances.hub.late.strategy]
name = "scope_refuser"
until = 0.8
inner = { name = "boulware", exponent = 0.5 }
"""

WORDS = {
    "a star": (
        '[sweep]\n"talks.*.rules.period" = [1, 4]\n',
        ['"talks.*.rules.period" = 1\n', '"rules.period" = 4\n'],
    ),
    "one talk": (
        '[sweep]\n"talks.east.rules.period" = [1, 4]\n',
        ['"rules.review" = "all"\n', '"talks.east.rules.period" = 4\n'],
    ),
    "a strategy's number": (
        '[overrides]\n"strategies.east" = "boulware"\n'
        '[sweep]\n"strategies.east.exponent" = [0.2, 0.8]\n',
        [f'"strategies.east" = {{ name = "boulware", exponent = {e} }}\n' for e in (0.2, 0.8)],
    ),
    "one of a stance": (
        '[overrides]\n"strategies.hub" = "late"\n[sweep]\n"strategies.hub.until" = [0.8, 0.2]\n',
        ['"strategies.hub" = "late"\n', '"strategies.hub" = { name = "late", until = 0.2 }\n'],
    ),
    "a position in one talk": (
        '[sweep]\n"positions.hub.west" = [["metals"], ["cars"]]\n',
        ['"rules.period" = 1\n', '"positions.hub" = { east = ["metals"], west = ["cars"] }\n'],
    ),
    "labels of cells": (
        '[[cells]]\nlabel = "a"\n"rules.period" = 1\n[[cells]]\nlabel = "b"\n"rules.period" = 4\n',
        ['"rules.period" = 1\n', '"rules.period" = 4\n'],
    ),
    "labels alone": (
        '[[cells]]\nlabel = "a"\n"rules.period" = 1\n[[cells]]\nlabel = "b"\n',
        ['"rules.period" = 1\n'],
    ),
    "two labels of one value": (
        '[sweep]\n"rules.period" = [{ value = 1, label = "a" }, { value = 1, label = "b" }]\n',
        ['"rules.period" = 1\n'],
    ),
}
"""By what tells cells apart: an experiment, and overrides that play one of its cells each."""


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.one_in(3)
def test_a_run_against_one_of_its_own_cells_is_zero(tmp_path, words):
    more, each = WORDS[words]
    scenario = SCENARIO + STANCES
    cells = run(load(tmp_path, more, scenario, worlds=30), tmp_path).store
    for number, own in enumerate(each):
        folder = tmp_path / str(number)
        folder.mkdir()
        lone = run(load(folder, "[overrides]\n" + own, scenario, worlds=30), folder).store
        for pair in ((cells, lone), (lone, cells)):
            found = compare(*pair)
            assert found.paired
            assert (found.table["worlds"] > 0).any()
            table = found.table
            assert (table[["difference", "p5", "p95"]].fillna(0) == 0).all(axis=None)
            exact = table["unit"] != "points"  # of few draws no share is known to move in none
            assert (table.loc[exact, "error"].fillna(0) == 0).all()


def test_cells_that_the_other_run_does_not_tell_apart_are_not_averaged(tmp_path):
    also = """
    [sweep]
    "rules.review" = [
      { label = "short", value = "all", also = { "rules.period" = 1 } },
      { label = "long", value = "all", also = { "rules.period" = 4 } },
    ]
    """
    one = run(load(tmp_path, also), tmp_path).store
    other = run(load(tmp_path, '[sweep]\n"rules.period" = [1, 4]\n'), tmp_path).store
    with pytest.raises(ConfigError) as caught:
        compare(one, other)
    assert str(caught.value) == (
        f"{one.directory}: cells 0 and 1 differ, but in nothing that the other run says, too; "
        "compare cells of one run with 'effect --cells', or run one of them alone"
    )


def listed(folder, name, costs):
    """Play a run whose draws a file lists."""
    folder.mkdir()
    pd.DataFrame({"payoffs.weights.hub.review": costs}).to_parquet(folder / name, index=False)
    more = f'[overrides]\n"payoffs.draws" = "{name}"\n'
    return run(load(folder, more, worlds=12), folder / "out").store


def test_files_of_draws_are_the_same_by_what_they_list_not_by_name(tmp_path):
    """World k is another one if line k of the file is."""
    costs = [0.05, 0.1, 0.2, 0.3]
    one, again, other = (
        listed(tmp_path / folder, name, values)
        for folder, name, values in (
            ("one", "draws.parquet", costs),
            ("again", "known.parquet", costs),
            ("other", "draws.parquet", costs[::-1]),
        )
    )
    same, apart = compare(one, again), compare(one, other)
    assert (same.paired, same.why) == (True, ())
    assert (same.table["difference"].fillna(0) == 0).all()
    assert set(same.table["pairing"]) == {"paired"}
    assert not apart.paired
    assert apart.why == (
        "payoffs.draws is files/draws.parquet in both, and these files are not the same: the draws "
        "are others",
    )
    assert set(apart.table["pairing"]) == {"not paired"}
