"""Every body of a 200: one test a case."""

import base64
import json
from collections.abc import Sequence

import pytest
from google.genai import types

from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_gemini.response import parse_response

MODEL = "gemini-nano-banana-2.1"


def body(parts: Sequence[object] | None = None, **candidate: object) -> str:
    content = {} if parts is None else {"content": {"role": "model", "parts": parts}}
    return json.dumps({"candidates": [content | {"finishReason": "STOP"} | candidate], "responseId": "r-1"})


def picture(data: bytes, **more: object) -> object:
    return {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}} | more


def failure_of(text: str, *secrets: str) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        parse_response(text, model=MODEL, secrets=secrets)
    return caught.value


def test_a_picture_is_given_with_the_answers_id() -> None:
    answer = parse_response(body([{"text": "here"}, picture(b"png")]), model=MODEL)

    assert (answer.data, answer.reference) == (b"png", "r-1")


def test_the_last_picture_that_is_no_thought_is_taken() -> None:
    parts = [picture(b"draft", thought=True), picture(b"one"), picture(b"two"), picture(b"idea", thought=True)]

    assert parse_response(body(parts), model=MODEL).data == b"two"


def test_the_first_candidate_with_a_picture_is_taken() -> None:
    refused = {"finishReason": "IMAGE_SAFETY", "index": 0}
    made = {"content": {"parts": [picture(b"one")]}, "finishReason": "STOP", "index": 1}
    other = {"content": {"parts": [picture(b"two")]}, "finishReason": "STOP", "index": 2}

    answer = parse_response(json.dumps({"candidates": [refused, made, other]}), model=MODEL)

    assert answer.data == b"one"
    assert answer.usage.images == 2


USED = {"promptTokenCount": 1300, "candidatesTokenCount": 1120, "thoughtsTokenCount": 77, "totalTokenCount": 2497}


def used(text: str) -> str:
    return json.dumps(json.loads(text) | {"usageMetadata": USED})


def test_what_a_call_used_comes_with_its_picture() -> None:
    text = used(body([picture(b"draft", thought=True), picture(b"png")]))

    answer = parse_response(text, model="models/gemini-3-pro-image")

    assert answer.usage == Usage("gemini-3-pro-image", 1300, 1120, 77, images=1)


def test_what_a_call_used_comes_with_its_failure() -> None:
    assert failure_of(used(body(finishReason="NO_IMAGE"))).usage == Usage(MODEL, 1300, 1120, 77, images=0)
    assert failure_of(used('{"promptFeedback": {"blockReason": "SAFETY"}}')).usage.input_tokens == 1300


@pytest.mark.parametrize("odd", [None, "many", [], {"promptTokenCount": -1}, {"promptTokenCount": "1,300"}])
def test_odd_counts_cost_no_picture(odd: object) -> None:
    text = json.dumps(json.loads(body([picture(b"png")])) | {"usageMetadata": odd})

    answer = parse_response(text, model=MODEL)

    assert (answer.data, answer.usage) == (b"png", Usage(MODEL, images=1))


def test_garbage_says_which_model_was_asked() -> None:
    assert failure_of("not json").usage == Usage(MODEL)


def test_snake_case_and_url_safe_base64_without_padding_are_read() -> None:
    parts = [{"inline_data": {"mime_type": "image/png", "data": "-_8"}}]

    assert parse_response(body(parts), model=MODEL).data == b"\xfb\xff"


def test_a_picture_counts_whatever_the_reason_says() -> None:
    assert parse_response(body([picture(b"png")], finishReason="OTHER"), model=MODEL).data == b"png"


def test_thoughts_alone_are_no_picture() -> None:
    assert failure_of(body([picture(b"draft", thought=True)])).kind is FailureKind.NO_IMAGE


