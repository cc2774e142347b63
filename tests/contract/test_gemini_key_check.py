"""Whether Google takes a key, asked of the sandbox."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from pydantic import SecretStr

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_gemini.clients import GeminiClients
from provider_gemini.key_check import KeyCheck
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with running_sandbox(SandboxSettings(sandbox_port=0, metrics_port=0)) as running:
        yield running.url


async def test_a_key_is_tested_without_a_call_that_costs_anything(url: str) -> None:
    async with GeminiClients(url) as clients:
        await KeyCheck(clients).check(SecretStr("canary-key-0123456789"))

    async with aiohttp.ClientSession() as http, http.get(f"{url}/control/calls") as answer:
        assert (await answer.json())["calls"] == []


async def test_a_wrong_key_says_so_without_being_repeated(url: str) -> None:
    async with GeminiClients(url) as clients:
        with pytest.raises(ProviderFailure) as caught:
            await KeyCheck(clients).check(SecretStr("wrong-canary-0123456789"))

    assert caught.value.kind is FailureKind.AUTH
    assert "canary" not in caught.value.detail


async def test_nobody_listening_is_no_word_about_the_key() -> None:
    async with GeminiClients("http://127.0.0.1:9") as clients:
        with pytest.raises(ProviderFailure) as caught:
            await KeyCheck(clients).check(SecretStr("canary-key-0123456789"))

    assert caught.value.kind is FailureKind.TRANSPORT
