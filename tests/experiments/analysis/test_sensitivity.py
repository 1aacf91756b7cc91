"""The commands `sensitivity` and `discover`: known functions, the text, the figures, bad input."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.discovery.boxes import Bound, discover
from experiments.analysis.discovery.condition import Condition
from experiments.analysis.discovery.sentences import condition, percent, sentences
from experiments.analysis.sensitivity.answers import Answers, answers
from experiments.analysis.sensitivity.indices import indices, pairs
from experiments.commands.cli import main
from experiments.design.config import DesignConfig
from experiments.design.designs import points_of
from experiments.figures import boxes, convergence
from experiments.figures import indices as index_figure
from experiments.figures.canvas import NARROW, WIDE, style
from experiments.results.intervals import Quantity
from experiments.results.words import Words
from experiments.runs.run import run
from experiments.runs.store import Store, plan_of
from sim.errors import ConfigError
from tests.experiments.figures.test_drawing import outside, overlapping, words
from tests.experiments.sentences import near
from tests.experiments.small import load

NAMING = Words({"countries": {"hub": {"label": "The hub"}}, "talks": {}})
DEALS = Quantity("deals", "share of worlds with a deal", "", share=True, by_talk=True)
DEAL = Condition.read("deals<1")
RANGES = """
[uncertainties]
"strategies.hub.until" = { uniform = [0.1, 1.4] }
"payoffs.weights.hub.review" = { low = 0.05, central = 0.1, high = 0.3 }
"""
DESIGN = '[design]\nuncertainties = "%s"\npoints = %d\n'


def made(function, paths, design, points, worlds=1, together=True):
    """Give answers of a function of the unit cube."""
    said = DesignConfig(uncertainties=design, points=points, pairs=together)
    unit = points_of(said, len(paths))
    values = np.repeat(function(unit), worlds)
    cells = np.repeat(np.arange(len(unit)), worlds)
    rows = pd.DataFrame({"cell": cells, "world": np.arange(len(cells)), "value": values})
    rows = rows.assign(draw=rows["world"])
    plan = SimpleNamespace(config=SimpleNamespace(design=said))
    return Answers(plan, DEALS, "east", rows, pd.DataFrame(unit, columns=paths))


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """Run a Saltelli sample once."""
    folder = tmp_path_factory.mktemp("sampled")
    plan = load(folder, RANGES + DESIGN % ("saltelli", 8), worlds=6)
    return run(plan, folder / "out").store.directory


@pytest.fixture(scope="module")
def with_rules(tmp_path_factory):
    """Run a Saltelli sample with the rule and without it."""
    folder = tmp_path_factory.mktemp("with_rules")
    levers = '[levers]\n"rules.review" = ["all", "none"]\n'
    plan = load(folder, levers + RANGES + DESIGN % ("saltelli", 8), worlds=6)
    return run(plan, folder / "out").store.directory


def told(capsys, *said):
    code = main([str(word) for word in said])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


# --- sensitivity -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("quantity", ["deals", "payoff.hub"])
def test_a_change_is_that_of_every_world(with_rules, quantity):
    """At each point the rule changes what the table of outcomes says it changes there."""
    store = Store.open(with_rules)
    both = answers(store, quantity, "east", change=("rules.review", "none", "all"))
    table = store.outcomes().query("talk == 'east'")
    table["of"] = (table["status"] == "deal") if quantity == "deals" else table[quantity]
    paths = ["strategies.hub.until", "payoffs.weights.hub.review"]
    plain = table.groupby(["rules.review", *paths])["of"].mean()
    apart = plain["all"] - plain["none"]
    assert both.means().any()
    keys = both.points[paths].itertuples(index=False, name=None)
    np.testing.assert_allclose(both.means(), [apart[key] for key in keys], atol=1e-12)
    again = answers(store, quantity, "east", change=("rules.review", "all", "none"))
    np.testing.assert_allclose(again.means(), -both.means())


@pytest.mark.slow
def test_the_command_says_what_the_change_turns_on(with_rules, capsys):
    said = ("sensitivity", with_rules, "--path", "rules.review")
    code, out, _ = told(capsys, *said)
    assert code == 0
    words_of = " ".join(out.split())
    assert "none → all" in words_of and "48 points of a saltelli" in words_of
    assert (with_rules / "sensitivity" / "deals-east-none_to_all-indices.csv").is_file()
    code, _, err = told(capsys, *said, "--only", "rules.review=all")
    assert code and "is what --path changes; leave it out of --only" in err
    code, _, err = told(capsys, *said, "--from", "some")
    assert code and "'some'" in err
    code, _, err = told(capsys, "sensitivity", with_rules)
    assert code and "--only 'rules.review=" in err


def ishigami(unit):
    """Ishigami and Homma (1990), whose indices are known."""
    x = np.pi * (2 * unit - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_indices_of_a_known_function():
    table = indices(made(ishigami, ["a", "b", "c"], "saltelli", 1024))
    last = table[table["size"] == 1024].set_index(["index", "path"])
    for index, known in {"first": (0.3139, 0.4424, 0), "total": (0.5576, 0.4424, 0.2437)}.items():
        rows = last.loc[index]
        np.testing.assert_allclose(rows["value"], known, atol=0.05)
        assert (rows["low"] - 0.02 <= np.array(known)).all()
        assert (rows["high"] + 0.02 >= np.array(known)).all()
    together = pairs(made(ishigami, ["a", "b", "c"], "saltelli", 1024))
    assert tuple(together.loc[0, ["path", "other"]]) == ("a", "c")
    assert together.loc[0, "value"] == pytest.approx(0.2437, abs=0.07)


def test_indices_without_pairs_are_the_same_from_fewer_points():
    """The points that pairs need tell nothing of single parameters."""
    full, few = (
        made(ishigami, ["a", "b", "c"], "saltelli", 256, together=t) for t in (True, False)
    )
    assert (len(full.points), len(few.points)) == (256 * 8, 256 * 5)
    one, other = (indices(answers).set_index(["index", "size"]) for answers in (full, few))
    np.testing.assert_allclose(one.loc["total", "value"], other.loc["total", "value"])
    last = (each.loc[("first", 256), "value"] for each in (one, other))
    np.testing.assert_allclose(*last, atol=1e-4)  # SALib centres on the mean of all points


@pytest.mark.slow
def test_the_command_says_nothing_of_pairs_without_them(tmp_path, capsys):
    plan = load(tmp_path, RANGES + DESIGN % ("saltelli", 8) + "pairs = false\n", worlds=6)
    folder = run(plan, tmp_path / "out").store.directory
    code, out, _ = told(capsys, "sensitivity", folder, "--no-figures")
    assert code == 0
    assert "32 points of a saltelli" in out and "together" not in out
    assert not list((folder / "sensitivity").glob("*pairs*"))


def test_intervals_shrink_as_the_sample_grows():
    table = indices(made(ishigami, ["a", "b", "c"], "saltelli", 512))
    total = table[(table["index"] == "total") & (table["path"] == "a")].set_index("points")
    wide = (total["high"] - total["low"]).to_numpy()
    assert list(total.index) == [8 * size for size in (8, 16, 32, 64, 128, 256, 512)]
    assert wide[-1] < 0.4 * wide[0]


def test_elementary_effects_of_a_plane_are_its_slopes():
    table = indices(made(lambda unit: unit @ [3.0, -1.0, 0.0], ["a", "b", "c"], "morris", 16))
    last = table[table["size"] == 16].set_index(["index", "path"])["value"]
    np.testing.assert_allclose(last["strength"], [3, 1, 0], atol=1e-9)
    np.testing.assert_allclose(last["spread"], 0, atol=1e-9)


def test_what_is_the_same_everywhere_is_not_explained():
    with pytest.raises(ConfigError, match="is 1 at every point, so that nothing explains it"):
        indices(made(lambda unit: np.ones(len(unit)), ["a", "b"], "saltelli", 8))


@pytest.mark.slow
def test_indices_and_boxes_as_json(sampled, tmp_path, capsys):
    words_ = ["--no-figures", "--out", tmp_path, "--json"]
    code, out, _ = told(capsys, "sensitivity", sampled, *words_)
    assert code == 0
    found = json.loads(out)
    table = pd.read_csv(tmp_path / "deals-east-indices.csv")
    assert [row["path"] for row in found["indices"]] == table["path"].tolist()
    assert len(found["pairs"]) == len(pd.read_csv(tmp_path / "deals-east-pairs.csv"))
    code, out, _ = told(capsys, "sensitivity", sampled, "--discover", *words_)
    assert code == 0
    found = json.loads(out)
    assert found["said"]
    assert {"box", "path", "density"} <= set(found["boxes"][0])
    _, _, err = told(capsys, "sensitivity", sampled, "--discover", "--path", "rules.review")
    assert "--discover: takes its quantity from --outcome" in err


@pytest.mark.slow
def test_the_command_says_what_deals_turn_on(sampled, capsys):
    code, out, _ = told(capsys, "sensitivity", sampled)
    assert code == 0
    assert "48 points of a saltelli" in out
    lines = [line for line in out.splitlines() if line.startswith("Hub")]
    assert [line.split()[:2] for line in lines[:2]] == [["Hub", "until"], ["Hub:", "review"]]
    files = {file.name for file in (sampled / "sensitivity").iterdir()}
    kinds = ("indices.csv", "pairs.csv", "indices.png", "indices.svg", "convergence.png")
    assert {f"deals-east-{kind}" for kind in kinds} <= files
    _, out, _ = told(capsys, "sensitivity", sampled, "--quantity", "payoff.hub", "--no-figures")
    assert "payoff.hub" in out
    assert (sampled / "sensitivity" / "payoff.hub-indices.csv").is_file()


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("design", ["saltelli", "morris"])
def test_the_figures_have_no_words_over_others(design, width):
    paths = ["payoffs.weights.hub.red_lines.cars_and_parts.cost", "strategies.hub.until", "c"]
    table = indices(made(ishigami, paths, design, 16))
    for module in (index_figure, convergence):
        with style(width):
            drawn = module.draw(NAMING, table, design, "share of worlds with a deal")
            said = words(drawn)
        assert overlapping(said) == []
        assert outside(said, drawn.bbox) == []


def test_bad_input_is_told_in_sentences(sampled, tmp_path, capsys):
    for words_, sentence in {
        ("sensitivity", sampled, "--quantity", "payof.hub"): "did you mean 'payoff.hub'?",
        ("sensitivity", sampled, "--talk", "eats"): "--talk: there is no talk 'eats'",
        ("sensitivity", sampled, "--quantity", "round"): "points have no world with it",
        ("sensitivity", tmp_path): "holds no finished run",
        ("sensitivity", "--discover", sampled, "--outcome", "deals"): "is not QUANTITY<NUMBER",
        ("sensitivity", "--discover", sampled, "--outcome", "deal<1"): "did you mean 'deals'?",
        ("sensitivity", "--discover", sampled, "--outcome", "deals<0"): "in no world",
    }.items():
        code, _, err = told(capsys, *words_)
        assert code == 2
        assert sentence in err
    store = run(load(tmp_path), tmp_path / "out").store
    _, _, err = told(capsys, "sensitivity", store.directory)
    assert "samples nothing that nobody knows" in err


@pytest.mark.slow
def test_each_value_of_another_path_is_a_sample_of_its_own(tmp_path, capsys):
    more = (
        '[levers]\n"rules.review" = ["all", "none"]\n' + RANGES + DESIGN % ("latin_hypercube", 20)
    )
    directory = run(load(tmp_path, more, worlds=2), tmp_path / "out").store.directory
    _, _, err = told(capsys, "sensitivity", "--discover", directory)
    assert "choose one: --only 'rules.review=all'" in err
    words_ = ("--only", "rules.review=all", "--no-figures")
    code, out, _ = told(capsys, "sensitivity", "--discover", directory, *words_)
    assert code == 0
    assert "Hub until is above" in out
    _, _, err = told(capsys, "sensitivity", directory, *words_)
    assert "a latin_hypercube sample has no sensitivity indices" in err


def test_a_sample_with_gaps_is_refused(sampled, tmp_path):
    from shutil import copytree

    from experiments.analysis.sensitivity.answers import answers

    copy = Store(copytree(sampled, tmp_path / "copy"))
    copy.write_manifest(copy.manifest() | {"failed_cells": [3]})
    with pytest.raises(ConfigError, match="1 cells failed, and a sample with gaps has no indices"):
        answers(copy, "deals")


# --- scenario discovery ------------------------------------------------------------------------


def corner(unit):
    """No deal where the first number is high and the second is low."""
    return np.where((unit[:, 0] > 0.6) & (unit[:, 1] < 0.5), 0.0, 1.0)


def test_a_corner_is_found():
    found = discover(
        made(corner, ["a", "b", "c"], "sobol", 512, worlds=2), Condition.read("deals<1")
    )
    assert found.rate == pytest.approx(0.2, abs=0.01)
    (box,) = found.boxes
    bounds = {bound.path: bound for bound in box.bounds}
    assert set(bounds) == {"a", "b"}
    assert bounds["a"].low == pytest.approx(0.6, abs=0.01)
    assert bounds["b"].high == pytest.approx(0.5, abs=0.01)
    assert box.density > 0.97
    assert box.coverage > 0.97
    assert found.outside < 0.01
    said = list(sentences(found, NAMING))
    assert said[0].startswith("There is no deal in 20 % of the worlds.")
    assert "have no deal if a is above 0.59" in said[2]


@pytest.mark.parametrize("lacking", [0.0, 0.25, 0.5])
def test_a_world_without_the_quantity_is_a_world_and_no_case(lacking):
    sample = made(corner, ["a", "b"], "sobol", 512, worlds=8)
    rows = sample.rows.assign(value=sample.rows["value"] + 5.0)
    gone = sample.rows["world"] % 8 < 8 * lacking
    known = replace(sample, rows=rows.assign(value=rows["value"].mask(gone)))
    found = discover(known, Condition.read("round<=5"))
    assert found.rate == pytest.approx(0.2 * (1 - lacking), abs=0.01)
    assert found.without == pytest.approx(lacking)
    (box,) = found.boxes
    assert box.density == pytest.approx(1 - lacking, abs=0.03)
    assert box.mass == pytest.approx(0.2, abs=0.03)
    said = " ".join(sentences(found, NAMING))
    assert ("of the worlds have no round" in said) == (lacking > 0)
    coverage, density = found.together
    assert (coverage, density) == (pytest.approx(box.coverage), pytest.approx(box.density))


def test_outside_counts_worlds_not_points():
    sample = made(lambda unit: np.where(unit[:, 0] > 0.5, 0.0, 1.0), ["a"], "sobol", 64, worlds=4)
    few = sample.rows[(sample.rows["cell"] % 3 > 0) | (sample.rows["world"] % 4 == 0)]
    luck = np.random.default_rng(1).random(len(few)) < 0.3
    found = discover(replace(sample, rows=few.assign(value=few["value"] * ~luck)), DEAL)
    held = np.any([box.holds(sample.points) for box in found.boxes], axis=0)
    rest = few["cell"].isin(np.flatnonzero(~held & found.judged))
    assert found.outside == pytest.approx((few["value"] * ~luck < 1)[rest].mean())


def test_a_share_that_is_not_known_is_no_share_of_none():
    assert percent(np.nan) == "unknown"


def test_noise_is_not_taken_for_a_condition():
    luck = np.random.default_rng(0)
    found = discover(
        made(lambda unit: luck.integers(0, 2, len(unit)), ["a", "b"], "latin_hypercube", 400),
        Condition.read("deals<1"),
    )
    assert all(box.low <= 0.62 for box in found.boxes)


def test_where_no_condition_is_found_that_is_said():
    rare = made(lambda unit: np.arange(len(unit)) % 97 > 0, ["a"], "latin_hypercube", 400)
    (said,) = sentences(discover(rare, DEAL), NAMING)
    assert said.endswith("no condition was found under which it is more frequent.")


def test_points_that_share_coordinates_count_as_one():
    """What a Saltelli group has in common, such as its draws, is seen once."""
    luck = np.random.default_rng(1).integers(0, 2, 64)
    found = discover(
        made(lambda unit: np.repeat(luck, len(unit) // 64), ["a", "b"], "saltelli", 64), DEAL
    )
    assert found.judged.sum() == 32 * 6
    assert all(box.high - box.low > 0.25 for box in found.boxes)


def test_words_are_conditions_too():
    values = pd.Series(["soft", "hard", "hard"])
    bound = Bound("strategies.hub", among=("hard", "mad"))
    assert list(bound.holds(values)) == [False, True, True]
    assert condition(bound, NAMING) == "The hub is hard or mad"
    assert condition(Bound("x", 1, 2), NAMING) == "x is between 1 and 2"


@pytest.mark.parametrize(
    ("said", "meaning"),
    [("deals<1", "no deal"), ("round >= 30", "round at least 30"), ("payoff.hub<-1.5", None)],
)
def test_conditions_are_read(said, meaning):
    read = Condition.read(said)
    assert str(read) == (meaning or "payoff.hub below -1.5")
    assert list(read.holds(pd.Series([-2.0, 50.0]))) == [read.sign == "<", read.sign == ">="]


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_figure_of_boxes_has_no_words_over_others(width):
    found = discover(made(corner, ["a", "b", "c"], "sobol", 256), Condition.read("deals<1"))
    with style(width):
        drawn = boxes.draw(NAMING, found)
        said = words(drawn)
    assert overlapping(said) == []
    assert outside(said, drawn.bbox) == []


def test_the_text_is_what_the_outcomes_say(sampled, tmp_path, capsys):
    store = Store.open(sampled)
    _, out, _ = told(capsys, "sensitivity", sampled, "--no-figures", "--out", tmp_path)
    lines = out.splitlines()
    frame = store.outcomes()
    east = frame[frame["talk"] == "east"]
    head = " ".join(lines[: lines.index("")])
    found = re.search(r"([\d,]+) points of a saltelli sample of (\d+) parameters, (\d+) worlds "
                      r"each; mean (\S+)", head)  # fmt: skip
    assert found
    assert found.group(1, 2, 3) == (str(east["cell"].nunique()), "2", "6")
    near(found[4], (east["status"] == "deal").mean())
    (file,) = tmp_path.glob("*-indices.csv")
    table = pd.read_csv(file)
    sizes = sorted(table["size"].unique())
    last = table[table["size"] == sizes[-1]].set_index(["path", "index"])
    named = Words(plan_of(store).scenario)
    for path in table["path"].unique():
        (line,) = (line for line in lines if line.startswith(named.path(path)[:20])
                   and re.search(r"\d\.\d+ *$", line))  # fmt: skip
        numbers = re.findall(r"-?\d+\.\d+", line)
        row = last.loc[(path, "total")]
        near(numbers[0], row["value"])
        near(numbers[1], (row["high"] - row["low"]) / 2)
    alone = last.xs("first", level="index")["value"].sum()
    assert f"explained by single parameters: {100 * alone:.0f} % of the variance" in lines
