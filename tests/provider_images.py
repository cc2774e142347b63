"""Pictures and places for adapters that are tested without the loop."""

import hashlib
from dataclasses import dataclass
from functools import cache

from photochanger.domain.photo import PictureType
from photochanger.provider_worker.ports import PHOTO_ROLE, InputLink, InputPicture, InputTemplate


@cache
def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class GivenTemplate:
    """An `InputTemplate` of a picture that is there already."""

    picture: InputPicture

    @property
    def role(self) -> str:
        return self.picture.role

    @property
    def sha256(self) -> str:
        return _sha256(self.picture.data)

    @property
    def size_bytes(self) -> int:
        return len(self.picture.data)

    async def inline(self) -> InputPicture:
        return self.picture

    async def whole(self) -> InputPicture:
        return self.picture


@dataclass(frozen=True)
class GivenImages:
    """An `InputImage` of pictures that are there already."""

    guest: InputPicture
    others: tuple[InputPicture, ...] = ()
    #: where a provider that fetches finds them
    base_url: str = "https://booth.example/public/media"

    async def photo(self) -> InputPicture:
        return self.guest

    async def templates(self) -> tuple[InputPicture, ...]:
        return self.others

    async def template_inputs(self) -> tuple[InputTemplate, ...]:
        return tuple(GivenTemplate(other) for other in self.others)

    async def photo_link(self) -> InputLink:
        return InputLink(PHOTO_ROLE, f"{self.base_url}/{PHOTO_ROLE}")

    async def template_links(self) -> tuple[InputLink, ...]:
        return tuple(InputLink(other.role, f"{self.base_url}/{other.role}") for other in self.others)


class CountingPlace:
    """An `AnswerPlace` that is always free and remembers."""

    def __init__(self) -> None:
        self.taken = 0
        self.given_back = 0

    async def take(self) -> None:
        self.taken += 1

    def give_back(self) -> None:
        self.given_back += 1


def guest_photo(data: bytes = b"\xff\xd8guest", picture_type: PictureType = PictureType.JPEG) -> InputPicture:
    return InputPicture(PHOTO_ROLE, picture_type, data)
