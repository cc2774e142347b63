"""The platform's settings, and the password that opens every slot without one of its own."""

import secrets
from datetime import datetime
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from admin_api.accounts.auth import actor_of
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint, RequestModel, body_of, json_answer
from admin_api.rest.versions import check_if_match, version_conflict
from photochanger.domain.failure import ProblemCode
from photochanger.domain.ingest_password import password_verifier
from photochanger.domain.platform_settings import PlatformSettings, TunableSettings
from photochanger.domain.user import Role
from photochanger.infrastructure.settings_repository import SettingsRepository

PATH = "/api/v1/settings"
GENERATED_BYTES = 18


class SettingsChange(TunableSettings):
    """What is left out stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SettingsShown(TunableSettings):
    """`old_ingest_passwords_until`: when the passwords of before stop working, those still in their overlap."""

    #: so that the document says that an answer has every field
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    version: int
    is_ingest_password_set: bool
    old_ingest_passwords_until: tuple[datetime, ...]


class Rotation(RequestModel):
    """Without a password one is made. The old one stays valid for the overlap, so that booths can be changed."""

    password: Annotated[SecretStr, Field(min_length=8, max_length=128)] | None = None
    overlap_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] = 60


class Rotated(BaseModel):
    """`password` is shown this once, and only if it was made here."""

    password: str | None
    old_ingest_passwords_until: tuple[datetime, ...]


class SettingsRoutes:
    def __init__(self, settings: SettingsRepository, audit: Audit, *, secret_key: SecretStr) -> None:
        self._settings = settings
        self._audit = audit
        self._secret_key = secret_key

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(hdrs.METH_GET, PATH, self.show, Role.VIEWER, summary="The settings", answer=SettingsShown),
            Endpoint(
                hdrs.METH_PATCH,
                PATH,
                self.change,
                Role.ADMIN,
                summary="Change settings; in force everywhere within 2 s",
                body=SettingsChange,
                answer=SettingsShown,
                problems=(ProblemCode.VERSION_CONFLICT, ProblemCode.PRECONDITION_REQUIRED),
            ),
            Endpoint(
                hdrs.METH_POST,
                f"{PATH}/ingest-password",
                self.rotate,
                Role.ADMIN,
                summary="Give booths a new password; the old one stays valid for the overlap",
                body=Rotation,
                answer=Rotated,
            ),
        )

    async def show(self, _request: web.Request) -> web.Response:
        settings = await self._settings.read()
        return json_answer(_shown(settings), version=settings.version)

    async def change(self, request: web.Request) -> web.Response:
        before = await self._settings.read()
        check_if_match(request, version=before.version)
        changes = body_of(request, SettingsChange).model_dump(exclude_unset=True)
        changed = before.model_copy(update=changes)
        old = {name: getattr(before, name) for name in changes}
        async with self._audit.change(actor_of(request), "change", "settings", old, changes):
            if not await self._settings.replace(changed, expected_version=before.version):
                raise version_conflict()
        after = changed.model_copy(update={"version": before.version + 1})
        return json_answer(_shown(after), version=after.version)

    async def rotate(self, request: web.Request) -> web.Response:
        asked = body_of(request, Rotation)
        made = None if asked.password else secrets.token_urlsafe(GENERATED_BYTES)
        password = asked.password.get_secret_value() if asked.password else made or ""
        verifier = password_verifier(password, secret_key=self._secret_key.get_secret_value())
        said = {"overlap_minutes": asked.overlap_minutes, "is_generated": made is not None}
        async with self._audit.change(actor_of(request), "rotate_ingest_password", "settings", None, said) as change:
            after = await self._settings.rotate_ingest_password(verifier, overlap_minutes=asked.overlap_minutes)
            change.after = {**said, "version": after.version}
        return json_answer(Rotated(password=made, old_ingest_passwords_until=_ends(after)))


def _shown(settings: PlatformSettings) -> SettingsShown:
    return SettingsShown(
        **settings.model_dump(include=set(TunableSettings.model_fields)),
        version=settings.version,
        is_ingest_password_set=bool(settings.ingest_password_verifiers),
        old_ingest_passwords_until=_ends(settings),
    )


def _ends(settings: PlatformSettings) -> tuple[datetime, ...]:
    return tuple(old.valid_until for old in settings.old_ingest_passwords)
