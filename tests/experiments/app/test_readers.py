"""Everybody can read the page: contrast of texts, names of charts, lists that take the focus."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from experiments.app import pages
from experiments.app.shown import markup
from tests.experiments.app.test_pages import fine, one, press, seat

pytestmark = pytest.mark.fast

CSS = Path(pages.__file__).with_name("page.css")
LEAST = 4.5
"""Contrast of texts of usual size: WCAG 2.2, 1.4.3."""


def rules() -> dict[str, dict[str, str]]:
    """Give the declarations of the page's style sheet, by selector."""
    text = CSS.read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for names, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        said = dict(re.findall(r"([a-z-]+):\s*([^;!]+)", body))
        for name in names.split(","):
            found.setdefault(name.strip(), {}).update(said)
    return found


def light(colour: str) -> float:
    """Give the relative luminance of a colour."""
    digits = colour.strip().lstrip("#")
    digits = "".join(2 * c for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_text_has_contrast() -> None:
    said = {name: each for name, each in rules().items() if "color" in each}
    captions = said['[data-testid="stCaptionContainer"]']
    assert captions["opacity"] == "1", "Streamlit's own lets the paper through: a contrast of 3.9"
    assert len(said) > 5
    for name, each in said.items():
        assert contrast(each["color"], each.get("background", "#ffffff")) >= LEAST, name
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


def charts(app: AppTest) -> list[str]:
    return [element.proto.alt for element in app.get("vega_lite_chart")]


@pytest.mark.parametrize("page", [one, seat])
def test_every_chart_has_a_name(folder: Path, page: Callable[[], None]) -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    if page is seat:
        press(app, "Begin")
        while not app.header:
            press(app, "Let it stand until something changes")
    fine(app)
    names = charts(app)
    assert names
    assert all(len(name) > 20 for name in names), names
    assert len(set(names)) == len(names), "each says what it shows"


class Scrolls(HTMLParser):
    """Collects the attributes of what scrolls by the style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self._scrolling = {
            name.lstrip(".")
            for name, said in rules().items()
            if {"overflow-x", "overflow-y"} & set(said)
        }

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if self._scrolling & set((said.get("class") or "").split()):
            self.found.append(said)


def test_what_scrolls_takes_the_focus_and_has_a_name() -> None:
    parser = Scrolls()
    parser.feed(markup.story([(1, "East offers.")]) + markup.table(["", "a"], [["b", "c"]]))
    assert len(parser.found) == 2
    for said in parser.found:
        assert said.get("tabindex") == "0"
        assert said.get("aria-label")
        assert said.get("role")
