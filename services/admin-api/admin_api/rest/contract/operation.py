"""One operation of the OpenAPI document, made from its endpoint."""

import inspect
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs
from jsonschema import Draft202012Validator

from admin_api.rest.contract.examples import Examples, NoExample
from admin_api.rest.contract.problem_answers import ProblemAnswers, ProblemBody
from admin_api.rest.contract.schemas import Schema, as_taken, resolved, without_null
from admin_api.rest.created import location_of
from admin_api.rest.endpoint import EVENT_STREAM, JSON, Endpoint, FormPart
from admin_api.rest.idempotency import HEADER as IDEMPOTENCY_KEY
from admin_api.rest.idempotency import KEY_PATTERN
from admin_api.rest.path_parts import path_types
from admin_api.rest.request_limit import LIMIT, REMAINING, RESET
from admin_api.rest.upload_form import FORM
from admin_api.rest.versions import ETAG_PATTERN

References = Mapping[Any, Schema]

_BINARY: Schema = {"type": "string", "format": "binary"}
_KEY = {"type": "string", "pattern": KEY_PATTERN, "examples": ["8e03978e-40d5-43dd-bc93-6894a57f9324"]}
_COUNT = {"type": "integer", "minimum": 0}
_RATE_LIMIT = {
    LIMIT: "Requests that the session may make in a minute",
    REMAINING: "How many of them are left",
    RESET: "Seconds until they are all there again",
}
_ETAG = {"type": "string", "pattern": ETAG_PATTERN, "examples": ['"7"']}
_EVENT_ID = {"type": "string", "maxLength": 64}


def tag_of(endpoint: Endpoint) -> str:
    """Give the area: the folder of the handler."""
    return endpoint.handler.__module__.split(".")[1]


class OperationWriter:
    def __init__(self, references: References, schemas: Schema, endpoints: Sequence[Endpoint]) -> None:
        self._references, self._schemas, self._endpoints = references, schemas, endpoints
        self._examples, self._invented = Examples(schemas), Examples(schemas, invented=True)
        self.problems = ProblemAnswers(references[ProblemBody, "serialization"])

    def operation(self, endpoint: Endpoint) -> Schema:
        operation: Schema = {
            "operationId": _operation_id(endpoint),
            "tags": [tag_of(endpoint)],
            "summary": endpoint.summary,
            "parameters": [
                *(_path_parameter(name, adapter.json_schema()) for name, adapter in path_types(endpoint).items()),
                *self._query_parameters(endpoint),
                *_header_parameters(endpoint),
            ],
            "responses": {str(endpoint.status): self._answer(endpoint), **self.problems.of(endpoint)},
            "security": [] if endpoint.role is None else [{"bearer": []}, {"cookie": []}],
        }
        if description := _description(endpoint):
            operation["description"] = description
        if endpoint.role is not None:
            operation["x-role"] = endpoint.role.value
            operation["x-needs-session"] = endpoint.needs_session
        if content := self._taken(endpoint):
            operation["requestBody"] = {"required": True, "content": content}
        return operation

    def _query_parameters(self, endpoint: Endpoint) -> list[Schema]:
        if endpoint.query is None:
            return []
        schema = resolved(self._references[endpoint.query, "validation"], self._schemas)
        required = set(schema.get("required", ()))
        return [
            {
                "name": name,
                "in": "query",
                "required": name in required,
                "description": field.get("description", schema.get("description", "")),
                "schema": _undescribed(without_null(field)),
            }
            for name, field in schema["properties"].items()
        ]

    def _taken(self, endpoint: Endpoint) -> Schema:
        if endpoint.body is not None:
            return {JSON: self._json(self._references[endpoint.body, "validation"])}
        content: Schema = {}
        for media_type in endpoint.body_types:
            content[media_type] = self._form(endpoint.form) if media_type == FORM else {"schema": _BINARY}
        return content

    def _json(self, schema: Schema, *, invented: bool = False) -> Schema:
        """Describe JSON, with an example if one can be made that fits."""
        described: Schema = {"schema": schema}
        try:
            example = (self._invented if invented else self._examples).of(schema)
        except NoExample:
            return described
        validator = Draft202012Validator(schema | {"components": {"schemas": self._schemas}})
        return described | {"example": example} if validator.is_valid(example) else described

    def _form(self, parts: Sequence[FormPart]) -> Schema:
        encoding = {part.name: {"contentType": JSON} for part in parts if part.model is not None}
        schema = {
            "type": "object",
            "properties": {part.name: self._part(part) for part in parts},
            "required": [part.name for part in parts if part.is_required],
        }
        return {"schema": schema, **({"encoding": encoding} if encoding else {})}

    def _part(self, part: FormPart) -> Schema:
        if part.model is not None:
            return {**self._references[part.model, "validation"], "description": part.description}
        if part.is_file:
            return {**_BINARY, "description": part.description}
        return {**as_taken({"type": "string"}), "description": part.description}

    def _answer(self, endpoint: Endpoint) -> Schema:
        answer: Schema = {"description": HTTPStatus(endpoint.status).phrase}
        if endpoint.answer is not None:
            answer["content"] = {JSON: self._json(self._references[endpoint.answer, "serialization"], invented=True)}
        elif endpoint.answer_type is not None:
            answer["content"] = {endpoint.answer_type: {}}
        if headers := _answer_headers(endpoint, self._endpoints):
            answer["headers"] = headers
        return answer


