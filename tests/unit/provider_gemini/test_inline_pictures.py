"""Pictures in the body of a request."""

import base64
import json
import random

import pytest

from provider_gemini.inline_pictures import FilledBody, OutgoingPictures, mark

LARGE = random.Random(1).randbytes(1_000_001)


def body_of(*parts: str) -> bytes:
    return json.dumps({"contents": [{"parts": list(parts)}]}).encode()


def marked(index: int) -> str:
    return base64.urlsafe_b64encode(mark(index)).decode()


def filled(body: bytes, *pictures: bytes) -> FilledBody:
    return FilledBody(body, OutgoingPictures(pictures))


async def test_each_picture_is_where_its_mark_was() -> None:
    body = await filled(body_of(marked(0), marked(1), "prompt"), b"\xfb\xffguest", LARGE).as_bytes()

    *pictures, prompt = json.loads(body)["contents"][0]["parts"]
    assert [base64.b64decode(picture, validate=True) for picture in pictures] == [b"\xfb\xffguest", LARGE]
    assert prompt == "prompt"


@pytest.mark.parametrize("size", [0, 1, 2, 3, 49_152, 49_153, 1_000_001])
async def test_the_length_is_known_before_anything_is_sent(size: int) -> None:
    payload = filled(body_of(marked(0)), LARGE[:size])
    announced = payload.size

    assert announced == len(await payload.as_bytes())


async def test_no_piece_is_longer_than_a_socket_takes_at_once() -> None:
    pieces = list(OutgoingPictures([LARGE]).next_encoded())

    assert max(map(len, pieces)) <= 2**16


async def test_a_picture_that_is_sent_is_let_go() -> None:
    pictures = OutgoingPictures([b"guest", b"style"])

    await FilledBody(body_of(marked(0), marked(1)), pictures).as_bytes()

    assert len(pictures) == 0
    with pytest.raises(ValueError, match="already"):
        FilledBody(body_of(marked(0), marked(1)), pictures)


async def test_a_prompt_that_looks_like_a_mark_is_left_alone() -> None:
    body = await filled(body_of(marked(0), marked(0)), b"guest").as_bytes()

    assert json.loads(body)["contents"][0]["parts"][1] == marked(0)


async def test_a_body_without_the_mark_is_never_sent() -> None:
    with pytest.raises(ValueError, match="picture 1"):
        filled(body_of(marked(0)), b"guest", b"style")


def test_a_mark_needs_no_padding() -> None:
    assert not marked(12).endswith("=")
