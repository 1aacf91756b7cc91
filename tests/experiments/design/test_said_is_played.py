"""What a config, a sweep and the command line say is what every cell plays, or there is a word."""

import pandas as pd
import pytest
import tomli_w

from experiments.design.plan import Plan
from experiments.results.selection import values, word
from sim.config import override, parse
from sim.errors import ConfigError
from tests.experiments.small import OWN, SCENARIO, load, write

BOULWARE = '{ name = "boulware", exponent = 0.2 }'


WEST = SCENARIO.replace('west = { name = "linear" }', 'west = { name = "linear", band = 0.5 }')


def refused(directory, more, scenario=SCENARIO, **changes):
    """Give the sentence that an experiment is refused with."""
    with pytest.raises(ConfigError) as caught:
        load(directory, more, scenario, **changes)
    return str(caught.value)


def played(plan, cell):
    """Give the config that a cell is played with."""
    return parse(override(plan.scenario, cell.values), plan.directory)


def periods(plan, talk):
    """Give what `rules.period` of a talk is in every cell."""
    return [played(plan, cell).rules_of(talk).period for cell in plan.cells]


# --- the command line --------------------------------------------------------------------------


def test_a_change_comes_after_an_override_with_a_star(tmp_path):
    more = '[overrides]\n"talks.east.rules.period" = 2\n"talks.*.rules.period" = 3\n'
    plan = load(tmp_path, more, **{"talks.east.rules.period": 5})
    assert (periods(plan, "east"), periods(plan, "west")) == ([5], [3])


def test_an_override_of_one_talk_comes_after_that_of_all(tmp_path):
    more = '[overrides]\n"talks.east.rules.period" = 2\n"talks.*.rules.period" = 3\n'
    plan = load(tmp_path, more)
    assert (periods(plan, "east"), periods(plan, "west")) == ([2], [3])


def test_a_change_ends_what_a_swept_value_also_sets(tmp_path):
    more = """
    [sweep]
    "rules.review" = [
      { label = "slow", value = "all", also = { rules.period = 3, rules.cooldown = 9 } },
      { label = "none", value = "none" },
    ]
    """
    plan = load(tmp_path, more, **{"rules.period": 5})
    assert periods(plan, "east") == [5, 5]
    assert [played(plan, cell).rules.cooldown for cell in plan.cells] == [9, 3]


def test_a_change_of_a_part_of_what_is_swept_is_refused(tmp_path):
    more = f'[sweep]\n"strategies.east" = ["linear", {BOULWARE}]\n'
    assert refused(tmp_path, more, **{"strategies.east.exponent": 0.7}) == (
        "strategies.east.exponent: is set to 0.7, but sweep.strategies.east sets strategies.east "
        "to 'linear'; set strategies.east, which ends the sweep, or take it out"
    )


def test_a_change_of_one_talk_and_a_swept_star_is_refused(tmp_path):
    more = '[sweep]\n"talks.*.rules.period" = [2, 3]\n'
    said = refused(tmp_path, more, **{"talks.west.rules.period": 5})
    assert said == (
        "talks.west.rules.period: is set to 5, but sweep.talks.*.rules.period sets "
        "talks.*.rules.period to 2; set talks.*.rules.period, which ends the sweep, or take it out"
    )


def test_a_change_of_all_talks_ends_the_sweep_of_one(tmp_path):
    more = '[sweep]\n"talks.west.rules.period" = [2, 3]\n"rules.review" = ["all", "none"]\n'
    plan = load(tmp_path, more, **{"talks.*.rules.period": 5})
    assert plan.swept == ("rules.review",)
    assert periods(plan, "west") == periods(plan, "east") == [5, 5]


def test_a_change_of_a_strategy_ends_the_sweep_of_its_parameter(tmp_path):
    more = '[sweep]\n"strategies.east.exponent" = [2, 3]\n"rules.review" = ["all", "none"]\n'
    plan = load(tmp_path, more, **{"strategies.east": "conceder"})
    assert plan.swept == ("rules.review",)
    assert {played(plan, cell).strategies["east"] for cell in plan.cells} == {"conceder"}


