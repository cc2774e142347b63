"""Every field of every request, wrong in every way that the document says it must not be: refused by name."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from admin_api.rest.field_fault import FaultCode
from photochanger.domain.user import Role
from photochanger.infrastructure.mongo import Mongo
from tests.admin_people import ask, fields, logged_in
from tests.admin_process import running_admin_api
from tests.fuzzing.people import new_people
from tests.integration.admin.contract.field_faults import CANARY, Fault, FieldFaults
from tests.integration.admin.test_every_route import Route
from tests.photos import camera_jpeg

CHANGED = ("slots", "templates", "settings", "providers", "provider_keys", "users", "jobs", "audit")
#: By what a request has wrong, the codes that say so; a wrong kind of value is also none of an enum's, no time.
CODES: dict[str, set[str]] = {
    "missing": {FaultCode.MISSING},
    "unknown": {FaultCode.UNKNOWN_FIELD},
    "name": {FaultCode.BAD_NAME},
    "control characters": {FaultCode.CONTROL_CHARACTERS},
    "NUL": {FaultCode.CONTROL_CHARACTERS},
    "too many": {FaultCode.LIST_TOO_LONG},
    "too great": {FaultCode.TOO_LARGE, FaultCode.TOO_MANY_DIGITS},
    "too small": {FaultCode.TOO_SMALL, FaultCode.NOT_ABOVE, FaultCode.TOO_MANY_DIGITS},
}
BOUNDED = {
    *(FaultCode.TOO_SHORT, FaultCode.TOO_LONG, FaultCode.LIST_TOO_SHORT, FaultCode.LIST_TOO_LONG),
    *(FaultCode.TOO_SMALL, FaultCode.TOO_LARGE, FaultCode.NOT_ABOVE, FaultCode.NOT_BELOW),
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "admin-api.log"


@pytest.fixture(scope="module")
def api_url(api_settings: dict[str, str], log: Path) -> Iterator[str]:
    with running_admin_api(api_settings, log=log) as url:
        yield url


@pytest.fixture
async def routes(stranger: aiohttp.ClientSession) -> list[Route]:
    _, document = await ask(stranger, "GET", "/api/v1/openapi.json")
    return [
        Route(method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


@pytest.fixture
async def faults(stranger: aiohttp.ClientSession) -> FieldFaults:
    _, document = await ask(stranger, "GET", "/api/v1/openapi.json")
    return FieldFaults(document)


@pytest.fixture
async def nothing_changes(mongo: Mongo) -> AsyncIterator[None]:
    async def kept() -> dict[str, object]:
        return {name: await mongo.database[name].find().sort("_id", 1).to_list(None) for name in CHANGED}

    before = await kept()
    yield
    assert await kept() == before


def names_it(pointers: list[str], pointer: str) -> bool:
    """The field itself, or what is wrong inside it."""
    return any(found == pointer or found.startswith(f"{pointer}/") for found in pointers)


def tells_what(problem: dict[str, Any], fault: Fault) -> bool:
    """Each error has a code of its own, and its bound if it is about one; that of the field itself says what it is."""
    there = {error["code"] for error in problem["errors"] if error["pointer"] == fault.pointer}
    vague = [error for error in problem["errors"] if error["code"] == FaultCode.OTHER]
    unbounded = [error for error in problem["errors"] if error["code"] in BOUNDED and "limit" not in error]
    return not vague and not unbounded and (not there or bool(there & CODES.get(fault.kind, there)))


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_every_field_of_every_body_is_refused_by_name_and_nothing_is_told(
    admin: aiohttp.ClientSession, routes: list[Route], faults: FieldFaults, nothing_changes: None, log: Path
) -> None:
    tried = []
    for route in routes:
        if not route.takes_json:
            continue
        body = route.operation["requestBody"]["content"]["application/json"]
        for fault in faults.of(body["schema"]):
            wrong = faults.with_fault(body["schema"], body["example"], fault)
            status, problem = await ask(admin, route.method, route.url, wrong, headers={"If-Match": '"7"'})
            assert status == 422, (route.method, route.path, fault, problem)
            assert names_it(fields(problem), fault.pointer), (route.method, route.path, fault, problem)
            assert tells_what(problem, fault), (route.method, route.path, fault, problem)
            assert CANARY not in json.dumps(problem).replace(fault.pointer, ""), (route.path, fault, problem)
            tried.append(fault.kind)

    assert {*tried} >= {"type", "control characters", "too long", "too great", "unknown", "missing", "name", "too many"}
    assert len(tried) > 300
    assert CANARY not in log.read_text()


async def test_every_field_of_a_form_is_refused_by_name(
    admin: aiohttp.ClientSession, routes: list[Route], faults: FieldFaults, nothing_changes: None, log: Path
) -> None:
    tried = 0
    for route in routes:
        form = route.operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {})
        for name in form.get("encoding", {}):
            schema = form["schema"]["properties"][name]
            schema = {key: value for key, value in schema.items() if key != "description"}
            for fault in faults.of(schema):
                if fault.kind == "missing" and len(fault.path) == 1 and fault.value is None:
                    continue
                wrong = faults.with_fault(schema, {"name": "x", "provider": "x", "operation": "image_edit"}, fault)
                sent = aiohttp.FormData({name: json.dumps(wrong)})
                sent.add_field("file", camera_jpeg(80, 60), filename="a.jpg", content_type="image/jpeg")
                async with admin.request(route.method, route.url, data=sent) as answer:
                    problem = await answer.json(content_type=None)
                    assert answer.status == 422, (route.path, fault, problem)
                assert names_it(fields(problem), fault.pointer), (route.path, fault, problem)
                assert tells_what(problem, fault), (route.path, fault, problem)
                tried += 1

    assert tried > 50
    assert CANARY not in log.read_text()


def wrong_values(schema: dict[str, Any]) -> Iterator[str]:
    yield "a\0b"
    if schema.get("type") in {"integer", "number"}:
        yield from ("x", "1_0", " 1", str(2**70))
    if schema.get("type") == "boolean":
        yield from ("yes", "1", "True", "")
    if schema.get("format") == "date-time":
        yield from ("yesterday", "2026-05-09", "1778351400", "2026-05-09T18:30:00")
    if "enum" in schema or "$ref" in schema:
        yield "no-such"
    if "maxLength" in schema or "pattern" in schema:
        yield "x" * (schema.get("maxLength", 2_000) + 1)


async def test_every_parameter_of_every_query_is_refused_by_name(
    admin: aiohttp.ClientSession, routes: list[Route], nothing_changes: None
) -> None:
    tried = 0
    for route in routes:
        for given in route.operation["parameters"]:
            if given["in"] != "query":
                continue
            name = given["name"]
            for query in [f"{name}={quote(value)}" for value in wrong_values(given["schema"])] + [f"{name}=1&{name}=2"]:
                status, problem = await ask(admin, route.method, f"{route.url}?{query}")
                assert status == 422, (route.method, route.path, query, problem)
                assert f"/{name}" in fields(problem), (route.path, query, problem)
                tried += 1

    assert tried > 50


async def test_a_path_that_can_name_nothing_is_nothing(
    admin: aiohttp.ClientSession, routes: list[Route], nothing_changes: None
) -> None:
    tried = 0
    for route in routes:
        for given in route.operation["parameters"]:
            if given["in"] != "path":
                continue
            for value in ("$ne", "a\0b", "..%2f", "x" * 2_000, "-", "a b", "é"):
                url = route.path.replace(f"{{{given['name']}}}", quote(value, safe="%"))
                url = Route(route.method, url, route.operation).url
                status, problem = await ask(admin, route.method, url)
                assert (status, problem["code"]) == (404, "not_found"), (route.method, url)
                tried += 1

    assert tried > 50


async def test_every_route_is_for_its_role_and_those_above_and_for_nobody_else(
    api_url: str, mongo: Mongo, routes: list[Route], stranger: aiohttp.ClientSession
) -> None:
    for role in Role:
        [token] = new_people(mongo.database.delegate, role, "no password opens it", count=1)
        async with logged_in(api_url, token) as http:
            for route in routes:
                if role is not Role.VIEWER or (route.method, route.path) != ("DELETE", "/api/v1/session"):
                    may = route.role is None or role.includes(Role(route.role))
                    if may and (route.method, route.path) == ("DELETE", "/api/v1/session"):
                        continue
                    status, problem = await ask_anything(http, route)
                    is_refused = (status, problem and problem.get("code")) == (403, "forbidden")
                    assert is_refused is not may, (role, route.method, route.path, status)


async def ask_anything(http: aiohttp.ClientSession, route: Route) -> tuple[int, Any]:
    async with http.request(route.method, route.url) as answer:
        is_json = answer.content_type.endswith("json")
        return answer.status, await answer.json(content_type=None) if is_json else None


async def test_a_wrong_method_is_told_which_there_are(admin: aiohttp.ClientSession, routes: list[Route]) -> None:
    for route in routes:
        methods = {other.method for other in routes if other.path == route.path}
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"} - methods:
            async with admin.request(method, route.url) as answer:
                assert answer.status == 405, (method, route.path)
                assert {*answer.headers["Allow"].split(",")} == methods, (method, route.path)


@pytest.mark.parametrize(
    ("content_type", "status"), [("text/plain", 415), ("application/json", 415), ("image/jpeg", 413)]
)
async def test_an_upload_of_another_kind_or_beyond_its_size_is_refused(
    admin: aiohttp.ClientSession, routes: list[Route], nothing_changes: None, content_type: str, status: int
) -> None:
    uploads = [
        route
        for route in routes
        if "multipart/form-data" in (taken := route.operation.get("requestBody", {}).get("content", {}))
        and (status == 415 or "image/*" in taken)
    ]

    assert uploads
    for route in uploads:
        headers = {"Content-Type": content_type, "Content-Length": str(80_000_000 if status == 413 else 2)}
        async with admin.request(route.method, route.url, data=b"{}", headers=headers) as answer:
            assert answer.status == status, route.path
