"""A route of the admin API: who may use it, what it takes and what it gives, as the OpenAPI document says it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, TypeVar

from aiohttp import hdrs, web
from pydantic import BaseModel, ConfigDict

from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
M = TypeVar("M", bound=BaseModel)

JSON, HTML, EVENT_STREAM = "application/json", "text/html", "text/event-stream"
MAX_JSON_BYTES = 64 * 1024

#: What the request's JSON body and its query were parsed into.
BODY = web.RequestKey("body", BaseModel)
QUERY = web.RequestKey("query", BaseModel)
#: The model of a JSON answer, beside its text.
CONTENT = web.ResponseKey("content", BaseModel)
#: Who asks, behind our own proxies.
CLIENT_ADDRESS = web.RequestKey("client_address", str)


class RequestModel(BaseModel):
    """What comes in: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True)
class FormPart:
    """A field of a form: a file, or text; JSON that is read as `model`, if there is one."""

    name: str
    description: str
    _: KW_ONLY
    is_file: bool = False
    is_required: bool = True
    model: type[BaseModel] | None = None


@dataclass(frozen=True)
class Endpoint:
    """`role` None: open to everybody. The handler's docstring is the operation's description.

    Args:
        body: what the JSON body is parsed into; the handler takes it with `body_of`.
        body_types: the media types of a body that the handler reads itself; `image/*` is any picture's.
        form: the fields of a body of the type `multipart/form-data`.
        max_body_bytes: a longer body is a 413, also when the handler reads it.
        query: what the query is parsed into; the handler takes it with `query_of`.
        path_types: what a part of the path must be, by its name, where `path_parts` does not know; any other is a 404.
        answer: the JSON answer; None: no body, or one of `answer_type`.
        has_etag: whether the answer carries one; None: if it has a `version`, or the change asks for If-Match.
        is_creation: whether sending it again must not do it again (`Idempotency-Key`); None: a POST that answers 201.
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
    form: tuple[FormPart, ...] = ()
    max_body_bytes: int = MAX_JSON_BYTES
    query: type[BaseModel] | None = None
    path_types: Mapping[str, Any] = field(default_factory=dict)
    answer: type[BaseModel] | None = None
    answer_type: str | None = None
    status: int = 200
    has_etag: bool | None = None
    is_creation: bool | None = None
    problems: tuple[ProblemCode, ...] = ()
    needs_session: bool = False
    takes_one_time_password: bool = False

    @property
    def takes_idempotency_key(self) -> bool:
        is_creation = (self.method, self.status) == (hdrs.METH_POST, web.HTTPCreated.status_code)
        return self.role is not None and (is_creation if self.is_creation is None else self.is_creation)

    @property
    def takes_if_match(self) -> bool:
        return ProblemCode.PRECONDITION_REQUIRED in self.problems

    @property
    def answers_with_etag(self) -> bool:
        if self.has_etag is not None:
            return self.has_etag
        return self.answer is not None and (self.takes_if_match or "version" in self.answer.model_fields)


def body_of(request: web.Request, model: type[M]) -> M:
    """Give the parsed body of an endpoint with `body=model`."""
    return _as(model, request[BODY])


def query_of(request: web.Request, model: type[M]) -> M:
    """Give the parsed query of an endpoint with `query=model`."""
    return _as(model, request[QUERY])


def json_answer(content: BaseModel, *, status: int = 200, version: int | None = None) -> web.Response:
    """Answer with a model; `version` becomes the ETag that a later change must name in If-Match."""
    response = web.Response(status=status, text=content.model_dump_json(), content_type=JSON)
    response[CONTENT] = content
    if version is not None:
        response.etag = str(version)
    return response


def _as(model: type[M], value: BaseModel) -> M:
    if not isinstance(value, model):
        raise TypeError(f"the endpoint declares {type(value).__name__}, its handler takes {model.__name__}")
    return value
