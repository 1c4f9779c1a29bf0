"""Connections on which each thing that is awaited has one deadline, however slowly its bytes drip."""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    import socket

    from _typeshed import WriteableBuffer


class Deadline(io.RawIOBase):
    """The bytes of a socket, as long as they come in time."""

    def __init__(self, sock: socket.socket) -> None:
        """Take a socket, whose timeout is how long each thing may take that is awaited."""
        super().__init__()
        self._sock = sock
        self._seconds = sock.gettimeout()
        self._raw = sock.makefile("rb", buffering=0)
        self.renew()

    def renew(self) -> None:
        """Begin to await something else."""
        self._start = time.monotonic()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """Read some bytes, none at the end.

        Raises:
            TimeoutError: none came in time.
        """
        if self._seconds is not None:
            left = self._start + self._seconds - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket, as it was."""
        if not self.closed and self._sock.fileno() >= 0:
            self._sock.settimeout(self._seconds)
        self._raw.close()
        super().close()


def _response_class(connection: Any, sock: socket.socket, *options: Any, **named: Any) -> HTTPResponse:  # noqa: ANN401
    """Make the response that a connection reads, whose head has one deadline."""
    response = HTTPResponse(sock, *options, **named)
    response.fp.close()
    connection.deadline = Deadline(sock)
    response.fp = io.BufferedReader(connection.deadline)
    return response


class _Connection(HTTPConnection):
    response_class = _response_class  # type: ignore[assignment]  # called like the class
    deadline: Deadline


class _SecureConnection(HTTPSConnection):
    response_class = _response_class  # type: ignore[assignment]  # called like the class
    deadline: Deadline


class _ConnectionPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecureConnectionPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PoolManager(urllib3.PoolManager):
    """A pool of connections with deadlines."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of urllib3
        """Take the options of urllib3."""
        super().__init__(**options)
        self.pool_classes_by_scheme = {"http": _ConnectionPool, "https": _SecureConnectionPool}
