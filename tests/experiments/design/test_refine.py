"""A run on a finer grid: what is played, what keeps its length, and what moves."""

from shutil import copytree

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm as normal

from experiments.analysis.compare import compare_cells
from experiments.analysis.effect import effect
from experiments.analysis.grids import effects
from experiments.commands.cli import main
from experiments.commands.finer import flagged
from experiments.design.plan import Plan
from experiments.design.refine import refine
from experiments.design.refinement import Refinement, finer
from experiments.runs.footprint import Size
from experiments.runs.run import run
from experiments.runs.store import CONFIG, OUTCOMES, Store
from sim.config import read_toml
from sim.errors import ConfigError
from tests.experiments.small import SCENARIO, SWEEP, load, write


def by(*words):
    return Refinement.of(words)


def played(directory, plan, name):
    return run(plan, directory / name).store


def given(strategies, more="", *, cars=(0, -4), partner=(0, 6), pledge=((0, 3), (0, -2))):
    """A hub and one partner with two issues of two levels each."""
    return f"""
name = "two"
hub = "hub"
countries = {{ hub = {{ label = "Hub" }}, east = {{ label = "East" }} }}
calendar = {{ start = 2025-03-01, rounds = 12, days_per_round = 2 }}
rules = {{ review = "none", scope = false }}
strategies = {{ hub = "{strategies[0]}", east = "{strategies[1]}" }}
[talks.east]
partner = "east"
measures = {{ cars = {{ levels = [25, 0] }} }}
concessions.pledge = {{ levels = [0, 600], unit = "USD bn, face value" }}
[payoffs]
kind = "table"
[payoffs.given.east]
hub = {{ cars = {list(cars)}, pledge = {list(pledge[0])} }}
partner = {{ cars = {list(partner)}, pledge = {list(pledge[1])} }}
{more}
"""


# --- what is asked for -----------------------------------------------------------------------


@pytest.mark.fast
def test_a_number_is_for_both_and_pairs_are_for_one():
    assert by("2") == Refinement(2, 2)
    assert by("levels=2", "rounds=4") == by("levels=2,rounds=4") == Refinement(2, 4)
    cars = by("cars=4")
    assert (cars.parts("cars"), cars.parts("metals"), cars.rounds) == (4, 1, 1)
    both = by("2,cars=4")
    assert (both.parts("cars"), both.parts("metals"), both.rounds) == (4, 2, 2)
    assert by("1").nothing
    assert by("cars=1").nothing
    assert not cars.nothing
    assert (by("2").name, cars.name) == ("refined-levels2-rounds2", "refined-cars4")


@pytest.mark.fast
@pytest.mark.parametrize("word", ["0", "levels=0", "two", "cars=", "=2", "1.5", ""])
def test_what_is_no_whole_number_is_told(word):
    with pytest.raises(ConfigError, match="is not a whole number of at least 1; write 2"):
        by(word)


@pytest.mark.fast
def test_what_is_said_twice_and_an_issue_that_is_not_there_are_told(tmp_path):
    with pytest.raises(ConfigError, match="cars is 2 before; say it once"):
        by("cars=2,cars=4")
    with pytest.raises(ConfigError, match=r"there is no issue 'car'.*did you mean 'cars'"):
        refine(load(tmp_path), by("car=4"))


@pytest.mark.fast
def test_levels_in_between_lie_on_a_line():
    assert finer([25, 15, 0], 2) == [25, 20, 15, 7.5, 0]
    assert finer([0, 600], 4) == [0, 150, 300, 450, 600]
    assert finer([10], 3) == [10]
    assert finer({"from": 25, "to": 0, "step": 12.5}, 2) == [25, 18.75, 12.5, 6.25, 0]
    assert finer({"from": 0, "to": 0.2, "step": 0.1}, 1) == {"from": 0, "to": 0.2, "step": 0.1}
    assert finer({"value": [10, 0], "unit": "points"}, 2) == {"value": [10, 5, 0], "unit": "points"}


# --- what is played ----------------------------------------------------------------------------


@pytest.mark.slow
def test_by_1_it_is_the_same_run_to_the_byte(tmp_path):
    plan = load(tmp_path)
    same = refine(plan, by("1"))
    stores = [played(tmp_path, each, name) for each, name in ((plan, "a"), (same, "b"))]
    assert stores[0].directory.name == stores[1].directory.name
    for file in (OUTCOMES, CONFIG):
        one, other = ((store.directory / file).read_bytes() for store in stores)
        assert one == other


