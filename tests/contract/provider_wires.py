"""The provider services that the kit is run on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from photochanger.provider_worker.ports import ProviderAdapter
from provider_gemini.adapter import GeminiAdapter
from provider_gemini.clients import GeminiClients
from provider_openai.adapter import openai_adapter
from provider_turbotext.adapter import Pace, turbotext_adapter
from tests.contract import provider_kit as kit

#: Half past eleven in the evening, Pacific time.
NOW = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)

#: Where the sandbox's word for a case is the same whatever it plays.
_SAME = {
    kit.SUCCESS: "ok",
    kit.SLOW: "slow=1",
    kit.OTHER_TYPE: "wrong_mime",
    kit.RATE_LIMIT: "rate_limited=3",
    kit.SILENT_RATE_LIMIT: "rate_limited_silently",
    kit.BAD_KEY: "api_key_invalid",
    kit.SERVER_ERROR: "unavailable",
    kit.PROXY_PAGE: "bad_gateway_html",
    kit.GARBAGE: "bad_json",
    kit.HTML: "html_200",
    kit.TRUNCATED: "truncated_json",
    kit.DROP: "drop",
    kit.BROKEN_OFF: "cut",
    kit.HANG: "hang",
    kit.DRIP: "drip",
    kit.WRONG_TYPE: "text_as_picture",
    kit.BLANK: "blank_picture",
    kit.CUT_PICTURE: "truncated_picture",
}


@asynccontextmanager
async def _gemini(url: str) -> AsyncIterator[ProviderAdapter]:
    async with GeminiClients(url) as clients:
        yield GeminiAdapter(clients, key=kit.the_key, now=lambda: NOW)


@asynccontextmanager
async def _turbotext(url: str) -> AsyncIterator[ProviderAdapter]:
    quick = Pace(first=0.02, longest=0.05)
    async with turbotext_adapter(kit.the_key, url, result_hosts=("turbotext.ru",), pace=quick) as adapter:
        yield adapter


@asynccontextmanager
async def _openai(url: str) -> AsyncIterator[ProviderAdapter]:
    async with openai_adapter(kit.the_key, url) as adapter:
        yield adapter


GEMINI = kit.Provider(
    "gemini",
    _gemini,
    _SAME
    | {
        kit.REFUSAL: "image_prohibited_content",
        kit.NO_PICTURE: "no_image",
        kit.BAD_REQUEST: "invalid_argument",
        kit.HUGE: "huge_picture",
    },
)
TURBOTEXT = kit.Provider(
    "turbotext",
    _turbotext,
    _SAME
    | {
        kit.REFUSAL: "forbidden_content",
        kit.NO_PICTURE: "missing_result_url",
        kit.BAD_REQUEST: "success_false",
        kit.DRIP: "drip@download",
        kit.HUGE: "result_huge",
    },
)
OPENAI = kit.Provider(
    "openai",
    _openai,
    _SAME
    | {
        kit.REFUSAL: "moderation_blocked",
        kit.NO_PICTURE: "no_data",
        kit.BAD_REQUEST: "invalid_argument",
        kit.HUGE: "huge_picture",
    },
)

PROVIDERS = (GEMINI, TURBOTEXT, OPENAI)
