"""The way of a photo through a provider, on real servers."""

import base64
import hashlib

from photochanger.domain.job import AttemptOutcome, JobStatus
from photochanger.imaging.inspect_photo import inspect_photo
from photochanger.infrastructure.media_store import Bucket
from tests.integration.provider_worker.conftest import Studio


async def test_the_row_names_a_stored_picture_that_can_be_shown(studio: Studio) -> None:
    job = await studio.submit()

    row = await studio.ended(job)

    assert row.status is JobStatus.DONE
    assert row.result_key is not None
    stored = await studio.servers.store.get(Bucket.RESULTS, row.result_key)
    info = inspect_photo(stored)
    assert hashlib.sha256(stored).hexdigest() == row.result_sha256
    assert (info.type, info.width, info.height, len(stored)) == (
        row.result_mime_type,
        row.result_width,
        row.result_height,
        row.result_size_bytes,
    )
    assert row.result_inline_base64 == base64.b64encode(stored).decode()
    assert row.attempts[0].outcome is AttemptOutcome.DELIVERED
    assert row.attempts[0].provider_reference
    assert len(await studio.calls(job)) == 1


async def test_no_image_is_asked_for_again_until_there_is_one(studio: Studio) -> None:
    job = await studio.admit()
    await studio.sandbox.answer_first(job.id, "no_image", times=2)

    await studio.dispatch(job)

    row = await studio.ended(job)
    assert row.status is JobStatus.DONE
    assert row.attempts[0].calls == 3


async def test_a_refusal_is_in_the_row_and_the_dispatcher_hears_of_it(studio: Studio) -> None:
    job = await studio.submit("image_safety")

    attempt = await studio.attempt_ended(job)
    told = await studio.until_told(job)

    assert attempt.outcome is AttemptOutcome.REFUSED
    assert attempt.detail.startswith("IMAGE_SAFETY")
    assert (told.attempt, told.provider) == (1, studio.adapter.manifest.name)
    assert len(await studio.calls(job)) == 1


async def test_a_hanging_provider_is_cut_and_the_dispatcher_hears_of_it(studio: Studio) -> None:
    job = await studio.submit("hang", left_ms=20_000, cut_left_ms=18_500)

    attempt = await studio.attempt_ended(job, within_seconds=4)

    assert attempt.outcome is AttemptOutcome.CUT
    assert (await studio.until_told(job)).attempt == 1


async def test_a_blank_picture_is_never_stored(studio: Studio) -> None:
    job = await studio.submit("blank_picture", left_ms=30_000)

    attempt = await studio.attempt_ended(job, within_seconds=25)

    assert attempt.outcome is AttemptOutcome.BAD_OUTPUT
    assert attempt.calls == 5
    assert await studio.results(job) == []
