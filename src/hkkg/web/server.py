"""Serving with uvicorn, in this process, on a socket that is bound beforehand."""

from __future__ import annotations

import asyncio
import errno
import gc
import signal
import socket
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from hkkg import isolation
from hkkg.errors import Place, ServerError, WorkerFailedError
from hkkg.web.app import create_app
from hkkg.web.connection import Connection, patrol
from hkkg.web.envelope import Envelope

if TYPE_CHECKING:
    from hkkg.web.service import Service

_BACKLOG: Final = 1024
_IDLE_SECONDS: Final = 75
_GARBAGE: Final = 50_000
"""Objects that may pile up before a search for cycles among them, which each request would else pay for."""
_WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not bound


def bind(host: str, port: int) -> socket.socket:
    """Bind and listen, so that a taken port is known at once, and port 0 becomes a real one.

    Raises:
        ServerError: the address cannot be had.
    """
    place = Place(host, port)
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OverflowError:
        raise ServerError("there is no such port.", place=place, hint="Ports go from 0 to 65535.") from None
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]
        hint = "Choose another with --port; --port 0 takes any free one."
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            hint = "Choose an address of this machine with --host, such as 127.0.0.1 or 0.0.0.0."
        raise ServerError(f"cannot listen here: {reason}.", place=place, hint=hint) from None


def address(listener: socket.socket) -> str:
    """Return the URL at which a listening socket is reached."""
    host, port = listener.getsockname()[:2]
    host = _WILDCARDS.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


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
        backlog=_BACKLOG,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=int(service.settings.limits.closing_seconds),
    )
    server = uvicorn.Server(config)
    isolation.keep_freed_memory()
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(service, server, listener))
    if service.is_lost:
        raise WorkerFailedError(
            "the process that holds the graph has ended.", hint="Start the service again."
        )


async def _serve(service: Service, server: Any, listener: socket.socket) -> None:  # noqa: ANN401 - uvicorn's server
    # uvicorn raises the signal that ended it once more, which here means that all is well.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    await service.begin()
    patrol(server.server_state.connections, asyncio.get_running_loop())
    await server.serve(sockets=[listener])
    await service.close()
