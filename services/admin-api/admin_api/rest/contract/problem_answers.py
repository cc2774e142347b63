"""Refusals and failures in the OpenAPI document: each status with its codes and their types."""

from collections.abc import Sequence
from typing import Any

from aiohttp import hdrs
from pydantic import BaseModel, JsonValue

from admin_api.rest.conflict import ConflictReason
from admin_api.rest.endpoint import Endpoint
from admin_api.rest.field_fault import FaultCode
from photochanger.domain.failure import PROBLEMS, ProblemCode
from photochanger.infrastructure.http_server.problems import PROBLEM_CONTENT_TYPE, problem_type

_Document = dict[str, Any]


class Fault(BaseModel):
    """`pointer` is a JSON pointer into the body, in the query `/name`; a warning yields to `ignore_warnings`.

    `detail` is in English; `code`, with the `limit`, `allowed` and `subject` that it has, says the same to programs.
    """

    pointer: str
    detail: str
    code: FaultCode
    limit: float | None = None
    allowed: tuple[str, ...] | None = None
    subject: str | None = None
    is_warning: bool | None = None


class ProblemBody(BaseModel):
    """RFC 9457; members without a value are left out.

    A `version_conflict` has `current`, what is there now as its own address shows it, and its `etag`; a slot's has in
    `changes` what was changed since the version that If-Match named. A `conflict` has its `reason`, with the
    `count` and `subject` that it has.
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
    reason: ConflictReason | None = None
    count: int | None = None
    subject: str | None = None


class ProblemAnswers:
    """Writes each kind of refusal once; operations refer to `components`, by name."""

    def __init__(self, problem_body: _Document) -> None:
        self._problem_body = problem_body
        self.components: dict[str, _Document] = {}

    def of(self, endpoint: Endpoint) -> dict[str, _Document]:
        """Give the answer of each status that the endpoint may refuse or fail with."""
        codes_of_status: dict[int, list[ProblemCode]] = {}
        for code in sorted(problems_of(endpoint)):
            codes_of_status.setdefault(PROBLEMS[code].status, []).append(code)
        return {str(status): self._reference(status, codes) for status, codes in sorted(codes_of_status.items())}

    def _reference(self, status: int, codes: Sequence[ProblemCode]) -> _Document:
        name = "_or_".join(code.value for code in codes)
        if name not in self.components:
            self.components[name] = _answer(status, codes, self._problem_body)
        return {"$ref": f"#/components/responses/{name}"}


def problems_of(endpoint: Endpoint) -> frozenset[ProblemCode]:
    """Give every problem that an answer of the endpoint may have."""
    problems = {*endpoint.problems, ProblemCode.INVALID_FIELDS, ProblemCode.DATABASE_UNAVAILABLE, ProblemCode.INTERNAL}
    if endpoint.role is not None:
        problems |= {ProblemCode.UNAUTHENTICATED, ProblemCode.FORBIDDEN, ProblemCode.RATE_LIMITED}
        if not endpoint.takes_one_time_password:
            problems.add(ProblemCode.PASSWORD_CHANGE_REQUIRED)
    if endpoint.takes_idempotency_key:
        problems |= {ProblemCode.IDEMPOTENCY_KEY_REUSED, ProblemCode.REQUEST_RUNNING, ProblemCode.CONFLICT}
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


def _answer(status: int, codes: Sequence[ProblemCode], problem_body: _Document) -> _Document:
    members = {
        "status": {"const": status},
        "code": {"enum": [code.value for code in codes]},
        "type": {"enum": [problem_type(code) for code in codes]},
    }
    content = {
        "schema": {"allOf": [problem_body, {"properties": members}]},
        "examples": {code.value: {"value": _example(code)} for code in codes},
    }
    described = "; ".join(f"`{code.value}`: {PROBLEMS[code].title}" for code in codes)
    answer = {"description": described, "content": {PROBLEM_CONTENT_TYPE: content}}
    if all(PROBLEMS[code].retry_after_seconds is not None for code in codes):
        answer["headers"] = {hdrs.RETRY_AFTER: _RETRY_AFTER}
    return answer


_RETRY_AFTER = {
    "description": "Seconds until trying again is of use",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}


def _example(code: ProblemCode) -> _Document:
    problem = PROBLEMS[code]
    told = {
        "type": problem_type(code),
        "title": problem.title,
        "status": problem.status,
        "detail": f"{problem.title}.",
        "code": code.value,
    }
    if problem.retry_after_seconds is not None:
        told["retry_after"] = problem.retry_after_seconds
    if code is ProblemCode.INVALID_FIELDS:
        told["errors"] = [{"pointer": "/name", "detail": "Field required", "code": FaultCode.MISSING.value}]
    if code is ProblemCode.CONFLICT:
        told |= {"reason": ConflictReason.SLOT_BUSY.value, "count": 2}
    return told
