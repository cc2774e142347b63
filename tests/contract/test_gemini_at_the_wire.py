"""What is special to Gemini over HTTP, on the sandbox; every provider's cases are the kit's."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import aiohttp
import pytest
from PIL import Image
from pydantic import JsonValue, SecretStr

from photochanger.domain.photo import PictureType
from photochanger.domain.slot import Operation
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import AnswerPlace, InputPicture, ProviderAnswer, ProviderRequest
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from sandbox.app import running_sandbox
from sandbox.settings import SandboxSettings
from tests.booth_pictures import jpeg_photograph
from tests.provider_images import CountingPlace, GivenImages, guest_photo

KEY = "canary-key-0123456789"
#: Half past eleven in the evening, Pacific time.
NOW = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)


async def the_key() -> SecretStr:
    return SecretStr(KEY)


@dataclass
class Wire:
    """The adapter, and the sandbox behind it."""

    adapter: GeminiAdapter
    url: str
    place: AnswerPlace

    async def call(self, prompt: str, *, seconds: float = 10, **params: JsonValue) -> ProviderAnswer:
        images = GivenImages(guest_photo(jpeg_photograph(side=256)))
        request = ProviderRequest(
            Operation.IMAGE_EDIT,
            {"prompt": prompt, **params},
            images,
            self.place,
            seconds,
        )
        return await self.adapter.call(request)

    async def failure(self, behaviour: str, *, seconds: float = 10) -> ProviderFailure:
        with pytest.raises(ProviderFailure) as caught:
            await self.call(f"Paint it [sandbox:{behaviour}]", seconds=seconds)
        assert KEY not in caught.value.detail
        assert "Paint it" not in caught.value.detail
        assert len(caught.value.detail) <= 300
        return caught.value

    async def calls(self) -> list[dict[str, object]]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/control/calls") as response:
            found: list[dict[str, object]] = (await response.json())["calls"]
            return found


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    settings = SandboxSettings(
        sandbox_port=0, metrics_port=0, sandbox_latency_seconds=0, sandbox_latency_jitter_seconds=0
    )
    async with running_sandbox(settings) as sandbox, GeminiClients(sandbox.url) as clients:
        adapter = GeminiAdapter(clients, key=the_key, now=lambda: NOW)
        yield Wire(adapter, sandbox.url, CountingPlace())


def _size(data: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(data)) as picture:
        return picture.size


async def test_guest_photo_templates_and_prompt_arrive_in_order(wire: Wire) -> None:
    style = InputPicture("style", PictureType.JPEG, jpeg_photograph("coffee.png", side=128))
    images = GivenImages(guest_photo(jpeg_photograph(side=256)), (style,))

    await wire.adapter.call(
        ProviderRequest(Operation.STYLE_TRANSFER, {"prompt": "In this style"}, images, wire.place, 10)
    )

    [call] = await wire.calls()
    pictures = call["pictures"]
    assert isinstance(pictures, list)
    assert [max(picture["width"], picture["height"]) for picture in pictures] == [256, 128]
    assert call["prompt"] == "In this style"


async def test_a_photo_of_a_megabyte_and_more_arrives_whole(wire: Wire) -> None:
    photo = jpeg_photograph("hubble_deep_field.jpg", side=4000)
    images = GivenImages(guest_photo(photo))

    await wire.adapter.call(ProviderRequest(Operation.IMAGE_EDIT, {"prompt": "Sky"}, images, wire.place, 20))

    [call] = await wire.calls()
    pictures = call["pictures"]
    assert isinstance(pictures, list)
    assert len(photo) > 1_500_000
    assert pictures[0]["sha256"] == hashlib.sha256(photo).hexdigest()


async def test_ratio_and_size_are_the_ones_asked_for(wire: Wire) -> None:
    answer = await wire.call("Wide", aspect_ratio="16:9", image_size="2K")

    assert _size(answer.data) == (2752, 1536)


async def test_the_last_picture_that_is_no_thought_is_taken(wire: Wire) -> None:
    with_thoughts = await wire.call("Paint it [sandbox:thoughts_first]")
    plain = await wire.call("Paint it [sandbox:ok]")

    assert _size(with_thoughts.data) == _size(plain.data)


@pytest.mark.parametrize("behaviour", ["text_then_picture", "several_candidates"])
async def test_a_picture_beside_other_things_is_taken(wire: Wire, behaviour: str) -> None:
    answer = await wire.call(f"Paint it [sandbox:{behaviour}]")

    assert min(_size(answer.data)) > 500


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        ("safety", FailureKind.REFUSED),
        ("image_safety", FailureKind.REFUSED),
        ("prohibited_content", FailureKind.REFUSED),
        ("blocklist", FailureKind.REFUSED),
        ("spii", FailureKind.REFUSED),
        ("recitation", FailureKind.REFUSED),
        ("image_recitation", FailureKind.REFUSED),
        ("unknown_finish_reason", FailureKind.REFUSED),
        ("prompt_safety", FailureKind.REFUSED),
        ("prompt_other", FailureKind.REFUSED),
        ("prompt_blocklist", FailureKind.REFUSED),
        ("prompt_prohibited_content", FailureKind.REFUSED),
        ("prompt_image_safety", FailureKind.REFUSED),
        ("no_image_empty_content", FailureKind.NO_IMAGE),
        ("text_only", FailureKind.NO_IMAGE),
        ("empty_object", FailureKind.NO_IMAGE),
        ("continuation", FailureKind.NO_IMAGE),
        ("other", FailureKind.NO_IMAGE_AGAIN),
        ("image_other", FailureKind.NO_IMAGE_AGAIN),
        ("malformed_response", FailureKind.NO_IMAGE_AGAIN),
        ("max_tokens", FailureKind.BAD_REQUEST),
        ("permission_denied", FailureKind.AUTH),
        ("location_unsupported", FailureKind.REGION),
        ("country_unsupported", FailureKind.REGION),
        ("credits_depleted", FailureKind.QUOTA),
        ("internal", FailureKind.OVERLOADED),
        ("unavailable_text", FailureKind.OVERLOADED),
        ("deadline_exceeded", FailureKind.TIMEOUT),
        ("bad_base64", FailureKind.GARBAGE),
    ],
)
async def test_each_answer_without_a_picture_has_its_kind(wire: Wire, behaviour: str, kind: FailureKind) -> None:
    failure = await wire.failure(behaviour)

    assert failure.kind is kind
    assert len(await wire.calls()) == 1


async def test_a_refusal_says_what_gemini_said(wire: Wire) -> None:
    failure = await wire.failure("image_prohibited_content")

    assert failure.detail.startswith("IMAGE_PROHIBITED_CONTENT: ")
    assert "Support code" in failure.detail
    assert failure.reference


async def test_a_rate_limit_gives_the_delay_gemini_asked_for(wire: Wire) -> None:
    failure = await wire.failure("rate_limited=2.5")

    assert failure.kind is FailureKind.QUOTA
    assert failure.retry_after_seconds == 2.5


async def test_a_used_up_day_is_over_at_midnight_pacific(wire: Wire) -> None:
    failure = await wire.failure("daily_quota")

    assert failure.kind is FailureKind.QUOTA_GONE
    assert failure.retry_after_seconds == 30 * 60


async def test_a_retired_model_is_named(wire: Wire) -> None:
    failure = await wire.failure("not_found")

    assert failure.kind is FailureKind.MODEL_GONE
    assert failure.detail == "model retired: gemini-nano-banana-2.1"


async def test_a_dropped_connection_is_not_called_again_behind_our_back(wire: Wire) -> None:
    started = time.monotonic()

    await wire.failure("drop")

    assert time.monotonic() - started < 1
    assert len(await wire.calls()) == 1


async def test_parameters_gemini_does_not_take_never_leave_the_process(wire: Wire) -> None:
    with pytest.raises(ProviderFailure, match="image_size") as caught:
        await wire.call("Wide", model="gemini-2.5-flash-image", image_size="2K")

    assert caught.value.kind is FailureKind.BAD_REQUEST
    assert await wire.calls() == []


@pytest.fixture
def sdk_variables(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def set_all() -> None:
        for name, value in {
            "GOOGLE_API_KEY": "other-key",
            "GOOGLE_GENAI_USE_VERTEXAI": "true",
            "GOOGLE_GENAI_USE_ENTERPRISE": "true",
            "GOOGLE_CLOUD_PROJECT": "project",
            "GOOGLE_CLOUD_LOCATION": "europe-west1",
            "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:9",
            "GOOGLE_GENAI_API_VERSION": "v9",
            "GOOGLE_GENAI_CLIENT_MODE": "replay",
        }.items():
            monkeypatch.setenv(name, value)

    return set_all


async def test_the_sdks_own_variables_change_nothing(sdk_variables: Callable[[], None]) -> None:
    settings = SandboxSettings(sandbox_port=0, metrics_port=0, sandbox_latency_seconds=0)
    sdk_variables()

    async with running_sandbox(settings) as sandbox, GeminiClients(sandbox.url) as clients:
        adapter = GeminiAdapter(clients, key=the_key, now=lambda: NOW)
        wire = Wire(adapter, sandbox.url, CountingPlace())
        answer = await wire.call("Paint it")
        [call] = await wire.calls()

    assert answer.data
    assert call["key_last4"] == KEY[-4:]


async def test_a_new_key_takes_effect_while_a_call_with_the_old_one_goes_on(wire: Wire) -> None:
    keys = iter(["canary-key-before", "canary-key-after"])

    async def next_key() -> SecretStr:
        return SecretStr(next(keys))

    async with GeminiClients(wire.url) as clients:
        adapter = GeminiAdapter(clients, key=next_key, now=lambda: NOW)
        changing = Wire(adapter, wire.url, CountingPlace())
        async with asyncio.TaskGroup() as calls:
            before = calls.create_task(changing.call("Paint it [sandbox:slow=1]"))
            await asyncio.sleep(0.3)
            after = calls.create_task(changing.call("Paint it"))

    assert _size(before.result().data) == _size(after.result().data)
    assert [call["key_last4"] for call in await wire.calls()] == ["fore", "fter"]
