"""The one place where a request's query and JSON body become models."""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import from_json, to_json

from admin_api.rest.endpoint import BODY, JSON, MAX_JSON_BYTES, QUERY, Endpoint, M, RequestModel
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.path_parts import check_path
from admin_api.rest.problems import Refused
from admin_api.rest.query_texts import wrong_texts
from admin_api.rest.storable import unstorable
from photochanger.domain.failure import ProblemCode

#: What `MAX_JSON_BYTES` take on a slow line; a longer body has longer.
BODY_SECONDS = 10.0
BODY_BYTES_PER_SECOND = 500_000

_REPEATED = Wrong(FaultCode.REPEATED, "is given more than once")


class NoQuery(RequestModel):
    """An endpoint that takes no query parameters."""


async def parse_request(endpoint: Endpoint, request: web.Request) -> None:
    """Put the parsed query and body where `query_of` and `body_of` find them.

    Raises:
        Refused: a path that names nothing (404), a wrong content type (415), too long (413), too slow (408), no JSON
            (400), or wrong fields, each named (422).
    """
    check_path(endpoint, request)
    request[QUERY] = _query(endpoint.query or NoQuery, request)
    if endpoint.body is not None:
        _check_head(request, (JSON,), endpoint.max_body_bytes)
        request[BODY] = parse_json(endpoint.body, await _received(request, endpoint.max_body_bytes))
    elif endpoint.body_types:
        _check_head(request, endpoint.body_types, endpoint.max_body_bytes)


def _query(model: type[BaseModel], request: web.Request) -> BaseModel:
    repeated = [name for name in dict.fromkeys(request.query) if len(request.query.getall(name)) > 1]
    if repeated:
        raise Refused.for_faults(*(FieldFault.at(name, wrong=_REPEATED) for name in repeated))
    given: dict[str, JsonValue] = {**request.query}
    _refuse_unstorable(given)
    if faults := [FieldFault.at(name, wrong=wrong) for name, wrong in wrong_texts(model, request.query)]:
        raise Refused.for_faults(*faults)
    try:
        return model.model_validate_strings(given)
    except ValidationError as error:
        raise Refused.for_fields(error) from error


def _check_head(request: web.Request, content_types: Sequence[str], max_bytes: int) -> None:
    any_of_its_kind = f"{request.content_type.partition('/')[0]}/*"
    if not {request.content_type, any_of_its_kind} & {*content_types}:
        raise Refused(ProblemCode.UNSUPPORTED_MEDIA_TYPE, f"Send {' or '.join(content_types)}.")
    if (request.content_length or 0) > max_bytes:
        raise Refused(ProblemCode.PAYLOAD_TOO_LARGE, f"At most {max_bytes} bytes are taken.")


async def _received(request: web.Request, max_bytes: int) -> bytes:
    seconds = BODY_SECONDS + max(0, max_bytes - MAX_JSON_BYTES) / BODY_BYTES_PER_SECOND
    try:
        async with asyncio.timeout(seconds):
            return await request.read()
    except TimeoutError as error:
        raise Refused(ProblemCode.UPLOAD_TOO_SLOW, f"The body did not arrive within {seconds:.0f} s.") from error


def parse_json(model: type[M], data: bytes) -> M:
    """Read the model from JSON of an administrator.

    Raises:
        Refused: no JSON (400), or wrong fields, each named (422).
    """
    try:
        value = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise Refused(ProblemCode.INVALID_REQUEST, "This is not JSON.") from error
    _refuse_unstorable(value)
    try:
        return model.model_validate_json(to_json(_with_whole_numbers(value)), strict=True)
    except ValidationError as error:
        raise Refused.for_fields(error) from error


def _with_whole_numbers(value: JsonValue) -> JsonValue:
    """Give 7 for 7.0: JSON has one kind of number."""
    if isinstance(value, dict):
        return {name: _with_whole_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _refuse_unstorable(value: JsonValue) -> None:
    faults = tuple(FieldFault.at(*path, wrong=wrong) for path, wrong in unstorable(value))
    if faults:
        raise Refused.for_faults(*faults)