def test_the_directory_states_the_refined_config_and_it_stands_by_itself(tmp_path):
    plan = load(tmp_path)
    fine = refine(plan, by("2,pledge=4"))
    store = played(tmp_path, fine, "runs")
    assert store.directory.name.startswith("small-refined-levels2-rounds2-pledge4-")
    said = read_toml(store.directory / CONFIG)["scenario"]
    assert (said["calendar"]["rounds"], said["calendar"]["days_per_round"]) == (24, 1)
    assert (said["rules"]["period"], said["rules"]["cooldown"]) == (2, 6)
    talk, payoffs = said["talks"]["east"], said["payoffs"]["given"]["east"]
    assert talk["measures"]["cars"]["levels"] == [25, 20, 15, 7.5, 0]
    assert payoffs["hub"]["cars"] == [0, -0.5, -1, -2, -3]
    assert talk["concessions"]["pledge"]["levels"] == [50 * k for k in range(9)]
    assert payoffs["hub"]["pledge"] == [0, 0.5, 1, 1.5, 2, 2.25, 2.5, 2.75, 3]
    assert said["strategies"] == plan.scenario["strategies"]
    assert Size.of(fine).packages == {"east": 5 * 3 * 9 * 5, "west": 5 * 3 * 9 * 5}
    assert Plan.load(store.directory / CONFIG).digest == fine.digest
    assert store.manifest()["name"] == fine.config.name


def test_what_is_set_is_set_before_it_is_refined(tmp_path):
    plan = load(tmp_path, **{"rules.period": 3, "calendar.overtime": 4})
    said = refine(plan, by("rounds=3")).scenario
    assert (said["rules"]["period"], said["calendar"]["overtime"]) == (9, 12)
    assert said["calendar"]["days_per_round"] == pytest.approx(2 / 3)


SWEPT = """
[sweep]
"rules.period" = [1, { value = 2, label = "two" }]
"talks.*.measures.cars.levels" = [[25, 0]]
"payoffs.given.*.hub.cars" = [[0, -3]]
"payoffs.given.*.partner.cars" = [[0, 4]]
"strategies.east" = ["brinkman", "linear"]

[uncertainties]
"rules.cooldown" = { whole = [1, 2] }
"strategies.west.patience" = { uniform = [5.0, 9.0] }

[design]
uncertainties = "latin_hypercube"
points = 2
"""


def test_what_is_swept_is_refined_and_is_called_what_it_was(tmp_path):
    scenario = SCENARIO.replace('west = { name = "linear" }', 'west = "resource_dependent"')
    plan = load(tmp_path, SWEPT, scenario)
    fine = refine(plan, by("2"))
    for before, after in zip(plan.cells, fine.cells, strict=True):
        named = {k: v for k, v in before.labels.items() if k != "strategies.west.patience"}
        assert {k: after.labels[k] for k in named} == named
        for path in ("rules.period", "rules.cooldown", "strategies.west.patience"):
            assert after.values[path] == pytest.approx(2 * before.values[path])
        assert after.values["talks.*.measures.cars.levels"] == [25, 12.5, 0]
        assert after.values["payoffs.given.*.hub.cars"] == [0, -1.5, -3]
        lasts = {"brinkman": {"name": "brinkman", "last": 2}, "linear": "linear"}
        assert after.values["strategies.east"] == lasts[before.values["strategies.east"]]


def test_explicit_cells_and_what_they_also_set_are_refined(tmp_path):
    more = """
    [[cells]]
    label = "as it is"

    [[cells]]
    label = "long"
    "rules.period" = { value = 4, label = "long", also = { "rules.cooldown" = 1 } }

    [[cells]]
    label = "breaks"
    "rules.breakdown" = 0.19
    "strategies.hub.inner" = { offer = "war_of_attrition", accept = "next" }
    """
    plan = load(tmp_path, more)
    fine = refine(plan, by("rounds=2"))
    assert [cell.labels for cell in fine.cells] == [cell.labels for cell in plan.cells]
    first, long, breaks = (fine.said(cell) for cell in fine.cells)
    assert (first.rules.period, first.rules.cooldown, first.rules.breakdown) == (2, 6, 0)
    assert (long.rules.period, long.rules.cooldown) == (8, 2)
    assert breaks.rules.breakdown == pytest.approx(0.1)
    offer = {"name": "war_of_attrition", "cost": 0.01}
    assert breaks.strategies["hub"]["inner"] == {"offer": offer, "accept": "next"}


INSIDE = """
[sweep]
"strategies.hub" = [
  { label = "inside", value = { name = "scope_refuser", inner = "brinkman" } },
  { label = "by talk", value = { east = "logroller", west = { name = "micro", stride = 3 } } },
]
"strategies.east" = [{ offer = { name = "averaged_tit_for_tat", window = 2 }, accept = "next" }]
"strategies.west" = [{ name = "rubinstein", discount = { choice = [0.81, 0.64] } }]
"""


