"""The files that Gemini keeps for its callers: uploads in pieces, states, an end of life that tests can move."""

import secrets
import string
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox import gemini_errors
from sandbox.gemini_errors import GeminiError

MAX_FILE_BYTES = 2_147_483_648
#: The original keeps 20 GB a project; here they are in memory.
MAX_KEPT_BYTES = 1_073_741_824
_ID_CHARACTERS = string.ascii_lowercase + string.digits


class UploadFault(StrEnum):
    """What goes wrong with the next uploads."""

    #: 503 to the first request
    UNAVAILABLE = "unavailable"
    #: the first request's connection is closed
    DROP = "drop"
    #: the first request is never answered
    HANG = "hang"
    #: the first request's answer names no address for the bytes
    NO_URL = "no_url"
    #: the address for the bytes is on another host
    FOREIGN_URL = "foreign_url"
    #: a piece is lost, and its answer does not say how the upload is
    NO_STATUS = "no_status"
    #: 503 to a piece
    INTERRUPTED = "interrupted"
    #: the upload succeeds, the file ends in the state FAILED
    FAILED = "failed"


class FileRules(BaseModel):
    """The body of `PUT /control/gemini/files`: how files live from now on; `fault` is for the next `times` uploads."""

    model_config = ConfigDict(extra="forbid")

    life_seconds: float = Field(default=172_800, ge=0)
    processing_seconds: float = Field(default=0, ge=0)
    #: What names of files that are gone, or are somebody else's, are answered with.
    gone_status: Literal[403, 404] = 403
    fault: UploadFault | None = None
    times: int | None = Field(default=None, ge=1)


@dataclass
class KeptFile:
    """One file; only the key that uploaded it can use it."""

    name: str
    key: str
    mime_type: str
    display_name: str
    data: bytes = field(repr=False)
    sha256: str
    created_at: datetime
    active_at: datetime
    expires_at: datetime
    has_failed: bool = False

    def state(self, now: datetime) -> Literal["PROCESSING", "ACTIVE", "FAILED"]:
        if now < self.active_at:
            return "PROCESSING"
        return "FAILED" if self.has_failed else "ACTIVE"

    def described(self, now: datetime, *, base_url: str) -> dict[str, Any]:
        """Describe it as `files.get` does."""
        state = self.state(now)
        failure = {"error": {"code": 13, "message": "The file could not be processed."}} if state == "FAILED" else {}
        return {
            "name": self.name, "displayName": self.display_name, "mimeType": self.mime_type,
            "sizeBytes": str(len(self.data)), "createTime": _written(self.created_at),
            "updateTime": _written(self.created_at), "expirationTime": _written(self.expires_at),
            "sha256Hash": b64encode(self.sha256.encode()).decode(), "uri": f"{base_url}/{self.name}",
            "state": state, "source": "UPLOADED", **failure,
        }  # fmt: skip


@dataclass
class Upload:
    """An upload under way: told its size, it waits for the bytes."""

    key: str
    size_bytes: int
    mime_type: str
    display_name: str
    fault: UploadFault | None
    received: bytearray = field(default_factory=bytearray, repr=False)


@dataclass(frozen=True)
class FinishedUpload:
    """A line of the log of uploads."""

    name: str
    size_bytes: int
    sha256: str
    at: datetime


@dataclass
class FileShelf:
    """Every key's files, and what was asked for so far; `now` gives aware time."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    rules: FileRules = field(default_factory=FileRules)
    files: dict[str, KeptFile] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    finished: list[FinishedUpload] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)

    def begin(self, *, key: str, size_bytes: int, mime_type: str, display_name: str) -> str:
        """Give the id of a new upload.

        Raises:
            GeminiError: too large, or too much is kept already.
        """
        if size_bytes > MAX_FILE_BYTES:
            raise GeminiError(gemini_errors.invalid_argument(f"File size exceeds the limit: {MAX_FILE_BYTES} bytes."))
        if sum(len(kept.data) for kept in self.files.values()) + size_bytes > MAX_KEPT_BYTES:
            raise GeminiError(gemini_errors.error_answer(429, "You have exceeded your file storage quota."))
        upload_id = secrets.token_urlsafe(24)
        self.uploads[upload_id] = Upload(key, size_bytes, mime_type, display_name, self._next_fault())
        return upload_id

    def finish(self, upload_id: str) -> KeptFile:
        """Turn an upload whose bytes are all there into a file."""
        upload, now = self.uploads.pop(upload_id), self.now()
        data = bytes(upload.received)
        name = "files/" + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(12))
        kept = KeptFile(
            name=name,
            key=upload.key,
            mime_type=upload.mime_type,
            display_name=upload.display_name,
            data=data,
            sha256=sha256(data).hexdigest(),
            created_at=now,
            active_at=now + timedelta(seconds=self.rules.processing_seconds),
            expires_at=now + timedelta(seconds=self.rules.life_seconds),
            has_failed=upload.fault is UploadFault.FAILED,
        )
        self.files[name] = kept
        self.finished.append(FinishedUpload(name, len(data), kept.sha256, now))
        return kept

    def get(self, name: str, *, key: str) -> KeptFile:
        """Give a file that lives and belongs to `key`.

        Raises:
            GeminiError: gone, never there, or another key's: the original does not tell them apart.
        """
        kept = self.files.get(name)
        if kept is None or kept.key != key or kept.expires_at <= self.now():
            raise GeminiError(gemini_errors.file_not_accessible(name, status=self.rules.gone_status))
        return kept

    def of(self, key: str) -> list[KeptFile]:
        return [kept for kept in self.files.values() if kept.key == key and kept.expires_at > self.now()]

    def opened(self, uri: str, *, key: str) -> KeptFile:
        """Give the file that a request's `fileUri` names.

        Raises:
            GeminiError: as `get`, or it is not ACTIVE.
        """
        kept = self.get("files/" + uri.rpartition("/")[2], key=key)
        if kept.state(self.now()) != "ACTIVE":
            raise GeminiError(gemini_errors.file_not_active(kept.name))
        return kept

    def age(self, seconds: float) -> None:
        """Make every file so much older."""
        moved = timedelta(seconds=seconds)
        for kept in self.files.values():
            kept.created_at, kept.expires_at = kept.created_at - moved, kept.expires_at - moved

    def reset(self) -> None:
        """Forget rules, files and counts."""
        self.rules = FileRules()
        for held in (self.files, self.uploads, self.finished, self.requests):
            held.clear()

    def _next_fault(self) -> UploadFault | None:
        fault = self.rules.fault
        if fault is not None and self.rules.times is not None:
            self.rules.times = self.rules.times - 1 or None
            if self.rules.times is None:
                self.rules.fault = None
        return fault


FILES = web.AppKey("files", FileShelf)


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
