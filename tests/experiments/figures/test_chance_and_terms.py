"""What is drawn of deals and their terms is what the csv has, beside its label."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from experiments.analysis.fate import DEAL, FATES, TERM
from experiments.figures import Results, chance_and_terms, fates, make
from experiments.figures.canvas import NARROW, WIDE, style
from sim.errors import ConfigError
from tests.experiments.figures import made as made_up
from tests.experiments.figures.test_drawing import outside, overlapping, words

pytestmark = pytest.mark.fast

HUB = "positions.hub"


def drawn(results: Results, width: float = WIDE, **arguments: object) -> tuple:
    return make(results, "chance_and_terms", width=width, **{"least": 2, **arguments})


def panels(figure: Figure) -> dict[str, Axes]:
    return {axes.get_title(loc="left").replace("\n", " "): axes for axes in figure.axes}


def bars(axes: Axes) -> list[tuple[str, float, float, float]]:
    """Give colour, place and ends of every bar."""
    return [
        (to_hex(lines.get_color()[0]), *(round(float(x), 9) for x in (path[0, 1], *path[:, 0])))
        for lines in axes.collections
        for path in lines.get_segments()
    ]


def labels(axes: Axes) -> dict[float, str]:
    ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    return {float(y): text.get_text().replace("\n", " ") for y, text in ticks}


def test_the_numbers_are_those_of_the_outcomes(made: Results) -> None:
    """Without the module: two cells side by side, by plain pandas."""
    table = chance_and_terms.numbers(made)
    assert set(table["path"]) == {"rules.review"}
    assert set(table["before"]) == {"none"}, "no rule, although it is swept last"
    assert list(dict.fromkeys(table["rules.review"])) == ["all", "duty"]
    frame = made.frame[made.frame[HUB] == "everything is"]
    sides = [
        frame[(frame["rules.review"] == rule) & (frame["talk"] == "west")].set_index("world")
        for rule in ("none", "all")
    ]
    deals = [side["status"] == "deal" for side in sides]
    terms = ["rate.duty", "rate.levy", "give.gift"]
    same = (sides[0][terms] == sides[1][terms]).all(axis=1)
    both = deals[0] & deals[1]
    told = {
        "same": both & same, "changed": both & ~same, "vanished": deals[0] & ~deals[1],
        "appeared": ~deals[0] & deals[1], "none": ~deals[0] & ~deals[1],
    }  # fmt: skip
    mine = table[
        (table[HUB] == "everything is")
        & (table["rules.review"] == "all")
        & (table["talk"] == "west")
    ]
    fates = mine[mine["what"] == DEAL].set_index("quantity")["share"]
    assert fates.to_dict() == pytest.approx({k: 100 * v.mean() for k, v in told.items()})
    changes = mine[mine["what"] == TERM].set_index(["quantity", "of"])
    for column, key in (
        ("rate.duty", ("rate.duty", "west")),
        ("give.gift", ("give.gift", "west")),
        ("payoff.hub", ("payoff", "hub")),
        ("payoff.west", ("payoff", "west")),
    ):
        gap = (sides[1][column] - sides[0][column])[both]
        assert changes.loc[key, "worlds"] == both.sum() > 1
        assert changes.loc[key, "difference"] == pytest.approx(gap.mean())


def test_bars_are_the_shares_beside_their_labels(made: Results) -> None:
    table, figure = drawn(made, talk="east")
    axes = panels(figure)["East deals"]
    colours = {to_hex(colour): kind for kind, (colour, _) in fates.KINDS.items()}
    rows = table[table["what"] == DEAL]
    ends = {(y, colours[colour]): (left, right) for colour, y, left, right in bars(axes)}
    said = labels(axes)
    seen = 0
    for (hub, rule), part in rows.groupby([HUB, "rules.review"], sort=False):
        (head,) = (y for y, text in said.items() if text == f"positions hub: {hub}")
        wanted = {"all": "every measure", "duty": "duty"}[rule]
        place = min((y for y, text in said.items() if text == wanted and y > head), default=None)
        left = 0.0
        for fate in FATES:
            value = part[part["quantity"] == fate]["share"].item()
            if value:
                assert ends[place, fate] == pytest.approx((left, left + value))
                seen += 1
            left += value
        assert left == pytest.approx(100)
        stays = part[part["quantity"].isin(["same", "changed"])]["share"].sum() / 100 * 24
        beside = [t.get_text() for t in axes.texts if t.get_position() == (105, place)]
        assert beside == [f"{stays:.0f}"]
    assert seen == len(ends) > 8


def test_marks_are_the_changes_with_their_error_and_band(made: Results) -> None:
    table = chance_and_terms.numbers(made, talk="east", least=2)
    assert table["p5"].isna().all(), "payoffs are given"
    table = table.assign(p5=table["difference"] - 1.5, p95=table["difference"] + 2.5)
    with style():
        figure = chance_and_terms.draw(made, table)
    for quantity, title in (("give.gift", "gift"), ("rate.duty", "duty"), ("rate.levy", "levy")):
        axes = panels(figure)[title]
        rows = table[(table["what"] == TERM) & (table["quantity"] == quantity)]
        rows = rows[rows["worlds"] >= 2]
        assert len(rows) > 2
        (marks,) = (line for line in axes.lines if line.get_marker() == "o")
        np.testing.assert_allclose(marks.get_xdata(), rows["difference"])
        found = bars(axes)
        bands = [(y, left, right) for colour, y, left, right in found if colour == to_hex(BAND)]
        np.testing.assert_allclose(np.array(bands)[:, 1:], rows[["p5", "p95"]])
        assert [y for y, *_ in bands] == list(marks.get_ydata())
        errors = [(left, right) for colour, _, left, right in found if colour != to_hex(BAND)]
        np.testing.assert_allclose(np.diff(errors, axis=1)[:, 0], 2 * rows["error"])
        low, high = axes.get_xlim()
        assert low < min(0, rows["p5"].min()) <= max(0, rows["p95"].max()) < high
    assert panels(figure)["duty"].get_xlim() == panels(figure)["levy"].get_xlim(), "both points"


BAND = chance_and_terms.BAND


def test_few_deals_that_stay_are_said_and_not_drawn(made: Results) -> None:
    _, figure = drawn(made, talk="east", least=25)
    said = [text.get_text() for text in panels(figure)["duty"].texts]
    assert set(said) <= {"few deals stay", "no deal stays"}
    assert len(said) == 4
    assert all(len(axes.lines) < 2 or not len(axes.lines[1].get_xdata()) for axes in figure.axes)


def without_deals(results: Results, rule: str) -> Results:
    frame = results.frame.copy()
    lost = frame["rules.review"] == rule
    frame.loc[lost, "status"] = "expired"
    return replace(results, frame=frame)


def test_where_no_deal_stays_a_sentence_says_so(made: Results) -> None:
    table, figure = drawn(without_deals(made, "none"))
    assert set(table[table["what"] == TERM]["worlds"]) == {0}
    assert list(panels(figure)) == ["East deals", "East terms", "West deals", "West terms"]
    text = panels(figure)["East terms"].texts[0].get_text().replace("\n", " ")
    assert text == "No deal is there under both values."


@pytest.mark.slow
def test_settings_without_a_pair_are_named(made: Results) -> None:
    frame = made.frame
    table, figure = drawn(replace(made, frame=frame[frame["cell"] != frame["cell"].max()]))
    assert (table["worlds"] == 0).sum() == 2 * 2 * len(FATES), "two rules, two talks"
    assert len(bars(panels(figure)["East deals"])) > 4
    heads = [text for text in labels(panels(figure)["East deals"]).values() if "hub" in text]
    assert heads == ["positions hub: only the duty is for discussion"]
    note = figure.texts[1].get_text().replace("\n", " ")
    named = "every measure · everything is; duty · everything is"
    assert f"Left out, as not played with “no rule”: {named}." in note


def many(results: Results, number: int = 12) -> Results:
    """Give a swept number many values, with long labels, each with the worlds of some cell."""
    cells = sorted(set(results.frame["cell"]))
    parts = [
        results.frame[results.frame["cell"] == cells[n % len(cells)]].assign(
            **{"rules.period": f"a dose of {n} with a label that is rather long to read"}
        )
        for n in range(number)
    ]
    return replace(results, frame=pd.concat(parts, ignore_index=True))


@pytest.mark.slow
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_many_doses_with_long_labels_fit(numbered: Results, width: float) -> None:
    found = many(numbered)
    with style(width):
        table = chance_and_terms.numbers(found)
        figure = chance_and_terms.draw(found, table)
        said = words(figure)
    assert table["rules.period"].nunique() == 11
    assert overlapping(said) == []
    assert outside(said, figure.bbox) == []


@pytest.mark.slow
def test_what_is_compared_can_be_chosen(made: Results) -> None:
    table = chance_and_terms.numbers(
        made,
        "rules.review",
        "all",
        after=["none"],
        by=[],
        where=[f"{HUB}=everything is"],
        talk="west",
    )
    assert set(table["rules.review"]) == {"none"}
    assert set(table["talk"]) == {"west"}
    assert set(table[HUB]) == {"everything is"}, "said, since only these cells are meant"
    whole = chance_and_terms.numbers(made, "rules.review", "all")
    part = whole[(whole["rules.review"] == "none") & (whole["talk"] == "west")]
    part = part[part[HUB] == "everything is"]
    pd.testing.assert_frame_equal(
        table.reset_index(drop=True), part[list(table)].reset_index(drop=True)
    )


@pytest.mark.slow
def test_terms_and_the_order_of_values_can_be_chosen(made: Results) -> None:
    whole = chance_and_terms.numbers(made)
    some = chance_and_terms.numbers(made, after=["duty", "all"], terms=["rate.duty"])
    assert list(dict.fromkeys(some["rules.review"].astype(str))) == ["duty", "all"]
    kept = whole[(whole["what"] == DEAL) | whole["quantity"].isin(["rate.duty", "payoff"])]
    assert len(kept) < len(whole)
    keys = [HUB, "rules.review", "talk", "what", "quantity", "of"]
    one, other = (
        table.astype(dict.fromkeys(keys, str)).sort_values(keys, ignore_index=True)
        for table in (some, kept)
    )
    pd.testing.assert_frame_equal(one, other[list(one)])


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"terms": ["rate.carz"]}, "terms: there is no term 'rate.carz'"),
        ({"path": "rules.reviews"}, "path: there is no swept path 'rules.reviews'; did you mean"),
        ({"before": "non"}, "before: there is no swept value 'non'; did you mean 'none'"),
        ({"after": ["al"]}, "after: there is no swept value 'al'; did you mean 'all'"),
        ({"by": ["positions.hubs"]}, "by: there is no swept path beside the one that changes"),
        ({"where": ["positions.hub=all"]}, "where positions.hub: there is no swept value 'all'"),
        ({"talk": "esat"}, "talk: there is no talk 'esat'; did you mean"),
    ],
)
def test_what_the_run_does_not_have_is_refused(made: Results, asked: dict, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        chance_and_terms.numbers(made, **asked)


def third(text: str) -> str:
    """Give a scenario a third partner, like the second."""
    talk = text[text.index("[talks.west]") : text.index("[payoffs]\n")]
    given = text[text.index("[payoffs.given.west]") :]
    text = text.replace(talk, talk + talk.replace("west", "north"))
    text = text.replace('west = "all"', 'west = "all", north = "all"')
    text = text.replace('west = "conceder"', 'west = "conceder"\nnorth = "linear"')
    text = text.replace(
        'west = { label = "West" }', 'west = { label = "West" }\nnorth = { label = "North" }'
    )
    return text + given.replace("west", "north")


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.slow
def test_three_partners_have_lines_of_their_own(
    made: Results, width: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_up, "SCENARIO", third(made_up.SCENARIO))
    north = made.frame[made.frame["talk"] == "west"].assign(talk="north")
    frame = pd.concat([made.frame, north], ignore_index=True)
    frame["payoff.north"] = frame["payoff.west"] + 1.0 * (frame["rules.review"] == "all")
    found = Results(frame, made_up.plan(tmp_path))
    table, figure = drawn(found, width)
    assert list(dict.fromkeys(table["talk"])) == ["east", "west", "north"]
    heads = list(panels(figure))
    assert heads.index("East deals") < heads.index("West deals") < heads.index("North deals")
    assert "North Payoff of North" in heads
    west, other = (
        table[(table["talk"] == talk) & (table["what"] == DEAL)]["share"].tolist()
        for talk in ("west", "north")
    )
    assert west == other
    said = words(figure)
    assert overlapping(said) == []
    assert outside(said, figure.bbox) == []
