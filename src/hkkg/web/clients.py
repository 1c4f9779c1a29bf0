"""Who asks: the host at the other end, or the one that a proxy there speaks for."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from hkkg import hosts

if TYPE_CHECKING:
    from collections.abc import Iterable

FORWARDED: Final = b"x-forwarded-for"
_NETWORK_BITS: Final = 64


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
        parts = forwarded.decode("latin-1").split(",")
        said = [_without_port(part.strip()) for part in parts if part.strip()] or [peer]
        return next((host for host in reversed(said) if not self._is_proxy(host)), said[0])

    def _is_proxy(self, host: str) -> bool:
        try:
            address = hosts.unmapped(ip_address(host))
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def _without_port(host: str) -> str:
    """Leave out the port that some proxies add, another one for each connection."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


def counted_as(host: str) -> str:
    """Return whom a host counts as where clients take turns.

    One with IPv6 counts as its network of 64 bits, all of whose addresses it may use.
    """
    if ":" not in host:
        return host
    try:
        address = hosts.unmapped(IPv6Address(host))
    except ValueError:
        return host
    is_old = isinstance(address, IPv4Address)
    return str(address if is_old else ip_network((int(address), _NETWORK_BITS), strict=False))