def test_a_change_of_the_draws_ends_a_sweep_of_them(tmp_path):
    plan = load(tmp_path, '[sweep]\n"payoffs.draws" = [1, 2]\n', draws=4)
    assert plan.swept == ()
    assert plan.scenario["payoffs"]["draws"] == 4


def test_explicit_cells_keep_no_value_below_a_change(tmp_path):
    more = '[[cells]]\nlabel = "a"\n"strategies.east.exponent" = 2\n[[cells]]\nlabel = "b"\n'
    plan = load(tmp_path, more, **{"strategies.east": "conceder"})
    assert {played(plan, cell).strategies["east"] for cell in plan.cells} == {"conceder"}


# --- two that set the same ---------------------------------------------------------------------


def test_the_order_in_a_sweep_does_not_matter_where_one_path_is_part_of_another(tmp_path):
    whole = '"strategies.east" = ["linear", "boulware"]\n'
    part = '"strategies.east.band" = [0.25, 0.75]\n'
    for more in (whole + part, part + whole):
        plan = load(tmp_path, "[sweep]\n" + more)
        for cell in plan.cells:
            said = played(plan, cell).strategies["east"]
            assert said["name"] == cell.labels["strategies.east"]
            assert said["band"] == cell.labels["strategies.east.band"]


def test_a_whole_that_says_the_swept_part_is_refused(tmp_path):
    more = f'[sweep]\n"strategies.east.exponent" = [2, 3]\n"strategies.east" = [{BOULWARE}]\n'
    assert refused(tmp_path, more) == (
        "sweep.strategies.east: sets strategies.east to {'name': 'boulware', 'exponent': 0.2}, but "
        "sweep.strategies.east.exponent sets strategies.east.exponent to 2 in the same cell; "
        "let only one of them say it"
    )


def test_a_position_for_all_talks_and_one_for_a_talk_are_refused(tmp_path):
    more = '[sweep]\n"positions.hub" = ["all"]\n"positions.hub.east" = ["none"]\n'
    assert refused(tmp_path, more) == (
        "sweep.positions.hub: sets positions.hub to 'all', but sweep.positions.hub.east sets "
        "positions.hub.east to 'none' in the same cell; let only one of them say it"
    )


def test_two_values_that_also_set_the_same_path_are_refused(tmp_path):
    more = """
    [sweep]
    "rules.review" = [{ label = "a", value = "all", also = { rules.period = 3 } }, "none"]
    "rules.test" = [{ label = "b", value = "by_change", also = { rules.period = 2 } }]
    """
    assert refused(tmp_path, more) == (
        "sweep.rules.test: also sets rules.period, which sweep.rules.review sets too in the same "
        "cell; drop one"
    )


def test_a_swept_star_and_one_of_its_paths_are_refused(tmp_path):
    more = '[sweep]\n"talks.*.rules.period" = [2, 3]\n"talks.west.rules.period" = [4]\n'
    assert "let only one of them say it" in refused(tmp_path, more)


def test_a_cell_that_leaves_a_path_as_it_is_plays_it_so(tmp_path):
    rows = '[[cells]]\n"strategies.west.band" = 2\n[[cells]]\n"strategies.west" = %s\n'
    assert refused(tmp_path, rows % "'conceder'", WEST) == (
        "cells.strategies.west: is left at {'name': 'linear', 'band': 0.5}, but "
        "cells.strategies.west.band sets strategies.west.band to 2 in the same cell; let only one "
        "of them say it"
    )
    assert refused(tmp_path, rows % "{ name = 'conceder', band = 1 }") == (
        "cells.strategies.west.band: is left as in the scenario, but cells.strategies.west sets "
        "strategies.west to {'name': 'conceder', 'band': 1} in the same cell; let only one of them "
        "say it"
    )
    assert len(load(tmp_path, rows % "'conceder'").cells) == 2


