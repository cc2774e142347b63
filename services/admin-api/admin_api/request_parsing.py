"""The one place where a request's query and JSON body become models."""

from collections.abc import Iterator, Sequence

from aiohttp import web
from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import from_json

from admin_api.endpoint import BODY, JSON, QUERY, Endpoint, RequestModel
from admin_api.problems import FieldFault, Refused
from photochanger.domain.failure import ProblemCode


class NoQuery(RequestModel):
    """An endpoint that takes no query parameters."""


async def parse_request(endpoint: Endpoint, request: web.Request) -> None:
    """Put the parsed query and body where `query_of` and `body_of` find them.

    Raises:
        Refused: a wrong content type (415), too long (413), no JSON (400), or wrong fields, each named (422).
    """
    request[QUERY] = _query(endpoint.query or NoQuery, request)
    if endpoint.body is not None:
        _check_head(request, (JSON,), endpoint.max_body_bytes)
        request[BODY] = _body(endpoint.body, await request.read())
    elif endpoint.body_types:
        _check_head(request, endpoint.body_types, endpoint.max_body_bytes)


def _query(model: type[BaseModel], request: web.Request) -> BaseModel:
    repeated = [name for name in dict.fromkeys(request.query) if len(request.query.getall(name)) > 1]
    if repeated:
        raise Refused.for_faults(*(FieldFault.at(name, detail="is given more than once") for name in repeated))
    given: dict[str, JsonValue] = {**request.query}
    _refuse_operator_keys(given)
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


def _body(model: type[BaseModel], data: bytes) -> BaseModel:
    try:
        value = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise Refused(ProblemCode.INVALID_REQUEST, "The body is not JSON.") from error
    _refuse_operator_keys(value)
    try:
        return model.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise Refused.for_fields(error) from error


def _refuse_operator_keys(value: JsonValue) -> None:
    """The database reads `$…` as an operator and `.` as a path; no field of ours has such a name."""
    detail = "a name must not start with $, nor hold . or NUL"
    faults = tuple(FieldFault.at(*path, detail=detail) for path in _operator_keys(value))
    if faults:
        raise Refused.for_faults(*faults)


def _operator_keys(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name.startswith("$") or "." in name or "\0" in name:
                yield (*path, name)
            yield from _operator_keys(item, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _operator_keys(item, (*path, place))
