"""The gateway's settings."""

from photochanger.settings import (
    BrokerSettings,
    HttpUrl,
    MongoSettings,
    OperationsSettings,
    Port,
    ProxySettings,
    SecretKeySettings,
    StoreSettings,
)


class Settings(BrokerSettings, MongoSettings, StoreSettings, SecretKeySettings, ProxySettings, OperationsSettings):
    """`photochanger_public_base_url` is the gateway's outside address."""

    gateway_port: Port = 8080
    photochanger_public_base_url: HttpUrl | None = None

    @property
    def public_base_url(self) -> str:
        return self.photochanger_public_base_url or f"http://127.0.0.1:{self.gateway_port}"
