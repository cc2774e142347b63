"""What an answer of OpenAI means: one test a case."""

import base64
import json

import pytest

from photochanger.domain.usage import Usage, cost_micros
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_openai.manifest import openai_manifest
from provider_openai.response import failure_of, parse_response

MODEL = "gpt-image-2"
HEADERS = {"x-request-id": "req_1"}


def answered(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def failed(status: int, code: str | None = None, message: str = "words", **headers: str) -> ProviderFailure:
    body = json.dumps({"error": {"message": message, "type": "some_error", "param": None, "code": code}})
    return failure_of(status, body.encode(), HEADERS | headers, model=MODEL, secrets=("canary",))


def test_the_picture_comes_with_its_reference_and_what_it_used() -> None:
    body = answered(
        created=1,
        data=[{"b64_json": base64.b64encode(b"picture").decode(), "revised_prompt": None}],
        usage={"input_tokens": 1000, "output_tokens": 4160, "total_tokens": 5160, "input_tokens_details": {}},
    )

    answer = parse_response(body, HEADERS, model=MODEL)

    assert (answer.data, answer.reference) == (b"picture", "req_1")
    assert answer.usage == Usage(model=MODEL, input_tokens=1000, output_tokens=4160, images=1)
    assert cost_micros(openai_manifest().prices, answer.usage) == 8_000 + 124_800


@pytest.mark.parametrize("data", [None, [], [{}], [{"b64_json": None}], [{"b64_json": ""}], [{"url": "http://x/"}]])
def test_no_picture_in_the_answer_is_said_with_what_it_used(data: object) -> None:
    with pytest.raises(ProviderFailure) as caught:
        parse_response(answered(data=data, usage={"input_tokens": 9, "output_tokens": 0}), HEADERS, model=MODEL)

    assert caught.value.kind is FailureKind.NO_IMAGE
    assert caught.value.usage == Usage(model=MODEL, input_tokens=9, output_tokens=0, images=0)
    assert caught.value.reference == "req_1"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"<html>", b"\xff\xfe", answered(data="x"), answered(data=[{"b64_json": "%%%"}])]
)
def test_what_is_no_answer_is_garbage(body: bytes) -> None:
    with pytest.raises(ProviderFailure) as caught:
        parse_response(body, {}, model=MODEL)

    assert caught.value.kind is FailureKind.GARBAGE


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "moderation_blocked", FailureKind.REFUSED),
        (400, "content_policy_violation", FailureKind.REFUSED),
        (400, "invalid_value", FailureKind.BAD_REQUEST),
        (400, "billing_hard_limit_reached", FailureKind.AUTH),
        (401, "invalid_api_key", FailureKind.AUTH),
        (402, None, FailureKind.AUTH),
        (403, None, FailureKind.AUTH),
        (403, "unsupported_country_region_territory", FailureKind.REGION),
        (404, "model_not_found", FailureKind.MODEL_GONE),
        (408, None, FailureKind.TIMEOUT),
        (413, None, FailureKind.BAD_REQUEST),
        (422, None, FailureKind.BAD_REQUEST),
        (429, "rate_limit_exceeded", FailureKind.QUOTA),
        (429, "insufficient_quota", FailureKind.AUTH),
        (500, None, FailureKind.OVERLOADED),
        (503, None, FailureKind.OVERLOADED),
        (504, None, FailureKind.TIMEOUT),
        (201, None, FailureKind.GARBAGE),
        (302, None, FailureKind.GARBAGE),
    ],
)
def test_each_status_and_code_has_its_kind(status: int, code: str | None, kind: FailureKind) -> None:
    assert failed(status, code).kind is kind


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7.0), ("soon", None), ("-1", None), ("9" * 400, None), ("1.5", None), ("", None)]
)
def test_a_delay_is_a_whole_number_of_seconds_or_none(asked: str, seconds: float | None) -> None:
    assert failed(429, **{"retry-after": asked}).retry_after_seconds == seconds


def test_openais_words_are_shown_without_what_is_secret() -> None:
    failure = failed(400, "invalid_value", "Bad\x00 \x1b[31mcanary\nvalue")

    assert failure.detail == "400 invalid_value: Bad [31m[…] value"


@pytest.mark.parametrize("reference", ["", "ключ", "a\nb", "x" * 101])
def test_a_reference_that_is_none_is_not_kept(reference: str) -> None:
    assert failure_of(500, b"", {"x-request-id": reference}, model=MODEL).reference is None


def test_a_retired_model_is_named() -> None:
    assert failed(404).detail == "model retired: gpt-image-2"
