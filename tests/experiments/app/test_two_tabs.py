"""Two tabs of a browser: neither waits for the other, and each has its own game."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.app.visiting import STATE, Visitor

pytestmark = pytest.mark.browser

SLOW = """
from pathlib import Path
from time import monotonic, sleep
from sim.seats.strategy import Strategy

class Slow(Strategy):
    def propose(self, view):
        Path("begun").touch()
        until = monotonic() + 300
        while not Path("go").exists() and monotonic() < until:
            sleep(0.01)
        return -1
"""
"""A strategy that thinks until a file is there, longer than any visitor waits for a page."""


@pytest.fixture
def tabs(chromium: Any, served: str) -> Iterator[tuple[Visitor, Visitor]]:
    """Open two tabs of one browser with one profile."""
    profile = chromium.new_context()
    both = Visitor(profile, served), Visitor(profile, served)
    yield both
    profile.close()
    assert [each.broken for each in both] == [[], []]


@contextmanager
def thinking(visitor: Visitor, path: str, folder: Path) -> Iterator[None]:
    """Let the hub of a tab play a strategy that thinks meanwhile; it may go on afterwards."""
    for name in ("begun", "go"):
        (folder / name).unlink(missing_ok=True)
    (folder / "slow.py").write_text(SLOW, encoding="utf-8")
    page = visitor.open(path)
    page.get_by_text("Choose scenario, rule, strategies and seed").click()
    further = page.get_by_role("textbox", name="Further settings, one a line")
    further.fill('strategies.usa = "slow.py:Slow"\nrules.first_mover = "hub"')
    further.press("Control+Enter")
    if path == "seat":
        visitor.shows("United States: slow.py:Slow")
        page.get_by_role("button", name="Begin").click()
    until_begun(visitor, folder)
    try:
        yield
    finally:
        (folder / "go").touch()


def until_begun(visitor: Visitor, folder: Path) -> None:
    for _ in range(600):
        if (folder / "begun").exists():
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError("it does not think")


def busy(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate(f"{STATE} === 'running'"))


@pytest.mark.parametrize("path", ["", "many", "seat"], ids=["one", "many", "seat"])
def test_no_tab_waits_for_a_slow_strategy_in_another(
    tabs: tuple[Visitor, Visitor], site: Path, path: str
) -> None:
    """While one tab thinks, the other plays a negotiation, many worlds, and a game."""
    slow, other = tabs
    with thinking(slow, path, site):
        page = other.open("")
        other.press("To the end")
        other.shows("In USD bn a year against no deal in any talk.")
        page = other.open("many")
        page.get_by_role("spinbutton", name="Worlds").fill("60")
        other.key("Enter")
        other.shows("deals of United States – Japan")
        other.open("seat")
        other.press("Begin")
        other.shows("What lies on the table?")
        other.press("Make this move")
        other.shows("Round 2 of")
        other.open("results")
        other.shows("How often is there a deal?")
        assert busy(slow), "it still thinks"
        assert not (site / "go").exists()
    slow.settle()
    shown = {"": "How it stands:", "many": "deals of United States – Japan"}
    slow.shows(shown.get(path, "What lies on the table?"))


def begin(visitor: Visitor, country: str) -> None:
    """Take a seat."""
    visitor.open("seat")
    choice = visitor.page.get_by_role("radiogroup").filter(has_text="Korea")
    choice.get_by_text(country, exact=True).click()
    visitor.settle()
    visitor.press("Begin")
    visitor.shows("What lies on the table?")


def seen(visitor: Visitor) -> str:
    """Give the text of the page."""
    text: str = visitor.page.locator("[data-testid=stMain]").inner_text()
    return text


def test_each_tab_has_its_own_game(tabs: tuple[Visitor, Visitor]) -> None:
    japan, korea = tabs
    begin(japan, "Japan")
    japan.press("Make this move")
    japan.shows("Round 2 of")
    begin(korea, "Korea")
    assert "You are Korea." in seen(korea)
    assert "Round 1 of" in seen(korea)
    japan.press("Make this move")
    japan.shows("Round 3 of")
    korea.click("Walk away: no deal in this talk")
    korea.press("Make this move")
    korea.shows("no deal: one side walked away")
    japan.press("Make this move")
    japan.shows("Round 4 of")
    assert "You are Japan." in seen(japan)
    assert "How did it end?" not in seen(japan)
    korea.press("Take back my last move")
    korea.shows("Round 1 of")
    assert "Round 4 of" in seen(japan)
