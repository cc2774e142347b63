"""Where a result may be fetched: known hosts over https, at public addresses, resolved once."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, quote, urlsplit

HTTPS_PORT = 443
#: A host's addresses as text, asked for once a fetch.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

#: Their last four bytes are an IPv4 address that the packets go on to: NAT64 (RFC 6052), IPv4-compatible (RFC 4291).
_WRAPPING_IN_THE_END = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
#: Local by what they are for: NAT64 of one's own (RFC 8215), and site-local addresses (RFC 3879).
_NEVER = (IPv6Network("64:ff9b:1::/48"), IPv6Network("fec0::/10"))
#: A host's name has letters, digits, dots and hyphens; its port and an address of version 6 have brackets and colons.
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.:\[\]-]")
#: Of a path and a query; `%` because what is encoded stays so.
_KEPT_AS_THEY_ARE = "%/:?@!$&'()*+,;=[]~"


class UnsafeTarget(Exception):
    """A link that is not followed; its text is fit to be shown."""


@dataclass(frozen=True)
class Target:
    """Ask `host` for `path`, connected to one of `addresses`; `is_own` is the provider's configured server itself."""

    scheme: str
    host: str
    port: int
    #: with the query, in ASCII
    path: str
    addresses: tuple[str, ...]
    is_own: bool


class TargetCheck:
    """`base_url` is the configured server, at whatever port; at an inner address only if it is no known host.

    Args:
        result_hosts: the provider's hosts for results, each with its subdomains.
    """

    def __init__(self, base_url: str, result_hosts: Sequence[str], resolve: Resolve) -> None:
        own = urlsplit(base_url)
        self._own = _origin(own)
        self._hosts = tuple(host.lower().strip(".") for host in result_hosts)
        self._own_may_be_inner = not self._is_known(own.hostname or "")
        self._resolve = resolve

    async def target(self, url: str) -> Target:
        """Decide where to connect for this link.

        Raises:
            UnsafeTarget: nowhere.
            OSError: the name cannot be resolved.
        """
        parts, (scheme, host, port) = _read(url)
        is_own = (scheme, host, port) == self._own
        if not is_own:
            if scheme != "https" or port != HTTPS_PORT:
                raise UnsafeTarget("the result's link is not https on its usual port")
            if not self._is_known(host):
                raise UnsafeTarget("the result's link leads to another host")
        addresses = tuple(await self._resolve(host, port))
        may_be_inner = is_own and self._own_may_be_inner
        if not addresses or not (may_be_inner or all(is_public(address) for address in addresses)):
            raise UnsafeTarget("the result's host has an address that is not public")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(scheme, host, port, quote(path, safe=_KEPT_AS_THEY_ARE), addresses, is_own)

    def _is_known(self, host: str) -> bool:
        return any(host == known or host.endswith(f".{known}") for known in self._hosts)


def is_public(address: str) -> bool:
    """Whether everybody may reach the address; one that wraps others is what they are."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public(parsed)
    if parsed.scope_id is not None or any(parsed in network for network in _NEVER):
        return False
    wrapped = _wrapped_in(parsed)
    return all(map(_is_public, wrapped)) if wrapped else _is_public(parsed)


def _wrapped_in(address: IPv6Address) -> tuple[IPv4Address, ...]:
    if any(address in network for network in _WRAPPING_IN_THE_END):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    one = address.ipv4_mapped or address.sixtofour
    return address.teredo or (() if one is None else (one,))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def _read(url: str) -> tuple[SplitResult, tuple[str, str, int]]:
    # readers of links differ on these, and what is checked must be what is asked for
    if not url.isprintable() or "\\" in url:
        raise UnsafeTarget("the result's link cannot be read")
    try:
        parts = urlsplit(url)
        origin = _origin(parts)
    except ValueError:
        raise UnsafeTarget("the result's link cannot be read") from None
    if "@" in parts.netloc:
        raise UnsafeTarget("the result's link names a user")
    if _NOT_IN_A_NAME.search(parts.netloc):
        raise UnsafeTarget("the result's link leads to another host")
    return parts, origin


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    port = parts.port if parts.port is not None else (HTTPS_PORT if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").rstrip("."), port
