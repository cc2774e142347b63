"""What a backup says of itself, and the seal by which a changed one is known."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from photochanger.infrastructure.sealing import Sealer

#: Grows when an older PhotoChanger could not read a file, or would lose something of it.
FORMAT = 1
MANIFEST_NAME = "manifest.json"
SEAL_NAME = "manifest.hmac"
MAX_MANIFEST_BYTES = 16 * 2**20

_PURPOSE = b"photochanger backup 1\0"


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Kept):
    """One file in the backup; `sha256` in hex."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    size_bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class BackupManifest(_Kept):
    """`made_at` by the database's clock; `rows` counts each collection's; `members` stand in the file in this order.

    `secret_key_id` names the PHOTOCHANGER_SECRET_KEY under which keys are sealed and passwords verified; it tells
    nothing about it. `missing_pictures` are templates whose picture was not in the store.
    """

    format: int
    made_at: AwareDatetime
    secret_key_id: str
    rows: dict[str, int]
    missing_pictures: tuple[str, ...] = ()
    members: tuple[Member, ...]


class ManifestHead(BaseModel):
    """What can be read of a manifest of any format, and before its seal is checked."""

    format: Annotated[int, Field(ge=1)]
    secret_key_id: str = ""


def seal_of(manifest: bytes, secret_key: SecretStr) -> str:
    """Give the HMAC-SHA256 of the manifest's bytes, as hex."""
    return hmac.new(secret_key.get_secret_value().encode(), _PURPOSE + manifest, hashlib.sha256).hexdigest()


def key_named(key_id: str, secret_keys: Sequence[SecretStr]) -> SecretStr | None:
    """Give the secret key with this id, None when it is none of these."""
    return next((key for key in secret_keys if Sealer(key).key_id == key_id), None)
