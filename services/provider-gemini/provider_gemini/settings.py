"""What the Gemini service reads from its environment."""

import os

from pydantic import Field, SecretStr

from photochanger.provider_worker.settings import ProviderSettings
from photochanger.settings import HttpUrl


class Settings(ProviderSettings):
    """The key is sent to `gemini_base_url` only, which is given without `/v1beta`."""

    gemini_api_key: SecretStr = Field(min_length=1)
    gemini_base_url: HttpUrl = "https://generativelanguage.googleapis.com"


def forget_sdk_variables() -> None:
    """Take Google's own variables out of this process's environment: some would switch the SDK past our settings."""
    for name in [name for name in os.environ if name.startswith("GOOGLE_")]:  # noqa: TID251 - a settings.py
        del os.environ[name]  # noqa: TID251 - as above
