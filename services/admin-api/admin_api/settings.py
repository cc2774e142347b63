"""What the admin API needs from its environment."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from admin_api.accounts.passwords import NewPassword
from photochanger.domain.user import Login
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


class Settings(MongoSettings, BrokerSettings, StoreSettings, SecretKeySettings, ProxySettings, OperationsSettings):
    """`admin_login` and `admin_password` make the first administrator while there is no user; later they do nothing.

    `admin_requests_per_minute` is what one session may ask of all replicas together.
    `gateway_url` is where test runs are sent, an address inside the deployment.
    """

    admin_port: Port = 8081
    admin_login: Login | None = None
    admin_password: NewPassword | None = None
    admin_requests_per_minute: Annotated[int, Field(ge=1)] = 1_200
    photochanger_public_base_url: HttpUrl = "http://127.0.0.1:8080"
    gateway_url: HttpUrl = "http://127.0.0.1:8080"

    @model_validator(mode="after")
    def _first_administrator_is_whole(self) -> Self:
        if (self.admin_login is None) != (self.admin_password is None):
            raise ValueError("ADMIN_LOGIN and ADMIN_PASSWORD are set together or not at all")
        return self
