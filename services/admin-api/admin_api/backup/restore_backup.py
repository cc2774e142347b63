"""From a checked backup to a stack that is set up as it says: all of it or nothing."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from admin_api.backup.read_backup import BackupReader, ReadBackup
from photochanger.background import Background
from photochanger.domain.template import TemplateMedia
from photochanger.infrastructure.configuration_rows import ConfigurationNotEmpty, ConfigurationRows, Row
from photochanger.infrastructure.media_store import Bucket, MediaStore

PUT_SECONDS = 5.0
PUT_BYTES_PER_SECOND = 5_000_000
REMOVAL_SECONDS = 30.0


@dataclass
class StagedBackup:
    """A checked backup whose pictures lie in the store, each under a fresh key that no row names yet.

    `is_kept`: rows name the pictures, or may name them.
    """

    backup: ReadBackup
    keys: Mapping[str, str]
    is_kept: bool = False

    @property
    def rows(self) -> dict[str, list[Row]]:
        """The rows with the pictures' new places; a picture that is missing has a place where nothing is."""
        templates = [{**row, "key": self.keys.get(row["_id"], row["_id"])} for row in self.backup.rows["templates"]]
        return {**self.backup.rows, "templates": templates}


class RestoreBackup:
    def __init__(
        self,
        rows: ConfigurationRows,
        store: MediaStore,
        background: Background,
        *,
        secret_keys: Sequence[SecretStr],
    ) -> None:
        self._rows, self._store, self._background, self._secret_keys = rows, store, background, secret_keys

    async def check(self, pieces: AsyncIterator[bytes], *, is_other_key_fine: bool) -> ReadBackup:
        """Read the file to its end and write nothing.

        Raises:
            WrongBackup: it cannot be used.
        """

        async def leave(_template: TemplateMedia, _data: bytes) -> None:
            return None

        return await BackupReader(pieces, self._secret_keys).read(leave, is_other_key_fine=is_other_key_fine)

    @asynccontextmanager
    async def staged(self, pieces: AsyncIterator[bytes], *, is_other_key_fine: bool) -> AsyncIterator[StagedBackup]:
        """Read the file to its end, its pictures into the store; those that no row has named at the end go again.

        Raises:
            WrongBackup: it cannot be used; nothing is left of it.
            StoreUnavailable: as above.
        """
        keys: dict[str, str] = {}

        async def put(template: TemplateMedia, data: bytes) -> None:
            keys[template.id] = key = uuid.uuid4().hex
            seconds = PUT_SECONDS + len(data) / PUT_BYTES_PER_SECOND
            await self._store.put(
                Bucket.TEMPLATES,
                key,
                data,
                content_type=template.type,
                sha256=template.sha256,
                timeout_seconds=seconds,
            )

        staged: StagedBackup | None = None
        try:
            read = await BackupReader(pieces, self._secret_keys).read(put, is_other_key_fine=is_other_key_fine)
            staged = StagedBackup(read, keys)
            yield staged
        finally:
            if staged is None or not staged.is_kept:
                self._remove([*keys.values()], name="remove_staged")

    async def put_in_force(self, staged: StagedBackup, *, only_if_empty: bool) -> None:
        """Replace everything set up, in one transaction; pictures of before are removed when it is done.

        Raises:
            ConfigurationNotEmpty: `only_if_empty`, and something is set up.
            DatabaseUnavailable: nobody knows whether it was done.
        """
        staged.is_kept = True
        try:
            former = await self._rows.replace(staged.rows, only_if_empty=only_if_empty)
        except ConfigurationNotEmpty:
            staged.is_kept = False
            raise
        self._remove([row["key"] for row in former], name="remove_replaced")

    def _remove(self, keys: Sequence[str], *, name: str) -> None:
        if keys:
            removal = self._store.delete_all(Bucket.TEMPLATES, keys, timeout_seconds=REMOVAL_SECONDS)
            self._background.start(removal, name=name, timeout_seconds=REMOVAL_SECONDS)
