"""Error answers: RFC 9457 problems with the members the booth's contract names."""

from collections.abc import Mapping

import orjson
from aiohttp import hdrs, web

from photochanger.domain.failure import FailureReason, Problem, ProblemCode

PROBLEM_CONTENT_TYPE = "application/problem+json"


def problem_type(code: ProblemCode) -> str:
    """Give the problem's `type`: a name, no address."""
    return f"urn:photochanger:problem:{code}"


def problem_response(
    problem: Problem,
    *,
    detail: str,
    job_id: str | None = None,
    failure_reason: FailureReason | None = None,
    retry_after_seconds: float | None = None,
    extra: Mapping[str, object] | None = None,
) -> web.Response:
    """The answer for `problem`; `retry_after_seconds` overrides the table's, `extra` adds members such as `details`."""
    retry_after = problem.retry_after_seconds if retry_after_seconds is None else max(1, round(retry_after_seconds))
    headers: dict[str, str] = {hdrs.CACHE_CONTROL: "no-store"}
    if job_id is not None:
        headers["X-Job-Id"] = job_id
    if retry_after is not None:
        headers[hdrs.RETRY_AFTER] = str(retry_after)
    members = {
        "type": problem_type(problem.code),
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "code": problem.code,
        "failure_reason": failure_reason,
        "job_id": job_id,
        "retry_after": retry_after,
        **(extra or {}),
    }
    body = orjson.dumps({name: value for name, value in members.items() if value is not None})
    return web.Response(status=problem.status, body=body, content_type=PROBLEM_CONTENT_TYPE, headers=headers)
