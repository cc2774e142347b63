"""What the OpenAI service reads from its environment."""

from typing import Self

from pydantic import SecretStr, model_validator

from photochanger.provider_worker.settings import ProviderSettings
from photochanger.settings import HttpUrl


class Settings(ProviderSettings):
    """The key is sent to `openai_base_url` only, which is given without `/v1`; an administrator may give it."""

    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: HttpUrl = "https://api.openai.com"

    @model_validator(mode="after")
    def _key_can_come(self) -> Self:
        self.require_a_way_to_a_key("OPENAI_API_KEY", self.openai_api_key)
        return self
