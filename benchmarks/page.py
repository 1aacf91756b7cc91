"""How fast the interactive page answers, in a real browser on this machine.

    python -m benchmarks.page [--repeats 15]

From the click until all of the answer has arrived, by the clock of the browser: medians, slowest
of all, and processor time of server and browser together, which other work on the machine
touches less. The yardstick is a page with one button and one word, served and clicked alike in the
same run: its time is that of the server and the browser. Payoff tables are solved before.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from experiments.commands.app import SETTINGS
from tests.experiments.app.visiting import Visitor, chromium, free, missing, served, wait_for

SCENARIOS = Path(__file__).parents[1] / "configs" / "scenarios"
EMPTY = """
import streamlit as st
clicks = st.session_state.setdefault("clicks", 0)
st.title("Empty")
if st.button("Click"):
    st.session_state.clicks = clicks = clicks + 1
st.markdown(f"Clicks: {clicks}.")
"""
UNTIL = """
async ([button, shown]) => {
    const app = document.querySelector('[data-testid=stApp]')
    const done = () => app.getAttribute('data-test-script-state') === 'notRunning' &&
        (typeof shown === 'number'
            ? [...document.querySelectorAll('[data-testid=stImage] img')]
                .filter(each => each.complete).length === shown
            : app.textContent.includes(shown))
    const find = () => [...document.querySelectorAll('button')]
        .find(each => each.textContent.includes(button))
    while (!find()) await new Promise(next => requestAnimationFrame(next))
    const began = performance.now()
    find().click()
    while (!done()) await new Promise(next => requestAnimationFrame(next))
    return performance.now() - began
}
"""


Taken = tuple[float, float]
"""By the clock, and of processors, in milliseconds."""


def processors() -> float:
    """Give the processor time of server and browser so far, in milliseconds."""
    spent = [each.cpu_times() for each in psutil.Process().children(recursive=True)]
    return 1000 * sum(each.user + each.system for each in spent)


def milliseconds(visitor: Visitor, button: str, shown: str | int) -> Taken:
    """Time a click until a text, or a number of pictures, is shown and nothing more comes."""
    before = processors()
    taken = float(visitor.page.evaluate(UNTIL, [button, shown]))
    spent = processors() - before
    visitor.settle()
    return taken, spent


def clicks(visitor: Visitor, repeats: int) -> list[Taken]:
    """Time clicks on the empty page."""
    visitor.open("")
    return [milliseconds(visitor, "Click", f"Clicks: {n}.") for n in range(1, repeats + 1)]


def steps(visitor: Visitor, repeats: int) -> list[Taken]:
    """Time steps of one negotiation."""
    visitor.open("")
    visitor.shows("Round 1 of")
    visitor.settle()
    return [milliseconds(visitor, "Step", f"Round {n} of") for n in range(2, repeats + 2)]


def figures(visitor: Visitor, repeats: int) -> list[Taken]:
    """Time figures of 1,000 worlds, each drawn for the first time."""
    visitor.open("many")
    pictures = "document.querySelectorAll('[data-testid=stImage] img').length === 2"
    visitor.page.wait_for_function(pictures, timeout=120_000)
    visitor.settle()
    asked = visitor.page.locator("[data-testid=stButtonGroup]").last.locator("button")
    labels = asked.all_inner_texts()[2 : 2 + repeats]
    return [milliseconds(visitor, label, n) for n, label in enumerate(labels, start=3)]


def replays(visitor: Visitor, repeats: int) -> list[Taken]:
    """Time 1,000 other worlds: played, and two figures drawn."""
    visitor.open("many")
    visitor.shows("deals of")
    visitor.settle()
    worlds = visitor.page.get_by_role("spinbutton", name="Worlds")
    taken = []
    for number in range(1_001, 1_001 + repeats):
        worlds.fill(str(number))
        visitor.page.evaluate("window.began = performance.now()")
        before = processors()
        visitor.key("Enter")
        spent = processors() - before
        taken.append((float(visitor.page.evaluate("window.changed - window.began")), spent))
    return taken


@contextmanager
def empty(folder: Path) -> Iterator[str]:
    """Serve a page with one button; give its address."""
    script, port = folder / "empty.py", free()
    script.write_text(EMPTY, encoding="utf-8")
    said = [f"--{key}={value}" for key, value in (SETTINGS | {"server.port": port}).items()]
    words = [sys.executable, "-m", "streamlit", "run", str(script), *said]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, text=True)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args().repeats
    if said := missing():
        raise SystemExit(said)
    rows: dict[str, Callable[[Visitor, int], list[Taken]]] = {
        "a step of one negotiation": steps,
        "a further figure of 1,000 worlds": figures,
        "1,000 other worlds and two figures": replays,
    }
    with tempfile.TemporaryDirectory() as place, chromium() as browser:
        folder = Path(place)
        with empty(folder) as bare, served(folder, ["--scenarios", str(SCENARIOS)]) as address:
            _table(browser, bare, address, rows, repeats)


def _table(
    browser: Any,
    bare: str,
    address: str,
    rows: dict[str, Callable[[Visitor, int], list[Taken]]],
    repeats: int,
) -> None:
    steps(Visitor(browser, address), 1)
    yardstick = clicks(Visitor(browser, bare), repeats)
    print("| what | median, ms | slowest, ms | to an empty page | of processors, ms |")
    print("|---|---:|---:|---:|---:|")
    _row("a click on an empty page", yardstick, yardstick)
    for name, timed in rows.items():
        _row(name, timed(Visitor(browser, address), repeats), yardstick)


def _row(name: str, taken: list[Taken], yardstick: list[Taken]) -> None:
    middle, spent = (statistics.median(part) for part in zip(*taken, strict=True))
    ratio = middle / statistics.median(clock for clock, _ in yardstick)
    slowest = max(clock for clock, _ in taken)
    print(f"| {name} | {middle:.0f} | {slowest:.0f} | {ratio:.1f} | {spent:.0f} |", flush=True)


if __name__ == "__main__":
    main()
