"""The gateway's settings."""

from photochanger.domain.slot import MIN_SYNC_RESPONSE_SECONDS, SHORTEST_TEST_WINDOW_SECONDS
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

    #: grants windows below the product's minimum; for stacks made for tests, nowhere else
    photochanger_test_stack: bool = False
    gateway_port: Port = 8080
    photochanger_public_base_url: HttpUrl | None = None

    @property
    def shortest_window_seconds(self) -> float:
        return SHORTEST_TEST_WINDOW_SECONDS if self.photochanger_test_stack else MIN_SYNC_RESPONSE_SECONDS

    @property
    def public_base_url(self) -> str:
        return self.photochanger_public_base_url or f"http://127.0.0.1:{self.gateway_port}"
