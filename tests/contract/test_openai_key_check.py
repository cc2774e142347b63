"""Whether OpenAI takes a key, asked of the sandbox and of servers that are no OpenAI."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_openai.adapter import openai_adapter
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.contract.documented.openai import DocumentedOpenAI
from tests.contract.documented.serving import served
from tests.contract.provider_kit import the_key

KEY = SecretStr("canary-key-0123456789")
WRONG_KEY = SecretStr("wrong-canary-0123456789")


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with running_sandbox(SandboxSettings(sandbox_port=0, metrics_port=0)) as running:
        yield running.url


async def check(url: str, key: SecretStr = KEY) -> None:
    async with openai_adapter(the_key, url) as adapter, asyncio.timeout(5):
        await adapter.check_key(key)


async def failure_at(url: str, key: SecretStr = KEY) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        await check(url, key)
    return caught.value


async def test_a_key_is_tested_without_a_call_that_costs_anything(url: str) -> None:
    await check(url)

    async with aiohttp.ClientSession() as http, http.get(f"{url}/control/calls") as answer:
        assert (await answer.json())["calls"] == []


async def test_a_wrong_key_says_so_without_being_repeated(url: str) -> None:
    failure = await failure_at(url, WRONG_KEY)

    assert failure.kind is FailureKind.AUTH
    assert failure.detail == "401 invalid_api_key: Incorrect API key provided."


async def test_a_key_that_openai_repeats_is_not_told_on() -> None:
    words = f"Incorrect API key provided: {WRONG_KEY.get_secret_value()}."
    error = {"message": words, "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
    async with served(DocumentedOpenAI(b"", error=(401, error)).app()) as url:
        failure = await failure_at(url, WRONG_KEY)

    assert failure.kind is FailureKind.AUTH
    assert "canary" not in failure.detail


@pytest.mark.parametrize("with_unknown_fields", [False, True])
async def test_the_documented_list_is_enough_and_the_key_that_is_asked_about_is_sent(
    *, with_unknown_fields: bool
) -> None:
    fake = DocumentedOpenAI(b"", with_unknown_fields=with_unknown_fields)
    async with served(fake.app()) as url:
        await check(url)

    assert fake.keys == [f"Bearer {KEY.get_secret_value()}"]


async def test_an_outage_is_no_word_about_the_key(url: str) -> None:
    async with aiohttp.ClientSession() as http:
        await http.put(f"{url}/control/outage/openai", json={"kind": "unavailable"})

    assert (await failure_at(url)).kind is FailureKind.OVERLOADED
    assert (await failure_at("http://127.0.0.1:9")).kind is FailureKind.TRANSPORT


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (web.Response(text="<h1>Sign in to the network</h1>", content_type="text/html"), FailureKind.GARBAGE),
        (web.Response(status=302, headers={"Location": "/v1/other"}), FailureKind.GARBAGE),
        (web.Response(body=b" " * (2**20 + 1)), FailureKind.BAD_PICTURE),
    ],
    ids=["a page", "a redirect", "too long"],
)
async def test_what_is_no_list_of_models_accepts_no_key(answer: web.Response, kind: FailureKind) -> None:
    asked = []

    async def give(request: web.Request) -> web.Response:
        asked.append(request.path)
        return answer

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    async with served(app) as url:
        failure = await failure_at(url)

    assert (failure.kind, asked) == (kind, ["/v1/models"])
