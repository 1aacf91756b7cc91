"""Designs: grid, zip, list and samples; levers and uncertainties."""

import numpy as np
import pytest
import tomli_w

from experiments.design.designs import telling
from experiments.design.plan import Plan
from experiments.design.samples import SAMPLES
from experiments.runs.run import run
from experiments.runs.store import OUTCOMES
from sim.errors import ConfigError
from tests.experiments.small import load

LEVERS = """
[levers]
"rules.review" = ["all", "none"]
"""

NATURE = """
[uncertainties]
"payoffs.weights.hub.review" = { uniform = [0.0, 0.4] }
"strategies.hub.until" = { low = 0.1, central = 0.5, high = 1.5 }
"rules.period" = { whole = [1, 3] }
"""


def design(**said):
    lines = [f"{key} = {value!r}" for key, value in said.items()]
    return "[design]\n" + "\n".join(lines) + "\n"


def column(plan, path):
    return np.array([cell.labels[path] for cell in plan.cells])


# --- grid, zip, list ---------------------------------------------------------------------------


@pytest.mark.fast
def test_levers_and_uncertainties_are_crossed_the_uncertainties_fastest(tmp_path):
    plan = load(tmp_path, LEVERS + '[uncertainties]\n"rules.period" = [1, 2, 3]\n')
    assert plan.swept == ("rules.review", "rules.period")
    assert plan.uncertainties == ("rules.period",)
    assert [tuple(cell.labels.values()) for cell in plan.cells] == [
        ("all", 1.0), ("all", 2.0), ("all", 3.0), ("none", 1.0), ("none", 2.0), ("none", 3.0),
    ]  # fmt: skip


@pytest.mark.fast
def test_zip_pairs_first_with_first(tmp_path):
    more = '[sweep]\n"rules.period" = [1, 2]\n"calendar.rounds" = [6, 9]\n'
    plan = load(tmp_path, more + design(sweep="zip"))
    assert [tuple(cell.labels.values()) for cell in plan.cells] == [(1.0, 6.0), (2.0, 9.0)]
    game = plan.game(plan.cells[1])
    assert (game.talks[0].period, game.calendar.rounds) == (2, 9)


def test_explicit_cells_leave_what_they_do_not_name_as_it_is(tmp_path):
    more = """
    [[cells]]
    label = "as it was"
    "rules.review" = "all"

    [[cells]]
    label = "free and slow"
    "rules.review" = "none"
    "rules.period" = 3
    """
    plan = load(tmp_path, more)
    assert [dict(cell.labels) for cell in plan.cells] == [
        {"case": "as it was", "rules.review": "all", "rules.period": 1.0},
        {"case": "free and slow", "rules.review": "none", "rules.period": 3.0},
    ]
    assert plan.cells[0].values == {"rules.review": "all"}
    assert [plan.game(cell).talks[0].period for cell in plan.cells] == [1, 3]


# --- samples -----------------------------------------------------------------------------------


@pytest.mark.fast
@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_a_sample_fills_its_ranges_evenly(tmp_path, kind):
    plan = load(tmp_path, LEVERS + NATURE + design(uncertainties=kind, points=64, seed=4))
    assert len(plan.cells) == 2 * 64
    for path in plan.uncertainties:
        assert (column(plan, path)[:64] == column(plan, path)[64:]).all()
    uniform = np.sort(column(plan, "payoffs.weights.hub.review")[:64]) / 0.4
    assert (np.floor(uniform * 64) == np.arange(64)).all()
    until = column(plan, "strategies.hub.until")
    assert ((until > 0.1) & (until < 1.5)).all()
    assert np.mean(until < 0.5) == 0.5
    counts = np.unique(column(plan, "rules.period"), return_counts=True)
    assert counts[0].tolist() == [1.0, 2.0, 3.0]
    assert counts[1].min() >= 2 * 21
    game = plan.game(plan.cells[5])
    assert game.strategies["hub", "east"].until == until[5]
    assert game.talks[0].period == column(plan, "rules.period")[5]


