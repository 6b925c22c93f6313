"""Webhook targets, checked against server-side request forgery.

A webhook's address comes from settings, but the name in it from DNS: it may lead to this
machine, to its network, or to a cloud's metadata service that hands out credentials. So the
name is resolved once, every address it has is checked, and the connection goes to the
address that was checked, not to a name that may have changed meanwhile.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from rivage.errors import RivageError

Resolve = Callable[[str, int], list[str]]
"""Addresses of a host and port."""
_METADATA = frozenset({ip_address("168.63.129.16")})
"""Metadata services at public addresses; the others are link-local, private or shared."""
_NAT64 = IPv6Network("64:ff9b::/96")


class TargetRefused(RivageError):
    """A webhook that leads where alerts must not go."""

    exit_code = 2
    advice = (
        "Correct the address. If the host is meant to be in a private network, name it in "
        "RIVAGE_ALERTS_ALLOWED_HOSTS."
    )


@dataclass(frozen=True)
class Target:
    """A checked target. `path` is part of the secret address; only `host` may be shown."""

    is_tls: bool
    host: str
    port: int
    path: str
    address: str
    """The IP address that was checked."""


def check(url: str, allowed: Collection[str], resolve: Resolve | None = None) -> Target:
    """The target of a webhook's address.

    Args:
        allowed: hosts that may have any address, and plain HTTP.
        resolve: for tests; the system's resolver by default.

    Raises:
        TargetRefused: no https, no plain host name, unknown, or an address that is not public.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise TargetRefused("A webhook's address can't be read.") from None
    if not host or parts.username is not None or not _is_plain(host):
        raise TargetRefused("A webhook's address has no plain host name.")
    is_allowed = host in {name.lower() for name in allowed}
    if parts.scheme != "https" and not (is_allowed and parts.scheme == "http"):
        raise TargetRefused(f"The webhook at {host} is not https.")
    is_tls = parts.scheme == "https"
    number = port or (443 if is_tls else 80)
    try:
        addresses = (resolve or _resolve)(host, number)
    except (OSError, UnicodeError):
        raise TargetRefused(
            f"The webhook's host {host} is unknown.", do="Check its name."
        ) from None
    if not addresses:
        raise TargetRefused(f"The webhook's host {host} has no address.")
    for address in addresses:
        if not is_allowed and not is_public(address):
            raise TargetRefused(f"The webhook's host {host} leads to {address}, not to the net.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_tls, host, number, path, addresses[0])


def is_public(address: str) -> bool:
    """Whether anybody on the net could be meant: not this machine, not its network, no metadata
    service, also when an IPv4 address is wrapped in an IPv6 one."""
    try:
        ip = _unwrapped(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    return ip.is_global and not ip.is_multicast and ip not in _METADATA


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def _is_plain(host: str) -> bool:
    return all(c.isascii() and (c.isalnum() or c in "-_.:") for c in host)


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
