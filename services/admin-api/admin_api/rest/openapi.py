"""The OpenAPI 3.1 document, made from the endpoints and their models; nothing in it is written by hand twice."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import hdrs, web
from pydantic import BaseModel, JsonValue
from pydantic.json_schema import models_json_schema

from admin_api.rest.endpoint import JSON, Endpoint
from photochanger.domain.failure import PROBLEMS, ProblemCode
from photochanger.infrastructure.http_server.problems import PROBLEM_CONTENT_TYPE

PATH = "/api/v1/openapi.json"
_REFERENCE = "#/components/schemas/{model}"

_Document = dict[str, Any]
_Mode = Literal["validation", "serialization"]
_References = Mapping[Any, _Document]


class Fault(BaseModel):
    """`pointer` is a JSON pointer into the body, in the query `/name`; a warning yields to `ignore_warnings`."""

    pointer: str
    detail: str
    is_warning: bool | None = None


class ProblemBody(BaseModel):
    """RFC 9457; members without a value are left out.

    A slot's `version_conflict` has `current`, the slot as it is now, its `etag`, and in `changes` what was changed
    since the version that If-Match named.
    """

    type: str
    title: str
    status: int
    detail: str
    code: ProblemCode
    retry_after: int | None = None
    errors: tuple[Fault, ...] | None = None
    current: dict[str, JsonValue] | None = None
    etag: str | None = None
    changes: tuple[dict[str, JsonValue], ...] | None = None


def openapi_endpoint(endpoints: Sequence[Endpoint], *, cookie_name: str) -> Endpoint:
    """Give the endpoint that serves the document, of the endpoints and itself."""

    async def show(_request: web.Request) -> web.Response:
        return web.json_response(document)

    own = Endpoint(hdrs.METH_GET, PATH, show, None, summary="This document", answer_type=JSON)
    document = openapi_document((*endpoints, own), cookie_name=cookie_name)
    return own


def openapi_document(endpoints: Sequence[Endpoint], *, cookie_name: str) -> _Document:
    references, definitions = models_json_schema(_models(endpoints), ref_template=_REFERENCE)
    schemas = definitions.get("$defs", {})
    paths: dict[str, _Document] = {}
    for endpoint in endpoints:
        operation = _operation(endpoint, references, schemas)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "PhotoChanger administration", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": cookie_name},
            },
        },
    }


def _models(endpoints: Sequence[Endpoint]) -> list[tuple[type[BaseModel], _Mode]]:
    models: dict[tuple[type[BaseModel], _Mode], None] = {(ProblemBody, "serialization"): None}
    for endpoint in endpoints:
        for taken in (endpoint.body, endpoint.query):
            if taken is not None:
                models[taken, "validation"] = None
        if endpoint.answer is not None:
            models[endpoint.answer, "serialization"] = None
    return list(models)


def _operation(endpoint: Endpoint, references: _References, schemas: _Document) -> _Document:
    query = [] if endpoint.query is None else _query_parameters(references[endpoint.query, "validation"], schemas)
    operation: _Document = {
        "operationId": _operation_id(endpoint),
        "summary": endpoint.summary,
        "parameters": [*_path_parameters(endpoint), *query, *_header_parameters(endpoint)],
        "responses": {str(endpoint.status): _answer(endpoint, references), **_problem_answers(endpoint, references)},
        "security": [] if endpoint.role is None else [{"bearer": []}, {"cookie": []}],
    }
    if endpoint.role is not None:
        operation["x-role"] = endpoint.role.value
    if endpoint.body is not None:
        content = {JSON: {"schema": references[endpoint.body, "validation"]}}
        operation["requestBody"] = {"required": True, "content": content}
    elif endpoint.body_types:
        content = {media_type: {} for media_type in endpoint.body_types}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _operation_id(endpoint: Endpoint) -> str:
    words = re.findall(r"[A-Za-z0-9]+", endpoint.path.removeprefix("/api/v1"))
    return "_".join([endpoint.method.lower(), *(word.lower() for word in words)])


def _path_parameters(endpoint: Endpoint) -> list[_Document]:
    names = re.findall(r"{(\w+)}", endpoint.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(reference: _Document, schemas: _Document) -> list[_Document]:
    schema = schemas[reference["$ref"].rpartition("/")[2]]
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def _header_parameters(endpoint: Endpoint) -> list[_Document]:
    if ProblemCode.PRECONDITION_REQUIRED not in endpoint.problems:
        return []
    return [{"name": hdrs.IF_MATCH, "in": "header", "required": True, "schema": {"type": "string"}}]


def _answer(endpoint: Endpoint, references: _References) -> _Document:
    answer: _Document = {"description": HTTPStatus(endpoint.status).phrase}
    if endpoint.answer is not None:
        answer["content"] = {JSON: {"schema": references[endpoint.answer, "serialization"]}}
    elif endpoint.answer_type is not None:
        answer["content"] = {endpoint.answer_type: {}}
    return answer


def _problem_answers(endpoint: Endpoint, references: _References) -> dict[str, _Document]:
    codes_of_status: dict[int, list[str]] = {}
    for code in sorted(problems_of(endpoint)):
        codes_of_status.setdefault(PROBLEMS[code].status, []).append(code.value)
    schema = references[ProblemBody, "serialization"]
    return {
        str(status): {"description": ", ".join(codes), "content": {PROBLEM_CONTENT_TYPE: {"schema": schema}}}
        for status, codes in sorted(codes_of_status.items())
    }


def problems_of(endpoint: Endpoint) -> frozenset[ProblemCode]:
    """Give every problem that an answer of the endpoint may have."""
    problems = {*endpoint.problems, ProblemCode.INVALID_FIELDS, ProblemCode.DATABASE_UNAVAILABLE, ProblemCode.INTERNAL}
    if endpoint.role is not None:
        problems |= {ProblemCode.UNAUTHENTICATED, ProblemCode.FORBIDDEN}
    if endpoint.body is not None or endpoint.body_types:
        problems |= {
            ProblemCode.INVALID_REQUEST,
            ProblemCode.PAYLOAD_TOO_LARGE,
            ProblemCode.UPLOAD_TOO_SLOW,
            ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        }
    if "{" in endpoint.path:
        problems.add(ProblemCode.NOT_FOUND)
    return frozenset(problems)
