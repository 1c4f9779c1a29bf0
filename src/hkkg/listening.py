"""Sockets that a service listens on."""

from __future__ import annotations

import errno
import socket
from typing import Final

from hkkg.errors import Place, ServerError

BACKLOG: Final = 1024
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
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OverflowError:
        raise ServerError("there is no such port.", place=place, hint="Ports go from 0 to 65535.") from None
    except UnicodeError:
        hint = "Its parts between dots have 1 to 63 letters each."
        raise ServerError("cannot listen here: this is no host's name.", place=place, hint=hint) from None
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
