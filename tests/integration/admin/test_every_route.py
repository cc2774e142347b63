"""What holds for every route, taken from the document that the API serves of itself."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from openapi_spec_validator import validate

from photochanger.infrastructure.mongo import Mongo
from tests.admin_people import ask, fields
from tests.admin_process import admin_settings
from tests.built_ui import small_ui

DOCUMENT = "/api/v1/openapi.json"
#: Takes more JSON than the others.
TAKES_FILES = "/api/v1/slot-import"
#: The UI's page; whatever is asked of it.
PAGE = "/"
#: Whatever else has no role is open by mistake.
OPEN = {("GET", PAGE), ("GET", DOCUMENT), ("GET", "/api/v1/docs"), ("POST", "/api/v1/session")}


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    operation: dict[str, Any]

    @property
    def url(self) -> str:
        """Names what may exist and does not."""
        url = self.path
        for parameter in self.operation.get("parameters", ()):
            if parameter["in"] == "path":
                url = url.replace(f"{{{parameter['name']}}}", parameter["schema"]["examples"][0])
        return url

    @property
    def role(self) -> str | None:
        role = self.operation.get("x-role")
        assert role is None or isinstance(role, str)
        return role

    @property
    def takes_json(self) -> bool:
        return "application/json" in self.operation.get("requestBody", {}).get("content", {})


@pytest.fixture(scope="module")
def api_settings(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Beside the UI the API is what it is without."""
    return admin_settings(mongo_url) | {"WEB_FOLDER": str(small_ui(tmp_path_factory.mktemp("ui")))}


@pytest.fixture
async def document(stranger: aiohttp.ClientSession) -> dict[str, Any]:
    status, document = await ask(stranger, "GET", DOCUMENT)
    assert status == 200
    assert isinstance(document, dict)
    return document


@pytest.fixture
async def routes(document: dict[str, Any]) -> list[Route]:
    return [
        Route(method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


@pytest.fixture
async def nothing_changes(mongo: Mongo) -> AsyncIterator[None]:
    async def kept() -> dict[str, object]:
        names = {"slots", "templates", "settings", "providers", "provider_keys", "jobs", "audit"}
        return {name: await mongo.database[name].find().to_list(None) for name in sorted(names)}

    before = await kept()
    yield
    assert await kept() == before


async def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    validate(document)


async def test_every_documented_route_is_served_with_a_documented_answer(
    admin: aiohttp.ClientSession, routes: list[Route]
) -> None:
    for route in routes:
        if (route.method, route.path) == ("DELETE", "/api/v1/session"):
            continue
        async with admin.request(route.method, route.url) as answer:
            assert answer.status != 405, route
            assert str(answer.status) in route.operation["responses"], (route.method, route.path, answer.status)


async def test_no_route_but_the_documented_answers(admin: aiohttp.ClientSession, routes: list[Route]) -> None:
    served = {(route.method, route.path) for route in routes}

    for path in {route.path for route in routes}:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            if (method, path) not in served:
                [*_, url] = [route.url for route in routes if route.path == path]
                async with admin.request(method, url) as answer:
                    assert answer.status in {404, 405}, (method, path)


@pytest.mark.parametrize("token", [None, "", "guessed-token"])
async def test_without_a_session_only_the_open_routes_answer(
    stranger: aiohttp.ClientSession, routes: list[Route], token: str | None, nothing_changes: None
) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    is_open = {(route.method, route.path) for route in routes if route.role is None}

    assert is_open == OPEN
    for route in routes:
        if route.role is not None:
            status, problem = await ask(stranger, route.method, route.url, {"$x": 1}, headers=headers)
            assert (status, problem["code"]) == (401, "unauthenticated"), route


async def test_a_role_too_low_is_refused_before_anything_is_read(
    viewer: aiohttp.ClientSession, routes: list[Route], nothing_changes: None
) -> None:
    closed = [route for route in routes if route.role in {"operator", "admin"}]

    assert len(closed) >= 9
    for route in closed:
        status, problem = await ask(viewer, route.method, route.url, {"$x": 1})
        assert (status, problem["code"]) == (403, "forbidden"), route


async def test_an_unknown_query_parameter_is_named(
    admin: aiohttp.ClientSession, routes: list[Route], nothing_changes: None
) -> None:
    for route in (route for route in routes if route.path != PAGE):
        status, problem = await ask(admin, route.method, f"{route.url}?unheard=1")
        assert status == 422, route
        assert "/unheard" in fields(problem), route


@pytest.mark.usefixtures("nothing_changes")
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", "{}", 415),
        ("application/x-www-form-urlencoded", "a=b", 415),
        ("application/json", '{"a"', 400),
        ("application/json", "", 400),
        ("application/json", "NaN", 400),
        ("application/json", "[" * 5_000, 400),
        ("application/json", '{"unheard": 1}', 422),
        ("application/json", '{"$where": 1}', 422),
        ("application/json", '{"a.b": 1}', 422),
        ("application/json", "7", 422),
        ("application/json", f'"{"x" * 70_000}"', 413),
    ],
)
async def test_a_wrong_body_is_refused_and_changes_nothing(
    admin: aiohttp.ClientSession,
    routes: list[Route],
    content_type: str,
    body: str,
    status: int,
) -> None:
    taking_json = [route for route in routes if route.takes_json and (status != 413 or route.path != TAKES_FILES)]

    assert len(taking_json) >= 7
    for route in taking_json:
        headers = {"Content-Type": content_type, "If-Match": '"1"'}
        async with admin.request(route.method, route.url, data=body, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (status, "application/problem+json"), route
            assert str(status) in route.operation["responses"], route


async def test_every_answer_carries_the_security_headers(
    admin: aiohttp.ClientSession, routes: list[Route], stranger: aiohttp.ClientSession
) -> None:
    for route in routes:
        for who in (stranger, admin):
            if (route.method, route.path) == ("DELETE", "/api/v1/session"):
                continue
            async with who.request(route.method, route.url) as answer:
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "Content-Security-Policy" in answer.headers
                assert answer.headers["Cache-Control"] == ("no-cache" if route.path == PAGE else "no-store")
                assert "Server" not in answer.headers
