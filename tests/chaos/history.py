"""What a run left behind, from all sides: the booths', the rows', the store's, the provider's, the processes'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

#: The text part by which a booth's request finds its row, also when the booth never got an answer.
REQUEST_FIELD = "id"


@dataclass(frozen=True)
class BoothLog:
    """One request as the booth saw it; status 0: no answer came. Times are UTC, or seconds from the first byte sent."""

    request_id: str
    slot_id: str
    window_seconds: float
    sent_at: datetime
    sent_sha256: str
    status: int = 0
    code: str = ""
    job_id: str | None = None
    first_byte_after: float = 0.0
    total_seconds: float = 0.0
    body_sha256: str = ""
    is_cut_short: bool = False
    #: nobody listened
    was_refused: bool = False


@dataclass(frozen=True)
class Row:
    """A job's row, as far as the checks need it; `attempts` as (provider, calls, outcome)."""

    job_id: str
    request_id: str
    slot_id: str
    status: str
    is_finalized: bool
    failure_reason: str | None
    failure_detail: str
    created_at: datetime
    sync_deadline: datetime
    retention_ms: int
    finalized_at: datetime | None = None
    expires_at: datetime | None = None
    has_inline: bool = False
    result_key: str | None = None
    result_sha256: str | None = None
    result_size_bytes: int | None = None
    result_mime_type: str | None = None
    public_id: str = ""
    attempts: Sequence[tuple[str, int, str | None]] = ()
    #: of each attempt, when it was sent out and when it ended
    attempt_times: Sequence[tuple[datetime, datetime | None]] = ()
    events: Sequence[tuple[str, datetime]] = ()
    first_dispatch_at: datetime | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """Give what never changes after the end."""
        result = (self.result_key, self.result_sha256, self.result_size_bytes, self.result_mime_type)
        return (self.status, self.failure_reason, self.finalized_at, self.expires_at, *result)


@dataclass(frozen=True)
class ProviderCall:
    """One paid call as the sandbox logged it; `duration_seconds` None: it was never answered."""

    slot_id: str
    provider: str
    received_at: datetime
    duration_seconds: float | None = None


@dataclass(frozen=True)
class StoredObject:
    """`bucket` is `sources` or `results`."""

    bucket: str
    key: str
    modified_at: datetime

    def is_of(self, job_id: str) -> bool:
        return job_id in self.key.split("/")


@dataclass(frozen=True)
class Death:
    """A process that ended, mostly by a kill."""

    service: str
    at: datetime


@dataclass(frozen=True)
class Link:
    """What a result's public link gave."""

    job_id: str
    at: datetime
    status: int
    sha256: str = ""


@dataclass(frozen=True)
class History:
    """Everything of one case, or of a whole run, when it was looked at.

    `rows` are the latest look, `first_rows` an earlier one of the same rows after their end. `grace_seconds` is what
    an answer may be late: 0.5 without faults, 2 with one. `retried_calls`: a provider's faults are retried as policy.
    """

    looked_at: datetime
    booths: Sequence[BoothLog] = ()
    rows: Sequence[Row] = ()
    first_rows: Sequence[Row] = ()
    calls: Sequence[ProviderCall] = ()
    objects: Sequence[StoredObject] = ()
    links: Sequence[Link] = ()
    deaths: Sequence[Death] = ()
    #: orderly ends, when they begin and when they are over: nobody's connection breaks, but none is taken
    stops: Sequence[Death] = ()
    queued_messages: Mapping[str, int] = field(default_factory=dict)
    grace_seconds: float = 0.5
    retried_calls: bool = False
    is_overload: bool = False
    is_settled: bool = False

    def row_of(self, booth: BoothLog) -> Row | None:
        return next((row for row in self.rows if row.request_id == booth.request_id), None)

    def calls_of(self, row: Row) -> list[ProviderCall]:
        return [call for call in self.calls if call.slot_id == row.slot_id]

    def deaths_during(self, row: Row, prefix: str) -> int:
        """Count the kills of services whose name begins so, from the row's beginning to its end."""
        end = row.finalized_at or self.looked_at
        return sum(death.service.startswith(prefix) and row.created_at <= death.at <= end for death in self.deaths)


_COPIED = (
    *("status", "is_finalized", "failure_reason", "failure_detail", "retention_ms", "public_id", "slot_id"),
    *("result_key", "result_sha256", "result_size_bytes", "result_mime_type"),
)


def row_of_document(document: Mapping[str, Any]) -> Row:
    """Read a document of `jobs`."""
    client = {each["name"]: each["value"] for each in document.get("client", ())}
    attempts = document.get("attempts", ())
    copied: dict[str, Any] = {name: document.get(name) for name in _COPIED}
    return Row(
        job_id=document["_id"],
        request_id=client.get(REQUEST_FIELD, ""),
        created_at=utc(document["created_at"]),
        sync_deadline=utc(document["sync_deadline"]),
        finalized_at=_utc_or_none(document.get("finalized_at")),
        expires_at=_utc_or_none(document.get("expires_at")),
        has_inline=document.get("result_inline_base64") is not None,
        attempts=tuple((each["provider"], each["calls"], each["outcome"]) for each in attempts),
        attempt_times=tuple((utc(each["dispatched_at"]), _utc_or_none(each["ended"])) for each in attempts),
        events=tuple((each["name"], utc(each["at"])) for each in document.get("events", ())),
        first_dispatch_at=utc(attempts[0]["dispatched_at"]) if attempts else None,
        **copied,
    )


def utc(moment: datetime) -> datetime:
    """Give the moment an explicit UTC; the driver may leave it out."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _utc_or_none(moment: datetime | None) -> datetime | None:
    return None if moment is None else utc(moment)
