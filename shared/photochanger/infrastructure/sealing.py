"""Secrets at rest: AES-256-GCM under a key derived from the platform's secret key."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ConfigDict, SecretStr

_NONCE_BYTES = 12
_PURPOSE = b"photochanger secrets at rest v1"


class CannotUnseal(Exception):
    """The record was sealed under another secret key or for another place, or was changed."""


class SealedSecret(BaseModel):
    """`key_id` names the key it was sealed under, and tells nothing about it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key_id: str
    nonce: bytes
    ciphertext: bytes


class Sealer:
    """Seals for one place, e.g. `providers/gemini/api_key`: moved to another one a record does not open.

    Args:
        secret_key: everything is sealed under it.
        older: secret keys that may still open what was sealed under them, while they are being replaced.
    """

    def __init__(self, secret_key: SecretStr, *older: SecretStr) -> None:
        ciphers = [_cipher(key) for key in (secret_key, *older)]
        self.key_id, self._cipher = ciphers[0]
        self._ciphers = dict(reversed(ciphers))

    def seal(self, secret: SecretStr, *, place: str) -> SealedSecret:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        ciphertext = self._cipher.encrypt(nonce, secret.get_secret_value().encode(), place.encode())
        return SealedSecret(key_id=self.key_id, nonce=nonce, ciphertext=ciphertext)

    def unseal(self, sealed: SealedSecret, *, place: str) -> SecretStr:
        """Give the secret back.

        Raises:
            CannotUnseal: with the reason, never with the content.
        """
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise CannotUnseal(f"sealed under the key {sealed.key_id}, not under {' or '.join(self._ciphers)}")
        try:
            return SecretStr(cipher.decrypt(sealed.nonce, sealed.ciphertext, place.encode()).decode())
        except InvalidTag:
            raise CannotUnseal(f"not what was sealed for {place}") from None


def _cipher(secret_key: SecretStr) -> tuple[str, AESGCM]:
    """Give a key's id and what it opens."""
    material = secret_key.get_secret_value().encode()
    return _derived(material, _PURPOSE + b" id", 8).hex(), AESGCM(_derived(material, _PURPOSE, 32))


def _derived(material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(material)