def test_a_strategy_is_refined_with_all_that_is_inside_and_its_defaults(tmp_path):
    fine = refine(load(tmp_path, INSIDE), by("rounds=2"))
    inside, talks = (fine.said(cell).strategies for cell in fine.cells)
    assert inside["hub"]["inner"] == {"name": "brinkman", "last": 2}
    logroller = {"name": "logroller", "step": 0.025}
    assert talks["hub"] == {"east": logroller, "west": {"name": "micro", "stride": 3}}
    offer = {"name": "averaged_tit_for_tat", "window": 4}
    assert inside["east"] == {"offer": offer, "accept": "next"}
    assert inside["west"]["discount"] == {"choice": [0.9, 0.8]}


def test_a_parameter_deep_in_a_strategy_is_refined_by_what_it_is_of(tmp_path):
    scenario = SCENARIO.replace('name = "boulware", exponent = { uniform = [0.3, 0.9] }',
                                'name = "brinkman"')  # fmt: skip
    more = """
    [sweep]
    "strategies.hub.inner.last" = [1, 3]
    "strategies.hub.inner.share" = [0.5]
    """
    fine = refine(load(tmp_path, more, scenario), by("rounds=2"))
    assert [cell.labels["strategies.hub.inner.last"] for cell in fine.cells] == [1, 3]
    hubs = [fine.said(cell).strategies["hub"]["inner"] for cell in fine.cells]
    assert hubs == [{"name": "brinkman", "last": last, "share": 0.5} for last in (2, 6)]


def test_a_sampled_probability_a_round_is_refused_with_the_way_out(tmp_path):
    more = """
    [uncertainties]
    "rules.breakdown" = { uniform = [0.0, 0.9] }
    [design]
    uncertainties = "latin_hypercube"
    points = 4
    """
    with pytest.raises(ConfigError, match=r"rules.breakdown: cell . would play .* in a list"):
        refine(load(tmp_path, more), by("rounds=2"))
    assert refine(load(tmp_path, more), by("levels=2")).cells


def test_levels_of_payoffs_that_a_file_lists_are_not_refined(tmp_path):
    (tmp_path / "all.csv").write_text("cars,pledge,hub,partner\n25,0,0,0\n25,600,3,-2\n"
                                      "0,0,-4,6\n0,600,-1,4\n")  # fmt: skip
    front, _, _ = given(("linear", "linear")).partition("[payoffs.given.east]")
    scenario = front + '[payoffs.given.east]\nfile = "all.csv"\n'
    plan = load(tmp_path, "", scenario)
    with pytest.raises(ConfigError, match=r"payoffs.given.east.file: .* refine the rounds alone"):
        refine(plan, by("2"))
    assert refine(plan, by("rounds=2")).scenario["calendar"]["rounds"] == 24


def test_too_many_packages_are_refused_with_the_way_out(tmp_path):
    """It is not the config that has too many levels."""
    plan = load(tmp_path, "", given(("linear", "linear")))
    match = r"^--refine: talks.east: levels: 4,414,201 packages; .* rounds alone \(rounds=2\)"
    with pytest.raises(ConfigError, match=match):
        refine(plan, by("levels=2100"))


# --- what moves --------------------------------------------------------------------------------


def moved(directory, scenario, words, worlds=12, more=""):
    plan = load(directory, more, scenario, worlds=worlds)
    stores = played(directory, plan, "a"), played(directory, refine(plan, by(words)), "b")
    found = compare_cells(*stores)
    assert found.paired
    return flagged(found.table)


@pytest.mark.slow
@pytest.mark.parametrize("words", ["2", "levels=4", "rounds=2"])
def test_nothing_moves_where_nobody_ever_gives_way(tmp_path, words):
    table = moved(tmp_path, given(("hardliner", "hardliner")), words)
    assert (table["difference"].fillna(0) == 0).all()
    assert not table["moves"].any()


def test_levels_move_nothing_where_both_want_the_same_end_of_them(tmp_path):
    scenario = given(("linear", "linear"), cars=(0, 2), pledge=((0, 3), (0, 1)))
    table = moved(tmp_path, scenario, "levels=4")
    assert (table[table["quantity"] == "agreement"]["first"] == 100).all()
    assert (table["difference"] == 0).all()
    assert not table["moves"].any()


