"""The gate of the page: who may ask it anything at all.

The page runs strategy files as its owner, so that nobody else may reach it: no other program of
this machine, and no other page in the owner's browser.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
Served = Callable[[Scope, Receive, Send], Awaitable[None]]

HOSTS = ("127.0.0.1", "localhost", "::1")
"""Names under which a browser of this machine reaches it; any other was rebound by somebody."""

_FOREIGN = "This page answers a browser on its own machine alone, and was asked as {}."
_ELSEWHERE = "This page does not answer what another page asks; it was asked by {}."
_SECRET = (
    "The address of this page has a secret in it. Open the one that 'tariff-talks app' has "
    "printed: it is another one after every start."
)


class Gate:
    """Lets a request through that is for this machine, from this page, and knows its secret.

    Args:
        served: the page.
        secret: the first part of every path.
    """

    def __init__(self, served: Served, secret: str) -> None:
        self._served, self._secret = served, secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it before the page has seen it."""
        if scope["type"] == "lifespan":
            await self._served(scope, receive, send)
        elif said := refusal(scope, self._secret):
            await _refuse(scope, send, said)
        else:
            await self._served(scope, receive, _telling_nobody(send))


def refusal(scope: Scope, secret: str) -> str:
    """Say why a request is refused; nothing if it is not.

    Args:
        scope: of the request, as ASGI has it.
        secret: the first part of every path.
    """
    hosts, origins = _headers(scope, b"host"), _headers(scope, b"origin")
    if len(hosts) != 1 or _name(f"//{hosts[0]}") not in HOSTS:
        return _FOREIGN.format(" and ".join(hosts) or "nothing")
    if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
        return _ELSEWHERE.format(" and ".join(origins))
    first = scope["path"].lstrip("/").partition("/")[0]
    return "" if compare_digest(first.encode(), secret.encode()) else _SECRET


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _name(address: str) -> str:
    """Give the host name of an address; nothing if it is none."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


async def _refuse(scope: Scope, send: Send, said: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": said.encode()})


def _telling_nobody(send: Send) -> Send:
    """Have a browser keep the address, and the secret in it, to itself where a link leads away."""

    async def sending(message: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), (b"referrer-policy", b"no-referrer")]
            message = {**message, "headers": headers}
        await send(message)

    return sending
