"""Names of public links."""

import secrets

from hypothesis import given
from hypothesis import strategies as st

from photochanger.domain.public_link import PUBLIC_ID_BITS, is_public_id, new_public_id, result_url


def test_a_public_id_has_at_least_128_random_bits() -> None:
    random = secrets.token_bytes(64)

    ids = {new_public_id(FlippedBit(random, bit)) for bit in range(PUBLIC_ID_BITS)}

    assert len(ids) == PUBLIC_ID_BITS >= 128


class FlippedBit:
    """A source of the same bytes each time, with one bit changed."""

    def __init__(self, random: bytes, bit: int) -> None:
        changed = bytearray(random)
        changed[bit // 8] ^= 1 << bit % 8
        self._bytes = bytes(changed)

    def __call__(self, count: int) -> bytes:
        return self._bytes[:count]


@given(st.binary(min_size=20, max_size=20))
def test_every_new_id_is_recognised_and_safe_in_a_url(random: bytes) -> None:
    public_id = new_public_id(lambda _: random)

    assert is_public_id(public_id)
    assert public_id.isalnum()


@given(st.text(max_size=40))
def test_what_is_no_public_id_is_not_taken_for_one(text: str) -> None:
    assert is_public_id(text) == (len(text) == 32 and set(text) <= set("abcdefghijklmnopqrstuvwxyz234567"))


def test_ids_do_not_repeat() -> None:
    assert len({new_public_id(secrets.token_bytes) for _ in range(1_000)}) == 1_000


def test_the_address_does_not_double_the_slash() -> None:
    assert result_url("http://booth.example/", "abc") == "http://booth.example/public/results/abc"
