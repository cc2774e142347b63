"""Two public addresses with one TLS server behind both, a resolver, and a record of who was connected to."""

import ipaddress
import socket
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web

from photochanger.provider_worker.failures import ProviderFailure
from photochanger.provider_worker.result_download import ResultDownload, result_download
from tests.provider_images import CountingPlace
from tests.tls import tls_pair

KEY = "canary-key"
PUBLIC, ALSO_PUBLIC = "93.184.216.34", "8.8.8.8"
OWN, CDN = "www.turbotext.ru", "cdn.turbotext.ru"
LINK = f"https://{OWN}/download.php?f=1.png"

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def a_picture(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"picture", content_type="image/png")


@dataclass
class SmallInternet:
    """The resolver gives the `addresses` of a host in turn, the last one again; of other hosts what the system says."""

    serve: Serve = a_picture
    addresses: dict[str, deque[Sequence[str]]] = field(default_factory=dict)
    #: addresses that do not answer
    down: set[str] = field(default_factory=set)
    resolved: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    #: what arrived: the name in TLS is checked by the client, the one in HTTP is here
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    place: CountingPlace = field(default_factory=CountingPlace)
    download: ResultDownload = field(init=False)

    def moves(self, host: str, *answers: Sequence[str]) -> None:
        self.addresses[host] = deque(answers)

    async def fetch(self, link: str = LINK) -> bytes:
        return await self.download.fetch(link, self.place)

    async def failure(self, link: str = LINK) -> ProviderFailure:
        try:
            data = await self.fetch(link)
        except ProviderFailure as failure:
            return failure
        raise AssertionError(f"fetched {data!r}")

    @property
    def inner_connections(self) -> list[str]:
        return [address for address in self.connected if address not in {PUBLIC, ALSO_PUBLIC}]

    async def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.resolved.append(host)
        if host in self.addresses:
            answers = self.addresses[host]
            return answers.popleft() if len(answers) > 1 else answers[0]
        return (_as_the_system_reads(host),)

    async def on_request(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.path_qs, request.headers))
        return await self.serve(request)


def _as_the_system_reads(host: str) -> str:
    """127.0.0.1 of `2130706433`, `0177.0.0.1` and `0x7f.1`, as a C library reads them; names are public."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return PUBLIC


def _connector(world: SmallInternet, port: int, trust: ssl.SSLContext) -> aiohttp.TCPConnector:
    """Public addresses lead to the server, all others nowhere; each is written down."""

    class Wire(socket.socket):
        def connect(self, address: object) -> None:
            assert isinstance(address, tuple)
            world.connected.append(address[0])
            if address[0] not in {PUBLIC, ALSO_PUBLIC} or address[0] in world.down:
                raise ConnectionRefusedError
            super().connect(("127.0.0.1", port))

    def new_socket(info: object) -> socket.socket:
        assert isinstance(info, tuple)
        wire = Wire(info[0], socket.SOCK_STREAM)
        wire.setblocking(False)
        return wire

    return aiohttp.TCPConnector(force_close=True, ssl=trust, socket_factory=new_socket)


@asynccontextmanager
async def small_internet(
    folder: Path, *, base_url: str = f"https://{OWN}", names: Sequence[str] = (OWN, CDN)
) -> AsyncIterator[SmallInternet]:
    """Turbotext's hosts at `PUBLIC`, with a certificate for `names`; `base_url` is the configured server."""
    world = SmallInternet()
    world.moves(OWN, (PUBLIC,))
    world.moves(CDN, (PUBLIC,))
    server_tls, trust = tls_pair(folder, *names)
    app = web.Application()
    app.router.add_get("/{path:.*}", world.on_request)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_tls).start()

    async def own_headers() -> Mapping[str, str]:
        return {"Authorization": f"Bearer {KEY}"}

    connector = _connector(world, runner.addresses[0][1], trust)
    try:
        async with result_download(
            base_url, ("turbotext.ru",), own_headers, resolver=world.resolve, connector=connector
        ) as download:
            world.download = download
            yield world
    finally:
        await runner.cleanup()
