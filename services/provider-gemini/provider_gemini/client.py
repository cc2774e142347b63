"""One Gemini client for the process, that obeys our settings and nothing else."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType
from urllib.parse import urlsplit

import aiohttp
from aiohttp.tracing import Trace
from google import genai
from google.genai import types
from google.genai.client import DebugConfig
from pydantic import SecretStr

from photochanger.provider_worker.loopback import is_loopback
from provider_gemini.bounded_answer import BoundedResponse
from provider_gemini.inline_pictures import fill_in

#: The SDK's default changed from one major version to the next.
API_VERSION = "v1beta"
CONNECT_SECONDS = 3.0
_USUAL_PORTS = MappingProxyType({"http": 80, "https": 443})


class _ImpatientConnector(aiohttp.TCPConnector):
    """The SDK gives each request one total time-out; connecting has its own, shorter one."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> aiohttp.connector.Connection:
        return await super().connect(
            req, traces, aiohttp.ClientTimeout(total=timeout.total, sock_connect=CONNECT_SECONDS)
        )


@asynccontextmanager
async def gemini_client(api_key: SecretStr, base_url: str) -> AsyncIterator[genai.Client]:
    """Open the client; at the end its connections are closed."""
    tls = ssl.create_default_context()
    connector = _ImpatientConnector(limit=0, ssl=tls)
    async with aiohttp.ClientSession(
        connector=connector,
        middlewares=(only_to(base_url), fill_in),
        response_class=BoundedResponse,
        trust_env=not is_loopback(base_url),
    ) as session:
        client = genai.Client(
            # each given, so that no variable of the SDK's decides it
            vertexai=False,
            api_key=api_key.get_secret_value(),
            debug_config=DebugConfig(client_mode=None, replays_directory=None, replay_id=None),
            http_options=types.HttpOptions(
                base_url=base_url,
                api_version=API_VERSION,
                # without it the SDK makes a hidden second call after a dropped connection
                retry_options=types.HttpRetryOptions(attempts=1),
                aiohttp_client=session,
                # a redirect would carry the key to another host
                async_client_args={"allow_redirects": False, "ssl": tls},
            ),
        )
        try:
            yield client
        finally:
            await client.aio.aclose()
            client.close()


class ForeignHost(aiohttp.ClientError):
    """Gemini named an address on another host, where neither the key nor a picture goes."""


def only_to(base_url: str) -> aiohttp.ClientMiddlewareType:
    """Let requests go to the host of `base_url` alone: uploads go where an answer says."""
    parts = urlsplit(base_url)
    own = (parts.scheme, parts.hostname, parts.port or _USUAL_PORTS[parts.scheme])

    async def check(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        if (request.url.scheme, request.url.host, request.url.port) != own:
            raise ForeignHost("an answer named another host")
        return await handler(request)

    return check
