import json
import logging
from collections.abc import Callable

import pytest

from photochanger.domain.api_token import new_api_token
from photochanger.observability import configure_logging, get_logger, span
from photochanger.observability.redaction import (
    HIDDEN,
    ShownOnPurpose,
    is_telling,
    redact,
    redact_document,
    redact_text,
)

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    configure_logging("ingest-gateway", "INFO")
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    "name",
    ["password", "ingest_password", "Authorization", "Set-Cookie", "apiKey", "X-Goog-Api-Key", "s3_secret_key", "key",
     "access_token", "clientSecret", "prompt", "negative_prompt", "X-Amz-Signature"],
)  # fmt: skip
def test_a_value_under_a_telling_name_is_hidden(name: str) -> None:
    assert redact({"nested": [{name: "canary"}]}) == {"nested": [{name: HIDDEN}]}


def test_whether_there_is_a_secret_is_none() -> None:
    assert redact({"must_change_password": True, "has_key": False}) == {"must_change_password": True, "has_key": False}


@pytest.mark.parametrize("name", ["job_id", "slot_id", "routing_key", "result_key", "monkey", "keyboard", "promptly"])
def test_a_harmless_name_is_kept(name: str) -> None:
    assert not is_telling(name)


@pytest.mark.parametrize(
    "text",
    [
        "cannot connect to amqp://booth:canary@host:5672/",
        "GET http://host/x?a=1&X-Amz-Signature=canary&b=2",
        "https://host/v1/models?key=canary",
        "Authorization: Bearer canary.canary",
        "fetch http://host/public/media/canary failed",
        "picture " + "canary" * 50,
    ],
)
def test_a_secret_inside_a_text_is_hidden(text: str) -> None:
    assert "canary" not in redact_text(text)


@pytest.mark.parametrize("around", ["{}", "{}, {}", "Authorization: {}", "https://host/x?y={}", "a script said\n{}"])
def test_a_scripts_token_is_hidden_wherever_it_stands(around: str) -> None:
    token = new_api_token()

    shown = redact_text(around.replace("{}", token))

    assert token.removeprefix("photochanger_")[:8] not in shown
    assert f"photochanger_{HIDDEN}" in shown


def test_only_what_a_person_must_read_there_is_shown_under_a_telling_name(lines: Lines) -> None:
    get_logger("tests").info("made", one_time_password=ShownOnPurpose("abcd-efgh"), password="canary")

    [line] = lines()
    assert (line["one_time_password"], line["password"]) == ("abcd-efgh", HIDDEN)


def test_picture_bytes_are_only_counted() -> None:
    assert redact({"body": b"\xff\xd8canary"}) == {"body": "[8 bytes]"}


def test_a_line_is_one_json_object_whatever_a_booth_is_named(lines: Lines) -> None:
    get_logger("tests").info("photo_submitted", booth='a"\r\n{"event":"forged"}')

    [line] = lines()
    assert line["event"] == "photo_submitted"
    assert line["service"] == "ingest-gateway"
    assert line["level"] == "info"
    assert line["booth"] == 'a"\r\n{"event":"forged"}'
    assert str(line["timestamp"]).endswith("Z")


def test_a_library_s_warning_is_json_too_and_redacted(lines: Lines) -> None:
    logging.getLogger("aio_pika").warning("lost %s", "amqp://booth:canary@host/")

    [line] = lines()
    assert line["logger"] == "aio_pika"
    assert "canary" not in str(line)


def test_an_exception_s_text_is_redacted(lines: Lines) -> None:
    error = ConnectionError("amqp://booth:canary@host/")

    get_logger("tests").error("connect_failed", exc_info=error)

    [line] = lines()
    assert "ConnectionError" in str(line["exception"])
    assert "canary" not in str(line)


def test_a_line_inside_a_span_names_the_trace(lines: Lines) -> None:
    with span("process", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"):
        get_logger("tests").info("photo_dispatched")

    assert lines()[0]["trace_id"] == "0af7651916cd43dd8448eb211c80319c"


def test_lines_below_the_level_are_not_written(lines: Lines) -> None:
    get_logger("tests").debug("detail")

    assert lines() == []


@pytest.mark.parametrize(("length", "shown"), [(199, "A" * 199), (200, "[base64]")])
def test_a_word_is_harmless_up_to_the_length_of_a_key_or_a_picture(length: int, shown: str) -> None:
    assert redact_text("A" * length) == shown


@pytest.mark.parametrize(
    "text",
    [
        '{"job_id": "7", "password": "canary"}',
        '[{"deep": {"apiKey": "canary"}}]',
        '{"job_id": "7", "password": "canary with spaces", "cut',
        "user=anna&token=canary&x=1",
        "secret: canary",
        '{"url": "amqp://booth:canary@host/"}',
    ],
)
def test_a_kept_message_shows_no_secret_also_when_it_is_broken(text: str) -> None:
    assert "canary" not in redact_document(text)


@pytest.mark.parametrize("text", ['{"job_id": "7", "attempt": 1}', "\\xff no message", "job_id=7"])
def test_a_kept_message_without_secrets_is_kept_as_it_is(text: str) -> None:
    assert redact_document(text) == text
