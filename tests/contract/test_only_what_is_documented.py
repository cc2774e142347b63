"""Every provider service against servers written from the vendors' documentation alone, in all their dialects."""

from base64 import b64encode
from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import pytest
from aiohttp import web

from photochanger.domain.slot import Operation
from photochanger.domain.usage import Usage
from photochanger.provider_worker.failures import FailureKind, ProviderFailure
from photochanger.provider_worker.ports import InputPicture, ProviderAnswer, ProviderRequest
from tests.booth_pictures import jpeg_photograph, png_photograph_with_alpha
from tests.contract import provider_kit as kit
from tests.contract.documented.gemini import Dialect, DocumentedGemini
from tests.contract.documented.openai import DocumentedOpenAI
from tests.contract.documented.serving import served
from tests.contract.documented.turbotext import DocumentedTurbotext, Named
from tests.contract.provider_wires import GEMINI, OPENAI, TURBOTEXT
from tests.provider_images import CountingPlace, GivenImages, guest_photo

#: Its base64 has both of the letters that the alphabets write differently, and padding.
PICTURE = jpeg_photograph("coffee.png", side=640) + b"\xff\xef\xbe\xfb"
PHOTO = guest_photo(jpeg_photograph(side=256))
STYLE = InputPicture("style", PHOTO.type, jpeg_photograph("coffee.png", side=128))
FACE = InputPicture("face", PHOTO.type, jpeg_photograph("rocket.jpg", side=128))


async def call(
    provider: kit.Provider, app: web.Application, images: GivenImages, operation: Operation, **params: Any
) -> ProviderAnswer:
    async with served(app) as url, provider.open_adapter(url) as adapter:
        return await adapter.call(ProviderRequest(operation, params, images, CountingPlace(), kit.CALL_SECONDS))


def dialects() -> list[Dialect]:
    choices = product((False, True), repeat=5)
    return [Dialect(snake, url, padded, unknown, talkative) for snake, url, padded, unknown, talkative in choices]


@pytest.mark.parametrize("dialect", dialects(), ids=str)
async def test_gemini_is_understood_in_every_dialect(dialect: Dialect) -> None:
    fake = DocumentedGemini(PICTURE, dialect)

    answer = await call(GEMINI, fake.app(), GivenImages(PHOTO, (STYLE,)), Operation.STYLE_TRANSFER, prompt="Paint it")

    assert (answer.data, answer.reference) == (PICTURE, "response-1")
    assert fake.pictures == [[(PHOTO.type.value, PHOTO.data), (STYLE.type.value, STYLE.data)]]
    assert (fake.prompts, fake.keys) == (["Paint it"], [kit.KEY])
    assert set(fake.versions) <= {"v1", "v1beta"}


async def test_geminis_rate_limit_is_read_from_its_documented_details() -> None:
    details = [
        {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "4.5s", "unheardOf": 1},
    ]
    error = {"code": 429, "message": "Slow down", "status": "RESOURCE_EXHAUSTED", "details": details}
    fake = DocumentedGemini(PICTURE, error=(429, error))

    with pytest.raises(ProviderFailure) as caught:
        await call(GEMINI, fake.app(), GivenImages(PHOTO), Operation.IMAGE_EDIT, prompt="Paint it")

    assert (caught.value.kind, caught.value.retry_after_seconds) == (FailureKind.QUOTA, 4.5)


@pytest.fixture
async def links() -> AsyncIterator[GivenImages]:
    """The photo and the templates behind links as our gateway gives them."""
    pictures = {picture.role: picture for picture in (PHOTO, STYLE, FACE)}

    async def give(request: web.Request) -> web.Response:
        picture = pictures[request.match_info["role"]]
        return web.Response(body=picture.data, content_type=picture.type.value)

    app = web.Application()
    app.router.add_get("/public/media/{role}", give)
    async with served(app) as url:
        yield GivenImages(PHOTO, (STYLE, FACE), f"{url}/public/media")


