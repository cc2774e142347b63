"""A large template is uploaded once for all replicas, and again when Gemini has it no more."""

import asyncio
import hashlib
import secrets

import pytest

from photochanger.domain.photo import PictureType
from photochanger.infrastructure.mongo import Mongo
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputPicture
from provider_gemini import template_files
from tests.booth_pictures import jpeg_photograph
from tests.integration.provider_gemini.conftest import FILE_FROM_BYTES, GeminiSandbox, Replica

Replicas = tuple[Replica, Replica]
JOBS = 50
LIFE_SECONDS = 48 * 3_600


def style(side: int = 512) -> InputPicture:
    picture = InputPicture("style", PictureType.JPEG, jpeg_photograph("coffee.png", side=side))
    assert len(picture.data) > FILE_FROM_BYTES
    return picture


async def fifty(replicas: Replicas, template: InputPicture) -> None:
    async with asyncio.TaskGroup() as jobs:
        for n in range(JOBS):
            jobs.create_task(replicas[n % 2].call("[sandbox:canned]", template))


async def grow_older(gemini: GeminiSandbox, replicas: Replicas, seconds: float) -> None:
    """Let time pass for Gemini, the row and both processes alike."""
    await gemini.control("POST", "gemini/files/age", {"seconds": seconds})
    earlier = {name: {"$subtract": [f"${name}", round(seconds * 1000)]} for name in ("renew_at", "ends_at")}
    await replicas[0].mongo.database["provider_files"].update_many({}, [{"$set": earlier}])
    for replica in replicas:
        replica.passed_seconds += seconds


# google-genai 3.4.0 gives aiohttp pieces of 8 MiB as bytes
@pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")
async def test_forty_megabytes_are_uploaded_once_for_fifty_jobs_and_two_replicas_and_once_more_after_the_end(
    replicas: Replicas, gemini: GeminiSandbox
) -> None:
    template = InputPicture("style", PictureType.JPEG, secrets.token_bytes(40_000_000))

    await fifty(replicas, template)
    first = await gemini.uploads()
    await grow_older(gemini, replicas, LIFE_SECONDS + 1)
    await fifty(replicas, template)

    sha256 = hashlib.sha256(template.data).hexdigest()
    assert [(upload["size_bytes"], upload["sha256"]) for upload in first] == [(40_000_000, sha256)]
    assert len(await gemini.uploads()) == 2
    calls = await gemini.calls()
    assert [len(call["files"]) for call in calls] == [1] * JOBS * 2
    assert len({call["files"][0] for call in calls}) == 2
    assert max(call["body_bytes"] for call in calls) < 1_000_000


async def test_the_file_is_the_picture_in_its_place(replicas: Replicas, gemini: GeminiSandbox) -> None:
    large, small = style(), InputPicture("background", PictureType.JPEG, jpeg_photograph(side=64))
    assert len(small.data) < FILE_FROM_BYTES

    answer = await replicas[0].call("In this style", large, small)

    [call] = await gemini.calls()
    assert answer.data
    assert [max(picture["width"], picture["height"]) for picture in call["pictures"]] == [256, 512, 64]
    assert len(call["files"]) == 1


async def test_a_file_that_gemini_has_lost_is_uploaded_anew_within_the_same_call(
    replicas: Replicas, gemini: GeminiSandbox
) -> None:
    template = style()
    await replicas[0].call("one", template)
    await replicas[1].call("two", template)

    await gemini.control("POST", "gemini/files/age", {"seconds": LIFE_SECONDS + 1})
    answers = [await replica.call("three", template) for replica in replicas]

    assert all(answer.data for answer in answers)
    assert len(await gemini.uploads()) == 2
    assert [call["status"] for call in await gemini.calls()] == [200, 200, 403, 200, 403, 200]


async def test_lost_files_are_known_by_404_too(replicas: Replicas, gemini: GeminiSandbox) -> None:
    await gemini.control("PUT", "gemini/files", {"gone_status": 404})
    await replicas[0].call("one", style())

    await gemini.control("POST", "gemini/files/age", {"seconds": LIFE_SECONDS + 1})

    assert (await replicas[0].call("two", style())).data
    assert len(await gemini.uploads()) == 2


@pytest.mark.parametrize(("behaviour", "kind"), [("permission_denied", "auth"), ("not_found", "model_gone")])
async def test_a_refusal_that_is_not_the_files_fault_stays_one(
    replicas: Replicas, gemini: GeminiSandbox, behaviour: str, kind: str
) -> None:
    with pytest.raises(ProviderFailure) as caught:
        await replicas[0].call(f"[sandbox:{behaviour}]", style())

    assert caught.value.kind is FailureKind(kind)
    assert len(await gemini.calls()) == 1
    assert len(await gemini.uploads()) == 1


