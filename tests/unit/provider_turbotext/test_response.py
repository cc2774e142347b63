"""What the queue protocol's answers mean."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from provider_turbotext.response import ReadyPicture, parse_queued, parse_result, says_yes

BASE = "https://www.turbotext.ru"


def ready(answer: object) -> ReadyPicture | None:
    return parse_result(json.dumps(answer).encode(), base_url=BASE, queue_id="7", secrets=("canary",))


def result(answer: object) -> str | None:
    found = ready(answer)
    return None if found is None else found.link


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


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({"foto_limit": 123, "text_limit": 5}, 123),
        ({"foto_limit": "123"}, 123),
        ({"foto_limit": 0}, 0),
        ({"foto_limit": None}, None),
        ({"foto_limit": "many"}, None),
        ({"foto_limit": -1}, None),
        ({"foto_limit": "9" * 40}, None),
        ({}, None),
        ([], None),
        ("123", None),
    ],
)
def test_a_picture_is_one_image_and_tells_what_is_left_of_the_tariff(limits: object, left: int | None) -> None:
    found = ready({"success": True, "uploaded_image": "a.png", "limits": limits})

    assert found is not None
    assert found.usage == Usage(images=1, credits_left=left)


@pytest.mark.parametrize("left", [0, "0"])
def test_an_account_that_is_used_up_is_known_by_its_limits(left: object) -> None:
    answer = {"success": False, "error": "LIMIT", "limits": {"foto_limit": left}}

    asked, queued = failure(answer), None
    with pytest.raises(ProviderFailure) as caught:
        queued = parse_queued(json.dumps(answer).encode())

    assert queued is None
    assert {asked.kind, caught.value.kind} == {FailureKind.AUTH}
    assert asked.usage.credits_left == 0
    assert "LIMIT" in asked.detail


def test_a_failure_with_attempts_left_is_no_matter_of_the_account() -> None:
    failed = failure({"success": False, "error": "LIMIT", "limits": {"foto_limit": 3}})

    assert (failed.kind, failed.usage) == (FailureKind.BAD_REQUEST, Usage(credits_left=3))


def test_a_refusal_tells_what_is_left_but_not_whether_it_cost_anything() -> None:
    refused = failure({"success": True, "data": {"forbidden_content": True}, "limits": {"foto_limit": 7}})

    assert refused.usage == Usage(credits_left=7)


@pytest.mark.parametrize(
    ("answer", "has_succeeded"),
    [
        ({"success": True, "data": {"methods": []}}, True),
        ({"success": "true"}, True),
        ({"action": "reconnect"}, False),
        ({"success": False, "action": "reconnect"}, False),
    ],
)
def test_a_method_without_a_picture_succeeds_or_is_not_ready(answer: object, has_succeeded: object) -> None:
    assert says_yes(json.dumps(answer).encode()) is has_succeeded


@pytest.mark.parametrize(
    ("answer", "kind"), [({"success": False, "error": "no"}, FailureKind.BAD_REQUEST), ({}, FailureKind.GARBAGE)]
)
def test_a_method_without_a_picture_fails_as_the_others_do(answer: object, kind: FailureKind) -> None:
    with pytest.raises(ProviderFailure) as caught:
        says_yes(json.dumps(answer).encode())

    assert caught.value.kind is kind


def test_the_providers_words_repeat_neither_secrets_nor_our_links() -> None:
    failed = failure({"success": False, "error": "canary at http://b.example/public/media/abcdef234 failed"})

    assert failed.detail == "[…] at http://b.example/public/media/[hidden] failed"


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
        {},
        optional=dict.fromkeys(
            ("success", "action", "error", "queueid", "uploaded_image", "data", "limits"), _ANYTHING
        ),
    )
)
def test_no_answer_is_a_defect_of_ours(answer: dict[str, object]) -> None:
    with suppress(ProviderFailure):
        result(answer)
