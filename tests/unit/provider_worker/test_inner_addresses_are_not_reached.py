"""Links of a hostile provider: whatever they say, nothing inside is connected to (each case once, on the wire)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from photochanger.provider_worker.failures import FailureKind
from tests.small_internet import CDN, KEY, LINK, OWN, PUBLIC, SmallInternet, small_internet


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[SmallInternet]:
    async with small_internet(tmp_path) as world:
        yield world


LINKS = {
    "loopback": "https://127.0.0.1/a.png",
    "loopback, another": "https://127.9.9.9/a.png",
    "loopback by name": "https://localhost/a.png",
    "private 10/8": "https://10.0.0.5/a.png",
    "private 172.16/12": "https://172.16.0.1/a.png",
    "private 192.168/16": "https://192.168.1.1/a.png",
    "metadata": "https://169.254.169.254/latest/meta-data/",
    "metadata over http": "http://169.254.169.254/latest/meta-data/",
    "metadata by name": "https://metadata.google.internal/computeMetadata/v1/",
    "zero": "https://0/a.png",
    "zero, written out": "https://0.0.0.0/a.png",
    "decimal": "https://2130706433/a.png",
    "octal": "https://0177.0.0.1/a.png",
    "octal, whole": "https://017700000001/a.png",
    "hexadecimal": "https://0x7f000001/a.png",
    "hexadecimal, short": "https://0x7f.1/a.png",
    "short": "https://127.1/a.png",
    "full-width digits": "https://\uff11\uff12\uff17.0.0.1/a.png",
    "circled digits": "https://\u2460\u2461\u2466.0.0.1/a.png",
    "ideographic full stops": "https://127\u30020\u30020\u30021/a.png",
    "v6 loopback": "https://[::1]/a.png",
    "v6 unspecified": "https://[::]/a.png",
    "v4 mapped": "https://[::ffff:127.0.0.1]/a.png",
    "v4 mapped, hexadecimal": "https://[::ffff:7f00:1]/a.png",
    "v4 compatible": "https://[::127.0.0.1]/a.png",
    "unique local": "https://[fd00:ec2::254]/a.png",
    "link local": "https://[fe80::1]/a.png",
    "link local with a zone": "https://[fe80::1%25eth0]/a.png",
    "NAT64": "https://[64:ff9b::7f00:1]/a.png",
    "6to4": "https://[2002:7f00:1::]/a.png",
    "user before an inner host": f"https://{OWN}@127.0.0.1/a.png",
    "user and password": f"https://{OWN}:443@127.0.0.1/a.png",
    "user before the right host": f"https://evil@{OWN}/a.png",
    "empty user": f"https://@{OWN}/a.png",
    "fragment before the right host": f"https://127.0.0.1#@{OWN}/a.png",
    "backslash before the right host": f"https://127.0.0.1\\@{OWN}/a.png",
    "backslash, the other way": f"https://{OWN}\\@127.0.0.1/a.png",
    "line break inside": f"https://{OWN}\r\n@127.0.0.1/a.png",
    "tab inside": "https://127.0.\t0.1/a.png",
    "null byte": f"https://127.0.0.1\x00.{OWN}/a.png",
    "port of ssh": f"https://{OWN}:22/a.png",
    "port of mongodb": f"https://{OWN}:27017/a.png",
    "port 0": f"https://{OWN}:0/a.png",
    "http": f"http://{OWN}/a.png",
    "http on the https port": f"http://{OWN}:443/a.png",
    "ftp": f"ftp://{OWN}/a.png",
    "file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:6379/_INFO",
    "data": "data:image/png;base64,AAAA",
    "no scheme": f"//{OWN}/a.png",
    "the known host as a part": f"https://{OWN}.evil.example/a.png",
    "the known host as an end": "https://evilturbotext.ru/a.png",
    "a name that resolves inside": "https://127.0.0.1.nip.io/a.png",
}
#: Each is what the resolver says of the provider's own host.
ADDRESSES = {
    "loopback": "127.0.0.1",
    "private 10/8": "10.0.0.5",
    "private 172.16/12": "172.31.255.254",
    "private 192.168/16": "192.168.1.1",
    "shared by carriers": "100.64.0.1",
    "metadata": "169.254.169.254",
    "this network": "0.0.0.0",  # noqa: S104 - nothing is bound
    "this network, another": "0.1.2.3",
    "benchmarks": "198.18.0.1",
    "documentation": "192.0.2.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "v6 loopback": "::1",
    "v6 unspecified": "::",
    "v4 mapped loopback": "::ffff:127.0.0.1",
    "v4 mapped private": "::ffff:10.0.0.5",
    "v4 mapped metadata": "::ffff:169.254.169.254",
    "v4 compatible": "::7f00:1",
    "v4 compatible private": "::10.0.0.5",
    "NAT64 loopback": "64:ff9b::7f00:1",
    "NAT64 private": "64:ff9b::a00:5",
    "NAT64 metadata": "64:ff9b::a9fe:a9fe",
    "NAT64 of one's own": "64:ff9b:1::808:808",
    "6to4 loopback": "2002:7f00:1::",
    "6to4 private": "2002:a00:5::1",
    "teredo to inside": "2001:0:a00:5::f5ff:fffa",
    "unique local": "fd00:ec2::254",
    "unique local fc": "fc00::1",
    "link local": "fe80::1",
    "link local with a zone": "fe80::1%eth0",
    "public with a zone": "2606:4700::1111%eth0",
    "site local": "fec0::1",
    "v6 multicast": "ff02::1",
    "v6 documentation": "2001:db8::1",
    "no address": "inside",
}


@pytest.mark.parametrize("case", LINKS)
async def test_a_link_that_leads_inside_is_not_followed(world: SmallInternet, case: str) -> None:
    failure = await world.failure(LINKS[case])

    assert (failure.kind, world.connected, world.requests) == (FailureKind.UNSAFE_LINK, [], [])
    assert KEY not in failure.detail


# a redirect without a scheme keeps that of the link, https
@pytest.mark.parametrize("case", [case for case in LINKS if case != "no scheme"])
async def test_a_redirect_that_leads_inside_is_not_followed(world: SmallInternet, case: str) -> None:
    link = LINKS[case].replace("\r\n", "%0d%0a").replace("\x00", "%00")

    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": link})

    world.serve = serve

    assert (await world.failure()).kind is FailureKind.UNSAFE_LINK
    assert world.connected == [PUBLIC]


@pytest.mark.parametrize("case", ADDRESSES)
async def test_a_known_host_that_resolves_inside_is_not_connected_to(world: SmallInternet, case: str) -> None:
    world.moves(OWN, (ADDRESSES[case],))

    assert (await world.failure()).kind is FailureKind.UNSAFE_LINK
    assert world.connected == []


@pytest.mark.parametrize("case", ADDRESSES)
async def test_one_inner_address_beside_a_public_one_is_enough_to_stay_away(world: SmallInternet, case: str) -> None:
    world.moves(OWN, (PUBLIC, ADDRESSES[case]))

    assert (await world.failure()).kind is FailureKind.UNSAFE_LINK
    assert world.connected == []


@pytest.mark.parametrize("case", ADDRESSES)
async def test_a_host_that_moves_inside_after_it_was_checked_is_still_asked_at_its_checked_address(
    world: SmallInternet, case: str
) -> None:
    world.moves(OWN, (PUBLIC,), (ADDRESSES[case],))

    assert await world.fetch() == b"picture"
    assert world.connected == [PUBLIC]
    assert (await world.failure()).kind is FailureKind.UNSAFE_LINK
    assert world.inner_connections == []


@pytest.mark.parametrize("case", ADDRESSES)
async def test_a_redirect_to_a_known_host_that_resolves_inside_is_not_followed(world: SmallInternet, case: str) -> None:
    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": f"https://{CDN}/a.png"})

    world.serve = serve
    world.moves(CDN, (ADDRESSES[case],))

    assert (await world.failure()).kind is FailureKind.UNSAFE_LINK
    assert world.connected == [PUBLIC]


@pytest.mark.parametrize("other", ["http://127.0.0.1:27017/", "https://127.0.0.1:8090/", "http://localhost:8090/"])
async def test_a_stand_in_at_an_inner_address_opens_no_other_door(tmp_path: Path, other: str) -> None:
    async with small_internet(tmp_path, base_url="http://127.0.0.1:8090") as world:
        assert (await world.failure(other)).kind is FailureKind.UNSAFE_LINK
        assert world.connected == []


async def test_the_right_link_is_fetched_so_that_the_cases_above_prove_something(world: SmallInternet) -> None:
    assert await world.fetch(LINK) == b"picture"
