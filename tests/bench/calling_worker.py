"""One worker process for `memory_of_calls`: many Gemini calls at once, each answer checked and "written"."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from google import genai
from google.genai import types
from pydantic import SecretStr

from photochanger.domain.photo import PictureType
from photochanger.domain.slot import Operation
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.provider_worker.answer_places import AnswerPlaces
from photochanger.provider_worker.ports import PHOTO_ROLE, InputPicture, ProviderRequest
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from tests.provider_images import GivenImages, guest_photo

MODEL = "gemini-nano-banana-2.1"
ANSWERS_AT_ONCE = 4
CALL_SECONDS = 110.0
#: Store and row.
WRITE_SECONDS = 0.05


@dataclass(frozen=True)
class PhotoOnDisk(GivenImages):
    """Gives the photo anew each time, as the store does."""

    path: Path = Path()

    async def photo(self) -> InputPicture:
        return InputPicture(PHOTO_ROLE, PictureType.JPEG, await asyncio.to_thread(self.path.read_bytes))


async def _key() -> SecretStr:
    return SecretStr("bench")


async def _finish(decoder: GuardedDecoder, data: bytes) -> None:
    await decoder.finish_result(data, png_wanted=False, keep_alpha=True, quality=90, max_side=None, photo=None)
    await asyncio.sleep(WRITE_SECONDS)


async def as_the_service(url: str, count: int, photo: Path, decoder: GuardedDecoder) -> None:
    """Call through the adapter, at most four answers between "read" and "written"."""
    places = AnswerPlaces(ANSWERS_AT_ONCE)
    images = PhotoOnDisk(guest_photo(), path=photo)
    async with GeminiClients(url) as clients:
        adapter = GeminiAdapter(clients, key=_key, now=lambda: datetime.now(UTC))

        async def one() -> None:
            async with places.one() as place:
                request = ProviderRequest(Operation.IMAGE_EDIT, {"prompt": "art"}, images, place, CALL_SECONDS)
                await _finish(decoder, (await adapter.call(request)).data)

        await _all(one, count)


async def with_the_bare_sdk(url: str, count: int, photo: Path, decoder: GuardedDecoder) -> None:
    """Call as the SDK's documentation shows it."""
    client = genai.Client(api_key="bench", http_options=types.HttpOptions(base_url=url, timeout=110_000))

    async def one() -> None:
        data = await asyncio.to_thread(photo.read_bytes)
        contents: list[types.PartUnion] = [types.Part.from_bytes(data=data, mime_type="image/jpeg"), "art"]
        answer = await client.aio.models.generate_content(
            model=MODEL,
            contents=contents,
            config=types.GenerateContentConfig(response_modalities=["IMAGE"]),
        )
        blob = answer.parts[0].inline_data if answer.parts else None
        await _finish(decoder, blob.data if blob is not None and blob.data else b"")

    await _all(one, count)
    await client.aio.aclose()
    client.close()


async def _all(one: Callable[[], Coroutine[None, None, None]], count: int) -> None:
    async with asyncio.TaskGroup() as calls:
        for _ in range(count):
            calls.create_task(one())


async def main(mode: str, url: str, count: int, photo: Path) -> None:
    async with GuardedDecoder(2) as decoder:
        await _finish(decoder, await asyncio.to_thread(photo.read_bytes))
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        work = as_the_service if mode == "service" else with_the_bare_sdk
        await work(url, count, photo, decoder)
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])))
