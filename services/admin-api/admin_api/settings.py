"""What the admin API needs from its environment."""

from typing import Self

from pydantic import model_validator

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

    `gateway_url` is where test runs are sent, an address inside the deployment.
    """

    admin_port: Port = 8081
    admin_login: Login | None = None
    admin_password: NewPassword | None = None
    photochanger_public_base_url: HttpUrl = "http://127.0.0.1:8080"
    gateway_url: HttpUrl = "http://127.0.0.1:8080"

    @model_validator(mode="after")
    def _first_administrator_is_whole(self) -> Self:
        if (self.admin_login is None) != (self.admin_password is None):
            raise ValueError("ADMIN_LOGIN and ADMIN_PASSWORD are set together or not at all")
        return self
