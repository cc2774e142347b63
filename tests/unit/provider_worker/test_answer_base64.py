"""One base64 in all its spellings."""

import base64

import pytest

from photochanger.provider_worker.answer_base64 import standard_base64

DATA = b"\xfb\xef\xbe\xff"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("length", range(5))
@pytest.mark.parametrize("padding", [None, "", "===", "===="])
def test_both_alphabets_with_any_padding_are_the_standard_one(encode: object, length: int, padding: str | None) -> None:
    assert callable(encode)
    text = encode(DATA[:length]).decode()
    given = text if padding is None else text.rstrip("=") + padding

    assert base64.b64decode(standard_base64(given), validate=True) == DATA[:length]


@pytest.mark.parametrize("data", [None, 1, b"QQ==", ["QQ=="]])
def test_what_is_no_text_is_an_error(data: object) -> None:
    with pytest.raises(ValueError, match="no text"):
        standard_base64(data)
