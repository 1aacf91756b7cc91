"""What all tests share."""

import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "default",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("nightly", parent=settings.get_profile("default"), max_examples=1_000,
                          derandomize=False, print_blob=True)  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is `slow`, and keep one in so many cases of a test that says `one_in`.

    Which ones is decided by their names: the same on every machine, and spread over all parameters.
    With `CASES=all` and nightly everything is tried.
    """
    if os.environ.get("CASES") == "all" or not settings.default.derandomize:
        return
    cases = defaultdict(list)
    for item in items:
        if mark := item.get_closest_marker("one_in"):
            cases[item.nodeid.partition("[")[0], *mark.args].append(item.nodeid)
    left = {item.nodeid for item in items if item.get_closest_marker("slow")} | {
        case
        for (_, share), all_of_it in cases.items()
        for case in sorted(all_of_it, key=_spread)[-(-len(all_of_it) // share) :]
    }
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left])
    items[:] = [item for item in items if item.nodeid not in left]


def _spread(case: str) -> int:
    return crc32(case.encode())


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep solved tables in one directory of this session, and never in the user's own."""
    own = tmp_path_factory.getbasetemp()
    directory = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "tables"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TARIFF_TALKS_CACHE", str(directory))
        yield directory


_SIGNALS = [each for each in signal.Signals if each.name in ("SIGINT", "SIGTERM", "SIGALRM")]


def _process() -> dict[str, Any]:
    """Give what a test could leave changed behind in the process."""
    return {
        **{f"the handler of {each.name}": signal.getsignal(each) for each in _SIGNALS},
        "the working directory": Path.cwd(),
        "what numpy does about errors": np.geterr(),
    }


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test fail that leaves the process changed, and put it back for the others.

    `monkeypatch` is torn down first, so that what it changes is no fault.
    """
    before = _process()
    yield
    monkeypatch.undo()
    after = _process()
    os.chdir(before["the working directory"])
    np.seterr(**before["what numpy does about errors"])
    for each in _SIGNALS:
        handler = before[f"the handler of {each.name}"]
        if after[f"the handler of {each.name}"] is not handler:
            signal.signal(each, handler)
    left = [
        what
        for what, value in before.items()
        if value != after[what] and value is not signal.SIG_IGN  # a shell started it with &
    ]
    assert not left, f"this test leaves {' and '.join(left)} changed"
