"""One picture into Gemini's Files API, and what has become of it."""

import asyncio
import io
from datetime import timedelta

import aiohttp
from google import genai
from google.genai import errors, types

from photochanger.infrastructure.provider_file_repository import ProviderFile
from photochanger.provider_worker.ports import InputPicture

#: What Google documents; its answer says it too.
USUAL_LIFE = timedelta(hours=48)
#: Of one request of an upload; a piece has 8 MiB.
_REQUEST_SECONDS = 60.0
_FIRST_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.2, 2.0
#: How Google answers for a file that it does not have, or that is another project's.
GONE = frozenset({403, 404})


class NotUploaded(Exception):
    """Gemini has not taken the picture; the text has neither the key nor the picture in it."""


async def upload(client: genai.Client, picture: InputPicture, *, base_url: str) -> tuple[ProviderFile, timedelta]:
    """Upload the picture and wait until requests may name it; give also how long it lives, by Google's own clock.

    The bytes go to the host of `base_url`, whatever address Gemini's answer names. The caller sets the deadline.

    Raises:
        NotUploaded: Gemini does not take it, does not answer, or says what is not its protocol.
    """
    options = types.HttpOptions(base_url=base_url, timeout=round(_REQUEST_SECONDS * 1000))
    config = types.UploadFileConfig(mime_type=picture.type.value, display_name=picture.role, http_options=options)
    try:
        kept = await _until_active(client, await client.aio.files.upload(file=io.BytesIO(picture.data), config=config))
    except errors.APIError as error:
        raise NotUploaded(f"HTTP {error.code}") from None
    except (aiohttp.ClientError, OSError, TimeoutError, LookupError, TypeError, ValueError) as error:
        # the last three are the SDK's way to say that an answer was not the protocol's
        raise NotUploaded(type(error).__name__) from None
    if not (kept.name and kept.uri):
        raise NotUploaded("the answer names no file")
    return ProviderFile(kept.name, kept.uri, kept.mime_type or picture.type.value), _life_of(kept)


async def is_gone(client: genai.Client, file: ProviderFile) -> bool:
    """Ask Gemini whether it has the file no more. Raises `CALL_ERRORS` of `errors` when it does not say."""
    options = types.HttpOptions(timeout=round(_REQUEST_SECONDS * 1000))
    try:
        await client.aio.files.get(name=file.name, config=types.GetFileConfig(http_options=options))
    except errors.APIError as error:
        if error.code in GONE:
            return True
        raise
    return False


async def _until_active(client: genai.Client, file: types.File) -> types.File:
    pause = _FIRST_LOOK_SECONDS
    while file.state is types.FileState.PROCESSING and file.name:
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_LOOK_SECONDS)
        file = await client.aio.files.get(name=file.name)
    if file.state not in {types.FileState.ACTIVE, None}:
        raise NotUploaded(f"the file is {file.state}")
    return file


def _life_of(file: types.File) -> timedelta:
    if file.create_time is None or file.expiration_time is None:
        return USUAL_LIFE
    return file.expiration_time - file.create_time
