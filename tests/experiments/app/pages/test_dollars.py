"""What people write stands on the page as they wrote it: two dollars are no mathematics."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from experiments.app.shown.markup import plain
from tests.experiments.app.test_pages import finished, many, one, opened, press, seat
from tests.experiments.small import SCENARIO

ASKED = "$200 bn pledged, $400 bn asked"
NAMES = {
    'label = "Hub"': 'label = "US$ hub, C$ too"',
    'label = "East"': 'label = "$East$"',
    'title = "A hub and two partners"': f'title = "{ASKED}"',
    "cars = { levels = [25, 15, 0] }": f'cars = {{ levels = [25, 15, 0], label = "{ASKED}" }}',
    'unit = "USD bn, face value"': 'unit = "US$ bn or C$ bn"',
}


@pytest.fixture
def dollars(folder: Path) -> Path:
    """Give the small scenario with dollars in all that is called by somebody's words."""
    text = SCENARIO
    for old, new in NAMES.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "scenarios" / "small.toml").write_text(text, encoding="utf-8")
    return folder


def texts(app: AppTest) -> Iterator[str]:
    """Give all that the page hands to Markdown."""
    for each in (*app.markdown, *app.caption, *app.subheader, *app.info, *app.warning, *app.error):
        yield each.value
    for box in (*app.tabs, *app.expander, *app.metric, *app.button, *app.radio):
        yield box.label
    for radio in app.radio:
        yield from radio.options
    for group in app.get("button_group"):
        yield group.proto.label
        yield from (option.content for option in group.proto.options)


def written(app: AppTest) -> list[str]:
    """Give the texts with a dollar, of which none may begin mathematics."""
    assert not app.exception
    found = [text for text in texts(app) if "$" in text]
    for text in found:
        assert not re.search(r"(?<!\\)(\\\\)*\$", text), text
    return [text.replace("\\$", "$") for text in found]


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (ASKED, r"\$200 bn pledged, \$400 bn asked"),
        (r"a \$ b $", r"a \\\$ b \$"),
        ("$$x$$", r"\$\$x\$\$"),
        ("100 %", "100 %"),
    ],
)
def test_a_dollar_is_escaped_and_what_escapes_one_too(text: str, markdown: str) -> None:
    assert plain(text) == markdown


def test_one_negotiation_is_told_with_its_dollars(dollars: Path) -> None:
    app = press(opened(one), "To the end")
    found = written(app)
    assert "US$ hub, C$ too – $East$" in found
    assert "$East$" in found
    assert any(text.startswith(f"{ASKED} · ") for text in found)
    assert ASKED in found, "the measures of the rule"


def test_a_seat_is_taken_with_its_dollars(dollars: Path) -> None:
    app = opened(seat)
    assert "US$ hub, C$ too" in written(app)
    app.radio[0].set_value("hub").run()
    found = written(press(app, "Begin"))
    assert any(f"You are **US$ hub, C$ too**. {ASKED}." == text for text in found)
    assert "$East$" in {text.partition(" (")[0] for text in found}


@pytest.mark.slow
@pytest.mark.parametrize("page", [many, finished])
def test_other_pages_hand_no_mathematics_to_markdown(
    dollars: Path, page: Callable[[], Any]
) -> None:
    app = opened(page)
    written(app)


def test_what_is_wrong_is_told_with_its_dollars(dollars: Path) -> None:
    app = opened(one)
    app.text_area[0].set_value('rules.review = ["$a$"]').run()
    (error,) = app.error
    assert "there is no measure '\\$a\\$'" in error.value
    written(app)
