"""What stands below a picture and above it: what is missing, why a curve ends, what colours are."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure

from experiments.analysis.fate import DEAL, FATES
from experiments.figures import Results, fates, make, status
from experiments.figures.headings import panel
from experiments.figures.timing import last_round
from experiments.figures.unplayed import unplayed
from sim.protocol.rules import Calendar

pytestmark = pytest.mark.fast

RULE, HUB = "rules.review", "positions.hub"


def note(drawn: Figure) -> str:
    said = " ".join(" ".join(text.get_text() for text in drawn.texts).split())
    pyplot.close(drawn)
    return said


@pytest.mark.parametrize(
    ("figure", "before"),
    [
        ("status", "Not"),
        ("timing", "Not"),
        ("payoffs", "Not"),
        ("ridges", "Not"),
        ("price", "Left out, as not"),
    ],
)
def test_settings_that_a_rule_was_not_played_with_are_named(
    made: Results, figure: str, before: str
) -> None:
    frame = made.frame
    lost = (frame[RULE] == "none") & (frame[HUB] == "everything is")
    some = replace(made, frame=frame[~lost])
    words = f"{before} played with “no rule”: positions hub: everything is."
    assert words in note(make(some, figure)[1])
    assert "played with" not in note(make(made, figure)[1])


def test_many_settings_are_counted(made: Results) -> None:
    parts = [made.frame.assign(**{HUB: f"stance {n}"}) for n in range(5)]
    frame = pd.concat(parts, ignore_index=True)
    lost = (frame[RULE] == "none") & (frame[HUB] != "stance 0")
    some = replace(made, frame=frame[~lost])
    assert unplayed(some, [RULE, HUB]) == "Not played with “no rule”: 4 settings."
    assert unplayed(some, [HUB]) == ""
    assert unplayed(some, [RULE, HUB], rules=["all", "duty"]) == ""


def test_of_many_rules_one_sentence_speaks(made: Results) -> None:
    frame, hubs = made.frame, list(made.frame[HUB].unique())
    parts = [frame.assign(**{RULE: f"rule {n}"}) for n in range(3)]
    lost = [part[part[HUB] == hubs[0]] for part in parts]
    some = replace(made, frame=pd.concat([frame, *lost], ignore_index=True))
    said = "Not every setting was played with every rule; what is missing was not played."
    assert unplayed(some, [RULE, HUB]) == said
    assert unplayed(some, [RULE, HUB], rules=["all", "none"]) == ""


def test_the_rule_stands_once_above_a_panel(made: Results) -> None:
    talk = made.talk("east")
    assert panel(made, "east", "none") == f"{talk}\nwithout the rule"
    assert panel(made, "east", "all") == f"{talk}\nrule: every measure"
    assert panel(made, "east", None) == talk


def test_why_curves_end_before_the_deadline_is_said() -> None:
    start = date(2025, 5, 3)
    late = Calendar(rounds=4, days=2, start=start, deadline=date(2025, 5, 11))
    said = "The last round is on 9 May, before the deadline; curves end there."
    assert last_round([late]) == said
    assert last_round([late, replace(late, deadline=date(2025, 5, 12))]) == ""
    assert last_round([replace(late, deadline=late.date(late.last))]) == ""
    assert last_round([replace(late, start=None, deadline=None)]) == ""


def test_no_line_where_nothing_was_left_to_luck(made: Results) -> None:
    lost = made.frame.assign(status="expired", lowers=False, **{"review.duty": "refused"})
    found = replace(made, frame=lost)
    table = status.numbers(found)
    shut = (table["deals"] == 0) & (table["closed"] == 1)
    assert 0 < shut.sum() < len(shut)
    drawn = status.draw(found, table)
    lines = sum(len(axes.lines) for axes in drawn.axes)
    pyplot.close(drawn)
    assert lines == (~shut).sum()


def test_the_legend_names_the_parts_that_can_be_seen() -> None:
    shares = dict(zip(FATES, (60.0, 1.4, 38.6, 0.0, 0.0), strict=True))
    table = pd.DataFrame({"what": DEAL, "quantity": list(shares), "share": list(shares.values())})
    named = {patch.get_label() for patch in fates.patches(table)}
    assert named == {fates.KINDS[kind][1] for kind, share in shares.items() if share > 2}