# --- labels ------------------------------------------------------------------------------------


def test_labels_beside_words_differ_where_their_numbers_do(tmp_path):
    path = "strategies.hub.inner.exponent"
    more = f'[sweep]\n"{path}" = [0.12345671, 0.12345672, {{ uniform = [0.2, 0.4] }}]\n'
    plan = load(tmp_path, more)
    assert [cell.labels[path] for cell in plan.cells] == ["0.12345671", "0.12345672", "0.2–0.4"]


def test_labels_of_tables_differ_where_their_numbers_do(tmp_path):
    each = '{ name = "boulware", exponent = 0.1234567%d }'
    plan = load(tmp_path, f'[sweep]\n"strategies.east" = [{each % 1}, {each % 2}]\n')
    assert [cell.labels["strategies.east"] for cell in plan.cells] == [
        "boulware(exponent=0.12345671)",
        "boulware(exponent=0.12345672)",
    ]


def test_numbers_that_differ_are_told_apart_by_their_words():
    labels = {0: {"rules.breakdown": 0.12345671}, 1: {"rules.breakdown": 0.12345672}}
    assert values(labels, "rules.breakdown") == ["0.12345671", "0.12345672"]
    assert [word(label) for label in (1.0, 0.25, "all")] == ["1", "0.25", "all"]


def test_a_number_and_a_word_that_read_alike_are_refused(tmp_path):
    more = '[sweep]\n"rules.period" = [1, { value = 2, label = "1" }]\n'
    assert refused(tmp_path, more) == (
        "sweep.rules.period: two values are called '1'; give each {value = …, label = …}"
    )


def test_two_values_of_explicit_cells_have_two_labels(tmp_path):
    (tmp_path / "other.py").write_text(OWN, encoding="utf-8")
    more = """
    [[cells]]
    "strategies.east" = { name = "own.py:Best" }
    [[cells]]
    "strategies.east" = { name = "other.py:Best" }
    """
    with pytest.raises(ConfigError, match="two values are called 'Best'"):
        load(tmp_path, more)


# --- files -------------------------------------------------------------------------------------

MIXED = """
[uncertainties]
"strategies.east" = [
  { label = 1, value = "linear" },
  { label = 2, value = "%s" },
  { label = 3, value = "boulware" },
]
[design]
uncertainties = "latin_hypercube"
points = 6
"""


def test_a_file_in_the_middle_of_numeric_labels_is_of_the_digest_and_checked(tmp_path):
    plan = load(tmp_path, MIXED % "own.py:Best")
    assert plan.files == ((tmp_path / "own.py").resolve(),)
    first = plan.digest
    (tmp_path / "own.py").write_text(OWN + "\n# changed\n", encoding="utf-8")
    assert Plan.load(tmp_path / "config.toml").digest != first
    with pytest.raises(ConfigError, match=r"strategies\.east: there is no file 'none\.py'"):
        load(tmp_path, MIXED % "none.py:Best")


def test_a_file_that_a_sampled_number_brings_along_is_of_the_digest(tmp_path):
    more = """
    [uncertainties]
    "rules.period" = [1, { value = 2, also = { strategies.east = "own.py:Best" } }, 3]
    [design]
    uncertainties = "latin_hypercube"
    points = 6
    """
    assert load(tmp_path, more).files == ((tmp_path / "own.py").resolve(),)


def test_the_same_files_beside_the_config_have_the_same_name_in_any_directory(tmp_path):
    digests = set()
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        more = '[sweep]\n"strategies.east" = ["linear", "own.py:Best"]\n'
        digests.add(load(tmp_path / name, more).digest)
    assert len(digests) == 1


