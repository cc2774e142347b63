"""What is special to OpenAI over HTTP, on the sandbox; every provider's cases are the kit's."""

import asyncio
import gc
import hashlib
import weakref
from collections.abc import AsyncIterator

import pytest

from photochanger.domain.photo import PictureType
from photochanger.domain.slot import Operation
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputPicture, ProviderRequest
from provider_openai import request as openai_request
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.booth_pictures import jpeg_photograph
from tests.contract.provider_kit import Wire
from tests.contract.provider_wires import OPENAI
from tests.eventually import eventually
from tests.provider_images import CountingPlace, GivenImages, guest_photo

PHOTO = guest_photo(jpeg_photograph(side=256))


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    settings = SandboxSettings(
        sandbox_port=0, metrics_port=0, sandbox_latency_seconds=0, sandbox_latency_jitter_seconds=0
    )
    async with running_sandbox(settings) as sandbox, OPENAI.open_adapter(sandbox.url) as adapter:
        yield Wire(OPENAI, adapter, sandbox.url, GivenImages(PHOTO))


async def pictures_of(wire: Wire) -> list[dict[str, object]]:
    [call] = await wire.calls()
    pictures = call["pictures"]
    assert isinstance(pictures, list)
    return pictures


async def test_guest_photo_templates_and_prompt_arrive_in_order(wire: Wire) -> None:
    style = InputPicture("style", PictureType.JPEG, jpeg_photograph("coffee.png", side=128))
    images = GivenImages(PHOTO, (style,))

    await wire.adapter.call(
        ProviderRequest(Operation.STYLE_TRANSFER, {"prompt": "In this style — ярко"}, images, CountingPlace(), 10)
    )

    assert [(found["width"], found["declared_mime_type"]) for found in await pictures_of(wire)] == [
        (256, "image/jpeg"),
        (128, "image/jpeg"),
    ]
    assert (await wire.calls())[0]["prompt"] == "In this style — ярко"


async def test_a_photo_of_a_megabyte_and_more_arrives_whole(wire: Wire) -> None:
    photo = jpeg_photograph("hubble_deep_field.jpg", side=4000)
    wire.images = GivenImages(guest_photo(photo))

    await wire.call("Sky")

    assert len(photo) > 1_500_000
    assert [found["sha256"] for found in await pictures_of(wire)] == [hashlib.sha256(photo).hexdigest()]


async def test_the_tokens_that_openai_counted_come_with_the_picture(wire: Wire) -> None:
    small, large = await wire.call("a"), await wire.call("a", size="2048x2048", quality="high")

    assert small.usage.model == large.usage.model == "gpt-image-2"
    assert (small.usage.images, small.usage.input_tokens) == (1, 1056 + 1)
    assert (small.usage.output_tokens, large.usage.output_tokens) == (1056, 4 * 4160)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ("null_data", FailureKind.NO_IMAGE),
        ("empty_object", FailureKind.NO_IMAGE),
        ("bad_base64", FailureKind.GARBAGE),
        ("billing_limit", FailureKind.AUTH),
        ("credits_depleted", FailureKind.AUTH),
        ("permission_denied", FailureKind.AUTH),
        ("country_unsupported", FailureKind.REGION),
        ("not_found", FailureKind.MODEL_GONE),
        ("deadline_exceeded", FailureKind.TIMEOUT),
        ("internal", FailureKind.OVERLOADED),
        ("unavailable_text", FailureKind.OVERLOADED),
    ],
)
async def test_each_answer_without_a_picture_has_its_kind(wire: Wire, behaviour: str, kind: FailureKind) -> None:
    with pytest.raises(ProviderFailure) as caught:
        await wire.call(f"Paint it [sandbox:{behaviour}]")

    assert caught.value.kind is kind
    assert caught.value.reference
    assert caught.value.usage.model == "gpt-image-2" or kind is FailureKind.GARBAGE


async def test_a_call_that_waits_for_its_answer_holds_no_photo(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[weakref.ref[openai_request.SentOnce]] = []

    class Watched(openai_request.SentOnce):
        def __init__(self, data: bytes) -> None:
            super().__init__(data)
            sent.append(weakref.ref(self))

    monkeypatch.setattr(openai_request, "SentOnce", Watched)
    calling = asyncio.create_task(wire.call("Paint it [sandbox:slow=2]"))

    await eventually(lambda: sent and _is_let_go(sent[0]))

    assert not calling.done()
    assert (await calling).data


def _is_let_go(reference: "weakref.ref[openai_request.SentOnce]") -> bool:
    gc.collect()
    held = reference()
    return held is None or held.closed
