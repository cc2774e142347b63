"""What a request's body must be to reach a handler."""

from unittest.mock import Mock

import pytest
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.streams import StreamReader
from aiohttp.test_utils import make_mocked_request

from admin_api.rest import request_parsing
from admin_api.rest.endpoint import Endpoint, RequestModel
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode


class Asked(RequestModel):
    number: float


async def never_called(_request: web.Request) -> web.Response:
    raise AssertionError


ENDPOINT = Endpoint("POST", "/", never_called, None, summary="", body=Asked)


def a_request(*pieces: bytes, is_whole: bool = True) -> web.Request:
    body = StreamReader(Mock(spec=BaseProtocol), 2**16)
    for piece in pieces:
        body.feed_data(piece)
    if is_whole:
        body.feed_eof()
    return make_mocked_request("POST", "/", {"Content-Type": "application/json"}, payload=body)


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_parsing, "BODY_SECONDS", 0.01)

    with pytest.raises(Refused) as refused:
        await request_parsing.parse_request(ENDPOINT, a_request(b'{"number"', is_whole=False))

    assert refused.value.code is ProblemCode.UPLOAD_TOO_SLOW


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**300])
async def test_a_number_that_the_database_cannot_keep_is_named(number: int) -> None:
    with pytest.raises(Refused) as refused:
        await request_parsing.parse_request(ENDPOINT, a_request(b'{"number": %d}' % number))

    assert [fault.pointer for fault in refused.value.errors] == ["/number"]


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 0])
async def test_a_number_that_the_database_keeps_is_taken(number: int) -> None:
    await request_parsing.parse_request(ENDPOINT, a_request(b'{"number": %d}' % number))
