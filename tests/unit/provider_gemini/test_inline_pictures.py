"""Pictures in the body of a request."""

import base64
import json

import pytest

from provider_gemini.inline_pictures import filled, mark


def body_of(*parts: str) -> bytes:
    return json.dumps({"contents": [{"parts": list(parts)}]}).encode()


def marked(index: int) -> str:
    return base64.urlsafe_b64encode(mark(index)).decode()


def test_each_picture_is_where_its_mark_was() -> None:
    body = filled(body_of(marked(0), marked(1), "prompt"), [b"\xfb\xffguest", b"style"])

    *pictures, prompt = json.loads(body)["contents"][0]["parts"]
    assert [base64.b64decode(picture) for picture in pictures] == [b"\xfb\xffguest", b"style"]
    assert prompt == "prompt"


def test_a_prompt_that_looks_like_a_mark_is_left_alone() -> None:
    body = filled(body_of(marked(0), marked(0)), [b"guest"])

    assert json.loads(body)["contents"][0]["parts"][1] == marked(0)


def test_a_body_without_the_mark_is_never_sent() -> None:
    with pytest.raises(ValueError, match="picture 1"):
        filled(body_of(marked(0)), [b"guest", b"style"])


def test_a_mark_needs_no_padding() -> None:
    assert not marked(12).endswith("=")
