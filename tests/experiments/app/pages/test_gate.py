"""The gate of the page: a request that is not for this machine, or has no secret, goes nowhere."""

import asyncio
from typing import Any

import pytest

from experiments.app.pages.gate import Gate

pytestmark = pytest.mark.fast

SECRET = "s3cret-of-this-start"
HERE = "127.0.0.1:8501"


def asked(
    path: str, host: list[str] | None = None, origin: list[str] | None = None, kind: str = "http"
) -> tuple[bool, list[dict[str, Any]]]:
    """Ask the page behind its gate; tell whether it was reached, and what came back."""
    reached, sent = [], []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", each.encode()) for each in ([HERE] if host is None else host)]
    headers += [(b"Origin", each.encode()) for each in origin or []]
    scope = {"type": kind, "path": path, "headers": headers}
    asyncio.run(Gate(page, SECRET)(scope, None, send))  # type: ignore[arg-type]
    return bool(reached), sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host", [HERE, "localhost:8501", "LOCALHOST", "localhost.:9000", "[::1]:1"]
)
def test_a_browser_of_this_machine_with_the_secret_reaches_the_page(kind: str, host: str) -> None:
    reached, sent = asked(f"/{SECRET}/many", [host], [f"http://{host}"], kind)
    assert reached
    assert (b"referrer-policy", b"no-referrer") in sent[0]["headers"]
    assert asked(f"/{SECRET}", [host], kind=kind)[0]


@pytest.mark.parametrize(
    "host",
    [
        ["rebound.example"], ["rebound.example:8501"], ["127.0.0.1.rebound.example"],
        ["localhost@x"], ["10.0.0.7:8501"], ["[::1"], [""], [], [HERE, "rebound.example"],
    ],
    ids=str,
)  # fmt: skip
def test_any_other_name_is_refused(host: list[str]) -> None:
    reached, sent = asked(f"/{SECRET}/", host)
    assert not reached
    assert sent[0]["status"] == 403
    assert b"answers a browser on its own machine alone" in sent[1]["body"]


@pytest.mark.parametrize(
    "origin",
    [
        "http://rebound.example",
        "null",
        "http://localhost:3000",
        "http://127.0.0.1:8502",
        "http://[",
    ],
)
def test_what_another_page_asks_is_refused(origin: str) -> None:
    reached, sent = asked(f"/{SECRET}/_stcore/stream", origin=[origin], kind="websocket")
    assert not reached
    assert [each["type"] for each in sent] == ["websocket.close"]
    assert not asked(f"/{SECRET}/", origin=[f"http://{HERE}", origin])[0]


@pytest.mark.parametrize(
    "path",
    ["/", "", "/many", "/_stcore/health", f"/x/{SECRET}/", f"/{SECRET}x/", f"/{SECRET[:-1]}/"],
)
def test_without_the_secret_nothing_is_served(path: str) -> None:
    reached, sent = asked(path)
    assert not reached
    assert sent[0]["status"] == 403
    assert b"Open the one that 'tariff-talks app' has printed" in sent[1]["body"]
    assert not asked(path, kind="websocket")[0]
