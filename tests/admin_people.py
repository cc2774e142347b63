"""People who use the admin API in tests."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.documented_answers import DocumentedAnswers

DOCUMENTED = DocumentedAnswers()
LOGIN, PASSWORD = "admin", "correct horse battery"


async def log_in(http: aiohttp.ClientSession, login: str = LOGIN, password: str = PASSWORD) -> str:
    """Give the token."""
    async with http.post("/api/v1/session", json={"login": login, "password": password}) as answer:
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["token"])


@asynccontextmanager
async def logged_in(api_url: str, token: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client that sends the token, and keeps no cookies."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(api_url, headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield http


async def ask(
    http: aiohttp.ClientSession,
    method: str,
    path: str,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Any]:
    """Give the status and what the JSON answer says; it must be as the API documents it."""
    async with http.request(method, path, json=body, headers=headers) as answer:
        await DOCUMENTED.check(http, answer)
        return answer.status, await answer.json(content_type=None)


def fields(problem: Mapping[str, Any]) -> list[str]:
    """Give the JSON pointers of what the problem calls wrong."""
    return [error["pointer"] for error in problem["errors"]]
