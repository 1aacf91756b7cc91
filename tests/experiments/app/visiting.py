"""A server of the page, and somebody with a real browser who visits it.

The server listens on this machine only and ends by itself if nobody ends it.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import urlopen

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
REBOUND = "rebound.example"
"""A name that leads to this machine, as one does whose name server is another's."""

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"]  # fmt: skip
DESKTOP, PHONE = (1280, 900), (390, 844)
REQUIRED = "TARIFF_TALKS_BROWSER"
"""Environment variable that makes a missing browser a failure."""

LONGEST = 900
"""Seconds after which a server ends by itself."""

OUTSIDE = "asked of another machine:"
"""What a server writes into its log before it looks up, or speaks to, any machine but this one."""

COMMAND = f"""
import os, sys, threading

def hear(event, said):
    if event in ("socket.getaddrinfo", "socket.connect", "socket.sendto"):
        asked = said[1] if event != "socket.getaddrinfo" else said
        host = asked[0] if isinstance(asked, tuple) else asked
        if host not in ("127.0.0.1", "localhost", "::1", None) and not str(host).startswith("/"):
            print("{OUTSIDE}", event, host, file=sys.stderr, flush=True)

sys.addaudithook(hear)
clock = threading.Timer({LONGEST}, os._exit, (3,))
clock.daemon = True
clock.start()
from experiments.commands.cli import main
raise SystemExit(main())
"""


def free() -> int:
    """Give a port of this machine on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def begun(words: Sequence[str], **more: Any) -> "subprocess.Popen[str]":
    """Start the command `app`."""
    return subprocess.Popen([sys.executable, "-c", COMMAND, "app", *words], text=True, **more)


def wait_for(address: str, server: "subprocess.Popen[str]") -> None:
    """Wait until a server answers."""
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


def printed(log: Path, server: "subprocess.Popen[str]") -> str:
    """Wait until a server has printed its address, secret and all; give it."""
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        said = re.search(r"http://[^ ]+/(?= )", log.read_text(encoding="utf-8"))
        if said:
            return said[0].rstrip("/")
        time.sleep(0.1)
    raise AssertionError(f"the server prints no address: {log.read_text(encoding='utf-8')}")


@contextmanager
def served(folder: Path, words: Sequence[str] = ()) -> Iterator[str]:
    """Serve the page from a folder; give its address. It ends cleanly, and tells of no fault."""
    port, log = free(), folder / "server.log"
    with log.open("w") as file:
        server = begun(["--port", str(port), *words], cwd=folder, stdout=file, stderr=file)
        try:
            address = printed(log, server)
            wait_for(address, server)
            yield address
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
        finally:
            server.kill()
            server.wait()
    said = log.read_text(encoding="utf-8")
    assert server.returncode == 0
    assert "Traceback" not in said
    assert OUTSIDE not in said


@contextmanager
def chromium() -> Iterator[Any]:
    """Start a browser with an empty profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def missing() -> str:
    """Say what is missing for a visit; nothing if it can be made.

    Raises:
        AssertionError: something is missing where a browser is required.
    """
    said = "" if CHROMIUM else "there is no Chromium: apt-get install chromium"
    if said and os.environ.get(REQUIRED):
        raise AssertionError(said)
    return said


STATE = """document.querySelector('[data-testid=stApp]').getAttribute('data-test-script-state')"""
WATCH = f"""() => {{
    window.answers = 0
    window.changed = performance.now()
    new MutationObserver(() => {{
        window.changed = performance.now()
        if ({STATE} === 'notRunning') window.answers += 1
    }}).observe(document.querySelector('[data-testid=stApp]'),
                {{attributes: true, attributeFilter: ['data-test-script-state']}})
}}"""
"""Counts how often the page has answered, and notes when it last began or ended to."""


STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""What axe holds a page to: WCAG 2.2, levels A and AA."""


def barriers(page: Any) -> list[str]:
    """Give what axe finds that keeps somebody from reading or using what is shown, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": STANDARDS, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']} in {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


class Visitor:
    """Somebody with a browser."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int] = DESKTOP) -> None:
        from playwright.sync_api import TimeoutError as Late

        self._late = Late
        self.address, self.asked, self.broken = address, set[str](), list[str]()
        self.page = browser.new_page()
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.on("request", lambda request: self.asked.add(str(urlparse(request.url).hostname)))
        self.page.on("pageerror", lambda problem: self.broken.append(str(problem)))

    @property
    def hosts(self) -> set[str]:
        """All machines that were asked for anything."""
        return self.asked - {"None"}

    def open(self, path: str) -> Any:
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("h1").wait_for(timeout=60_000)
        self.page.evaluate(WATCH)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the page has been at rest for a while."""
        self.page.wait_for_function(
            f"{STATE} === 'notRunning' && performance.now() - window.changed > 300",
            timeout=90_000,
            polling=50,
        )

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Do something, and wait until the page has answered it.

        An answer that begins and ends within one frame is not noticed; after four seconds what is
        shown then counts.
        """
        before = self.page.evaluate("window.answers")
        yield
        with suppress(self._late):
            self.page.wait_for_function(f"window.answers > {before}", timeout=4_000, polling=50)
        self.settle()

    def press(self, label: str) -> None:
        with self.answered():
            self.page.get_by_role("button", name=label).first.click()

    def click(self, text: str) -> None:
        with self.answered():
            self.page.get_by_text(text, exact=True).first.click()

    def key(self, name: str) -> None:
        with self.answered():
            self.page.keyboard.press(name)

    def choose(self, label: str, option: str) -> None:
        """Choose in a list by the keyboard: type, go down to it, take it.

        A list closes when the page below it moves, as it does while something unfolds; then it is
        opened once more. What is typed and not taken is gone when the focus leaves.
        """
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.scroll_into_view_if_needed()
        for _ in range(6):
            self.settle()
            if self._taken(box, option):
                return
        raise AssertionError(f"{option} could not be chosen in {label}")

    def _taken(self, box: Any, option: str) -> bool:
        found = self.page.get_by_role("option", name=option, exact=True)
        box.fill("")
        box.fill(option)
        with suppress(self._late):
            found.wait_for(timeout=2_000)
            box.press("ArrowDown")
            if box.get_attribute("aria-activedescendant") == found.get_attribute("id", timeout=500):
                with self.answered():
                    box.press("Enter")
        box.blur()
        self.settle()
        return bool(box.input_value() == option)

    def tab_to(self, name: str) -> None:
        """Go on with the tabulator key until something has the focus."""
        for _ in range(80):
            if self.focused() == name:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {name}")

    def focused(self) -> str:
        """Say what has the focus."""
        text = self.page.evaluate("document.activeElement.innerText || ''")
        return str(text).splitlines()[-1].strip() if text else ""

    def shows(self, text: str | re.Pattern[str]) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=60_000)
