"""Which of a slot's template pictures go as files that Gemini keeps, and how they get there once for all replicas."""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr

from photochanger.background import Background, running
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.provider_file_repository import KeptFile, ProviderFile, ProviderFileRepository
from photochanger.observability import get_logger
from photochanger.periodic import run_periodically
from photochanger.provider_worker.ports import InputPicture, InputTemplate
from provider_gemini.clients import GeminiClients
from provider_gemini.errors import CALL_ERRORS
from provider_gemini.file_upload import NotUploaded, is_gone, upload
from provider_gemini.manifest import NAME

#: From here on an upload pays: `docs/costs.md` has what was measured.
FILE_FROM_BYTES = 1_000_000
#: A request may name a file that lives at least so long: longer than any window.
STILL_GOOD_SECONDS = 120.0
#: All of an upload; 40 MB need 32 s at 10 Mbit/s.
UPLOAD_SECONDS = 180.0
#: After a failed upload the picture is part of the request for so long, before it is tried again.
AFTER_FAILURE_SECONDS = 60.0
LOOK_SECONDS = 0.5
RENEW_LEASE_SECONDS = 2.0

log = get_logger(__name__)


@dataclass(frozen=True)
class _Known:
    """A file, and on this process's monotonic clock when it is to be looked for anew, and when it ends."""

    file: ProviderFile
    fresh_until: float
    ends_at: float


class TemplateFiles:
    """Templates of `from_bytes` and more become files; until `keep_in` was called none do.

    Uploads run beside the jobs: one that is too slow for its first job serves the next. One at a time in a process, so
    that at most one large picture is in memory.
    """

    def __init__(
        self,
        clients: GeminiClients,
        *,
        from_bytes: int = FILE_FROM_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clients = clients
        self._from_bytes = from_bytes
        self._clock = clock
        self._owner = uuid.uuid4().hex
        self._files: ProviderFileRepository | None = None
        self._background: Background | None = None
        self._known: dict[str, _Known] = {}
        self._under_way: dict[str, asyncio.Event] = {}
        self._not_before: dict[str, float] = {}
        self._one_upload = asyncio.Semaphore(1)

    def keep_in(self, files: ProviderFileRepository, background: Background) -> None:
        """From now on use the Files API: rows in `files`, uploads in `background`."""
        self._files, self._background = files, background

    async def of(self, templates: Sequence[InputTemplate], key: SecretStr) -> tuple[InputPicture | ProviderFile, ...]:
        """Give each template as a file that Gemini has, or as the picture itself; may wait for an upload.

        Raises:
            InputUnavailable, InputUnusable: from the templates.
        """
        return tuple([await self._file(template, key) or await template.inline() for template in templates])

    async def lost(self, named: Sequence[ProviderFile], key: SecretStr) -> bool:
        """Ask Gemini for the files that a refused request named; forget those that are gone, and say whether any is."""
        is_any = False
        for file in named:
            try:
                async with self._clients.of(key) as client:
                    if not await is_gone(client, file):
                        continue
            except CALL_ERRORS:
                continue
            is_any = True
            await self._forget(file)
        return is_any

    async def _file(self, template: InputTemplate, key: SecretStr) -> ProviderFile | None:
        if self._files is None or template.size_bytes < self._from_bytes:
            return None
        name = f"{NAME}:{_project(key)}:{template.sha256}"
        if not self._is_fresh(name) and self._not_before.get(name, 0.0) <= self._clock():
            obtained = self._obtain(name, template, key)
            if self._usable(name) is None:
                await obtained.wait()
        return self._usable(name)

    def _is_fresh(self, name: str) -> bool:
        known = self._known.get(name)
        return known is not None and self._clock() < known.fresh_until

    def _usable(self, name: str) -> ProviderFile | None:
        known = self._known.get(name)
        return None if known is None or known.ends_at - self._clock() < STILL_GOOD_SECONDS else known.file

    def _remember(self, name: str, kept: KeptFile) -> None:
        now = self._clock()
        self._known[name] = _Known(kept.file, now + kept.fresh_seconds, now + kept.seconds_left)

    async def _forget(self, file: ProviderFile) -> None:
        for name in [name for name, known in self._known.items() if known.file == file]:
            del self._known[name]
            log.warning("template_file_gone", file=file.name, next="it is uploaded anew")
            try:
                if self._files is not None:
                    await self._files.forget(name, file.name)
            except DatabaseUnavailable as error:
                log.warning("template_file_not_forgotten", error=repr(error), next="the next refusal forgets it")

    def _obtain(self, name: str, template: InputTemplate, key: SecretStr) -> asyncio.Event:
        """Begin to look for the file, or to upload it, unless that is under way; the event tells the end."""
        if name not in self._under_way and self._background is not None:
            self._under_way[name] = asyncio.Event()
            self._background.start(
                self._obtain_and_tell(name, template, key), name="gemini.template_file", timeout_seconds=UPLOAD_SECONDS
            )
        return self._under_way[name]

    async def _obtain_and_tell(self, name: str, template: InputTemplate, key: SecretStr) -> None:
        try:
            await self._obtain_file(name, template, key)
        except BaseException:
            self._not_before[name] = self._clock() + AFTER_FAILURE_SECONDS
            log.warning("template_not_uploaded", sha256=template.sha256, next="it is part of the requests for a minute")
            raise
        finally:
            self._under_way.pop(name).set()

    async def _obtain_file(self, name: str, template: InputTemplate, key: SecretStr) -> None:
        """Take the file that is there, or upload it, or wait for the replica that does."""
        files, background = self._files, self._background
        while files is not None and background is not None:
            found = await files.read(name)
            if found is not None:
                self._remember(name, found)
                self._let_use(name)
            if found is not None and found.fresh_seconds > 0:
                return
            if await files.claim(name, self._owner):
                await self._upload(files, background, name, template, key)
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _let_use(self, name: str) -> None:
        """Whoever waits need not wait for the next file while this one is still good."""
        if self._usable(name) is not None:
            self._under_way[name].set()

    async def _upload(
        self,
        files: ProviderFileRepository,
        background: Background,
        name: str,
        template: InputTemplate,
        key: SecretStr,
    ) -> None:
        """Upload with the lease kept; when it fails the lease is given up, so that others may try."""

        async def renew() -> None:
            await files.renew(name, self._owner)

        never = asyncio.Event()
        renewing = run_periodically(
            renew, background.telemetry, name="gemini.upload_lease", seconds=RENEW_LEASE_SECONDS, stop=never
        )
        try:
            async with running(renewing, name="gemini.upload_lease"), self._one_upload, self._clients.of(key) as client:
                picture = await template.whole()
                started = self._clock()
                file, life = await upload(client, picture, base_url=self._clients.base_url)
                _check(life)
        except BaseException:
            await files.give_up(name, self._owner)
            raise
        seconds = round(self._clock() - started, 3)
        log.info("template_uploaded", sha256=template.sha256, size_bytes=len(picture.data), seconds=seconds)
        await files.keep(name, self._owner, file, life_ms=round(life.total_seconds() * 1000))
        kept = await files.read(name)
        if kept is not None:
            self._remember(name, kept)


def _check(life: timedelta) -> None:
    if life.total_seconds() < 2 * STILL_GOOD_SECONDS:
        raise NotUploaded("the file does not live long enough")


def _project(key: SecretStr) -> str:
    """A name for whose files they are: another key may be another project's, which cannot use them."""
    return hashlib.sha256(b"gemini files " + key.get_secret_value().encode()).hexdigest()[:16]
