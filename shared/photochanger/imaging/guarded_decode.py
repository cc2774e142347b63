"""Everything that has to decode a picture, done where a hostile one can do no harm."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.imaging import preview, provider_input, result_check
from photochanger.imaging.errors import ResultFlaw, UnreadablePicture, UnusableResult
from photochanger.imaging.guarded_process import GuardedProcess
from photochanger.imaging.provider_input import PreparedPicture, ProviderLimits
from photochanger.imaging.result_check import FinishedPicture, OutputWish

P = ParamSpec("P")
T = TypeVar("T")


class GuardedDecoder:
    """Decodes in `processes` guarded processes, none of which exists before its first use.

    Calls wait for a free process; callers bound the wait with their own deadline. A cancelled call ends its process.
    """

    def __init__(self, processes: int = 1) -> None:
        self._all = [GuardedProcess() for _ in range(processes)]
        self._free: asyncio.LifoQueue[GuardedProcess] = asyncio.LifoQueue()
        for process in self._all:
            self._free.put_nowait(process)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(process.close() for process in self._all))

    async def verify(self, data: bytes, info: PhotoInfo) -> None:
        """Decode every sample of an inspected picture and throw the samples away.

        Raises:
            UnreadablePicture: the samples are broken, or cost more than 5 s or 768 MiB.
            UnsupportedPicture: the decoder finds several frames.
        """
        await self._run(_verify, data, info)

    async def prepare(
        self,
        data: bytes,
        info: PhotoInfo,
        *,
        accepted: frozenset[PictureType],
        max_side: int | None,
        max_bytes: int | None,
    ) -> PreparedPicture:
        """Make the copy that a provider gets: upright, sRGB, 8 bit, at most `max_side` pixels and `max_bytes`, bare.

        A picture of an accepted type in which only metadata has to go is stripped at once, without a process.

        Raises:
            UnreadablePicture: the samples are broken.
            TooManyPixels: no copy fits into `max_bytes`.
        """
        limits = ProviderLimits(accepted, max_side, max_bytes)
        as_it_is = provider_input.without_decoding(data, info, limits)
        if as_it_is is not None:
            return as_it_is
        return await self._run(provider_input.by_decoding, data, info, limits)

    async def finish_result(
        self,
        data: bytes,
        *,
        png_wanted: bool,
        keep_alpha: bool,
        quality: int,
        max_side: int | None,
        photo: PhotoInfo | None,
    ) -> FinishedPicture:
        """Check a provider's picture by decoding it, and make the result of it.

        JPEG with the given `quality`, or PNG when wanted, or when `keep_alpha` is set, the picture has real
        transparency and so had the photo (if given). A picture that needs no change is stripped, never re-encoded.

        Raises:
            UnusableResult: not a whole, single, plausible picture within the limits.
        """
        wish = OutputWish(
            png_wanted=png_wanted,
            alpha_matters=keep_alpha and (photo is None or photo.has_alpha),
            quality=quality,
            max_side=max_side,
        )
        try:
            checked = await self._run(result_check.finish, data, wish)
        except UnreadablePicture as error:
            raise UnusableResult(ResultFlaw.UNREADABLE) from error
        finished = data if checked.changed is None else checked.changed
        return FinishedPicture(finished, checked.type, checked.width, checked.height, checked.sha256)

    async def preview(self, data: bytes, max_side: int) -> bytes:
        """Make a small copy of a result: a bare JPEG of at most `max_side` pixels, never larger than the picture.

        Raises:
            PictureError: no whole picture within the limits.
        """
        return await self._run(preview.small_copy, data, max_side)

    async def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._process() as process:
            return await process.run(function, *args, **kwargs)

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[GuardedProcess]:
        process = await self._free.get()
        try:
            yield process
        finally:
            self._free.put_nowait(process)


def _verify(data: bytes, info: PhotoInfo) -> None:
    from photochanger.imaging import pixels  # image libraries stay out of the service's own process

    pixels.decode(data, info)
