"""What a slot may ask of Gemini, and how the slot editor learns it."""

import pytest
from pydantic import ValidationError

from photochanger.domain.slot import Operation
from photochanger.domain.usage import Usage, cost_micros, price_of
from provider_gemini.image_models import KNOWN_MODELS
from provider_gemini.manifest import gemini_manifest
from provider_gemini.params import GeminiParams, params_schema


def is_taken(**params: object) -> bool:
    try:
        GeminiParams.model_validate({"prompt": "art"} | params)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "params",
    [
        {"prompt": ""},
        {"prompt": "  "},
        {"prompt": None},
        {"aspect_ratio": "9:21"},
        {"image_size": "2k"},
        {"seed": -1},
        {"temperature": 2.1},
        {"safety": "NEVER"},
        {"strength": 40},
        {"model": "../files"},
        {"model": "gemini-2.5-flash-image", "image_size": "1K"},
        {"model": "gemini-3-pro-image", "aspect_ratio": "8:1"},
        {"model": "models/gemini-3-pro-image", "image_size": "512"},
    ],
)
def test_what_gemini_does_not_take_is_refused(params: dict[str, object]) -> None:
    assert not is_taken(**params)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"aspect_ratio": "8:1", "image_size": "4K"},
        {"model": "gemini-3.1-flash-image", "image_size": "512"},
        {"model": "a-model-of-next-year", "image_size": "512", "aspect_ratio": "1:8"},
        {"seed": 7, "temperature": 0, "safety": "OFF"},
    ],
)
def test_what_gemini_takes_is_taken(params: dict[str, object]) -> None:
    assert is_taken(**params)


def test_a_refusal_never_shows_the_prompt() -> None:
    with pytest.raises(ValidationError) as caught:
        GeminiParams.model_validate({"prompt": "canary", "seed": "canary"})

    assert "canary" not in str(caught.value)


def test_the_schema_requires_the_prompt_and_nothing_else() -> None:
    assert params_schema()["required"] == ["prompt"]


def test_the_schema_knows_each_models_limits() -> None:
    limits = params_schema()["allOf"]

    assert isinstance(limits, list)
    assert len(limits) == len(KNOWN_MODELS)


def test_every_operation_has_a_manifest() -> None:
    assert set(gemini_manifest().operations) == set(Operation)


@pytest.mark.parametrize(
    ("model", "tokens", "dollars"),
    [
        ("gemini-nano-banana-2.1", 1120, 0.0336),
        ("gemini-nano-banana-2.1", 3780, 0.1134),
        ("gemini-3.1-flash-image", 747, 0.045),
        ("gemini-3.1-flash-image", 1120, 0.067),
        ("gemini-3.1-flash-lite-image", 1120, 0.0336),
        ("gemini-3-pro-image", 1120, 0.134),
        ("gemini-3-pro-image", 2000, 0.24),
        ("gemini-2.5-flash-image", 1290, 0.039),
    ],
)
def test_a_picture_costs_its_list_price(model: str, tokens: int, dollars: float) -> None:
    cost = cost_micros(gemini_manifest().prices, Usage(model, output_tokens=tokens))

    assert cost is not None
    assert cost / 1_000_000 == pytest.approx(dollars, rel=0.01)


def test_every_known_model_has_a_price_and_what_to_reserve_for_a_call() -> None:
    prices = {name: price_of(gemini_manifest().prices, name) for name in KNOWN_MODELS}

    assert all(price is not None and 30_000 < price.typical_call < 150_000 for price in prices.values())


def test_a_model_of_next_year_has_no_price() -> None:
    assert cost_micros(gemini_manifest().prices, Usage("a-model-of-next-year", output_tokens=1)) is None
