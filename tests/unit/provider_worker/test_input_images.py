"""A job's pictures on their way to a provider."""

import weakref
from dataclasses import replace

import pytest

from photochanger.domain.job import Job
from photochanger.domain.photo import PictureType
from photochanger.domain.slot import TemplateUse
from photochanger.domain.template import TemplateMedia
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.media_store import Bucket
from photochanger.provider_worker.input_images import ImageSources, StoredImages, TemplateCache
from photochanger.provider_worker.ports import InputPicture, InputUnavailable, InputUnusable
from tests.booth_pictures import jpeg_photograph
from tests.provider_fakes import JOB_ID, FakeDecoder, FakeLinks, FakeStore, NoTemplates, job_row, link_maker, manifest


class OneTemplate(NoTemplates):
    async def get(self, media_id: str) -> TemplateMedia | None:
        return TemplateMedia(
            id=media_id,
            name="Waves",
            key="waves",
            type=PictureType.JPEG,
            width=256,
            height=256,
            size_bytes=1,
            sha256="ef" * 32,
        )


class Pictures:
    """A store with the guest's photo and one template in it."""

    def __init__(self) -> None:
        self.store = FakeStore()
        self.store.objects[Bucket.SOURCES, f"{JOB_ID}/source"] = (b"guest", {})
        self.store.objects[Bucket.TEMPLATES, "waves"] = (jpeg_photograph(side=256), {})
        self.links = FakeLinks()
        self.sources = ImageSources(
            self.store,
            OneTemplate(),
            FakeDecoder(),
            manifest("style"),
            TemplateCache(max_bytes=1_000_000),
            link_maker(self.store, self.links),
        )

    def of(self, *uses: TemplateUse) -> StoredImages:
        job = _with_templates(job_row(), uses)
        return self.sources.of(job, job.attempts[0])


def _with_templates(job: Job, uses: tuple[TemplateUse, ...]) -> Job:
    return job.model_copy(update={"slot_snapshot": job.slot_snapshot.model_copy(update={"template_media": uses})})


STYLE = TemplateUse(role="style", media_id="waves")


async def test_nobody_keeps_the_photo_for_another_call() -> None:
    images = Pictures().of()
    photo = await images.photo()
    shown, kept = (photo.role, photo.data), weakref.ref(photo)

    del photo

    assert shown == ("photo", b"guest")
    assert kept() is None
    assert (await images.photo()).data == b"guest"


async def test_samples_that_the_gateway_searched_are_not_searched_again() -> None:
    walked = jpeg_photograph(side=256)
    looks_like_a_comment = walked[:-20] + b"\xff\xfe\0\2" + walked[-16:]
    pictures, job = Pictures(), job_row()
    pictures.store.objects[Bucket.SOURCES, job.photo.key] = (looks_like_a_comment, {})
    photo = job.photo.model_copy(update={"coded_end": inspect_photo(walked).coded_end})
    sources = replace(pictures.sources, decoder=GuardedDecoder())

    images = sources.of(job.model_copy(update={"photo": photo}), job.attempts[0])

    assert (await images.photo()).data == looks_like_a_comment


async def test_templates_come_in_the_slots_order_and_only_in_roles_the_operation_takes() -> None:
    images = Pictures().of(STYLE, TemplateUse(role="face", media_id="waves"), STYLE)

    assert [picture.role for picture in await images.templates()] == ["style", "style"]


async def test_a_template_is_fetched_once_for_all_jobs() -> None:
    pictures = Pictures()

    await pictures.of(STYLE).templates()
    await pictures.of(STYLE).templates()

    assert pictures.store.gets == 1


async def test_a_template_that_was_deleted_is_unusable() -> None:
    pictures = Pictures()
    pictures.sources = replace(pictures.sources, templates=NoTemplates())

    with pytest.raises(InputUnusable, match="waves is gone"):
        await pictures.of(STYLE).templates()


async def test_a_template_that_cannot_be_read_is_unusable() -> None:
    pictures = Pictures()
    pictures.store.objects[Bucket.TEMPLATES, "waves"] = (b"no picture", {})

    with pytest.raises(InputUnusable, match="waves"):
        await pictures.of(STYLE).templates()


async def test_a_store_that_does_not_answer_is_unavailable() -> None:
    pictures = Pictures()
    pictures.store.failures = 1

    with pytest.raises(InputUnavailable):
        await pictures.of().photo()


async def test_a_source_that_is_gone_is_unavailable() -> None:
    pictures = Pictures()
    pictures.store.objects.clear()

    with pytest.raises(InputUnavailable):
        await pictures.of().photo()


async def test_a_link_shows_a_copy_beside_the_source_until_the_deadline() -> None:
    pictures = Pictures()

    link = await pictures.of().photo_link()

    (opened,) = pictures.links.opened
    assert link.url == f"https://booth.example/public/media/{opened.token}"
    assert opened.key.startswith(f"{JOB_ID}/")
    assert pictures.store.objects[Bucket.SOURCES, opened.key][0] == b"guest"
    assert (opened.job_id, opened.attempt, opened.ends_at) == (JOB_ID, 1, job_row().sync_deadline)


async def test_each_picture_has_its_own_link_however_often_it_is_asked_for() -> None:
    pictures = Pictures()
    images = pictures.of(STYLE, STYLE)

    links = [await images.photo_link(), *await images.template_links()]
    again = [await images.photo_link(), *await images.template_links()]

    assert [link.role for link in links] == ["photo", "style", "style"]
    assert len({link.url for link in links}) == len({opened.key for opened in pictures.links.opened}) == 3
    assert again == links


async def test_a_store_that_takes_no_copy_is_unavailable() -> None:
    pictures = Pictures()
    images = pictures.of()
    await images.photo()
    pictures.store.failures = 1

    with pytest.raises(InputUnavailable):
        await images.photo_link()


def test_the_cache_keeps_what_was_used_last_within_its_bytes() -> None:
    cache = TemplateCache(max_bytes=25)
    for name in ("a", "b"):
        cache.put(name, InputPicture("style", PictureType.JPEG, b"x" * 10))
    cache.get("a")

    cache.put("c", InputPicture("style", PictureType.JPEG, b"x" * 10))

    assert [name for name in ("a", "b", "c") if cache.get(name)] == ["a", "c"]


def test_the_cache_does_not_throw_all_away_for_one_picture() -> None:
    cache = TemplateCache(max_bytes=25)
    cache.put("a", InputPicture("style", PictureType.JPEG, b"x" * 10))

    cache.put("huge", InputPicture("style", PictureType.JPEG, b"x" * 26))

    assert cache.get("a")
    assert cache.get("huge") is None
