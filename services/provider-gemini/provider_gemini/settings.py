"""What the Gemini service reads from its environment."""

import os
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from photochanger.provider_worker.settings import ProviderSettings
from photochanger.settings import HttpUrl
from provider_gemini.template_files import FILE_FROM_BYTES


class Settings(ProviderSettings):
    """The key is sent to `gemini_base_url` only, which is given without `/v1beta`; an administrator may give it."""

    gemini_api_key: SecretStr = SecretStr("")
    gemini_base_url: HttpUrl = "https://generativelanguage.googleapis.com"
    #: Template pictures of so many bytes and more are uploaded once, smaller ones are part of each request.
    gemini_file_from_bytes: Annotated[int, Field(ge=1)] = FILE_FROM_BYTES

    @model_validator(mode="after")
    def _key_can_come(self) -> Self:
        self.require_a_way_to_a_key("GEMINI_API_KEY", self.gemini_api_key)
        return self


def forget_sdk_variables() -> None:
    """Take Google's own variables out of this process's environment: some would switch the SDK past our settings."""
    for name in [name for name in os.environ if name.startswith("GOOGLE_")]:  # noqa: TID251 - a settings.py
        del os.environ[name]  # noqa: TID251 - as above
