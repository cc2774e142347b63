"""A job's pictures as short-lived public links, for a provider that fetches its inputs itself."""

from collections.abc import Callable
from dataclasses import dataclass

from photochanger.domain.job import Attempt, Job
from photochanger.domain.public_link import media_url, new_public_id
from photochanger.infrastructure.media_keys import variant_key
from photochanger.infrastructure.media_store import Bucket, MediaStore, StoreUnavailable
from photochanger.infrastructure.public_link_repository import MediaLink, PublicLinkRepository
from photochanger.provider_worker.ports import InputLink, InputPicture, InputUnavailable


@dataclass(frozen=True)
class LinkMaker:
    """Puts a copy beside the job's source, where the job's end deletes it, and opens a link to it."""

    store: MediaStore
    links: PublicLinkRepository
    public_base_url: str
    random_bytes: Callable[[int], bytes]

    async def link(self, picture: InputPicture, job: Job, attempt: Attempt, *, index: int) -> InputLink:
        """Give a link that lives as long as the attempt; `index` tells the attempt's pictures apart.

        Raises:
            InputUnavailable: the store did not take the copy.
        """
        key = variant_key(job.id, f"{attempt.n}-{index}-{picture.role}")
        try:
            await self.store.put(Bucket.SOURCES, key, picture.data, content_type=picture.type.value)
        except StoreUnavailable as error:
            raise InputUnavailable(f"{Bucket.SOURCES}: the store did not take the copy") from error
        link = MediaLink(
            token=new_public_id(self.random_bytes),
            job_id=job.id,
            attempt=attempt.n,
            key=key,
            type=picture.type,
            size_bytes=len(picture.data),
            ends_at=job.sync_deadline,
        )
        await self.links.open(link)
        return InputLink(picture.role, media_url(self.public_base_url, link.token))
