"""What a slot may ask of OpenAI, and how the slot editor learns it."""

from typing import get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from photochanger.domain.slot import Operation
from photochanger.domain.usage import price_of
from provider_openai.image_models import DEFAULT_MODEL, KNOWN_MODELS, RETIRED_MODELS
from provider_openai.manifest import openai_manifest
from provider_openai.params import OpenAIParams, Size, params_schema

SCHEMA = Draft202012Validator(params_schema())
WRONG: list[dict[str, object]] = [
    {"prompt": ""},
    {"prompt": None},
    {"prompt": "x" * 32_001},
    {"size": "1000x1000"},
    {"size": "4096x4096"},
    {"size": "auto"},
    {"quality": "best"},
    {"quality": "xhigh"},
    {"model": "gpt-image-2", "quality": "max"},
    {"background": "blue"},
    {"input_fidelity": "high"},
    {"model": "../files"},
]
RETIRED: list[dict[str, object]] = [{"model": model} for model in RETIRED_MODELS]
RIGHT: list[dict[str, object]] = [
    {},
    {"size": "1536x1024", "quality": "high"},
    {"model": "gpt-image-2.5-flare", "quality": "max", "background": "transparent"},
    {"model": "gpt-image-9", "quality": "xhigh"},
    {"model": "gpt-image-2-2026-04-21"},
    {"size": None, "quality": None},
]


def is_taken(**params: object) -> bool:
    try:
        OpenAIParams.model_validate({"prompt": "art"} | params)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("params", [*WRONG, *RETIRED], ids=str)
def test_what_openai_does_not_take_is_refused_when_a_slot_is_saved_and_when_a_call_is_made(
    params: dict[str, object],
) -> None:

    assert not is_taken(**params)
    assert not SCHEMA.is_valid({"prompt": "art"} | params)


@pytest.mark.parametrize("params", RIGHT, ids=str)
def test_what_openai_takes_is_taken_in_both_places(params: dict[str, object]) -> None:
    assert is_taken(**params)
    assert SCHEMA.is_valid({"prompt": "art"} | params)


@pytest.mark.parametrize("size", get_args(Size))
def test_every_size_keeps_to_the_documented_limits(size: str) -> None:
    short, long = sorted(map(int, size.split("x")))

    assert short % 16 == long % 16 == 0
    assert long <= 3 * short
    assert (long <= 3840, short <= 2160) == (True, True)


def test_no_default_is_retired_and_every_known_model_has_its_price() -> None:
    manifest = openai_manifest()

    assert DEFAULT_MODEL in KNOWN_MODELS
    assert not set(KNOWN_MODELS) & set(RETIRED_MODELS)
    assert all(price_of(manifest.prices, model) for model in KNOWN_MODELS)


def test_every_operation_is_offered() -> None:
    assert set(openai_manifest().operations) == set(Operation)