def test_another_seed_is_another_sample_and_the_same_one_the_same(tmp_path):
    columns = [
        column(
            load(tmp_path, NATURE + design(uncertainties="sobol", points=8, seed=seed)),
            "strategies.hub.until",
        )
        for seed in (1, 1, 2)
    ]
    assert (columns[0] == columns[1]).all()
    assert (columns[0] != columns[2]).any()


def test_a_list_is_sampled_by_its_labels(tmp_path):
    more = """
    [uncertainties]
    "strategies.east" = [
      { label = "even", value = "linear" },
      { label = "late", value = { name = "boulware", exponent = 0.2 } },
    ]
    """
    plan = load(tmp_path, more + design(uncertainties="latin_hypercube", points=10))
    assert sorted(column(plan, "strategies.east")) == ["even"] * 5 + ["late"] * 5
    names = {type(plan.game(cell).strategies["east", "east"]).__name__ for cell in plan.cells}
    assert names == {"Linear", "Boulware"}


def test_designs_for_sensitivity_analysis_have_their_shapes(tmp_path):
    pytest.importorskip("SALib", reason="needs the extra sensitivity")
    morris = load(tmp_path, NATURE + design(uncertainties="morris", points=5))
    assert len(morris.cells) == 5 * (3 + 1)
    steps = np.array([[*cell.labels.values()] for cell in morris.cells]).reshape(5, 4, 3)
    assert ((np.diff(steps, axis=1) != 0).sum(axis=2) <= 1).all()
    saltelli = load(tmp_path, NATURE + design(uncertainties="saltelli", points=4))
    assert len(saltelli.cells) == 4 * (2 * 3 + 2)
    said = NATURE + design(uncertainties="saltelli", points=4)
    assert len(load(tmp_path, said + "pairs = false\n").cells) == 4 * (3 + 2)
    with pytest.raises(ConfigError, match="pairs = false is for a saltelli sample, not for morris"):
        load(tmp_path, NATURE + design(uncertainties="morris", points=4) + "pairs = false\n")


def test_without_the_extra_the_way_to_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.design.samples.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install -e '\.\[sensitivity\]' in the checkout"):
        load(tmp_path, NATURE + design(uncertainties="morris", points=5))


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_sample_lies_in_the_unit_cube(kind):
    sample = SAMPLES[kind](3, 8, 1)
    assert sample.shape[1] == 3
    assert ((sample >= 0) & (sample <= 1)).all()


# --- the same worlds in every cell -------------------------------------------------------------


def test_cells_of_a_sample_have_the_same_luck(tmp_path):
    more = NATURE.replace('"strategies.hub.until"', '#"strategies.hub.until"')
    plan = load(tmp_path, more + design(uncertainties="latin_hypercube", points=4))
    frame = run(plan, tmp_path / "out").store.outcomes()
    movers = [part["first_mover"].tolist() for _, part in frame.groupby("cell")]
    assert all(mover == movers[0] for mover in movers)


def test_a_config_with_a_design_as_run_is_the_same_experiment(tmp_path):
    more = LEVERS + NATURE + design(uncertainties="sobol", points=4, seed=3)
    plan = load(tmp_path, more)
    written = tmp_path / "again.toml"
    written.write_text(tomli_w.dumps(plan.as_run()), encoding="utf-8")
    again = Plan.load(written)
    assert again.digest == plan.digest
    assert again.cells == plan.cells
    cases = '[[cells]]\nlabel = "one"\n"rules.period" = 2\n'
    listed = load(tmp_path, cases)
    written.write_text(tomli_w.dumps(listed.as_run()), encoding="utf-8")
    assert Plan.load(written).cells == listed.cells
    assert Plan.load(written).digest == listed.digest != plan.digest


def test_what_the_command_line_sets_is_not_varied(tmp_path):
    more = LEVERS + NATURE + design(uncertainties="sobol", points=4)
    load(tmp_path, more)
    plan = Plan.load(tmp_path / "config.toml", {"rules.period": 2, "rules.review": "none"})
    assert len(plan.cells) == 4
    assert plan.uncertainties == ("payoffs.weights.hub.review", "strategies.hub.until")
    assert {plan.game(cell).talks[0].period for cell in plan.cells} == {2}


