"""Answers of the admin API held against the OpenAPI document that it serves of itself."""

import re
from typing import Any

import aiohttp
from jsonschema import Draft202012Validator
from yarl import URL

DOCUMENT = "/api/v1/openapi.json"


class DocumentedAnswers:
    """Fetches the document once a server; a route that the document does not have is not looked at."""

    def __init__(self) -> None:
        self._documents: dict[URL, dict[str, Any]] = {}

    async def check(self, http: aiohttp.ClientSession, answer: aiohttp.ClientResponse) -> None:
        """Fail on a status, a content type or a JSON body that the route's operation does not promise."""
        document = await self._document(http, answer.url.origin())
        operation = _operation(document, answer.method, answer.url.path)
        if operation is None:
            return
        where = f"{answer.method} {answer.url.path} answers {answer.status}"
        assert str(answer.status) in operation["responses"], where
        content = operation["responses"][str(answer.status)].get("content", {})
        if not content:
            assert await answer.read() == b"", where
            return
        [(content_type, described)] = content.items()
        assert re.fullmatch(content_type.replace("*", ".+").replace("+json", r"\+json"), answer.content_type), where
        if schema := described.get("schema"):
            components = {"components": document["components"]}
            Draft202012Validator(schema | components).validate(await answer.json(content_type=None))

    async def _document(self, http: aiohttp.ClientSession, origin: URL) -> dict[str, Any]:
        if origin not in self._documents:
            async with http.get(DOCUMENT) as answer:
                self._documents[origin] = await answer.json()
        return self._documents[origin]


def _operation(document: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    for template, operations in document["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            operation: dict[str, Any] | None = operations.get(method.lower())
            return operation
    return None
