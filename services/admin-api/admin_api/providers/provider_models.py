"""Providers as the API takes and shows them."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from admin_api.rest.endpoint import RequestModel
from admin_api.rest.field_fault import FaultCode, Wrong
from admin_api.rest.model_faults import custom_error
from photochanger.domain.availability import Availability
from photochanger.domain.breaker import Breaker, BreakerReason, BreakerState
from photochanger.domain.provider_limits import Limit, ProviderLimits
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.infrastructure.provider_key_repository import StoredProviderKey
from photochanger.infrastructure.provider_limits_repository import SetLimits
from photochanger.infrastructure.provider_model_repository import ModelList
from photochanger.infrastructure.quota_repository import QuotaUse


class NewKey(RequestModel):
    """Written, never read: answers show its last 4 characters."""

    api_key: Annotated[
        SecretStr,
        Field(
            min_length=8, max_length=512, examples=["key-of-the-provider"], json_schema_extra={"pattern": "^[!-~]*$"}
        ),
    ]

    @field_validator("api_key")
    @classmethod
    def _travels_in_a_header(cls, key: SecretStr) -> SecretStr:
        text = key.get_secret_value()
        if not (text.isascii() and text.isprintable() and " " not in text):
            raise custom_error(Wrong(FaultCode.BAD_CHARACTERS, "must be printable ASCII without spaces"))
        return key


class KeyShown(BaseModel):
    last4: str
    key_id: str
    updated_at: datetime


class LimitsChange(ProviderLimits):
    """What is left out stays; null gives the manifest's limit back."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BreakerSwitch(StrEnum):
    #: nobody asks the provider until an administrator closes it
    OPEN = "open"
    #: every breaker of the provider is closed, and what failed is forgotten; a pause stays
    CLOSED = "closed"


class BreakerChange(RequestModel):
    state: BreakerSwitch


class BreakerShown(BaseModel):
    """`tries_at` is when one photo tries an open one, None for one that an administrator opened, `by` whom."""

    reason: BreakerReason
    state: BreakerState
    since: datetime | None
    tries_at: datetime | None
    detail: str
    by: str | None

    @classmethod
    def of(cls, reason: BreakerReason, breaker: Breaker) -> "BreakerShown":
        is_waiting = breaker.state is BreakerState.OPEN and not breaker.is_manual
        return cls(
            reason=reason,
            state=breaker.state,
            since=breaker.since,
            tries_at=breaker.due_at if is_waiting else None,
            detail=breaker.detail,
            by=breaker.by,
        )


class UseShown(BaseModel):
    """`used` on `day` (a provider's day), or at once now; of a rate, for how long its turns are taken already."""

    limit: Limit
    day: str | None
    used: int | None
    taken_ahead_seconds: float


class ProviderShown(BaseModel):
    """`key` None: the provider service's environment gives the key. `has_key` is what the service last said.

    `limits` are those in force, `set_limits` what of them administrators set; a breaker that never opened is not named.
    `models` None: the provider has no list of models, or has not been asked yet.
    """

    manifest: ProviderManifest
    key: KeyShown | None
    has_key: bool
    limits: ProviderLimits
    set_limits: ProviderLimits
    uses: tuple[UseShown, ...]
    breakers: tuple[BreakerShown, ...]
    models: ModelList | None


class ProviderList(BaseModel):
    items: tuple[ProviderShown, ...]


def key_shown(key: StoredProviderKey) -> KeyShown:
    return KeyShown(last4=key.last4, key_id=key.sealed.key_id, updated_at=key.updated_at)


def breakers_shown(availability: Availability, provider: str) -> tuple[BreakerShown, ...]:
    found = availability.breakers.items()
    return tuple(BreakerShown.of(reason, breaker) for (name, reason), breaker in found if name == provider)


def provider_shown(
    manifest: ProviderManifest,
    key: StoredProviderKey | None,
    set_limits: SetLimits,
    *,
    has_key: bool,
    uses: Iterable[QuotaUse],
    availability: Availability,
    models: ModelList | None,
) -> ProviderShown:
    return ProviderShown(
        manifest=manifest,
        key=None if key is None else key_shown(key),
        has_key=has_key,
        limits=set_limits.limits.over(manifest.limits),
        set_limits=set_limits.limits,
        uses=tuple(
            UseShown(limit=use.limit, day=use.day, used=use.used, taken_ahead_seconds=use.ahead_ms / 1000)
            for use in uses
            if use.provider == manifest.name
        ),
        breakers=breakers_shown(availability, manifest.name),
        models=models,
    )
