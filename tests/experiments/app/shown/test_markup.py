"""Tables as HTML: texts cannot become markup."""

import html5lib
import pytest

from experiments.app.shown import markup
from experiments.app.shown.board import Measure
from experiments.app.shown.charts import LegendEntry
from experiments.app.shown.rates import Line

pytestmark = pytest.mark.fast

EVIL = "<script>alert('x')</script>"


def test_all_text_is_escaped() -> None:
    parts = [
        markup.docket([Measure(EVIL, "open", EVIL, True)]),
        markup.tariffs([EVIL], [Line(EVIL, (EVIL,), (True,))]),
        markup.table([EVIL], [[EVIL, EVIL]]),
        markup.story([(1, EVIL)]),
        markup.legend([LegendEntry(EVIL, "●", "#000000")]),
    ]
    for part in parts:
        assert "<script" not in part
        assert "&lt;script&gt;" in part
        html5lib.HTMLParser(strict=True).parseFragment(part)


def test_a_state_is_told_in_words_and_not_by_colour_alone() -> None:
    for state in ("off", "requested", "open", "reviewed", "refused"):
        shown = markup.docket([Measure("cars", state, "", False)])
        assert f"tt-{state}" in shown
        assert {"off": "not asked for"}.get(state, state) in shown
