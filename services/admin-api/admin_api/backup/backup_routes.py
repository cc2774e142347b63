"""Everything set up as a file, and such a file put in force."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from aiohttp import hdrs, web
from pydantic import AwareDatetime, BaseModel

from admin_api.accounts.auth import actor_of
from admin_api.backup.make_backup import MakeBackup, PictureChanged
from admin_api.backup.read_backup import OtherSecretKey, ReadBackup, WrongBackup
from admin_api.backup.restore_backup import RestoreBackup
from admin_api.operations.audit import Audit
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, RequestModel, json_answer, query_of
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.configuration_rows import ConfigurationNotEmpty, ConfigurationRows
from photochanger.infrastructure.media_store import ObjectMissing, StoreUnavailable
from photochanger.observability import get_logger

TAR = "application/x-tar"
TARGET = "configuration"
MAX_BACKUP_BYTES = 8 * 2**30
#: The file's next bytes come within this, or nobody sends any.
SILENCE_SECONDS = 30.0

log = get_logger(__name__)


class RestoreQuery(RequestModel):
    """`replace`: also where something is set up already. `other_secret_key`: also a file made under another one.

    `dry_run`: only check the file and whether it would be taken.
    """

    replace: bool = False
    other_secret_key: bool = False
    dry_run: bool = False


class Restored(BaseModel):
    """`rows` counts what was put in force, with `dry_run` what would be.

    `missing_pictures` are templates whose picture the backup has not. `is_own_key` false: providers' keys and booths'
    passwords have to be given again.
    """

    is_dry_run: bool
    made_at: AwareDatetime
    rows: dict[str, int]
    pictures: int
    missing_pictures: tuple[str, ...]
    is_own_key: bool


class BackupRoutes:
    def __init__(self, make: MakeBackup, restore: RestoreBackup, rows: ConfigurationRows, *, audit: Audit) -> None:
        self._make, self._restore, self._rows, self._audit = make, restore, rows, audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_POST,
                "/api/v1/backup",
                self.backup,
                Role.ADMIN,
                summary="Everything set up as one file: slots, template pictures, users, settings, providers, keys",
                answer_type=TAR,
                problems=(ProblemCode.STORAGE_UNAVAILABLE,),
            ),
            Endpoint(
                hdrs.METH_POST,
                "/api/v1/restore",
                self.restore,
                Role.ADMIN,
                summary="Put a backup in force, all of it or nothing; every session ends",
                body_types=(TAR,),
                max_body_bytes=MAX_BACKUP_BYTES,
                query=RestoreQuery,
                answer=Restored,
                problems=(ProblemCode.CONFLICT, ProblemCode.STORAGE_UNAVAILABLE),
            ),
        )

    async def backup(self, request: web.Request) -> web.StreamResponse:
        """A tar file: manifest, rows, pictures. Keys in it stay sealed; a shorter file than announced is no backup."""
        backup = await self._make.prepare()
        response = web.StreamResponse()
        response.content_type, response.content_length = TAR, backup.size_bytes
        name = f"photochanger-{backup.manifest.made_at:%Y%m%d-%H%M%S}.tar"
        response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
        async with self._audit.change(actor_of(request), "backup", TARGET, None, {**backup.manifest.rows}) as change:
            await response.prepare(request)
            try:
                async for piece in self._make.pieces(backup):
                    await response.write(piece)
                await response.write_eof()
            except (ObjectMissing, StoreUnavailable, PictureChanged) as error:
                # the announced length tells the client that its file is not whole
                log.warning("backup_cut_short", error=repr(error), next="the connection is closed")
                change.is_made = False
                if request.transport is not None:
                    request.transport.abort()
        return response

    async def restore(self, request: web.Request) -> web.Response:
        """The whole file is checked first. 400: it cannot be used; 409: not here, or only when told."""
        query = query_of(request, RestoreQuery)
        await self._refuse_what_is_there(query)
        pieces = _pieces(request)
        try:
            if query.dry_run:
                read = await self._restore.check(pieces, is_other_key_fine=query.other_secret_key)
            else:
                read = await self._put_in_force(request, pieces, query)
        except OtherSecretKey as error:
            told = f"{error} other_secret_key=true restores it all the same."
            raise conflict(ConflictReason.OTHER_SECRET_KEY, told) from error
        except WrongBackup as error:
            raise Refused(ProblemCode.INVALID_REQUEST, str(error)) from error
        return json_answer(_restored(read, is_dry_run=query.dry_run))

    async def _put_in_force(
        self, request: web.Request, pieces: AsyncIterator[bytes], query: RestoreQuery
    ) -> ReadBackup:
        async with self._restore.staged(pieces, is_other_key_fine=query.other_secret_key) as staged:
            manifest = staged.backup.manifest
            before, after = await self._rows.present(), {"made_at": manifest.made_at, **manifest.rows}
            async with self._audit.change(actor_of(request), "restore", TARGET, {**before}, after):
                try:
                    await self._restore.put_in_force(staged, only_if_empty=not query.replace)
                except ConfigurationNotEmpty as error:
                    raise _not_empty(error.present) from error
        return staged.backup

    async def _refuse_what_is_there(self, query: RestoreQuery) -> None:
        """Refuse before the file is read what could not be taken anyway.

        Raises:
            Refused: something is set up, or photos run that need what would be replaced.
        """
        if not query.replace and (present := await self._rows.present()):
            raise _not_empty(present)
        if running := await self._rows.count_running_jobs():
            told = f"{running} photos are in work; disable the slots and wait a minute."
            raise conflict(ConflictReason.PHOTOS_IN_WORK, told, count=running)


async def _pieces(request: web.Request) -> AsyncIterator[bytes]:
    received = 0
    while True:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                piece = await request.content.readany()
        except TimeoutError as error:
            raise Refused(ProblemCode.UPLOAD_TOO_SLOW, f"No more bytes came in {SILENCE_SECONDS:g} s.") from error
        except web.RequestPayloadError as error:
            raise Refused(ProblemCode.INVALID_REQUEST, "The upload was cut short.") from error
        if not piece:
            return
        received += len(piece)
        if received > MAX_BACKUP_BYTES:
            raise Refused(ProblemCode.PAYLOAD_TOO_LARGE, f"At most {MAX_BACKUP_BYTES} bytes are taken.")
        yield piece


def _not_empty(present: Mapping[str, int]) -> Refused:
    told = ", ".join(f"{name} {count}" for name, count in present.items())
    return conflict(ConflictReason.NOT_EMPTY, f"Something is set up already ({told}); replace=true replaces all of it.")


def _restored(read: ReadBackup, *, is_dry_run: bool) -> Restored:
    manifest = read.manifest
    return Restored(
        is_dry_run=is_dry_run,
        made_at=manifest.made_at,
        rows=manifest.rows,
        pictures=len(manifest.members) - len(manifest.rows),
        missing_pictures=manifest.missing_pictures,
        is_own_key=read.is_own_key,
    )
