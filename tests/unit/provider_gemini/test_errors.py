"""Every error of the SDK and its transport: one test a case."""

import asyncio
import json
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from google.genai import errors

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_gemini.bounded_answer import AnswerTooLong
from provider_gemini.errors import translate

NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def status(
    code: int, name: str = "STATUS", message: str = "words", details: list[Any] | None = None
) -> errors.APIError:
    body = {"error": {"code": code, "status": name, "message": message, "details": details or []}}
    return errors.APIError(code, body)


def translated(error: BaseException, *, now: datetime = NOON, secrets: tuple[str, ...] = ()) -> ProviderFailure:
    return translate(error, model="gemini-x", now=now, secrets=secrets)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (status(400), FailureKind.BAD_REQUEST),
        (status(400, details=[{"reason": "API_KEY_INVALID"}]), FailureKind.AUTH),
        (status(400, "FAILED_PRECONDITION"), FailureKind.REGION),
        (status(401), FailureKind.AUTH),
        (status(402), FailureKind.AUTH),
        (status(403), FailureKind.AUTH),
        (status(404), FailureKind.MODEL_GONE),
        (status(408), FailureKind.TIMEOUT),
        (status(413), FailureKind.BAD_REQUEST),
        (status(429), FailureKind.QUOTA),
        (status(500), FailureKind.OVERLOADED),
        (status(502), FailureKind.OVERLOADED),
        (status(503), FailureKind.OVERLOADED),
        (status(504), FailureKind.TIMEOUT),
        (status(302), FailureKind.GARBAGE),
        (status(206), FailureKind.GARBAGE),
        (TimeoutError(), FailureKind.TIMEOUT),
        (aiohttp.ServerTimeoutError(), FailureKind.TIMEOUT),
        (aiohttp.ConnectionTimeoutError(), FailureKind.TRANSPORT),
        (aiohttp.ServerDisconnectedError(), FailureKind.TRANSPORT),
        (aiohttp.ClientPayloadError("cut"), FailureKind.TRANSPORT),
        (ConnectionResetError(), FailureKind.TRANSPORT),
        (ssl.SSLError(), FailureKind.TRANSPORT),
        (json.JSONDecodeError("no", "doc", 0), FailureKind.GARBAGE),
        (AnswerTooLong(10), FailureKind.BAD_PICTURE),
    ],
)
def test_each_error_has_its_kind(error: BaseException, kind: FailureKind) -> None:
    assert translated(error).kind is kind


@pytest.mark.parametrize("body", [None, [], "text", {"error": None}, {"error": "text"}, {"error": {"details": "text"}}])
def test_a_body_of_any_shape_is_survived(body: object) -> None:
    assert translated(errors.APIError(400, body)).kind is FailureKind.BAD_REQUEST


def retry_info(delay: object) -> errors.APIError:
    return status(429, details=[{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}])


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        ("34.074824224s", 34.074824224),
        ("0s", 0),
        ("soon", None),
        ("-1s", None),
        ("nans", None),
        ("infs", None),
        (5, None),
    ],
)
def test_the_delay_is_read_from_retry_info(delay: object, seconds: float | None) -> None:
    assert translated(retry_info(delay)).retry_after_seconds == seconds


def daily_quota() -> errors.APIError:
    violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}
    return status(429, details=[{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}])


def test_a_used_up_day_lasts_until_midnight_pacific() -> None:
    failure = translated(daily_quota())

    assert failure.kind is FailureKind.QUOTA_GONE
    assert failure.retry_after_seconds == timedelta(hours=12).total_seconds()


def test_midnight_is_right_on_the_day_the_clocks_change() -> None:
    failure = translated(daily_quota(), now=datetime(2026, 11, 1, 8, 0, tzinfo=UTC))

    assert failure.retry_after_seconds == timedelta(hours=24).total_seconds()


def test_a_retired_model_is_named() -> None:
    assert translated(status(404)).detail == "model retired: gemini-x"


def test_googles_words_are_kept_without_secrets_and_control_characters() -> None:
    failure = translated(status(403, "PERMISSION_DENIED", "key sk-1\nis not\x07 known"), secrets=("sk-1",))

    assert failure.detail == "403 PERMISSION_DENIED: key […] is not known"


def test_an_unreadable_answer_is_not_quoted() -> None:
    assert "canary" not in translated(json.JSONDecodeError("no", "canary", 0)).detail


def test_a_cancelled_call_is_nobodys_failure() -> None:
    from provider_gemini.errors import CALL_ERRORS

    assert not issubclass(asyncio.CancelledError, CALL_ERRORS)