@pytest.mark.parametrize("named", Named, ids=lambda named: named.value)
@pytest.mark.parametrize("absolute", [True, False], ids=["absolute", "relative"])
@pytest.mark.parametrize("as_strings", [True, False], ids=["text", "values"])
async def test_turbotext_is_understood_wherever_it_names_its_picture(
    links: GivenImages, named: Named, *, absolute: bool, as_strings: bool
) -> None:
    fake = DocumentedTurbotext(PICTURE, named, absolute, as_strings, with_unknown_fields=not as_strings)

    answer = await call(TURBOTEXT, fake.app(), links, Operation.IMAGE_EDIT, prompt="Paint it")

    assert (answer.data, answer.reference) == (PICTURE, "815")
    assert fake.fetched == [PHOTO.data]
    assert [form["do"] for form in fake.forms] == ["create_queue", *["get_result"] * (fake.reconnects + 1)]
    assert set(fake.keys) == {f"Bearer {kit.KEY}"}


@pytest.mark.parametrize(
    ("operation", "params", "method", "pictures"),
    [
        (Operation.IMAGE_EDIT, {"prompt": "Paint it"}, "generate_image2image", [PHOTO]),
        (Operation.STYLE_TRANSFER, {}, "mix_images", [PHOTO, STYLE]),
        (Operation.IDENTITY_TRANSFER, {"face_restore": True}, "deepfake_photo", [PHOTO, FACE]),
    ],
)
async def test_turbotext_gets_each_picture_where_its_documentation_wants_it(
    links: GivenImages, operation: Operation, params: dict[str, Any], method: str, pictures: list[InputPicture]
) -> None:
    fake = DocumentedTurbotext(PICTURE)

    await call(TURBOTEXT, fake.app(), links, operation, **params)

    assert {form["method"] for form in fake.forms} == {method}
    assert fake.fetched == [picture.data for picture in pictures]


@pytest.mark.parametrize("terse", [False, True], ids=["whole", "terse"])
@pytest.mark.parametrize("with_unknown_fields", [False, True], ids=["known", "unknown"])
@pytest.mark.parametrize(("url_safe", "padded"), list(product((False, True), repeat=2)))
async def test_openai_is_understood_in_every_dialect(
    *, terse: bool, with_unknown_fields: bool, url_safe: bool, padded: bool
) -> None:
    fake = DocumentedOpenAI(PICTURE, url_safe, padded, with_unknown_fields, terse)
    images = GivenImages(PHOTO, (STYLE,))

    answer = await call(
        OPENAI, fake.app(), images, Operation.STYLE_TRANSFER, prompt="Rebuild it — ярко", quality="high"
    )

    assert (answer.data, answer.reference) == (PICTURE, "req_documented")
    counted = Usage(model="gpt-image-2", input_tokens=1100, output_tokens=4160, images=1)
    assert answer.usage == (Usage(model="gpt-image-2", images=1) if terse else counted)
    assert fake.keys == [f"Bearer {kit.KEY}"]
    assert [(name, kind, data) for name, kind, _, data in fake.pictures[0]] == [
        ("image[]", "image/jpeg", PHOTO.data),
        ("image[]", "image/jpeg", STYLE.data),
    ]
    assert fake.fields == [
        {"model": "gpt-image-2", "prompt": "Rebuild it — ярко", "quality": "high", "output_format": "jpeg"}
    ]


async def test_openais_refusal_is_known_by_its_documented_code() -> None:
    error = {"message": "Rejected.", "type": "image_generation_user_error", "param": None, "code": "moderation_blocked"}
    fake = DocumentedOpenAI(PICTURE, error=(400, error))
    cut_out = guest_photo(png_photograph_with_alpha(side=128))

    with pytest.raises(ProviderFailure) as caught:
        await call(OPENAI, fake.app(), GivenImages(cut_out), Operation.IMAGE_EDIT, prompt="Paint it")

    assert (caught.value.kind, caught.value.reference) == (FailureKind.REFUSED, "req_documented")


def test_the_picture_tells_the_alphabets_apart() -> None:
    text = b64encode(PICTURE)
    assert b"+" in text
    assert b"/" in text
    assert text.endswith(b"=")
