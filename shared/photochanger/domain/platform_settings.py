"""Settings that hold for the whole platform and may change while it runs."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from photochanger.domain.slot import SyncResponseSeconds


class TunableSettings(BaseModel):
    """What an administrator may set as he likes, within these bounds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    sync_response_seconds: SyncResponseSeconds = 48.0
    result_retention_hours: Annotated[float, Field(ge=24, le=168)] = 72.0
    answer_reserve_seconds: Annotated[float, Field(ge=0.1, le=5)] = 0.5
    inline_result_max_bytes: Annotated[int, Field(ge=0, le=2 * 2**20)] = 16 * 2**10
    photos_per_minute_per_address: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    max_waiting_requests: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    max_receiving_bytes: Annotated[int, Field(ge=2**20, le=2**36)] = 128 * 2**20


class OldIngestPassword(BaseModel):
    """A global ingest password that is still accepted until `valid_until`, by the database's clock."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    verifier: str
    valid_until: datetime


class PlatformSettings(TunableSettings):
    """One document; `version` grows with each change, so that replicas notice."""

    version: int = 0
    #: HMACs of the global ingest passwords in force without an end
    ingest_password_verifiers: tuple[str, ...] = ()
    #: those in their overlap when the document was read
    old_ingest_passwords: tuple[OldIngestPassword, ...] = ()

    @property
    def accepted_verifiers(self) -> tuple[str, ...]:
        """Every verifier that admitted a photo when the document was read."""
        return (*self.ingest_password_verifiers, *(old.verifier for old in self.old_ingest_passwords))
