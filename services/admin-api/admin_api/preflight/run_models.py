"""A preflight as it is asked for, and as it goes."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from admin_api.preflight.findings import Finding, Severity
from admin_api.rest.endpoint import RequestModel
from photochanger.domain.slot import SlotId

MAX_SLOTS = 20


class PreflightRequest(RequestModel):
    """`slot_ids` left out: every active slot. `hours`: over which the guests come. `guests_open_links`: on phones."""

    slot_ids: Annotated[tuple[SlotId, ...], Field(min_length=1, max_length=MAX_SLOTS)] | None = None
    expected_guests: Annotated[int, Field(ge=1, le=100_000)] = 100
    photos_per_guest: Annotated[int, Field(ge=1, le=100)] = 1
    hours: Annotated[float, Field(ge=0.25, le=24)] = 4.0
    guests_open_links: bool = True


class RunState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    #: its process died
    ABANDONED = "abandoned"


class CheckState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    #: it did not end in its time
    GAVE_UP = "gave_up"


class CheckShown(BaseModel):
    """One check; `note` tells what is no fault but good to know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    state: CheckState
    ms: int | None = None
    note: str = ""


class BoothAdvice(BaseModel):
    """What the slot's booth is to be given: the client waits 5 s longer than the window."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    slot_id: str
    ingest_url: str
    window_seconds: float
    client_timeout_seconds: float


class PreflightRun(BaseModel):
    """`is_ready`, once it has ended: no finding is an error."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    state: RunState
    started_by: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    request: PreflightRequest
    slot_ids: tuple[str, ...]
    checks: tuple[CheckShown, ...] = ()
    findings: tuple[Finding, ...] = ()
    advice: tuple[BoothAdvice, ...] = ()
    is_ready: bool | None = None

    def ended(self) -> "PreflightRun":
        is_ready = all(finding.severity is not Severity.ERROR for finding in self.findings)
        return self.model_copy(update={"state": RunState.FINISHED, "is_ready": is_ready})
