"""A backup file that arrives: every byte of it is checked before anybody relies on one."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from admin_api.backup.contents import (
    WrongRow,
    collection_of,
    has_administrator,
    picture_name,
    rows_from_lines,
    templates_of,
)
from admin_api.backup.manifest import (
    FORMAT,
    MANIFEST_NAME,
    MAX_MANIFEST_BYTES,
    SEAL_NAME,
    BackupManifest,
    ManifestHead,
    Member,
    key_named,
    seal_of,
)
from admin_api.backup.tar_stream import TarReader, UnreadableTar
from photochanger.domain.slot import MAX_UPLOAD_BYTES
from photochanger.domain.template import TemplateMedia
from photochanger.infrastructure.configuration_rows import Row

#: All rows together, in memory.
MAX_ROWS_BYTES = 64 * 2**20
_MAX_SEAL_BYTES = 128

_M = TypeVar("_M", bound=BaseModel)
TakePicture = Callable[[TemplateMedia, bytes], Awaitable[None]]


class WrongBackup(Exception):
    """The file is no backup, or none that can be used; the text is for whoever sent it."""


class OtherSecretKey(WrongBackup):
    """It was made under a secret key that this stack does not have, so its seal cannot be checked."""


@dataclass(frozen=True)
class ReadBackup:
    """`is_own_key`: keys open and passwords work here, and the file is as it was made."""

    manifest: BackupManifest
    rows: dict[str, list[Row]]
    is_own_key: bool


class BackupReader:
    """Reads one file; `read` is called once."""

    def __init__(self, pieces: AsyncIterator[bytes], secret_keys: Sequence[SecretStr]) -> None:
        self._tar = TarReader(pieces)
        self._secret_keys = secret_keys

    async def read(self, take: TakePicture, *, is_other_key_fine: bool) -> ReadBackup:
        """Read the file to its end; `take` gets each template with its picture, once that is checked.

        Raises:
            WrongBackup: with the reason, in a sentence.
        """
        try:
            return await self._read(take, is_other_key_fine=is_other_key_fine)
        except UnreadableTar as error:
            raise WrongBackup(f"This is no PhotoChanger backup, or it was cut short: {error}.") from error
        except WrongRow as error:
            raise WrongBackup(f"The backup cannot be used: {error}.") from error

    async def _read(self, take: TakePicture, *, is_other_key_fine: bool) -> ReadBackup:
        told = await self._named(MANIFEST_NAME, MAX_MANIFEST_BYTES)
        head = _parsed(ManifestHead, told)
        if head.format > FORMAT:
            raise WrongBackup(
                f"The backup was made by a newer PhotoChanger: format {head.format}, this one reads {FORMAT}."
            )
        key = key_named(head.secret_key_id, self._secret_keys)
        if key is None and not is_other_key_fine:
            raise OtherSecretKey(
                f"The backup was made under another PHOTOCHANGER_SECRET_KEY (id {head.secret_key_id}): its keys do not "
                "open here, booths' passwords do not work, and nobody can tell whether the file was changed."
            )
        seal = await self._named(SEAL_NAME, _MAX_SEAL_BYTES)
        if key is not None and seal != seal_of(told, key).encode():
            raise WrongBackup("The backup's manifest was changed after it was made.")
        manifest = _parsed(BackupManifest, told)
        rows = await self._rows(manifest)
        await self._pictures(manifest, rows, take)
        if await self._tar.next() is not None:
            raise WrongBackup("The backup has more files than its manifest names.")
        await self._tar.finish()
        return ReadBackup(manifest, rows, is_own_key=key is not None)

    async def _rows(self, manifest: BackupManifest) -> dict[str, list[Row]]:
        rows: dict[str, list[Row]] = {}
        left = MAX_ROWS_BYTES
        for member in manifest.members[: len(manifest.rows)]:
            name = collection_of(member.name)
            if name is None or name in rows:
                raise WrongBackup(f"The backup has {member.name}, which this version does not know.")
            left -= member.size_bytes
            if left < 0:
                raise WrongBackup(f"The backup has more than {MAX_ROWS_BYTES} bytes of rows.")
            rows[name] = rows_from_lines(name, await self._member(member))
        counts = {name: len(found) for name, found in rows.items()}
        if counts != manifest.rows:
            raise WrongBackup("The backup has other rows than its manifest says.")
        if not has_administrator(rows):
            raise WrongBackup("The backup has no administrator who could log in.")
        return rows

    async def _pictures(self, manifest: BackupManifest, rows: dict[str, list[Row]], take: TakePicture) -> None:
        expected = [template for template in templates_of(rows) if template.id not in manifest.missing_pictures]
        members = manifest.members[len(manifest.rows) :]
        told = [(member.name, member.size_bytes, member.sha256) for member in members]
        if told != [(picture_name(each), each.size_bytes, each.sha256) for each in expected]:
            raise WrongBackup("The backup's pictures are not those of its templates.")
        for template, member in zip(expected, members, strict=True):
            if member.size_bytes > MAX_UPLOAD_BYTES:
                raise WrongBackup(f"{member.name} is larger than a template picture may be.")
            await take(template, await self._member(member))

    async def _member(self, member: Member) -> bytes:
        found = await self._tar.next()
        if found != (member.name, member.size_bytes):
            raise WrongBackup(f"The backup should have {member.name} next, but has not.")
        data = await self._tar.content()
        if hashlib.sha256(data).hexdigest() != member.sha256:
            raise WrongBackup(f"{member.name} in the backup was changed after it was made, or is damaged.")
        return data

    async def _named(self, name: str, max_bytes: int) -> bytes:
        found = await self._tar.next()
        if found is None or found[0] != name or found[1] > max_bytes:
            raise WrongBackup(f"This is no PhotoChanger backup: {name} is not where it belongs.")
        return await self._tar.content()


def _parsed(model: type[_M], told: bytes) -> _M:
    try:
        return model.model_validate_json(told)
    except ValidationError as error:
        raise WrongBackup("This is no PhotoChanger backup: its manifest cannot be read.") from error
