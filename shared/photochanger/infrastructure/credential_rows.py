"""What rows of `sessions` and `api_tokens` share: named by the hash of a secret, known to people by a part of it.

The secret has 256 random bits, so neither its hash nor a part of that helps anybody to guess it.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

ID_LENGTH = 32
#: What `cursor_of` gives; to clients it is one opaque word.
CURSOR_PATTERN = f"^[0-9]{{1,14}}-[0-9a-f]{{{ID_LENGTH}}}$"
#: Use is written down so often at most, not at every request.
NOTED_EVERY_MS = 60_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hash_of(secret: str) -> str:
    """Give the hash under which the secret's row is kept."""
    # a header that was not UTF-8 comes with surrogates
    return hashlib.sha256(secret.encode(errors="surrogateescape")).hexdigest()


def id_of(row_hash: str) -> str:
    """Give what people call the row by."""
    return row_hash[:ID_LENGTH]


def called(row_id: str) -> dict[str, Any]:
    """Match the row that people call so."""
    # hexadecimal ends with f; an id of another shape or length matches nothing or a row whose hash begins with it
    return {"_id": {"$gte": row_id, "$lt": row_id + "g"}} if len(row_id) == ID_LENGTH else {"_id": None}


def cursor_of(created_at: datetime, row_hash: str) -> str:
    """Give the place of a row among all of its kind, newest first; it stays a place when the row goes."""
    return f"{(created_at - _EPOCH) // timedelta(milliseconds=1)}-{id_of(row_hash)}"


def older_than(cursor: str) -> dict[str, Any]:
    """Match what comes after the place, which `CURSOR_PATTERN` matches."""
    milliseconds, _, row_id = cursor.partition("-")
    at = _EPOCH + timedelta(milliseconds=int(milliseconds))
    return {"$or": [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": row_id}}]}
