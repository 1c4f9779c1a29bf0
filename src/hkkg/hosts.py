"""Names and addresses of hosts: one form for each, and which of them are of the public Internet."""

from __future__ import annotations

import re
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)*{_LABEL}")
# Resolvers take these for addresses too: 127.1, 2130706433, 0x7f.1.
_NUMERIC: Final = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")
_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_LOW: Final = 0xFFFF_FFFF


def canonical(host: str) -> str:
    """Write a name in lower case, or an address as short as can be, without brackets or a last dot.

    Raises:
        ValueError: it is neither.
    """
    is_bracketed = host.startswith("[") and host.endswith("]")
    bare = host[1:-1] if is_bracketed else host.removesuffix(".").lower()
    with suppress(ValueError):
        return str(IPv6Address(bare) if is_bracketed else ip_address(bare))
    if not host.isascii() or not _NAME.fullmatch(bare) or _NUMERIC.fullmatch(bare) or is_bracketed:
        raise ValueError(f"{host!r} is no host")
    return bare


def is_public(address: Address) -> bool:
    """Whether an address, or the IPv4 address that it carries, is one of the public Internet."""
    inner = _carried(address) if isinstance(address, IPv6Address) else address
    if isinstance(inner, IPv6Address) and inner not in _UNICAST:
        return False
    return inner.is_global and not inner.is_multicast


def unmapped(address: Address) -> Address:
    """Return the IPv4 address that one of IPv6 only writes in another way, or else the address itself."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _carried(address: IPv6Address) -> Address:
    if address in _NAT64:
        return IPv4Address(int(address) & _LOW)
    return address.sixtofour or unmapped(address)
