"""Who asks: the right-most address that no trusted proxy of ours added."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import hdrs, web

Network = IPv4Network | IPv6Network
UNKNOWN = "unknown"


def address_of(request: web.Request, *, trusted: Sequence[Network]) -> str:
    """The address of whoever sent the request; `trusted` are the networks of our own proxies."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    forwarded_for = request.headers.getall(hdrs.X_FORWARDED_FOR, ())
    return client_address(peer[0] if peer else None, forwarded_for, trusted=trusted)


def client_address(peer: str | None, forwarded_for: Iterable[str], *, trusted: Sequence[Network]) -> str:
    """The client's address; `forwarded_for` are the values of every X-Forwarded-For header, in order.

    What stands left of an unreadable or untrusted entry was written by a stranger and is not looked at.
    """
    nearest = _parse(peer or "")
    if nearest is None:
        return UNKNOWN
    hops = [hop for value in forwarded_for for hop in value.split(",")]
    while hops and _is_in(nearest, trusted):
        farther = _parse(hops.pop())
        if farther is None:
            break
        nearest = farther
    return str(nearest)


def limit_key(address: str) -> str:
    """What a per-address limit counts by: an IPv6 client owns its whole /64."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return address


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
