"""The stack's own passwords and keys, made once and kept in one file for its owner only."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Credentials:
    #: Tells this stack's processes from those of any other.
    stack_id: str
    rabbitmq_password: str
    mongodb_password: str
    s3_access_key: str
    s3_secret_key: str
    ingest_password: str
    admin_login: str
    admin_password: str
    #: 32 random bytes in URL-safe base64: PHOTOCHANGER_SECRET_KEY.
    secret_key: str


def keep_credentials(folder: Path) -> Credentials:
    """Read folder/credentials.json, made on the first call (mode 600, whole or not at all)."""
    file = folder / "credentials.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(file, json.dumps(asdict(_generate()), indent=2))
    return Credentials(**json.loads(file.read_text()))


def write_private(file: Path, text: str) -> None:
    """Replace the file in one step; only its owner may read it."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(file)


def _generate() -> Credentials:
    return Credentials(
        stack_id=secrets.token_hex(8),
        rabbitmq_password=secrets.token_urlsafe(18),
        mongodb_password=secrets.token_urlsafe(18),
        s3_access_key=secrets.token_hex(8),
        s3_secret_key=secrets.token_urlsafe(24),
        ingest_password=secrets.token_hex(16),
        admin_login="admin",
        admin_password=secrets.token_urlsafe(12),
        secret_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )
