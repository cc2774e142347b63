"""Fetches the pictures behind the links that Turbotext is given, as strictly as it documents them."""

from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp

from sandbox.call_log import FetchedLink
from sandbox.picture_metadata import PictureReport, inspect_picture

FETCH_SECONDS = 10.0
MAX_BYTES = 52_428_800
_TYPES = {"image/jpeg", "image/jpg", "image/png"}


class LinkRefused(Exception):
    """A link gave no picture that Turbotext takes; the text is the answer's `error`."""


async def fetch_input(
    session: aiohttp.ClientSession, url: str, *, note: Callable[[FetchedLink], None]
) -> tuple[str, bytes]:
    """Give the declared type and the bytes behind `url`; what it answered goes to `note` in any case.

    Raises:
        LinkRefused: no answer, another status than 200, another type than JPEG or PNG, or too many bytes.
    """
    path = urlsplit(url).path
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS)) as response:
            data = await response.content.read(MAX_BYTES + 1) if response.status == 200 else b""
            while 0 < len(data) <= MAX_BYTES and (more := await response.content.read(MAX_BYTES + 1 - len(data))):
                data += more
            link = FetchedLink(path, response.status, response.content_type, len(data))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        note(FetchedLink(path, status=0))
        raise LinkRefused("url_error: the link does not answer") from error
    note(link)
    if link.status != 200:
        raise LinkRefused(f"url_error: the link answers HTTP {link.status}")
    if link.content_type not in _TYPES:
        raise LinkRefused(f"url_error: the link gives {link.content_type}, allowed are jpg, jpeg, png")
    if not 0 < len(data) <= MAX_BYTES:
        raise LinkRefused("url_error: the file is empty or too big")
    return link.content_type, data


def inspect_input(content_type: str, data: bytes) -> PictureReport:
    """Report on a fetched picture.

    Raises:
        LinkRefused: by its content it is neither JPEG nor PNG.
    """
    try:
        report = inspect_picture(content_type, data)
    except ValueError as error:
        raise LinkRefused("url_error: the file is not a picture") from error
    if report.mime_type not in _TYPES:
        raise LinkRefused(f"url_error: the file is {report.mime_type}, allowed are jpg, jpeg, png")
    return report
