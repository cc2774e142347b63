"""A job's pictures from the store, made into what the provider takes."""

from collections import OrderedDict
from dataclasses import dataclass

from photochanger.domain.job import Attempt, Job
from photochanger.domain.photo import PhotoInfo
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.slot import TemplateUse
from photochanger.domain.template import TemplateMedia
from photochanger.imaging.errors import PictureError
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectMissing, StoreUnavailable
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.provider_worker.input_links import LinkMaker
from photochanger.provider_worker.ports import PHOTO_ROLE, InputLink, InputPicture, InputUnavailable, InputUnusable

CACHED_TEMPLATE_BYTES = 64 * 2**20


class TemplateCache:
    """Prepared template pictures by their content, the least used thrown away first."""

    def __init__(self, max_bytes: int = CACHED_TEMPLATE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._pictures: OrderedDict[str, InputPicture] = OrderedDict()

    def get(self, sha256: str) -> InputPicture | None:
        if sha256 in self._pictures:
            self._pictures.move_to_end(sha256)
        return self._pictures.get(sha256)

    def put(self, sha256: str, picture: InputPicture) -> None:
        if sha256 in self._pictures or len(picture.data) > self._max_bytes:
            return
        self._pictures[sha256] = picture
        self._size += len(picture.data)
        while self._size > self._max_bytes:
            _, dropped = self._pictures.popitem(last=False)
            self._size -= len(dropped.data)


@dataclass(frozen=True)
class ImageSources:
    """Where pictures come from and what the provider takes of them."""

    store: MediaStore
    templates: TemplateRepository
    decoder: GuardedDecoder
    manifest: ProviderManifest
    cache: TemplateCache
    links: LinkMaker

    def of(self, job: Job, attempt: Attempt) -> "StoredImages":
        return StoredImages(self, job, attempt)


class StoredImages:
    """The `InputImage` of one attempt."""

    def __init__(self, sources: ImageSources, job: Job, attempt: Attempt) -> None:
        self._sources = sources
        self._job = job
        self._attempt = attempt
        operation = job.route_of(attempt).operation
        roles = {role.role for role in sources.manifest.operations[operation].template_roles}
        self._uses = tuple(use for use in job.slot_snapshot.template_media if use.role in roles)
        self._templates: tuple[InputPicture, ...] | None = None
        self._photo_link: InputLink | None = None
        self._template_links: tuple[InputLink, ...] | None = None

    async def photo(self) -> InputPicture:
        record = self._job.photo
        data = await self._fetch(Bucket.SOURCES, record.key)
        info = PhotoInfo(
            type=record.type,
            width=record.width,
            height=record.height,
            has_alpha=record.has_alpha,
            orientation=record.orientation,
            size_bytes=record.size_bytes,
            coded_end=record.coded_end,
        )
        return await self._prepare(PHOTO_ROLE, data, info)

    async def templates(self) -> tuple[InputPicture, ...]:
        if self._templates is None:
            self._templates = tuple([await self._template(use) for use in self._uses])
        return self._templates

    async def photo_link(self) -> InputLink:
        if self._photo_link is None:
            self._photo_link = await self._link(await self.photo(), 0)
        return self._photo_link

    async def template_links(self) -> tuple[InputLink, ...]:
        if self._template_links is None:
            pictures = await self.templates()
            self._template_links = tuple([await self._link(picture, i) for i, picture in enumerate(pictures, start=1)])
        return self._template_links

    async def _link(self, picture: InputPicture, index: int) -> InputLink:
        return await self._sources.links.link(picture, self._job, self._attempt, index=index)

    async def _template(self, use: TemplateUse) -> InputPicture:
        media = await self._sources.templates.get(use.media_id)
        if media is None:
            raise InputUnusable(f"template picture {use.media_id} is gone")
        cached = self._sources.cache.get(media.sha256)
        if cached is None:
            cached = await self._prepared_template(use.role, media)
            self._sources.cache.put(media.sha256, cached)
        return InputPicture(use.role, cached.type, cached.data)

    async def _prepared_template(self, role: str, media: TemplateMedia) -> InputPicture:
        data = await self._fetch(Bucket.TEMPLATES, media.key)
        try:
            info = inspect_photo(data)
        except PictureError as error:
            raise InputUnusable(f"template picture {media.id}: {error}") from error
        return await self._prepare(role, data, info)

    async def _fetch(self, bucket: Bucket, key: str) -> bytes:
        try:
            return await self._sources.store.get(bucket, key)
        except ObjectMissing as error:
            raise InputUnavailable(f"{bucket}: the picture is not there") from error
        except StoreUnavailable as error:
            raise InputUnavailable(f"{bucket}: the store does not answer") from error

    async def _prepare(self, role: str, data: bytes, info: PhotoInfo) -> InputPicture:
        manifest = self._sources.manifest
        try:
            prepared = await self._sources.decoder.prepare(
                data,
                info,
                accepted=frozenset(manifest.input_types),
                max_side=manifest.max_input_side,
                max_bytes=self._max_bytes(),
            )
        except PictureError as error:
            raise InputUnusable(f"{role}: {error}") from error
        return InputPicture(role, prepared.type, prepared.data)

    def _max_bytes(self) -> int | None:
        """Give a picture's share of the request, which carries it as base64."""
        limit = self._sources.manifest.max_request_bytes
        return None if limit is None else limit * 3 // 4 // (1 + len(self._uses)) * 9 // 10
