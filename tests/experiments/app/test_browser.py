"""The page in a real browser: clicks through all four parts, on a desktop and on a phone.

Skipped without the extra `browser` or without Chromium; `.ci/browser` installs both.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import urlopen

import pytest

from experiments.cli import main
from tests.experiments.app.test_command import free
from tests.experiments.small import write

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
SCENARIOS = Path(__file__).parents[3] / "configs" / "scenarios"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = ("", "many", "results", "seat")
DESKTOP, PHONE = (1280, 900), (390, 844)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the page on a free port of this machine, with a run of its own to open."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    pytest.importorskip(
        "playwright", reason="the extra 'browser' is not installed: pip install -e '.[browser]'"
    )
    folder = tmp_path_factory.mktemp("served")
    words = ["run", str(write(folder)), "--out", str(folder / "results"), "--workers", "1"]
    assert main([*words, "--no-figures"]) == 0
    port = free()
    command = "from experiments.cli import main; raise SystemExit(main())"
    words = ["app", "--port", str(port), "--scenarios", str(SCENARIOS)]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", command, *words], cwd=folder, stdout=log, stderr=log,
            env={**os.environ},
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
    assert server.returncode == 0
    assert "Traceback" not in (folder / "server.log").read_text(encoding="utf-8")


def wait_for(address: str) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")


@pytest.fixture(scope="module")
def chromium(served: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int]) -> None:
        self.address, self.left, self.broken = address, set[str](), list[str]()
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.page.on("request", lambda request: self.left.add(str(urlparse(request.url).hostname)))
        self.page.on("pageerror", lambda problem: self.broken.append(str(problem)))

    def open(self, path: str) -> Any:
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("h1").wait_for(timeout=60_000)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page has answered."""
        self.page.wait_for_timeout(250)
        self.page.wait_for_function(
            "document.querySelector('[data-testid=stApp]')"
            ".getAttribute('data-test-script-state') === 'notRunning'",
            timeout=90_000,
        )

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label).first.click()
        self.settle()

    def choose(self, label: str, option: str) -> None:
        """Choose in a list by the keyboard."""
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.focus()
        box.fill(option)
        box.press("ArrowDown")
        box.press("Enter")
        self.settle()

    def shows(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=60_000)

    def round(self) -> int:
        told = self.page.get_by_text(re.compile(r"^Round \d+ of")).first.inner_text()
        return int(told.split()[1])


@pytest.fixture
def visitor(chromium: Any, served: str) -> Iterator[Visitor]:
    visitor = Visitor(chromium, served, DESKTOP)
    yield visitor
    visitor.page.close()
    hosts = visitor.left - {"None"}
    assert hosts == {"127.0.0.1"}, "something was asked of another machine"
    assert visitor.broken == []


def test_one_negotiation_by_mouse_and_keyboard(visitor: Visitor) -> None:
    page = visitor.open("")
    assert visitor.round() == 1
    visitor.press("Step")
    assert visitor.round() == 2
    page.keyboard.press("ArrowRight")
    visitor.settle()
    page.keyboard.press("ArrowRight")
    visitor.settle()
    page.keyboard.press("ArrowLeft")
    visitor.settle()
    assert visitor.round() == 3
    page.get_by_role("button", name="To the end").focus()
    page.keyboard.press("Enter")
    visitor.settle()
    visitor.shows("In USD bn a year against no deal in any talk.")
    assert page.locator("canvas, svg.marks").count() >= 2, "the charts are drawn"
    visitor.press("To the start")
    visitor.press("Play")
    page.wait_for_timeout(3_500)
    visitor.press("Pause")
    assert 2 <= visitor.round() <= 5


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
    page.keyboard.press("Control+Enter")
    visitor.shows("do not fall; the first is the rate without a deal")
    assert "Traceback" not in page.content()


def test_many_worlds(visitor: Visitor) -> None:
    page = visitor.open("many")
    worlds = page.get_by_role("spinbutton", name="Worlds")
    worlds.fill("10000000")
    worlds.press("Enter")
    visitor.shows("10,000,000 are more than this page plays at once")
    worlds.fill("60")
    worlds.press("Enter")
    visitor.settle()
    visitor.shows("deals of United States – Japan")
    pictures = page.locator("[data-testid=stImage] img")
    pictures.first.wait_for()
    assert pictures.count() == 2
    assert all(
        width > 300 for width in pictures.evaluate_all("all => all.map(i => i.naturalWidth)")
    )
    page.get_by_text("When is there a deal?").click()
    visitor.settle()
    page.wait_for_function("document.querySelectorAll('[data-testid=stImage] img').length === 3")
    with page.expect_download() as download:
        page.get_by_text("The config that gives the same").click()
        page.get_by_role("button", name="Download the config").click()
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
    directory.press("Enter")
    visitor.shows("/tmp: holds no finished run")


def test_a_seat_at_the_table(visitor: Visitor) -> None:
    page = visitor.open("seat")
    visitor.press("Begin")
    visitor.shows("What lies on the table?")
    assert visitor.round() == 1
    for level in ("15", "10", "0"):
        page.get_by_role("radiogroup").filter(has_text="200 bn").first.get_by_text("200 bn").click()
        cars = page.get_by_role("radiogroup").filter(has_text="10").first
        cars.get_by_text(level, exact=True).click()
        visitor.settle()
    page.get_by_text("What will Japan sell to United States?").click()
    visitor.shows("all goods and services")
    visitor.press("Make this move")
    visitor.shows("Japan requests review of every measure.")
    assert visitor.round() == 2
    visitor.press("Take back my last move")
    assert visitor.round() == 1
    visitor.press("Make this move")
    page.get_by_text("Walk away: no deal in this talk").click()
    visitor.settle()
    visitor.press("Make this move")
    visitor.shows("no deal: one side walked away")
    visitor.shows("You beat it in")
    page.get_by_text("The config that gives the same").click()
    visitor.shows("experiments.app.person:Person")


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
