"""What the queue protocol's answers mean."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_turbotext.response import parse_queued, parse_result

BASE = "https://www.turbotext.ru"


def result(answer: object) -> str | None:
    return parse_result(json.dumps(answer).encode(), base_url=BASE, queue_id="7", secrets=("canary",))


def failure(answer: object) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        result(answer)
    return caught.value


@pytest.mark.parametrize("queue_id", [4711, "4711", " 4711 ", 10**12])
def test_a_queue_id_is_a_number_or_text(queue_id: object) -> None:
    body = json.dumps({"success": "true", "queueid": queue_id}).encode()

    assert parse_queued(body) == str(queue_id).strip()


@pytest.mark.parametrize(
    "answer", [{"success": True}, {}, {"queueid": True}, {"queueid": "a\nb"}, {"queueid": "9" * 200}]
)
def test_an_answer_without_a_usable_queue_id_is_garbage(answer: object) -> None:
    with pytest.raises(ProviderFailure) as caught:
        parse_queued(json.dumps(answer).encode())

    assert caught.value.kind is FailureKind.GARBAGE


def test_a_queue_that_says_no_is_quoted() -> None:
    with pytest.raises(ProviderFailure, match="url_error") as caught:
        parse_queued(b'{"success":false,"error":"url_error"}')

    assert caught.value.kind is FailureKind.BAD_REQUEST


@pytest.mark.parametrize(
    "answer",
    [{"action": "reconnect"}, {"success": False, "action": "reconnect"}, {"success": "false", "action": "Reconnect"}],
)
def test_reconnect_is_not_ready(answer: object) -> None:
    assert result(answer) is None


@pytest.mark.parametrize(
    ("answer", "link"),
    [
        ({"uploaded_image": f"{BASE}/download.php?f=a.png"}, f"{BASE}/download.php?f=a.png"),
        ({"uploaded_image": "", "data": {"uploaded_image": "/download.php?f=b.png"}}, f"{BASE}/download.php?f=b.png"),
        ({"data": {"image": ["image/c.png"]}}, f"{BASE}/image/c.png"),
        ({"data": {"image": "image/d.png"}}, f"{BASE}/image/d.png"),
        ({"data": {"image": ["https://cdn.turbotext.ru/e.png"]}}, "https://cdn.turbotext.ru/e.png"),
        ({"data": [], "uploaded_image": "f.png"}, f"{BASE}/f.png"),
        ({"uploaded_image": "g.png", "data": {"image": ["h.png"], "forbidden_content": "false"}}, f"{BASE}/g.png"),
    ],
)
@pytest.mark.parametrize("success", [True, "true", 1, "1"])
def test_the_picture_is_found_in_every_known_field(answer: dict[str, object], link: str, success: object) -> None:
    assert result({"success": success, **answer}) == link


@pytest.mark.parametrize("forbidden", [True, "True", "true", 1, "1"])
def test_forbidden_content_is_a_refusal_picture_or_not(forbidden: object) -> None:
    refused = failure({"success": True, "uploaded_image": "a.png", "data": {"forbidden_content": forbidden}})

    assert (refused.kind, refused.reference) == (FailureKind.REFUSED, "7")


@pytest.mark.parametrize("success", [False, "false", 0, "0"])
def test_a_failure_is_the_providers_with_its_words(success: object) -> None:
    failed = failure({"success": success, "error": "face_not_detected\x00 <b>", "uploaded_image": "a.png"})

    assert (failed.kind, failed.detail, failed.reference) == (
        FailureKind.BAD_REQUEST,
        "face_not_detected <b>",
        "7",
    )


def test_the_providers_words_repeat_neither_secrets_nor_our_links() -> None:
    failed = failure({"success": False, "error": "canary at http://b.example/public/media/abcdef234 failed"})

    assert failed.detail == "[…] at http://b.example/public/media/[…] failed"


def test_success_without_a_picture_is_no_image() -> None:
    assert failure({"success": True, "data": {"image": []}}).kind is FailureKind.NO_IMAGE


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"success":', b'{"data":{}}'])
def test_what_is_no_answer_is_garbage(body: bytes) -> None:
    with pytest.raises(ProviderFailure) as caught:
        parse_result(body, base_url=BASE, queue_id="7")

    assert caught.value.kind is FailureKind.GARBAGE


def test_a_link_that_cannot_be_read_is_unsafe() -> None:
    assert failure({"success": True, "uploaded_image": "http://[::1"}).kind is FailureKind.UNSAFE_LINK


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("success", "action", "error", "queueid", "uploaded_image", "data"), _ANYTHING)
    )
)
def test_no_answer_is_a_defect_of_ours(answer: dict[str, object]) -> None:
    with suppress(ProviderFailure):
        result(answer)
