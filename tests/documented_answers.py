"""Answers of the admin API held against the OpenAPI document that it serves of itself."""

import re
from typing import Any

import aiohttp
from jsonschema import Draft202012Validator
from yarl import URL

DOCUMENT = "/api/v1/openapi.json"
#: Headers that clients act on: one that is sent is documented.
TELLING = frozenset({"etag", "location", "retry-after"})


class DocumentedAnswers:
    """Fetches the document once a server; a route that the document does not have is not looked at."""

    def __init__(self) -> None:
        self._documents: dict[URL, dict[str, Any]] = {}

    async def check(self, http: aiohttp.ClientSession, answer: aiohttp.ClientResponse) -> None:
        """Fail on a status, a header, a content type or a JSON body that the route's operation does not promise."""
        document = await self._document(http, answer.url.origin())
        operation = _operation(document, answer.method, answer.url.path)
        if operation is None:
            return
        where = f"{answer.method} {answer.url.path} answers {answer.status}"
        assert str(answer.status) in operation["responses"], where
        promised = _inlined(operation["responses"][str(answer.status)], document)
        _check_headers(answer, promised.get("headers", {}), where)
        content = promised.get("content", {})
        if not content:
            assert await answer.read() == b"", where
            return
        [(content_type, described)] = content.items()
        assert re.fullmatch(content_type.replace("*", ".+").replace("+json", r"\+json"), answer.content_type), where
        if schema := described.get("schema"):
            _validate(schema, await answer.json(content_type=None), document)

    async def _document(self, http: aiohttp.ClientSession, origin: URL) -> dict[str, Any]:
        if origin not in self._documents:
            async with http.get(DOCUMENT) as answer:
                self._documents[origin] = await answer.json()
        return self._documents[origin]


def _inlined(answer: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in answer:
        return answer
    found: dict[str, Any] = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return found


def _check_headers(answer: aiohttp.ClientResponse, promised: dict[str, Any], where: str) -> None:
    names = {name.lower() for name in promised}
    told = {name.lower() for name in answer.headers}
    assert {name.lower() for name, header in promised.items() if header["required"]} <= told, where
    assert told & TELLING <= names, f"{where} with {told & TELLING - names}, which is not documented"
    for name, header in promised.items():
        if name in answer.headers:
            value = answer.headers[name]
            is_number = header["schema"]["type"] == "integer" and value.isdecimal()
            Draft202012Validator(header["schema"]).validate(int(value) if is_number else value)


def _validate(schema: dict[str, Any], value: object, document: dict[str, Any]) -> None:
    Draft202012Validator(schema | {"components": document["components"]}).validate(value)


def _operation(document: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    for template, operations in document["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            operation: dict[str, Any] | None = operations.get(method.lower())
            return operation
    return None
