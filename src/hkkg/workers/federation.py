"""Which hosts a query may call by SERVICE, decided before it is evaluated."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hkkg.errors import FederationRefusedError
from hkkg.store.tokens import service_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

_IRI: Final = re.compile(r"<([^<>\\]*)>")


def refuse_strange_services(text: str, allowed: Sequence[str]) -> None:
    """Refuse a query that calls a host which is not on the list.

    An allowed host that its name leads to a private address is refused too, unless that address is listed.

    Raises:
        FederationRefusedError: it calls another host, or one that only its evaluation tells.
    """
    for target in sorted(service_targets(text)):
        found = _IRI.fullmatch(target)
        if not found:
            raise FederationRefusedError(
                f"SERVICE {target} is not allowed: which host it calls must stand in the query.",
                hint="Write its address in full: SERVICE <https://…>.",
            )
        _refuse_host(found[1], allowed)


def _refuse_host(address: str, allowed: Sequence[str]) -> None:
    host = urlsplit(address).hostname or ""
    if host not in allowed:
        raise FederationRefusedError(
            f"SERVICE <{address}> is not allowed: {host or 'it'} is not among the hosts that may be called.",
            hint=f"These may: {', '.join(allowed)}.",
        )
    for found in _addresses(host):
        if not found.is_global and str(found) not in allowed:
            raise FederationRefusedError(f"SERVICE <{address}> is not allowed: {host} is a private address.")


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        return [ipaddress.ip_address(entry[4][0]) for entry in socket.getaddrinfo(host, None)]
    except OSError:
        raise FederationRefusedError(f"the host {host} is not known.") from None