def test_a_file_of_the_same_name_in_the_working_directory_is_another(tmp_path, monkeypatch):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    more = '[sweep]\n"strategies.east" = ["linear", "own.py:Best"]\n'
    load(tmp_path / "here", more)
    (tmp_path / "there" / "own.py").write_text(OWN, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "there")
    plan = Plan.load(tmp_path / "here" / "config.toml")
    assert plan.files == ((tmp_path / "here" / "own.py").resolve(),)


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('[overrides]\n"payoffs.weights.hub.review" = 1\n',
         '[overrides]\n"payoffs.weights.hub.review" = 1.0\n'),
        ('[sweep]\n"strategies.hub.until" = [1, 2]\n',
         '[sweep]\n"strategies.hub.until" = [1.0, 2.0]\n'),
        ('[sweep]\n"rules.period" = [{ value = 1, label = 1 }]\n',
         '[sweep]\n"rules.period" = [{ value = 1, label = 1.0 }]\n'),
        ('[[cells]]\n"strategies.hub.until" = 1\n', '[[cells]]\n"strategies.hub.until" = 1.0\n'),
    ],
)  # fmt: skip
def test_a_number_has_one_name_however_it_is_written(tmp_path, one, other):
    plans = [load(tmp_path, more) for more in (one, other)]
    assert plans[0].digest == plans[1].digest
    labels = [[*cell.labels.values()] for plan in plans for cell in plan.cells]
    assert all(isinstance(each, float) for row in labels for each in row)


def test_a_flag_is_no_number(tmp_path):
    with_flag, with_number = (
        SCENARIO.replace('name = "linear" }', f'name = "own.py:Breaks", how = "{how}" }}')
        for how in ("1", "true")
    )
    assert load(tmp_path, "", with_flag).digest != load(tmp_path, "", with_number).digest


def test_the_config_as_run_of_all_this_is_the_same_experiment(tmp_path):
    more = '[sweep]\n"strategies.east.band" = [1, 2.5]\n"strategies.east" = ["linear"]\n'
    plan = load(tmp_path, more)
    (tmp_path / "elsewhere").mkdir()
    written = tmp_path / "elsewhere" / "config.toml"
    written.write_text(tomli_w.dumps(plan.as_run()), encoding="utf-8")
    assert Plan.load(written).digest == plan.digest
    assert Plan.load(written).cells == plan.cells
    assert write(tmp_path).exists()


# --- a file of draws ---------------------------------------------------------------------------


def test_a_number_that_a_file_of_draws_lists_cannot_be_set(tmp_path):
    path = "payoffs.weights.hub.review"
    pd.DataFrame({path: [0.1, 0.2]}).to_parquet(tmp_path / "draws.parquet")
    drawn, swept = 'draws = "draws.parquet"\n', f'[sweep]\n"{path}" = [1, 2]\n'
    listed = f"but the file of payoffs.draws lists {path}; let only one of them say it"
    assert refused(tmp_path, drawn + swept) == f"sweep.{path}: sets {path} to 1, {listed}"
    assert refused(tmp_path, drawn, **{path: 3}) == f"--set {path}: sets {path} to 3, {listed}"
    fixed, ranged = (
        f'[overrides]\n"{path}" = {said}\n' for said in ("3", "{low=0,central=1,high=2}")
    )
    assert refused(tmp_path, drawn + fixed) == f"overrides.{path}: sets {path} to 3, {listed}"
    assert len(load(tmp_path, drawn + ranged).cells) == 1


def test_a_parameter_for_all_talks_and_a_strategy_for_one_are_refused(tmp_path):
    more = '[sweep]\n"strategies.hub.inner" = ["linear"]\n"strategies.hub.west" = ["conceder"]\n'
    assert refused(tmp_path, more) == (
        "sweep.strategies.hub.inner: sets strategies.hub.inner to 'linear', but "
        "sweep.strategies.hub.west sets strategies.hub.west to 'conceder' in the same cell; let "
        "only one of them say it"
    )
