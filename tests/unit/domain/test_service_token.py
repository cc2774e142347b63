"""Our services know each other; nobody else does."""

import pytest

from photochanger.domain.service_token import is_service_token, service_token

KEY = "k" * 32


def test_the_token_of_the_same_secret_key_is_known_and_does_not_tell_the_key() -> None:
    token = service_token(KEY)

    assert is_service_token(token, secret_keys=(KEY,))
    assert KEY not in token
    assert len(token) == 64


def test_while_the_key_is_replaced_the_token_of_the_one_before_is_known_too() -> None:
    assert is_service_token(service_token(KEY), secret_keys=("n" * 32, KEY))


@pytest.mark.parametrize(
    "given", ["", "x", service_token("another key"), service_token(KEY) + " ", "ключ", "not utf-8: \udcff"]
)
def test_anything_else_is_not(given: str) -> None:
    assert not is_service_token(given, secret_keys=(KEY,))
