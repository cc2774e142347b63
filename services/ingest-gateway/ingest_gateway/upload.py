"""Reads the booth's body: 100 Continue by hand, own clock, own counters."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from aiohttp import hdrs, web
from multipart import parse_options_header

from ingest_gateway.multipart_reader import OVERHEAD_BYTES, MultipartReader, ReceivedForm, too_large
from ingest_gateway.refusal import ClientGone, Refusal
from ingest_gateway.upload_pace import UploadPace
from photochanger.domain.failure import ProblemCode
from photochanger.failpoints import failpoint

#: A body that takes longer is not worth waiting for, whatever the window.
MAX_UPLOAD_SECONDS = 30.0
#: What must be left of the window once the body is there.
LEFT_AFTER_UPLOAD_SECONDS = 3.0

_FORM_TYPE = "multipart/form-data"


class Body(Protocol):
    """What is read of aiohttp's stream; tests feed their own."""

    async def readany(self) -> bytes: ...


def form_boundary(headers: Mapping[str, str]) -> bytes:
    """The boundary that the headers announce.

    Raises:
        Refusal: no multipart form, no boundary, or an encoded body.
    """
    content_type, options = parse_options_header(headers.get(hdrs.CONTENT_TYPE, ""))
    if content_type != _FORM_TYPE:
        raise Refusal(ProblemCode.INVALID_REQUEST, "the body is not multipart/form-data")
    if headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise Refusal(ProblemCode.INVALID_REQUEST, "the body is encoded; send it as it is")
    boundary: str = options.get("boundary", "")
    if not boundary:
        raise Refusal(ProblemCode.INVALID_REQUEST, "the multipart boundary is missing")
    return boundary.encode(errors="surrogateescape")


def announced_bytes(content_length: int | None, max_file_bytes: int) -> int:
    """How much memory the body may take; without a Content-Length all that the slot allows.

    Raises:
        Refusal: the announced body cannot hold an allowed photo.
    """
    most = max_file_bytes + OVERHEAD_BYTES
    if content_length is None:
        return most
    if content_length > most:
        raise too_large(max_file_bytes)
    return content_length


async def receive_form(
    body: Body, reader: MultipartReader, *, deadline: float, clock: Callable[[], float]
) -> ReceivedForm:
    """Read the body to its end; `deadline` and `clock` are monotonic.

    Raises:
        Refusal: too slow, too large, or no form.
        ClientGone: the client hung up in the middle.
    """
    pace = UploadPace(clock(), deadline)
    while chunk := await _next_chunk(body, pace, clock):
        pace.received(len(chunk))
        reader.feed(chunk)
        failpoint("gateway.mid_body")
        _check_pace(pace, clock())
    return reader.finish()


async def _next_chunk(body: Body, pace: UploadPace, clock: Callable[[], float]) -> bytes:
    """The next bytes, b"" at the end."""
    while True:
        scope = asyncio.timeout(pace.seconds_to_next_look(clock()))
        try:
            async with scope:
                return await body.readany()
        except TimeoutError as error:
            if not scope.expired():
                raise ClientGone from error
            _check_pace(pace, clock())
        except OSError as error:
            raise ClientGone from error
        except web.RequestPayloadError as error:
            raise Refusal(ProblemCode.INVALID_REQUEST, "the body's transfer encoding is broken") from error


def _check_pace(pace: UploadPace, now: float) -> None:
    if pace.is_too_slow(now):
        raise Refusal(ProblemCode.UPLOAD_TOO_SLOW, "the photo did not arrive in its time")