REASONS = {
    "NO_IMAGE": FailureKind.NO_IMAGE,
    "STOP": FailureKind.NO_IMAGE,
    "CONTINUATION": FailureKind.NO_IMAGE,
    "FINISH_REASON_UNSPECIFIED": FailureKind.NO_IMAGE,
    "MALFORMED_FUNCTION_CALL": FailureKind.NO_IMAGE_AGAIN,
    "UNEXPECTED_TOOL_CALL": FailureKind.NO_IMAGE_AGAIN,
    "TOO_MANY_TOOL_CALLS": FailureKind.NO_IMAGE_AGAIN,
    "MISSING_THOUGHT_SIGNATURE": FailureKind.NO_IMAGE_AGAIN,
    "LANGUAGE": FailureKind.BAD_REQUEST,
    "ESCALATION": FailureKind.REFUSED,
    "PUP_LIMITED_DISABLED": FailureKind.REFUSED,
    "SAFETY": FailureKind.REFUSED,
    "IMAGE_SAFETY": FailureKind.REFUSED,
    "PROHIBITED_CONTENT": FailureKind.REFUSED,
    "IMAGE_PROHIBITED_CONTENT": FailureKind.REFUSED,
    "BLOCKLIST": FailureKind.REFUSED,
    "SPII": FailureKind.REFUSED,
    "RECITATION": FailureKind.REFUSED,
    "IMAGE_RECITATION": FailureKind.REFUSED,
    "MODEL_ARMOR": FailureKind.REFUSED,
    "A_REASON_OF_NEXT_YEAR": FailureKind.REFUSED,
    "OTHER": FailureKind.NO_IMAGE_AGAIN,
    "IMAGE_OTHER": FailureKind.NO_IMAGE_AGAIN,
    "MALFORMED_RESPONSE": FailureKind.NO_IMAGE_AGAIN,
    "MAX_TOKENS": FailureKind.BAD_REQUEST,
}


@pytest.mark.parametrize(("reason", "kind"), REASONS.items())
def test_each_reason_has_its_kind(reason: str, kind: FailureKind) -> None:
    failure = failure_of(body(finishReason=reason))

    assert failure.kind is kind
    assert failure.detail.startswith(f"{reason}: ")


def test_an_answer_in_words_says_so_and_does_not_repeat_them() -> None:
    assert failure_of(body([{"text": "I would rather not"}])).detail == "STOP: answered with text"


def test_gemini_says_why_it_refused() -> None:
    failure = failure_of(
        body(finishReason="IMAGE_SAFETY", finishMessage="Support code: 1.\nMake it art"), "Make it art"
    )

    assert failure.detail == "IMAGE_SAFETY: Support code: 1. […]"
    assert failure.reference == "r-1"


def test_the_table_has_every_reason_of_the_sdk() -> None:
    assert {reason.value for reason in types.FinishReason} <= set(REASONS)


@pytest.mark.parametrize(
    "reason", ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "OF_NEXT_YEAR"]
)
def test_a_blocked_prompt_is_a_refusal(reason: str) -> None:
    failure = failure_of(json.dumps({"promptFeedback": {"blockReason": reason}}))

    assert failure.kind is FailureKind.REFUSED
    assert reason in failure.detail


@pytest.mark.parametrize("text", ["{}", '{"candidates": []}', '{"candidates": [{}]}', '{"candidates": null}'])
def test_an_empty_answer_is_no_image(text: str) -> None:
    assert failure_of(text).kind is FailureKind.NO_IMAGE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "<html>hello</html>",
        '{"candidates": "none"}',
        '{"candidates": [{"content": {"parts": [{"inlineData": {"data": "%%%"}}]}}]}',
        '{"candidates": [{"content": {"parts": [{"inlineData": {"data": 5}}]}}]}',
        body([picture(b"png")])[:-40],
    ],
)
def test_what_is_no_answer_is_garbage_and_is_not_quoted(text: str) -> None:
    failure = failure_of(text)

    assert failure.kind is FailureKind.GARBAGE
    assert "%%%" not in failure.detail
    assert "hello" not in failure.detail
