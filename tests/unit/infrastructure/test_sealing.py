"""A sealed secret opens in its own place, under its own key, unchanged; otherwise not at all."""

import pytest
from pydantic import SecretStr

from photochanger.infrastructure.sealing import CannotUnseal, Sealer

CANARY = SecretStr("canary-0123456789")
SEALER = Sealer(SecretStr("k" * 40))


def test_a_secret_comes_back_as_it_was_and_is_not_in_the_record() -> None:
    sealed = SEALER.seal(CANARY, place="providers/gemini/api_key")

    assert SEALER.unseal(sealed, place="providers/gemini/api_key") == CANARY
    assert b"canary" not in sealed.ciphertext


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    first, second = (SEALER.seal(CANARY, place="p") for _ in range(2))

    assert first.ciphertext != second.ciphertext
    assert first.nonce != second.nonce


def test_a_record_moved_to_another_provider_does_not_open() -> None:
    sealed = SEALER.seal(CANARY, place="providers/gemini/api_key")

    with pytest.raises(CannotUnseal, match="providers/turbotext"):
        SEALER.unseal(sealed, place="providers/turbotext/api_key")


def test_a_changed_record_does_not_open() -> None:
    sealed = SEALER.seal(CANARY, place="p")
    changed = sealed.model_copy(update={"ciphertext": bytes([sealed.ciphertext[0] ^ 1]) + sealed.ciphertext[1:]})

    with pytest.raises(CannotUnseal):
        SEALER.unseal(changed, place="p")


def test_another_secret_key_says_which_key_it_was() -> None:
    sealed = SEALER.seal(CANARY, place="p")

    with pytest.raises(CannotUnseal, match=sealed.key_id):
        Sealer(SecretStr("o" * 40)).unseal(sealed, place="p")


def test_while_the_secret_key_is_replaced_both_open_and_the_new_one_seals() -> None:
    old, new = SecretStr("o" * 40), SecretStr("n" * 40)
    turning = Sealer(new, old)

    assert turning.unseal(Sealer(old).seal(CANARY, place="p"), place="p") == CANARY
    assert Sealer(new).unseal(turning.seal(CANARY, place="p"), place="p") == CANARY
    assert turning.key_id == Sealer(new).key_id


def test_the_same_secret_key_told_twice_is_one() -> None:
    key = SecretStr("k" * 40)

    assert Sealer(key, key).unseal(SEALER.seal(CANARY, place="p"), place="p") == CANARY
