"""What the Turbotext service reads from its environment."""

from typing import Self

from pydantic import SecretStr, model_validator

from photochanger.provider_worker.loopback import is_loopback
from photochanger.provider_worker.settings import ProviderSettings
from photochanger.settings import CommaSeparated, HttpUrl


class Settings(ProviderSettings):
    """The key is sent to `turbotext_base_url` only, which is given without `/api_ai`; an administrator may give it.

    Results are fetched from there and from `turbotext_result_hosts`, each with its subdomains.
    """

    turbotext_api_key: SecretStr = SecretStr("")
    turbotext_base_url: HttpUrl = "https://www.turbotext.ru"
    turbotext_result_hosts: CommaSeparated = ("turbotext.ru",)

    @model_validator(mode="after")
    def _key_can_come(self) -> Self:
        self.require_a_way_to_a_key("TURBOTEXT_API_KEY", self.turbotext_api_key)
        return self

    @property
    def inputs_cannot_be_fetched(self) -> bool:
        """Turbotext is far away and our links point at this machine."""
        return is_loopback(self.photochanger_public_base_url) and not is_loopback(self.turbotext_base_url)