def test_a_middle_level_that_makes_the_only_deals_is_flagged(tmp_path):
    table = moved(tmp_path, given(("linear", "linear")), "levels=2")
    (row,) = table[table["quantity"] == "agreement"].to_dict("records")
    assert (row["first"], row["second"], row["tolerance"]) == (0, 100, 2)
    assert row["moves"]
    assert table[table["quantity"] == "payoff"]["moves"].all()


@pytest.mark.slow
def test_shorter_rounds_sign_on_about_the_same_day(tmp_path):
    table = moved(tmp_path, SCENARIO, "rounds=4", worlds=24, more=SWEEP)
    time = table[table["quantity"] == "time of signing"]
    assert set(time["unit"]) == {"days"}
    assert time["difference"].abs().max() < 2
    assert (time["difference"] != 0).any()


def test_a_probability_a_round_is_the_same_over_the_same_days(tmp_path):
    scenario = given(("hardliner", "hardliner")).replace("scope = false", "scope = false, "
                                                        "breakdown = 0.05")  # fmt: skip
    plan = load(tmp_path, "", scenario, worlds=4000)
    for n in (1, 2, 4):
        store = played(tmp_path, refine(plan, by(f"rounds={n}")), "runs")
        broken = (store.outcomes(["status"])["status"] == "broken_down").mean()
        assert broken == pytest.approx(1 - 0.95**12, abs=4 * (0.25 / 4000) ** 0.5), n


@pytest.mark.fast
def test_the_tolerance_is_in_points_or_percent_and_what_is_not_there_does_not_move():
    unit = ["points", "points", "days", "days", "USD bn a year"]
    table = pd.DataFrame({"unit": unit, "first": [50.0, 50, 40, float("nan"), -2],
                          "difference": [2.0, -2.1, 2.1, float("nan"), 0.2]})  # fmt: skip
    table = table.assign(error=0.05)
    found = flagged(table)
    assert found["moves"].tolist() == [False, True, True, False, True]
    assert found["surely"].tolist() == [False, True, True, False, True]
    assert not flagged(table, points=5, percent=20)["moves"].any()
    small = table.assign(first=0.2, difference=0.09)
    assert flagged(small)["moves"].tolist() == [False, False, True, True, False], "0.1 bn at least"


# --- the commands ------------------------------------------------------------------------------


def told(capsys, *words):
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_the_commands_plan_run_and_compare_a_finer_grid(tmp_path, capsys):
    config = write(tmp_path, "", given(("linear", "linear")))
    options = ("--workers", 1, "--out", tmp_path / "runs")
    code, out, _ = told(capsys, "plan", config, *options, "--refine", "levels=2,rounds=3")
    assert code == 0
    assert "as it is: 12 rounds; packages: east 4\n    expected: " in out
    assert "refined: 36 rounds; packages: east 9\n    expected: " in out
    assert out.count("B of memory a process") == 2
    for words in ((), ("--refine", "levels=2")):
        assert told(capsys, "run", config, *options, "--no-figures", *words)[0] == 0
    (plain,) = (tmp_path / "runs").glob("small-[0-9a-f]*")
    (fine,) = (tmp_path / "runs").glob("small-refined-levels2-*")
    csv = tmp_path / "moves.csv"
    code, out, _ = told(capsys, "effect", plain, "--refine", fine, "--csv", csv)
    assert code == 0
    assert "2 points of a share, 5 % of anything else" in out
    assert "each world against itself" in out
    assert pd.read_csv(csv)["moves"].sum() == 4
    assert "4 of 5 numbers move by more than is tolerated" in out
    _, out, _ = told(capsys, "effect", plain, "--refine", fine, "--moves",
                     "--points", 100, "--percent", 1e6)  # fmt: skip
    assert "agreement" not in out


@pytest.mark.slow
def test_what_does_not_go_together_is_told(tmp_path, capsys):
    config = write(tmp_path, SWEEP)
    told(capsys, "run", config, "--workers", 1, "--out", tmp_path, "--no-figures")
    (store,) = tmp_path.glob("small-*")
    for same in (store, store / ".." / store.name):
        code, _, said = told(capsys, "effect", store, "--refine", same)
        assert (code, "is the run itself, which differs from itself in nothing" in said) == (
            2,
            True,
        )
    twin = tmp_path / "twin"
    copytree(store, twin)
    code, _, said = told(capsys, "effect", store, "--refine", twin, "--by", "every")
    assert (code, "--by: goes with an effect" in said) == (2, True)
    code, _, said = told(capsys, "effect", store, "--refine", twin, "--to", "all", "--signed")
    assert (code, "--signed: is not used with --refine" in said) == (2, True)
    code, _, said = told(capsys, "effect", store, "--moves")
    assert (code, "--moves: goes with --refine" in said) == (2, True)
    other = played(tmp_path, load(tmp_path, ""), "other")
    with pytest.raises(ConfigError, match="are not of the same sweep"):
        compare_cells(Store(store), other)


