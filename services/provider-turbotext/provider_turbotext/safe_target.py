"""Where a result may be fetched: known hosts over https, at public addresses, resolved once."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

HTTPS_PORT = 443
#: A host's addresses as text, asked for once a fetch.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class UnsafeTarget(Exception):
    """A link that is not followed; its text is fit to be shown."""


@dataclass(frozen=True)
class Target:
    """Connect to one of `addresses`, speaking to `host`; `is_own` is the provider's configured server itself."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    is_own: bool


class TargetCheck:
    """`base_url` is the configured server, at whatever port; at an inner address only if it is no known host."""

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
        try:
            parts = urlsplit(url)
            scheme, host, port = _origin(parts)
        except ValueError:
            raise UnsafeTarget("the result's link cannot be read") from None
        if parts.username is not None or parts.password is not None:
            raise UnsafeTarget("the result's link names a user")
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
        return Target(scheme, host, port, addresses, is_own)

    def _is_known(self, host: str) -> bool:
        return any(host == known or host.endswith(f".{known}") for known in self._hosts)


def is_public(address: str) -> bool:
    """Whether everybody may reach the address; one that wraps another is what it wraps."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    wrapped = (parsed.ipv4_mapped or parsed.sixtofour) if isinstance(parsed, IPv6Address) else None
    return _is_public(wrapped or parsed)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    port = parts.port or (HTTPS_PORT if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").rstrip("."), port
