"""The page in a real browser: clicks through all four parts, on a desktop and on a phone.

Skipped only where there is no Chromium. The picture in the README is made anew with

    REDRAW=1 pytest tests/experiments/app/test_browser.py -k picture

Look at it before it is committed.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.experiments.app.visiting import DESKTOP, PHONE, REBOUND, Visitor

pytestmark = pytest.mark.browser

CHART, IMAGE = "canvas, svg.marks", "[data-testid=stImage] img"
PAGES = ("", "many", "results", "seat")
HIGH = 1_400
"""Pixels of the picture: down to the plane of payoffs."""

PICTURE = Path(__file__).parents[3] / "docs" / "figures" / "app.png"


def at_round(visitor: Visitor, *rounds: int) -> None:
    """Wait until one of some rounds is shown."""
    either = "|".join(map(str, rounds))
    visitor.shows(re.compile(rf"^Round ({either}) of"))


def drawn(visitor: Visitor, what: str, number: int) -> None:
    """Wait until so many pictures or charts are drawn, and no other."""
    visitor.page.wait_for_function(f"document.querySelectorAll('{what}').length === {number}")


def test_one_negotiation_by_mouse_and_keyboard(visitor: Visitor) -> None:
    page = visitor.open("")
    at_round(visitor, 1)
    visitor.press("Step")
    at_round(visitor, 2)
    visitor.key("ArrowRight")
    visitor.key("ArrowRight")
    visitor.key("ArrowLeft")
    at_round(visitor, 3)
    page.get_by_role("button", name="To the end").focus()
    visitor.key("Enter")
    visitor.shows("In USD bn a year against no deal in any talk.")
    drawn(visitor, CHART, 2)
    visitor.press("To the start")
    visitor.press("Play")
    at_round(visitor, *range(2, 9))
    visitor.press("Pause")


def test_the_choices_change_what_is_played(visitor: Visitor) -> None:
    page = visitor.open("")
    page.get_by_text("Choose scenario, rule, strategies and seed").click()
    visitor.choose("No deal unless these are reviewed", "No measure: no rule")
    visitor.shows("before a deal nothing has to be reviewed")
    page.get_by_text("The config that gives the same").click()
    visitor.shows('"rules.review" = "none"')
    page.get_by_role("textbox", name="Further settings, one a line").fill(
        '"talks.*.measures.cars.levels" = [0, 25]'
    )
    visitor.key("Control+Enter")
    visitor.shows("do not fall; the first is the rate without a deal")
    assert "Traceback" not in page.content()


def test_many_worlds(visitor: Visitor) -> None:
    page = visitor.open("many")
    worlds = page.get_by_role("spinbutton", name="Worlds")
    worlds.fill("10000000")
    visitor.key("Enter")
    visitor.shows("10,000,000 are more than this page plays at once")
    worlds.fill("60")
    visitor.key("Enter")
    visitor.shows("deals of United States – Japan")
    drawn(visitor, IMAGE, 2)
    pictures = page.locator(IMAGE)
    assert all(
        width > 300 for width in pictures.evaluate_all("all => all.map(i => i.naturalWidth)")
    )
    visitor.click("When is there a deal?")
    drawn(visitor, IMAGE, 3)
    visitor.settle()
    page.get_by_text("The config that gives the same").click()
    button = page.get_by_role("button", name="Download the config")
    button.scroll_into_view_if_needed()
    visitor.settle()
    with page.expect_download() as download:
        button.click()
    assert "worlds = 60" in Path(download.value.path()).read_text(encoding="utf-8")


def test_the_results_of_a_run(visitor: Visitor) -> None:
    page = visitor.open("results")
    visitor.shows("What does the rule do?")
    visitor.shows("How often is there a deal?")
    assert page.locator("img.tt-wide-picture").evaluate("i => i.naturalWidth") > 900
    for label, begin in (("Download PNG", b"\x89PNG"), ("Download SVG", b"<?xml"),
                         ("Download numbers as csv", b"rules.review,")):  # fmt: skip
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert Path(download.value.path()).read_bytes().startswith(begin)
    visitor.choose("Run", "another directory, typed in")
    directory = page.get_by_role("textbox", name="Directory")
    directory.fill("/tmp")
    visitor.key("Enter")
    visitor.shows("/tmp: holds no finished run")


def test_a_seat_at_the_table(visitor: Visitor) -> None:
    page = visitor.open("seat")
    visitor.press("Begin")
    visitor.shows("What lies on the table?")
    at_round(visitor, 1)
    visitor.click("200 bn")
    cars = page.get_by_role("radiogroup").filter(has_text="20").first
    for level in ("20", "15", "0"):
        with visitor.answered():
            cars.get_by_text(level, exact=True).click()
    page.get_by_text("What will Japan sell to United States?").click()
    visitor.shows("all goods and services")
    visitor.press("Make this move")
    visitor.shows("Japan requests review of every measure.")
    at_round(visitor, 2)
    visitor.press("Take back my last move")
    at_round(visitor, 1)
    visitor.press("Make this move")
    at_round(visitor, 2)
    visitor.click("Walk away: no deal in this talk")
    visitor.press("Make this move")
    visitor.shows("no deal: one side walked away")
    visitor.shows("You beat it in")
    page.get_by_text("The config that gives the same").click()
    visitor.shows("experiments.app.game.person:Person")


def test_a_reload_keeps_the_game_and_a_link_brings_it_to_another_page(
    chromium: Any, visitor: Visitor
) -> None:
    page = visitor.open("seat")
    visitor.press("Begin")
    visitor.press("Make this move")
    at_round(visitor, 2)
    visitor.press("Make this move")
    at_round(visitor, 3)
    table = page.locator(".tt-story").inner_text()
    page.reload()
    at_round(visitor, 3)
    assert page.locator(".tt-story").inner_text() == table
    page.get_by_text("A link to this").click()
    link = page.locator("code").filter(has_text="begun=yes").inner_text()
    secret = visitor.address.rpartition("/")[2]
    assert secret in page.url
    assert secret not in link
    other = Visitor(chromium, visitor.address)
    other.open(link)
    at_round(other, 3)
    assert other.page.locator(".tt-story").inner_text() == table
    other.page.close()


def test_a_reload_keeps_the_negotiation_and_its_round(visitor: Visitor) -> None:
    page = visitor.open("?seed=7&rule=none")
    visitor.shows("before a deal nothing has to be reviewed")
    visitor.press("Step")
    at_round(visitor, 2)
    page.wait_for_url(re.compile("round=2"))
    page.reload()
    at_round(visitor, 2)
    visitor.shows("before a deal nothing has to be reviewed")


def test_a_game_by_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("seat")
    visitor.tab_to("Begin")
    visitor.key("Enter")
    visitor.shows("A move has three parts")
    page.get_by_role("radio", name="Go on bargaining").focus()
    visitor.key("ArrowDown")
    visitor.tab_to("Make this move")
    visitor.key("Enter")
    visitor.shows("no deal: one side walked away")
    visitor.shows("you did better in")
    drawn(visitor, CHART, 2)


def test_a_picture_of_the_page(visitor: Visitor, tmp_path: Path) -> None:
    """One round of a talk, as the README shows it."""
    page = visitor.open("")
    visitor.press("To the end")
    visitor.shows("How it stands:")
    page.set_viewport_size({"width": 1200, "height": HIGH})
    page.wait_for_timeout(1_000)
    drawn = PICTURE if os.environ.get("REDRAW") else tmp_path / "app.png"
    page.screenshot(path=drawn)
    with Image.open(drawn) as now, Image.open(PICTURE) as before:
        assert now.size == before.size
        told = now.convert("L").resize((120, HIGH // 10))
    paper = sum(told.histogram()[250:]) / (120 * (HIGH // 10))
    assert 0.3 < paper < 0.95, "something is on it, and not all over it"


def test_on_a_phone_the_other_parts_are_above_what_is_shown(chromium: Any, served: str) -> None:
    visitor = Visitor(chromium, served, PHONE)
    page = visitor.open("seat")
    for part, title in (("Many worlds", "Many worlds:"), ("Results of a run", "Results of a run:")):
        link = page.locator(".st-key-parts").get_by_role("link", name=part)
        assert link.bounding_box()["y"] < PHONE[1] / 3, "without scrolling, and without a menu"
        link.click()
        page.get_by_role("heading", name=title).wait_for()
    page.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", PAGES, ids=["one", "many", "results", "seat"])
def test_nothing_is_wider_than_the_screen(
    chromium: Any, served: str, path: str, size: tuple[int, int]
) -> None:
    visitor = Visitor(chromium, served, size)
    page = visitor.open(path)
    if path == "seat":
        visitor.press("Begin")
        visitor.shows("What lies on the table?")
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    page.close()
    assert wide <= size[0]


def test_a_page_without_the_secret_shows_only_what_to_do(chromium: Any, served: str) -> None:
    visitor = chromium.new_page()
    for path in ("/", "/seat", "/wrong-secret/", "/_stcore/health"):
        answer = visitor.goto(f"{served.rpartition('/')[0]}{path}")
        assert answer.status == 403
        assert "The address of this page has a secret in it." in visitor.inner_text("body")
    visitor.close()


def test_a_name_that_somebody_rebound_does_not_reach_it(chromium: Any, served: str) -> None:
    page = chromium.new_page()
    assert page.goto(f"{served.replace('127.0.0.1', REBOUND)}/").status == 403
    assert "answers a browser on its own machine alone" in page.inner_text("body")
    talk = """address => new Promise(done => {
        const socket = new WebSocket(address)
        socket.onopen = () => done('open')
        socket.onerror = () => done('refused')
    })"""
    stream = f"{served.replace('http', 'ws')}/_stcore/stream"
    assert page.evaluate(talk, stream) == "refused", "even where another page has the secret"
    page.goto(f"{served}/_stcore/health")
    assert page.evaluate(talk, stream) == "open"
    page.close()


def test_only_files_of_the_folder_in_which_it_was_started_are_run(
    visitor: Visitor, site: Path, tmp_path: Path
) -> None:
    outside, told = tmp_path / "mine.py", tmp_path / "it was run"
    outside.write_text(f"open({str(told)!r}, 'w')\n", encoding="utf-8")
    (site / "link.py").symlink_to(outside)
    page = visitor.open("")
    page.get_by_text("Choose scenario, rule, strategies and seed").click()
    further = page.get_by_role("textbox", name="Further settings, one a line")
    for name in (str(outside), "link.py", f"../{tmp_path.name}/mine.py"):
        further.fill(f'strategies.usa = "{name}:Mine"')
        further.press("Control+Enter")
        visitor.shows(re.compile(f"{re.escape(name)}.*lies outside"))
    further.fill('strategies.usa = "antigravity:Mine"')
    further.press("Control+Enter")
    visitor.shows("names the module 'antigravity' of Python itself")
    assert not told.exists()
