"""Serving with uvicorn, in this process, on a socket that is bound beforehand."""

from __future__ import annotations

import asyncio
import gc
import signal
from functools import partial
from typing import TYPE_CHECKING, Final, cast

import uvicorn

from hkkg import isolation
from hkkg.errors import WorkerFailedError
from hkkg.listening import BACKLOG
from hkkg.web import validator
from hkkg.web.app import create_app
from hkkg.web.connection import Connection
from hkkg.web.envelope import Envelope
from hkkg.web.patience import patrol

if TYPE_CHECKING:
    import socket

    from hkkg.web.service import Service

_IDLE_SECONDS: Final = 75
_GARBAGE: Final = 5_000
"""Objects that may pile up before a search for cycles among them, which each request would else pay for."""


class _Server(uvicorn.Server):
    """Ends together with its service, within one bound for both."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    @property
    def connections(self) -> set[Connection]:
        """Those that are open."""
        return cast("set[Connection]", self.server_state.connections)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what runs end, and break off what has not ended in time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._service.settings.limits.closing_seconds
        await super().shutdown(sockets)
        for connection in list(self.connections):
            connection.break_off()
        validator.end_all()
        await self._service.close(max(0.0, end - loop.time()))


def run(service: Service, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, then finish what runs, within a bound.

    Raises:
        WorkerFailedError: the process that holds the graph has ended.
    """
    config = uvicorn.Config(
        Envelope(create_app(service), service),
        http=partial(Connection, service),  # type: ignore[arg-type]  # called like the class that it wraps
        loop="uvloop",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",  # it would warn of each request that is no HTTP
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=int(service.settings.limits.closing_seconds),
    )
    server = _Server(config, service)
    isolation.keep_freed_memory()
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(service, server, listener))
    if service.is_lost:
        raise WorkerFailedError(
            "the process that holds the graph has ended.", hint="Start the service again."
        )


async def _serve(service: Service, server: _Server, listener: socket.socket) -> None:
    # uvicorn raises the signal that ended it once more, which here means that all is well.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    await service.begin()
    patrol(server.connections, asyncio.get_running_loop())
    await server.serve(sockets=[listener])
