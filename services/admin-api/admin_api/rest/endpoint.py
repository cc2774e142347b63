"""A route of the admin API: who may use it, what it takes and what it gives, as the OpenAPI document says it."""

from collections.abc import Awaitable, Callable
from dataclasses import KW_ONLY, dataclass
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
M = TypeVar("M", bound=BaseModel)

JSON = "application/json"
MAX_JSON_BYTES = 64 * 1024

#: What the request's JSON body and its query were parsed into.
BODY = web.RequestKey("body", BaseModel)
QUERY = web.RequestKey("query", BaseModel)
#: Who asks, behind our own proxies.
CLIENT_ADDRESS = web.RequestKey("client_address", str)


class RequestModel(BaseModel):
    """What comes in: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Endpoint:
    """`role` None: open to everybody.

    Args:
        body: what the JSON body is parsed into; the handler takes it with `body_of`.
        body_types: the media types of a body that the handler reads itself; `image/*` is any picture's.
        max_body_bytes: a longer body is a 413, also when the handler reads it.
        query: what the query is parsed into; the handler takes it with `query_of`.
        answer: the JSON answer; None: no body, or one of `answer_type`.
        problems: those besides the ones that follow from the other fields; `PRECONDITION_REQUIRED` asks for If-Match.
        needs_session: only for somebody who logged in with a password; a script's token is not enough.
        takes_one_time_password: also for somebody who still has to change a one-time password.
    """

    method: str
    path: str
    handler: Handler
    role: Role | None
    _: KW_ONLY
    summary: str
    body: type[BaseModel] | None = None
    body_types: tuple[str, ...] = ()
    max_body_bytes: int = MAX_JSON_BYTES
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    answer_type: str | None = None
    status: int = 200
    problems: tuple[ProblemCode, ...] = ()
    needs_session: bool = False
    takes_one_time_password: bool = False


def body_of(request: web.Request, model: type[M]) -> M:
    """Give the parsed body of an endpoint with `body=model`."""
    return _as(model, request[BODY])


def query_of(request: web.Request, model: type[M]) -> M:
    """Give the parsed query of an endpoint with `query=model`."""
    return _as(model, request[QUERY])


def json_answer(content: BaseModel, *, status: int = 200, version: int | None = None) -> web.Response:
    """Answer with a model; `version` becomes the ETag that a later change must name in If-Match."""
    response = web.Response(status=status, text=content.model_dump_json(), content_type=JSON)
    if version is not None:
        response.etag = str(version)
    return response


def _as(model: type[M], value: BaseModel) -> M:
    if not isinstance(value, model):
        raise TypeError(f"the endpoint declares {type(value).__name__}, its handler takes {model.__name__}")
    return value
