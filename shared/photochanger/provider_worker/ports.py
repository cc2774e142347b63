"""What the loop asks of a provider, and what a provider may ask of the loop."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from photochanger.domain.photo import PictureType
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.slot import Operation
from photochanger.domain.usage import Usage

#: The role of the guest's photo among an operation's pictures; template roles are the manifest's.
PHOTO_ROLE = "photo"


@dataclass(frozen=True)
class InputPicture:
    """A picture in a type and size that the provider's manifest takes."""

    role: str
    type: PictureType
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class InputLink:
    """A picture as a public link that lives no longer than its attempt."""

    role: str
    url: str = field(repr=False)


class InputTemplate(Protocol):
    """A template picture of a slot, not fetched yet."""

    @property
    def role(self) -> str: ...

    @property
    def sha256(self) -> str:
        """Of the stored picture, from which the one for the provider is made."""
        ...

    @property
    def size_bytes(self) -> int:
        """Of the stored picture."""
        ...

    async def inline(self) -> InputPicture:
        """Give it small enough to be part of the request; raises as `InputImage.photo`."""
        ...

    async def whole(self) -> InputPicture:
        """Give it as large as it is, for a provider that keeps files; raises as `InputImage.photo`."""
        ...


class InputImage(Protocol):
    """The pictures of one job, made ready for this provider."""

    async def photo(self) -> InputPicture:
        """Give the guest's photo, fetched and prepared anew each time: nobody keeps it while a call waits.

        Raises:
            InputUnavailable: the object store does not give it.
            InputUnusable: it cannot be made into what the provider takes.
        """
        ...

    async def templates(self) -> tuple[InputPicture, ...]:
        """Give the slot's template pictures whose roles the operation takes, in the slot's order; raises as `photo`."""
        ...

    async def template_inputs(self) -> tuple[InputTemplate, ...]:
        """Give what `templates` gives, for an adapter that need not have all their bytes; raises as `photo`."""
        ...

    async def photo_link(self) -> InputLink:
        """Give the guest's photo as a link; raises as `photo`."""
        ...

    async def template_links(self) -> tuple[InputLink, ...]:
        """Give what `templates` gives as links; raises as `photo`."""
        ...


class InputUnavailable(Exception):
    """The object store did not give a picture, or did not take a copy of it."""


class InputUnusable(Exception):
    """A picture is gone, or cannot be made into what the provider takes."""


class AnswerPlace(Protocol):
    """One of the few places between "read answer" and "row written", which bound what answers may cost in memory."""

    async def take(self) -> None:
        """Wait for a place; at once when it is held already. The loop gives it back."""
        ...

    def give_back(self) -> None:
        """Let others go first: while reading is slow, and after the call failed."""
        ...


KeepReference = Callable[[str], Awaitable[None]]


async def forget_reference(_reference: str) -> None:
    """Keep nothing: for a call that nobody resumes."""


@dataclass(frozen=True)
class ProviderRequest:
    """One call to make. `seconds_left` is all its time; it is cancelled when that is over or the job ended.

    `reference` names a call that was begun and paid already: only its picture is to be fetched. An adapter whose calls
    can be resumed so tells their references to `keep_reference` as soon as it knows them.
    """

    operation: Operation
    params: Mapping[str, JsonValue] = field(repr=False)
    images: InputImage
    place: AnswerPlace
    seconds_left: float
    reference: str | None = None
    keep_reference: KeepReference = forget_reference


@dataclass(frozen=True)
class ProviderAnswer:
    """The provider's picture as it came, not checked. `reference` is the provider's own id of the call."""

    data: bytes = field(repr=False)
    reference: str | None = None
    usage: Usage = field(default_factory=Usage)


class ProviderAdapter(Protocol):
    """One provider's protocol: build the request, send it, parse the answer. It never retries."""

    @property
    def manifest(self) -> ProviderManifest: ...

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        """Make one call, which may cost money, taking `request.place` before the answer's body is read.

        Raises:
            ProviderFailure: no picture; every error of the provider and of the way to it is one.
            InputUnavailable, InputUnusable: from `request.images`.
        """
        ...
