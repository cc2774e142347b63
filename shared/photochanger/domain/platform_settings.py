"""Settings that hold for the whole platform and may change while it runs."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from photochanger.domain.slot import SyncResponseSeconds


class PlatformSettings(BaseModel):
    """One document; `version` grows with each change, so that replicas notice."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 0
    sync_response_seconds: SyncResponseSeconds = 48.0
    result_retention_hours: Annotated[float, Field(ge=24, le=168)] = 72.0
    answer_reserve_seconds: Annotated[float, Field(ge=0.1, le=5)] = 0.5
    inline_result_max_bytes: Annotated[int, Field(ge=0, le=8 * 2**20)] = 2 * 2**20
    photos_per_minute_per_address: Annotated[int, Field(ge=1)] = 600
    max_waiting_requests: Annotated[int, Field(ge=1)] = 1_000
    max_receiving_bytes: Annotated[int, Field(ge=2**20)] = 128 * 2**20
    #: HMACs of the accepted global ingest passwords: the current one, and an old one during its overlap
    ingest_password_verifiers: tuple[str, ...] = ()
