"""Two cells of a run show what each of them shows alone."""

import tomllib
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from matplotlib import pyplot

from experiments.design.plan import Plan
from experiments.figures import FIGURES, Results, make
from experiments.report.findings import findings
from experiments.results.replay import keep_turns
from experiments.runs.run import run
from sim.errors import ConfigError
from tests.experiments.figures.conftest import EXPERIMENT, SCENARIO

SAID = tomllib.loads(EXPERIMENT.partition("[sweep]")[0])
SWEPT = {
    "payoffs.given.east.partner": [
        {"label": "as it is", "value": {"duty": [0, 2, 4], "levy": [0, 1.5], "gift": [0, -1, -2]}},
        {"label": "twice", "value": {"duty": [0, 4, 8], "levy": [0, 3], "gift": [0, -1, -2]}},
    ],
    "payoffs.weights.hub.review": [0.1, 2.0],
    "calendar.rounds": [
        {"value": rounds, "label": label, "also": {"calendar.deadline": date(2025, 5, day)}}
        for rounds, label, day in ((5, "short", 14), (9, "long", 22))
    ],
    "calendar.days_per_round": [
        {"value": days, "label": label, "also": {"calendar.deadline": date(2025, 5, day)}}
        for days, label, day in ((1, "quick", 12), (3, "slow", 28))
    ],
    "talks.east.measures.duty.levels": [
        {"label": "high", "value": [25, 10, 0]},
        {"label": "low", "value": [15, 10, 0]},
    ],
    "rules.review": [{"label": "each", "value": "all"}, {"label": "free", "value": "none"}],
}
"""What is swept: in payoffs, the calendar, what is on the table, and the rule."""


CALLED = ("cells", "cell", "forecast")
"""Columns that name a cell."""


def results(folder, more):
    """Play an experiment; give what figures read."""
    folder.mkdir(exist_ok=True)
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    observed = {"east": {"date": "2025-05-14", "rate": {"duty": 10}, "source": "made up"}}
    plan = Plan.of({**SAID, "observed": observed, **more}, folder)
    store = run(plan, folder / "out").store
    keep_turns(store, plan)
    return Results.load(store.directory)


@pytest.fixture(scope="module", params=SWEPT)
def pair(request, tmp_path_factory):
    """Give a run of two cells, and a run of each of them."""
    folder, path = tmp_path_factory.mktemp("pair"), request.param
    cells = [said if isinstance(said, dict) else {"value": said} for said in SWEPT[path]]
    told = [{path: said["value"], **said.get("also", {})} for said in cells]
    both = results(folder / "both", {"sweep": {path: SWEPT[path]}})
    alone = [results(folder / str(n), {"overrides": said}) for n, said in enumerate(told)]
    return both, alone


def drawn(found, figure):
    """Give the numbers, and places and words of all that is drawn; a sentence if nothing is."""
    try:
        table, picture = make(found, figure)
    except ConfigError as problem:
        return str(problem), []
    axes_of = picture.axes
    lines = [line.get_xydata().tolist() for axes in axes_of for line in axes.lines]
    patches = [patch.get_extents().bounds for axes in axes_of for patch in axes.patches]
    words = [text.get_text() for axes in axes_of for text in axes.texts]
    ticks = [t.get_text() for axes in axes_of for t in axes.get_xticklabels()]
    pyplot.close(picture)
    return table, [lines, patches, words, ticks]


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.one_in(12)
def test_a_cell_shows_what_it_shows_alone(pair, figure):
    both, alone = pair
    for n, lone in enumerate(alone):
        table, seen = drawn(both.only(cells=[n]), figure)
        expected, shown = drawn(lone, figure)
        if isinstance(expected, str):
            assert table == expected
            continue
        columns = [c for c in expected.columns if c not in CALLED]
        pd.testing.assert_frame_equal(
            table[columns].reset_index(drop=True),
            expected[columns].reset_index(drop=True),
            check_dtype=False,
            check_categorical=False,
        )
        if "forecast" not in expected:
            assert repr(seen) == repr(shown)


@pytest.mark.slow
def test_findings_of_a_cell_are_those_of_it_alone(pair):
    both, alone = pair
    for n, lone in enumerate(alone):
        assert findings(both.only(cells=[n])) == findings(lone)


@pytest.mark.slow
def test_a_labelled_rule_is_a_rule_and_a_cost_of_reviews_is_none(pair):
    both, _ = pair
    swept = both.varied[0]
    assert (both.rule == swept) == (swept == "rules.review")
    if both.rule:
        table, _ = make(both, "price")
        assert set(table["quantity"]) == {"agreement", "time of signing", "payoff"}
        first = findings(both)[0]
        assert first.about == "Agreement"
        assert first.said.startswith("If every measure has to be reviewed, ")
        assert first.said.count("; change: ") == len(both.talks)
    else:
        assert not any("the rule" in finding.said for finding in findings(both))
        assert "under the rule" not in str(findings(both))


@pytest.mark.slow
def test_every_row_of_a_heat_map_stands_beside_its_label(pair):
    both, _ = pair
    frame = both.frame.assign(other=both.frame["world"] % 2)
    front = ["cell", both.varied[0], "other"]
    frame = frame[[*front, *(c for c in frame.columns if c not in front)]]
    lacking = (frame["talk"] == "east") & (frame["other"] == frame["other"].iloc[0])
    found = replace(both, frame=frame[~lacking])
    table, picture = make(found, "heat_map", rows="other", columns=both.varied[0])
    labels = [int(text.get_text()) for text in picture.axes[0].get_yticklabels()]
    for axes, talk in zip(picture.axes, dict.fromkeys(table["of"]), strict=False):
        rows = table[table["of"] == talk].groupby("at_row")["mean"].apply(list)
        said = [(text.get_position()[1], text.get_text()) for text in axes.texts]
        for place, label in enumerate(labels):
            here = [word for y, word in said if place < y < place + 0.5]
            expected = [f"{100 * mean:.0f}" for mean in rows.get(label, [])]
            assert here == expected
    pyplot.close(picture)