# --- effects on two grids ------------------------------------------------------------------------

RULE = """
[sweep]
"rules.review" = ["none", "all"]
"strategies.east" = ["linear", "boulware"]
"""


def both_grids(tmp_path):
    """Play a small sweep of the rule on its grid and on one with finer levels; give the tables."""
    plan = load(tmp_path, RULE)
    stores = played(tmp_path, plan, "a"), played(tmp_path, refine(plan, by("levels=2")), "b")
    return tuple(store.outcomes() for store in stores)


@pytest.mark.slow
def test_the_effect_in_each_run_and_what_lies_between_are_those_of_effect(tmp_path):
    """Every world has payoffs in all four cells, so the two means are those of either run."""
    frames = both_grids(tmp_path)
    quantities = ["deals", "payoff.hub", "payoff.west"]
    table = effects(frames, "rules.review", "none", "all", by=["strategies.east"],
                    quantities=quantities)  # fmt: skip
    for name, frame in zip(("first", "second"), frames, strict=True):
        alone = effect(frame, "rules.review", "none", "all", quantities=quantities)
        assert np.allclose(table[name], alone["difference"]), name
        assert table["of"].tolist() == alone["of"].tolist()
    assert np.allclose(table["difference"], table["second"] - table["first"])
    assert (table["difference"].abs() > 1e-9).any(), "the levels change what the rule does"


@pytest.mark.slow
def test_only_worlds_count_that_have_a_number_in_all_four_cells(tmp_path):
    frames = both_grids(tmp_path)
    for frame, world in zip(frames, (3, 7), strict=True):  # one more that signs nothing in each run
        lost = (frame["world"] == world) & (frame["rules.review"] == "all")
        frame.loc[lost, "rate.cars"] = np.nan
    table = effects(frames, "rules.review", "none", "all", by=["strategies.east"],
                    quantities=["rate.cars"])  # fmt: skip
    keys = ["strategies.east", "talk", "world"]
    wide = [frame.set_index([*keys, "rules.review"])["rate.cars"].unstack() for frame in frames]
    moved = (wide[1]["all"] - wide[1]["none"] - wide[0]["all"] + wide[0]["none"]).dropna()
    by_hand = moved.groupby(keys[:2]).agg(["mean", "size"])
    assert (by_hand["size"] <= 10).all(), "12 worlds less the two"
    assert moved.any()
    for row in table.itertuples():
        mean, worlds = by_hand.loc[(row[1], row.of)]
        assert (row.difference, row.worlds) == (pytest.approx(mean), worlds)


@pytest.mark.slow
def test_an_effect_does_not_move_against_itself_and_other_draws_are_refused(tmp_path):
    frame, _ = both_grids(tmp_path)
    same = effects((frame, frame), "rules.review", "none", "all")
    assert not same["difference"].any()
    assert not same["error"][same["quantity"] == "payoff"].any()
    draws = frame["draw"].nunique()
    square = normal.ppf(0.95) ** 2  # nothing changed: only one side can miss
    wide = same["error"][same["quantity"] == "agreement"]
    assert wide.to_numpy() == pytest.approx(100 * square / (draws + square)), "few draws agree"
    other = frame.assign(draw=frame["draw"] + 1)
    with pytest.raises(ConfigError, match="other draws in the two runs"):
        effects((frame, other), "rules.review", "none", "all")
    with pytest.raises(ConfigError, match="by"):
        effects((frame, frame), "rules.review", "none", "all", by=["rules.test"])


@pytest.mark.slow
def test_the_command_compares_an_effect(tmp_path, capsys):
    config = write(tmp_path, RULE)
    for words in ((), ("--refine", "levels=2")):
        out = ("--workers", 1, "--out", tmp_path / "runs", "--no-figures")
        assert told(capsys, "run", config, *out, *words)[0] == 0
    (plain,) = (tmp_path / "runs").glob("small-[0-9a-f]*")
    (fine,) = (tmp_path / "runs").glob("small-refined-levels2-*")
    csv = tmp_path / "moves.csv"
    code, out, _ = told(capsys, "effect", plain, "--refine", fine, "--to", "all", "--csv", csv,
                        "--where", "strategies.east=linear")  # fmt: skip
    assert code == 0
    assert "rules.review: none → all; the effect in each run" in out
    assert pd.read_csv(csv)["quantity"].tolist() == ["agreement"] * 2 + ["payoff"] * 3
