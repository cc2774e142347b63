"""What becomes a template: checked like a booth's photo, then stripped of everything but its picture."""

import asyncio

from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.photo import PictureType
from photochanger.imaging.errors import PictureError
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.imaging.provider_input import PreparedPicture

CHECK_SECONDS = 30.0
#: What browsers show and every provider gets its copy from.
KEPT_TYPES = frozenset({PictureType.JPEG, PictureType.PNG, PictureType.WEBP})


async def clean_template(data: bytes, decoder: GuardedDecoder) -> PreparedPicture:
    """The picture upright, without metadata, HEIC and HEIF as JPEG or PNG.

    Raises:
        Refused: with the codes that a booth gets for the same file.
    """
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            info = inspect_photo(data)
            await decoder.verify(data, info)
            return await decoder.prepare(data, info, accepted=KEPT_TYPES, max_side=None, max_bytes=None)
    except PictureError as error:
        raise Refused(ProblemCode(error.code), str(error)) from error
    except TimeoutError as error:
        raise Refused(ProblemCode.CAPACITY_EXCEEDED, "Too many pictures are being checked.") from error
