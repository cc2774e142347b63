"""What the Turbotext service reads from its environment."""

from pydantic import Field, SecretStr

from photochanger.provider_worker.settings import ProviderSettings
from photochanger.settings import CommaSeparated, HttpUrl
from provider_turbotext.loopback import is_loopback


class Settings(ProviderSettings):
    """The key is sent to `turbotext_base_url` only, which is given without `/api_ai`.

    Results are fetched from there and from `turbotext_result_hosts`, each with its subdomains.
    """

    turbotext_api_key: SecretStr = Field(min_length=1)
    turbotext_base_url: HttpUrl = "https://www.turbotext.ru"
    turbotext_result_hosts: CommaSeparated = ("turbotext.ru",)

    @property
    def inputs_cannot_be_fetched(self) -> bool:
        """Turbotext is far away and our links point at this machine."""
        return is_loopback(self.photochanger_public_base_url) and not is_loopback(self.turbotext_base_url)
