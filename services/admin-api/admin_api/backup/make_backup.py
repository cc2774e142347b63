"""Everything set up, as one file that is sent while it is made."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from admin_api.backup.contents import picture_name, rows_name, rows_to_lines, templates_of
from admin_api.backup.manifest import FORMAT, MANIFEST_NAME, SEAL_NAME, BackupManifest, Member, seal_of
from admin_api.backup.tar_stream import END, tar_header, tar_padding
from photochanger.domain.template import TemplateMedia
from photochanger.infrastructure.configuration_rows import ConfigurationRows
from photochanger.infrastructure.media_store import Bucket, MediaStore
from photochanger.infrastructure.mongo import DatabaseClock
from photochanger.infrastructure.sealing import Sealer

HEAD_SECONDS = 1.5
HEADS_AT_ONCE = 8
#: A picture's bytes: the store has so long to begin, and longer by the size.
GET_SECONDS = 5.0
GET_BYTES_PER_SECOND = 5_000_000
PIECE_BYTES = 2**18


class PictureChanged(Exception):
    """The store gave other bytes than those that were put there; the backup cannot be finished."""


@dataclass(frozen=True)
class Backup:
    """`head` is the file up to its pictures."""

    manifest: BackupManifest
    head: bytes
    pictures: tuple[TemplateMedia, ...]

    @property
    def size_bytes(self) -> int:
        pictures = sum(_weight(template.size_bytes) for template in self.pictures)
        return len(self.head) + pictures + len(END)


class MakeBackup:
    """Every method may raise `DatabaseUnavailable` and `StoreUnavailable`."""

    def __init__(
        self, rows: ConfigurationRows, store: MediaStore, clock: DatabaseClock, *, secret_key: SecretStr
    ) -> None:
        self._rows, self._store, self._clock, self._secret_key = rows, store, clock, secret_key

    async def prepare(self) -> Backup:
        """Read all rows as they are at one moment, and look for each template's picture."""
        await self._clock.sample()
        rows = await self._rows.read()
        pictures, missing = await self._pictures(templates_of(rows))
        files = {rows_name(name): rows_to_lines(name, found) for name, found in rows.items()}
        of_rows = [Member(name=name, size_bytes=len(data), sha256=_sha256(data)) for name, data in files.items()]
        of_pictures = [
            Member(name=picture_name(template), size_bytes=template.size_bytes, sha256=template.sha256)
            for template in pictures
        ]
        manifest = BackupManifest(
            format=FORMAT,
            made_at=self._clock.now(),
            secret_key_id=Sealer(self._secret_key).key_id,
            rows={name: len(found) for name, found in rows.items()},
            missing_pictures=tuple(missing),
            members=(*of_rows, *of_pictures),
        )
        told = manifest.model_dump_json(indent=1).encode()
        sealed = seal_of(told, self._secret_key).encode()
        head = b"".join(_whole(name, data) for name, data in {MANIFEST_NAME: told, SEAL_NAME: sealed, **files}.items())
        return Backup(manifest, head, tuple(pictures))

    async def pieces(self, backup: Backup) -> AsyncIterator[bytes]:
        """Give the file's bytes, one picture in memory at a time.

        Raises:
            PictureChanged, ObjectMissing: the file cannot be finished.
        """
        yield backup.head
        for template in backup.pictures:
            seconds = GET_SECONDS + template.size_bytes / GET_BYTES_PER_SECOND
            data = await self._store.get(Bucket.TEMPLATES, template.key, timeout_seconds=seconds)
            if _sha256(data) != template.sha256:
                raise PictureChanged(f"the picture of the template {template.id} is not the one that was uploaded")
            yield tar_header(picture_name(template), len(data))
            for start in range(0, len(data), PIECE_BYTES):
                yield data[start : start + PIECE_BYTES]
            yield tar_padding(len(data))
        yield END

    async def _pictures(self, templates: Sequence[TemplateMedia]) -> tuple[list[TemplateMedia], list[str]]:
        """Give the templates whose picture is in the store, and the ids of the others."""
        turns = asyncio.Semaphore(HEADS_AT_ONCE)

        async def is_there(template: TemplateMedia) -> bool:
            async with turns:
                found = await self._store.head(Bucket.TEMPLATES, template.key, timeout_seconds=HEAD_SECONDS)
            return found is not None and found.size_bytes == template.size_bytes

        there = await asyncio.gather(*(is_there(template) for template in templates))
        found = [template for template, is_found in zip(templates, there, strict=True) if is_found]
        return found, [template.id for template, is_found in zip(templates, there, strict=True) if not is_found]


def _whole(name: str, data: bytes) -> bytes:
    return tar_header(name, len(data)) + data + tar_padding(len(data))


def _weight(size_bytes: int) -> int:
    return len(tar_header("", 0)) + size_bytes + len(tar_padding(size_bytes))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