async def test_an_hour_before_its_end_a_file_is_renewed_while_it_still_serves(
    replicas: Replicas, gemini: GeminiSandbox
) -> None:
    template = style()
    await replicas[0].call("one", template)
    await grow_older(gemini, replicas, LIFE_SECONDS - 3_700)
    await replicas[0].call("an hour and more before", template)
    await grow_older(gemini, replicas, 200)

    await asyncio.gather(*(replica.call("less than an hour before", template) for replica in replicas))
    async with asyncio.timeout(5):
        while len(await gemini.uploads()) < 2:
            await asyncio.sleep(0.05)
    await asyncio.sleep(2 * template_files.LOOK_SECONDS)
    await asyncio.gather(*(replica.call("after", template) for replica in replicas))

    uploads = [upload["name"] for upload in await gemini.uploads()]
    assert len(uploads) == 2
    assert [call["files"][0] for call in (await gemini.calls())[-2:]] == [uploads[1]] * 2


async def test_another_key_is_another_project_with_a_file_of_its_own(
    replicas: Replicas, gemini: GeminiSandbox, mongo: Mongo
) -> None:
    await replicas[0].call("one", style())
    replicas[0].key = "canary-key-of-another-project"
    await replicas[0].call("two", style())

    assert len(await gemini.uploads()) == 2
    assert [call["status"] for call in await gemini.calls()] == [200, 200]
    rows = await mongo.database["provider_files"].find().to_list(None)
    assert "canary" not in str(rows)


async def test_a_file_that_is_processed_for_a_while_is_waited_for(replicas: Replicas, gemini: GeminiSandbox) -> None:
    await gemini.control("PUT", "gemini/files", {"processing_seconds": 0.5})

    assert (await replicas[0].call("one", style())).data

    assert [(call["status"], len(call["files"])) for call in await gemini.calls()] == [(200, 1)]


@pytest.mark.parametrize("fault", ["unavailable", "drop", "no_url", "failed"])
async def test_without_the_files_api_the_picture_is_part_of_the_request(
    replicas: Replicas, gemini: GeminiSandbox, fault: str
) -> None:
    await gemini.control("PUT", "gemini/files", {"fault": fault, "times": 1})

    answers = [await replicas[0].call("one", style()) for _ in range(2)]

    assert all(answer.data for answer in answers)
    calls = await gemini.calls()
    assert [(len(call["pictures"]), call["files"]) for call in calls] == [(2, [])] * 2
    # the other replica was not told to leave it, and takes the upload over
    await replicas[1].call("two", style())
    assert len((await gemini.calls())[-1]["files"]) == 1


async def test_the_bytes_go_to_the_configured_host_whatever_address_is_named(
    replicas: Replicas, gemini: GeminiSandbox
) -> None:
    await gemini.control("PUT", "gemini/files", {"fault": "foreign_url", "times": 1})

    assert (await replicas[0].call("one", style())).data

    assert len(await gemini.uploads()) == 1


async def test_a_piece_that_was_lost_on_the_way_is_sent_again(replicas: Replicas, gemini: GeminiSandbox) -> None:
    await gemini.control("PUT", "gemini/files", {"fault": "no_status", "times": 1})

    assert (await replicas[0].call("one", style())).data

    assert len(await gemini.uploads()) == 1
    assert len((await gemini.calls())[0]["files"]) == 1


async def test_an_upload_too_slow_for_its_first_job_serves_the_next(replicas: Replicas, gemini: GeminiSandbox) -> None:
    await gemini.control("PUT", "gemini/files", {"processing_seconds": 1})

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await replicas[0].call("one", style())
    await asyncio.sleep(1.5)

    assert (await replicas[0].call("two", style())).data
    assert len(await gemini.uploads()) == 1


async def test_an_uploader_that_died_is_replaced_when_its_lease_has_lapsed(
    replicas: Replicas, gemini: GeminiSandbox, mongo: Mongo
) -> None:
    await replicas[0].call("one", style())
    await mongo.database["provider_files"].update_many(
        {}, [{"$set": {"owner": "dead", "lease_until": {"$add": ["$$NOW", 1_000]}}}, {"$unset": ["name", "renew_at"]}]
    )

    assert (await replicas[1].call("two", style())).data

    assert len(await gemini.uploads()) == 2
