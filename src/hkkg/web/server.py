"""Serving the application with granian, in this process, on a socket that is bound beforehand."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Final

from granian.constants import Interfaces
from granian.net import SocketHolder  # type: ignore[attr-defined]  # re-exported unmarked
from granian.server.embed import Server

from hkkg.errors import Place, ServerError

if TYPE_CHECKING:
    from fastapi import FastAPI

_BACKLOG: Final = 1024
_STACK: Final = 64 * 1024 * 1024
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


class _BoundServer(Server):
    """granian would bind an address of its own; this one takes the socket that is bound already."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        super().__init__(app, interface=Interfaces.ASGINL, log_enabled=False)
        self._listener = listener

    def _init_shared_socket(self) -> None:
        # granian's stubs give the class another signature on each platform.
        holder = SocketHolder(self._listener.detach(), False, _BACKLOG)  # type: ignore[call-arg]  # noqa: FBT003
        self._shd = holder  # type: ignore[assignment]


def run(app: FastAPI, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    # The engine's parser recurses, and a query runs on a thread.
    threading.stack_size(_STACK)
    asyncio.run(_serve(_BoundServer(app, listener)))
    # A query that still runs cannot be cancelled, and must not keep the process.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _serve(server: Server) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    await server.serve()
