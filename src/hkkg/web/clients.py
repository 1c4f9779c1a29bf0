"""Who asks: the host at the other end, or the one that a proxy there speaks for."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FORWARDED = b"x-forwarded-for"


class Clients:
    """Tells the hosts of clients.

    Args:
        proxies: addresses and networks whose word is taken for whom they speak for.
    """

    def __init__(self, proxies: Iterable[str]) -> None:
        """Read the networks."""
        self._networks = [ip_network(proxy, strict=False) for proxy in proxies]

    def host(self, peer: str, forwarded: bytes | None) -> str:
        """Return the address of a client's host.

        Each proxy adds at the end of X-Forwarded-For whom it was asked by. What stands before the last that
        no trusted proxy wrote may be anybody's invention.

        Args:
            peer: the host at the other end of the connection.
            forwarded: the field of the request.
        """
        if not forwarded or not self._networks or not self._is_proxy(peer):
            return peer
        said = [part.strip() for part in forwarded.decode("latin-1").split(",")]
        return next((host for host in reversed(said) if not self._is_proxy(host)), said[0])

    def _is_proxy(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)
