"""Wrong links are counted by address."""

import asyncio
from ipaddress import ip_network
from unittest.mock import Mock

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from ingest_gateway.link_misses import MISSES_PER_MINUTE, LinkMisses
from ingest_gateway.refusal import Refusal
from photochanger.domain.failure import ProblemCode

PROXY = ip_network("10.0.0.0/8")


def asked_from(address: str, *, through: str = "10.0.0.1") -> web.Request:
    transport = Mock(spec=asyncio.Transport)
    transport.get_extra_info = lambda name, default=None: (through, 4711) if name == "peername" else default
    return make_mocked_request("GET", "/", headers={"X-Forwarded-For": address}, transport=transport)


def test_an_address_with_too_many_misses_waits_and_others_do_not() -> None:
    now = [0.0]
    misses = LinkMisses(trusted_proxies=[PROXY], clock=lambda: now[0])

    def code(address: str) -> ProblemCode:
        return refused(address).problem.code

    def refused(address: str) -> Refusal:
        return misses.refusal(asked_from(address))

    allowed = [code("203.0.113.9") for _ in range(MISSES_PER_MINUTE)]
    now[0] = 20.0
    late = refused("203.0.113.9")

    assert set(allowed) == {ProblemCode.RESULT_NOT_FOUND}
    assert (late.problem.code, late.retry_after_seconds) == (ProblemCode.RATE_LIMITED, 40)
    assert code("203.0.113.10") is ProblemCode.RESULT_NOT_FOUND
    now[0] = 60.0
    assert code("203.0.113.9") is ProblemCode.RESULT_NOT_FOUND
