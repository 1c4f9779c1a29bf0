"""Which hosts a query may call by SERVICE: decided before it is evaluated, and at each connection."""

from __future__ import annotations

import re
import socket
import sys
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hkkg import hosts
from hkkg.errors import FederationRefusedError
from hkkg.store.tokens import service_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

_IRI: Final = re.compile(r"<([^<>\\]*)>")
_IN_FULL: Final = "Write its address in full: SERVICE <https://…>."


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
                hint=_IN_FULL,
            )
        try:
            host = _host(found[1])
            _refuse_unlisted(host, allowed)
            for address in _addresses(host):
                _refuse_private(address, allowed)
        except FederationRefusedError as error:
            raise not_allowed(found[1], error) from None


def not_allowed(iri: str, error: FederationRefusedError) -> FederationRefusedError:
    """Say of a reason which clause it is about."""
    return FederationRefusedError(f"SERVICE <{iri}> is not allowed: {error.message}", hint=error.hint)


def guard_connections(allowed: Sequence[str]) -> None:
    """Let this process look up and connect to hosts on the list alone (PEP 578); it cannot be undone.

    A name may lead elsewhere when it is looked up again: what counts is the address of the connection.
    """

    def check(event: str, arguments: tuple[object, ...]) -> None:
        match event, arguments:
            case "socket.getaddrinfo", (host, *_):
                _refuse_unlisted(_canonical(str(host)), allowed)
            case "socket.connect", (_, (str(address), *_)):
                _refuse_private(address, allowed)

    sys.addaudithook(check)


def _host(iri: str) -> str:
    try:
        parts = urlsplit(iri)
        is_http = parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        is_http = False
    if not is_http:
        raise FederationRefusedError("it is no address of HTTP.", hint=_IN_FULL)
    return _canonical(parts.hostname or "")


def _canonical(host: str) -> str:
    try:
        return hosts.canonical(host)
    except ValueError as error:
        raise FederationRefusedError(f"{error}.") from None


def _refuse_unlisted(host: str, allowed: Sequence[str]) -> None:
    if host not in allowed:
        raise FederationRefusedError(
            f"{host} is not among the hosts that may be called.", hint=f"These may: {', '.join(allowed)}."
        )


def _refuse_private(address: str, allowed: Sequence[str]) -> None:
    if not hosts.is_public(ip_address(address)) and hosts.canonical(address) not in allowed:
        raise FederationRefusedError(f"{address} is a private address.")


def _addresses(host: str) -> list[str]:
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None)]
    except OSError:
        raise FederationRefusedError(f"the host {host} is not known.") from None
