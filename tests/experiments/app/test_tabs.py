"""Two tabs: one that waits for a slow strategy does not keep the other one waiting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from streamlit.testing.v1 import AppTest

from tests.experiments.app.test_pages import fine, many, one, press, seat

pytestmark = pytest.mark.fast

SLOW = """
from pathlib import Path
from time import monotonic, sleep
from sim.seats.strategy import Strategy

class Slow(Strategy):
    def propose(self, view):
        Path("begun").touch()
        until = monotonic() + 40
        while not Path("go").exists() and monotonic() < until:
            sleep(0.01)
        return -1
"""


def tab(page: Callable[[], None], hub: str = "") -> AppTest:
    """Open a tab, with a strategy of the hub where one is named."""
    app = AppTest.from_function(page, default_timeout=60)
    said = {"further": f'strategies.hub = "{hub}"'} if hub else {}
    where = str(Path.cwd() / "scenarios" / "small.toml")
    app.session_state["choices"] = {"worlds": 5, "seat": "east", f"in {where}": said}
    app.run()
    if page is seat:
        press(app, "Begin")
    return app


@contextmanager
def busy(work: Callable[[], object]) -> Iterator[Thread]:
    """Let a slow strategy think meanwhile; how its own tab ends is of no concern.

    An `AppTest` that ends while another one goes on takes the runtime of both away.
    """

    def thinks() -> None:
        with suppress(RuntimeError):
            work()

    thread = Thread(target=thinks, daemon=True)
    thread.start()
    until = monotonic() + 30
    while not Path("begun").exists() and monotonic() < until:
        sleep(0.01)
    assert Path("begun").exists(), "it thinks"
    try:
        yield thread
    finally:
        Path("go").touch()
        thread.join(5)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("slow", [one, many, seat])
def test_a_slow_strategy_holds_up_nobody_else(folder: Path, slow: Callable[[], None]) -> None:
    (folder / "slow.py").write_text(SLOW, encoding="utf-8")
    begun = monotonic()
    with busy(lambda: tab(slow, "slow.py:Slow")) as thread:
        for page in (one, many, seat):
            fine(tab(page))
        assert thread.is_alive(), "it still thinks"
        assert monotonic() - begun < 40
