"""Around the web framework: what each of its answers has, and a note of each request that it answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from hkkg.web.clients import FORWARDED
from hkkg.web.exchange import CLIENT_CLOSED, COMMON_FIELDS
from hkkg.web.heads import joined
from hkkg.web.operations import Served

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from hkkg.web.service import Service

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

_OWN: Final = (
    *(b"/sparql", b"/api/search", b"/api/ask", b"/reconcile", b"/why", b"/validate"),
    *(b"/catalog", b"/.well-known/void", b"/dump"),
)
_PAGES: Final = b"pages"
"""Stands in metrics for all addresses that the framework answers but those."""


class Envelope:
    """An ASGI application around another.

    Args:
        app: that answers.
        service: that takes note.
    """

    def __init__(self, app: Application, service: Service) -> None:
        """Put it around."""
        self._app = app
        self._service = service

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, and take note of it when it is over."""
        arrived = self._service.lanes.loop.time()
        client = self._host(scope)
        scope["client"] = (client, 0)
        served = Served(client, scope["method"], scope["raw_path"], CLIENT_CLOSED)

        async def pass_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                served.status = message["status"]
                message["headers"] = [*message["headers"], *_missing(message["headers"])]
            elif message["type"] == "http.response.body" and scope["method"] != "HEAD":
                served.sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, pass_on)
        finally:
            served.query_text = scope["state"].get("query", "")
            self._service.note(served, _address(served.path), self._service.lanes.loop.time() - arrived)

    def _host(self, scope: Message) -> str:
        peer = scope["client"][0] if scope["client"] else ""
        return self._service.clients.host(peer, joined(scope["headers"]).get(FORWARDED))


def ending_early(app: Application, cycle: Any, linger: Callable[[], None]) -> Application:  # noqa: ANN401 - uvicorn's
    """Make an application that does not wait for all of a request end the connection with its answer.

    What it has not taken of the body would else be taken for the next request's.

    Args:
        app: that answers.
        cycle: uvicorn's, of the request.
        linger: ends the connection when the client has read the answer.
    """

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        async def pass_on(message: Message) -> None:
            if message["type"] != "http.response.start" or not cycle.more_body:
                await send(message)
                return
            cycle.keep_alive = False  # so that the client is told
            await send(message)
            cycle.keep_alive, cycle.on_response = True, linger

        try:
            await app(scope, receive, pass_on)
        except asyncio.CancelledError:  # the service ends, and has waited for as long as it does
            cycle.disconnected = True

    return answer


def _address(path: bytes) -> bytes:
    return next((own for own in _OWN if path == own or path.startswith(own + b"/")), _PAGES)


def _missing(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name, _ in headers}
    return [(name, value) for name, value in COMMON_FIELDS if name not in given]