def test_the_cells_that_are_checked_are_those_that_tell(tmp_path):
    plan = load(tmp_path, LEVERS + NATURE + design(uncertainties="sobol", points=64))
    chosen = telling(plan.cells, plan.uncertainties)
    assert len(chosen) <= 2 + 2 * 3
    for path in plan.uncertainties:
        told = [cell.labels[path] for cell in chosen]
        assert (min(told), max(told)) == (column(plan, path).min(), column(plan, path).max())
    with pytest.raises(ConfigError, match=r"rules\.period: 0 is out of range"):
        load(
            tmp_path,
            '[uncertainties]\n"rules.period" = { whole = [0, 9] }\n'
            + design(uncertainties="latin_hypercube", points=20),
        )


@pytest.mark.slow
def test_a_table_over_many_points_is_averaged_over_what_nobody_decides(tmp_path, capsys):
    from experiments.commands.cli import main

    load(tmp_path, LEVERS + NATURE + design(uncertainties="sobol", points=4))
    words = ["run", str(tmp_path / "config.toml"), "--out", str(tmp_path / "out"), "--no-figures"]
    assert main([*words, "--workers", "1"]) == 0
    said = capsys.readouterr().out
    rows = [
        line.split()[0] for line in said.splitlines() if line.split()[:1] in (["all"], ["none"])
    ]
    assert rows == ["all", "none"] * 2, "deals, and payoffs"
    assert next((tmp_path / "out").rglob(OUTCOMES)).is_file()


# --- sentences ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            '[sweep]\n"rules.period" = [1, 2]\n"calendar.rounds" = [6]\n' + design(sweep="zip"),
            "design.sweep: zip pairs first with first, so that all paths need equally many "
            "values, but rules.period has 2, calendar.rounds has 1",
        ),
        (
            LEVERS + '[sweep]\n"rules.review" = ["all"]\n',
            "levers.rules.review: stands in sweep too; drop one",
        ),
        (
            NATURE,
            "uncertainties.payoffs.weights.hub.review: {'uniform': [0.0, 0.4]} is a range; a grid "
            "needs a list of values, a range a sample: design.uncertainties = 'latin_hypercube'",
        ),
        (
            NATURE + design(uncertainties="sobol"),
            "design.points: missing; give the size of the sobol sample",
        ),
        (
            NATURE + design(uncertainties="sobol", points=100),
            "design.points: 100 is no power of two, as a Sobol sequence needs; take 64 or 128",
        ),
        (
            '[uncertainties]\n"rules.period" = 3\n' + design(uncertainties="sobol", points=4),
            "uncertainties.rules.period: 3 cannot be sampled; write { uniform = [low, high] }, "
            "{ low = …, central = …, high = … }, { whole = [first, last] } or a list of values",
        ),
        (
            '[uncertainties]\n"rules.period" = { uniform = [3, 1] }\n'
            + design(uncertainties="sobol", points=4),
            "uncertainties.rules.period: {'uniform': [3, 1]}: a uniform has two ends, the lower "
            "one first",
        ),
        (
            '[uncertainties]\n"rules.period" = { low = 3, high = 1 }\n'
            + design(uncertainties="sobol", points=4),
            "uncertainties.rules.period: {'low': 3, 'high': 1} lacks one of low, central and high",
        ),
        (
            design(uncertainties="sobl", points=4),
            "design.uncertainties: 'sobl' is not one of grid, zip, latin_hypercube, sobol, morris, "
            "saltelli; did you mean 'sobol'?",
        ),
        (
            '[[cells]]\nlabel = "a"\n"rules.period" = 1\n[[cells]]\nlabel = "a"\n',
            "cells.label: two values are called 'a'; give each {value = …, label = …}",
        ),
    ],
)
def test_what_is_wrong_with_a_design_is_one_sentence(tmp_path, more, expected):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, more)
    assert str(caught.value) == expected
