import json

import pytest

from photochanger.domain.failure import PROBLEMS, FailureReason, ProblemCode, problem_for
from photochanger.infrastructure.http_server import problem_response


def members(body: object) -> dict[str, object]:
    assert isinstance(body, bytes)
    parsed = json.loads(body)
    assert isinstance(parsed, dict)
    return parsed


@pytest.mark.parametrize("code", list(ProblemCode))
def test_every_problem_has_the_members_and_is_never_stored(code: ProblemCode) -> None:
    response = problem_response(PROBLEMS[code], detail="Words.")

    body = members(response.body)
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert body.keys() >= {"type", "title", "status", "detail", "code"}
    assert (body["status"], body["code"]) == (response.status, code)
    assert body.get("retry_after") == PROBLEMS[code].retry_after_seconds


def test_a_job_is_named_in_the_header_and_in_the_body() -> None:
    response = problem_response(
        problem_for(FailureReason.TIMEOUT), detail="Over.", job_id="j1", failure_reason=FailureReason.TIMEOUT
    )

    assert response.status == 504
    assert response.headers["X-Job-Id"] == "j1"
    assert members(response.body)["job_id"] == "j1"
    assert members(response.body)["failure_reason"] == "timeout"


def test_there_is_no_job_member_before_there_is_a_job() -> None:
    response = problem_response(PROBLEMS[ProblemCode.SLOT_NOT_FOUND], detail="No.")

    assert "job_id" not in members(response.body)
    assert "X-Job-Id" not in response.headers


@pytest.mark.parametrize(("given", "said"), [(None, "5"), (12.4, "12"), (0.0, "1")])
def test_what_the_provider_said_overrides_the_table_s_retry_after(given: float | None, said: str) -> None:
    response = problem_response(PROBLEMS[ProblemCode.SLOT_BUSY], detail="Busy.", retry_after_seconds=given)

    assert response.headers["Retry-After"] == said


def test_further_members_are_kept() -> None:
    response = problem_response(
        PROBLEMS[ProblemCode.PAYLOAD_TOO_LARGE], detail="Large.", extra={"details": {"max_bytes": 7}}
    )

    assert members(response.body)["details"] == {"max_bytes": 7}
