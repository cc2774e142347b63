"""The public link, looked at from outside as far as this process can be outside."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp

from admin_api.preflight.booth import BoothAnswer
from admin_api.preflight.findings import PLATFORM, Finding, FindingCode
from photochanger.domain.public_link import result_url

LINK_SECONDS = 5.0
_OK = 200


def findings_of_address(public_base_url: str, *, guests_open_links: bool) -> Iterator[Finding]:
    if guests_open_links and is_local(public_base_url):
        problem = f"Links lead to {public_base_url}, which is this very machine to every phone."
        yield PLATFORM.error(FindingCode.PUBLIC_ADDRESS_LOCAL, problem)


async def findings_of_link(http: aiohttp.ClientSession, public_base_url: str, answer: BoothAnswer) -> list[Finding]:
    """Open the finished picture's link through the public address: it must show the bytes that the booth got."""
    link = answer.result_url or ""
    public_id = link.rpartition("/")[2]
    if link != result_url(public_base_url, public_id):
        problem = f"The gateway makes links like {link}, the admin API knows the address {public_base_url}."
        return [PLATFORM.error(FindingCode.PUBLIC_ADDRESS_DIFFERS, problem)]
    try:
        timeout = aiohttp.ClientTimeout(total=LINK_SECONDS)
        async with http.get(link, timeout=timeout, allow_redirects=False) as shown:
            status, body = shown.status, await shown.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        problem = f"The public link cannot be opened from here: {type(error).__name__} at {public_base_url}."
        return [PLATFORM.error(FindingCode.PUBLIC_LINK_BROKEN, problem)]
    if status != _OK or body != answer.body:
        problem = f"The public link at {public_base_url} answers {status}, but does not show the booth's picture."
        return [PLATFORM.error(FindingCode.PUBLIC_LINK_BROKEN, problem)]
    return []


def is_local(url: str) -> bool:
    """Whether the address leads back to whoever opens it."""
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
