"""The links under which a provider fetches its inputs."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from photochanger.domain.failure import FailureReason
from photochanger.domain.job import AttemptOutcome, Job
from photochanger.domain.photo import PictureType
from photochanger.domain.public_link import media_url, new_public_id
from photochanger.infrastructure.attempt_repository import AttemptEnd
from photochanger.infrastructure.media_keys import variant_key
from photochanger.infrastructure.media_store import Bucket
from photochanger.infrastructure.public_link_repository import MediaLink, PublicLinkRepository
from tests.integration.gateway.conftest import OWNER, StandIn, World, a_picture
from tests.integration.gateway.test_public_results import Page, ask

PHOTO = a_picture(900, 600)


@dataclass
class Fetching:
    """A job in work with one link; `look` runs while the attempt does, the answers are compared afterwards."""

    world: World
    photo: bytes = PHOTO
    urls: list[str] = field(default_factory=list)

    async def during(self, look: Callable[[StandIn, Job, str], Awaitable[None]]) -> str:
        """Run the story; gives the link as it is after the job's end."""

        async def script(stand_in: StandIn, job: Job) -> None:
            route = job.slot_snapshot.routes[0]
            started = await stand_in.jobs.start_attempt(
                job.id, route=0, provider=route.provider, operation=route.operation, cut_left_ms=500, after=0
            )
            assert started is not None
            assert await stand_in.attempts.claim(job.id, 1, OWNER) is not None
            url = await self._open(stand_in, job)
            self.urls.append(url)
            try:
                await look(stand_in, job, url)
            finally:
                await stand_in.finalizer.fail(job.id, FailureReason.PROVIDER_ERROR, detail="")

        self.world.stand_in.script = script
        answer = await self.world.shoot(await self.world.slot())
        assert answer.status == 502
        return self.urls[0]

    async def _open(self, stand_in: StandIn, job: Job) -> str:
        key, token = variant_key(job.id, "1-0-photo"), new_public_id(secrets.token_bytes)
        await stand_in.store.put(Bucket.SOURCES, key, self.photo, content_type="image/jpeg")
        link = MediaLink(token, job.id, 1, key, PictureType.JPEG, len(self.photo), job.sync_deadline)
        await PublicLinkRepository(self.world.mongo.database).open(link)
        return media_url(self.world.gateway.url, token)


async def seen(fetching: Fetching, method: str = "GET") -> tuple[Page, str]:
    pages: list[Page] = []

    async def look(_stand_in: StandIn, _job: Job, url: str) -> None:
        pages.append(await ask(url, method))

    url = await fetching.during(look)
    return pages[0], url


async def test_the_picture_is_served_without_a_login_under_its_own_type(world: World) -> None:
    page, _ = await seen(Fetching(world))

    assert (page.status, page.body) == (200, PHOTO)
    assert page.headers["Content-Type"] == "image/jpeg"
    assert page.headers["Content-Length"] == str(len(PHOTO))
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


async def test_a_head_tells_what_a_get_would(world: World) -> None:
    page, _ = await seen(Fetching(world), "HEAD")

    assert (page.status, page.body, page.headers["Content-Length"]) == (200, b"", str(len(PHOTO)))


async def test_a_picture_of_many_pieces_arrives_whole(world: World) -> None:
    large = secrets.token_bytes(9_000_001)

    page, _ = await seen(Fetching(world, large))

    assert (page.status, page.body == large) == (200, True)


async def test_the_link_is_gone_once_the_job_has_ended(world: World) -> None:
    page, url = await seen(Fetching(world))

    after = await ask(url)

    assert (page.status, after.status) == (200, 410)
    assert b"result_expired" in after.body


async def test_the_link_is_gone_once_its_attempt_has_ended(world: World) -> None:
    statuses = []

    async def look(stand_in: StandIn, job: Job, url: str) -> None:
        statuses.append((await ask(url)).status)
        await stand_in.attempts.record_outcome(job.id, 1, owner=OWNER, end=AttemptEnd(AttemptOutcome.FAILED))
        statuses.append((await ask(url)).status)

    await Fetching(world).during(look)

    assert statuses == [200, 410]


async def test_a_day_later_the_link_is_as_if_it_never_was(world: World) -> None:
    _, url = await seen(Fetching(world))
    token = url.rpartition("/")[2]

    await world.mongo.database["public_links"].update_one({"_id": token}, [{"$set": {"forget_at": "$$NOW"}}])

    assert (await ask(url)).status == 404


@pytest.mark.parametrize("token", ["a" * 32, "A" * 32, "$where", "..%2f..", "%00", ""], ids=lambda value: value[:8])
async def test_unknown_links_all_look_alike(world: World, token: str) -> None:
    page = await ask(f"{world.gateway.url}/public/media/{token}")

    assert page.status == 404
    assert b"result_not_found" in page.body
