"""What every provider service reads from its environment."""

from typing import Annotated

from pydantic import Field, SecretStr

from photochanger.settings import (
    BrokerSettings,
    HttpUrl,
    MongoSettings,
    OldSecretKeySettings,
    OperationsSettings,
    SecretKey,
    StoreSettings,
)


class ProviderSettings(BrokerSettings, MongoSettings, StoreSettings, OldSecretKeySettings, OperationsSettings):
    """A provider service adds its key and its address."""

    #: The gateway's outside address: a provider that takes links fetches the pictures there.
    photochanger_public_base_url: HttpUrl = "http://127.0.0.1:8080"
    #: Opens the keys that administrators set; without it only the environment's key serves.
    photochanger_secret_key: SecretKey | None = None

    def require_a_way_to_a_key(self, variable: str, key: SecretStr) -> None:
        """Let an administrator's key come later, if it could be opened.

        Raises:
            ValueError: no key, and none can ever come.
        """
        if not key.get_secret_value() and self.photochanger_secret_key is None:
            raise ValueError(f"{variable} is not set, and without PHOTOCHANGER_SECRET_KEY no administrator can give it")

    #: Calls at once in this process.
    provider_concurrency: Annotated[int, Field(ge=1, le=1_000)] = 64
    #: Answers at once between "read answer" and "row written": each may cost some hundred megabytes.
    answers_at_once: Annotated[int, Field(ge=1, le=64)] = 4
    #: Guarded processes that check the providers' pictures.
    decoder_processes: Annotated[int, Field(ge=1, le=32)] = 2
    #: The longest sync window and 10 s.
    drain_seconds: Annotated[float, Field(ge=0, le=600)] = 70.0
