"""While the broker is down its page says so at once, and what the database knows is told all the same."""

import time

import aiohttp

from tests.admin_people import ask
from tests.event_streams import watching


async def test_queues_are_a_503_and_pauses_and_dead_letters_go_on(admin: aiohttp.ClientSession) -> None:
    began = time.monotonic()
    status, problem = await ask(admin, "GET", "/api/v1/queues")

    assert (status, problem["code"]) == (503, "queue_unavailable")
    assert time.monotonic() - began < 3
    assert (await ask(admin, "GET", "/api/v1/dead-letters"))[0] == 200
    async with watching(admin) as stream:
        assert stream.events == [("ready", {})]
