"""Whoever tries links one after the other is told to wait; whoever has a right one sees the picture."""

import asyncio

import pytest

from photochanger.domain.public_link import new_public_id
from tests.integration.gateway.conftest import RESULT, World
from tests.integration.gateway.test_public_results import ask


def a_wrong_id(number: int) -> str:
    return new_public_id(lambda length: number.to_bytes(length, "big"))


@pytest.mark.parametrize(
    "kind", ["results/{}", "results/{}/page", "results/{}/preview", "results/{}/qr.svg", "media/{}"]
)
async def test_too_many_wrong_links_from_one_address_are_429(world: World, kind: str) -> None:
    answer = await world.shoot(await world.slot())
    address = f"198.51.100.{1 + len(kind)}"
    links = [f"{world.gateway.url}/public/{kind.format(a_wrong_id(number))}" for number in range(40)]

    pages = await asyncio.gather(*(ask(link, X_Forwarded_For=address) for link in links))
    right = await ask(answer.headers["x-result-url"], X_Forwarded_For=address)
    other = await ask(links[0], X_Forwarded_For="198.51.100.200")

    assert sorted(page.status for page in pages) == [404] * 30 + [429] * 10
    assert all(1 <= int(page.headers["Retry-After"]) <= 60 for page in pages if page.status == 429)
    assert (right.status, right.body == RESULT, other.status) == (200, True, 404)
