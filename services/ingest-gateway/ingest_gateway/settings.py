"""The gateway's settings."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from photochanger.domain.slot import MIN_SYNC_RESPONSE_SECONDS, SHORTEST_TEST_WINDOW_SECONDS
from photochanger.settings import (
    BrokerSettings,
    HttpUrl,
    MongoSettings,
    OperationsSettings,
    Port,
    SecretKeySettings,
    StoreSettings,
)


def _split_at_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class Settings(BrokerSettings, MongoSettings, StoreSettings, SecretKeySettings, OperationsSettings):
    """`photochanger_public_base_url` is the gateway's outside address; `trusted_proxies` are comma separated ranges."""

    #: grants windows below the product's minimum; for stacks made for tests, nowhere else
    photochanger_test_stack: bool = False
    gateway_port: Port = 8080
    photochanger_public_base_url: HttpUrl | None = None
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_split_at_commas)] = ()

    @property
    def shortest_window_seconds(self) -> float:
        return SHORTEST_TEST_WINDOW_SECONDS if self.photochanger_test_stack else MIN_SYNC_RESPONSE_SECONDS

    @property
    def public_base_url(self) -> str:
        return self.photochanger_public_base_url or f"http://127.0.0.1:{self.gateway_port}"