def _operation_id(endpoint: Endpoint) -> str:
    words = re.findall(r"[A-Za-z0-9]+", endpoint.path.removeprefix("/api/v1"))
    return "_".join([endpoint.method.lower(), *(word.lower() for word in words)])


def _description(endpoint: Endpoint) -> str:
    text = inspect.cleandoc(endpoint.handler.__doc__ or "")
    return re.split(r"\n\n(?:Raises|Args):", text)[0]


def _path_parameter(name: str, schema: Schema) -> Schema:
    description = schema.get("description", "Names the one that is meant")
    return {"name": name, "in": "path", "required": True, "description": description, "schema": _undescribed(schema)}


def _header_parameters(endpoint: Endpoint) -> list[Schema]:
    found: list[Schema] = []
    if endpoint.takes_if_match:
        described = "The ETag of what was read: a change of another version is refused"
        found.append(_header(hdrs.IF_MATCH, described, _ETAG, is_required=True))
    if endpoint.takes_idempotency_key:
        described = "Made anew for each thing to create: sent again within 24 hours, it is done once and answered again"
        found.append(_header(IDEMPOTENCY_KEY, described, _KEY, is_required=False))
    if endpoint.answer_type == EVENT_STREAM:
        described = "The `id` of the last event that was read: those after it follow, or `reset`"
        found.append(_header(hdrs.LAST_EVENT_ID, described, _EVENT_ID, is_required=False))
    return found


def _header(name: str, description: str, schema: Schema, *, is_required: bool) -> Schema:
    return {"name": name, "in": "header", "required": is_required, "description": description, "schema": schema}


def _answer_headers(endpoint: Endpoint, endpoints: Sequence[Endpoint]) -> Schema:
    headers: Schema = {}
    if endpoint.answers_with_etag:
        described = "The version, for If-Match of a change"
        headers["ETag"] = {"description": described, "required": True, "schema": _ETAG}
    if endpoint.role is not None:
        headers |= {
            name: {"description": text, "required": True, "schema": _COUNT} for name, text in _RATE_LIMIT.items()
        }
    if location_of(endpoint, endpoints) is not None:
        address = {"type": "string", "pattern": "^/"}
        headers[hdrs.LOCATION] = {"description": "Where it is", "required": True, "schema": address}
    return headers


def _undescribed(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in {"description", "title"}}
