"""What the admin API needs from its environment."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from admin_api.accounts.passwords import NewPassword
from photochanger.domain.user import Login
from photochanger.settings import (
    BrokerSettings,
    CommaSeparated,
    HttpUrl,
    MongoSettings,
    OperationsSettings,
    Port,
    ProxySettings,
    SecretKeySettings,
    StoreSettings,
)


def _exact_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        scheme, _, host = origin.partition("://")
        if scheme not in {"http", "https"} or not host or set(host) & set("/*?#@, ") or origin != origin.lower():
            raise ValueError("must be origins as browsers send them, e.g. https://booth-admin.example")
    return origins


def _built_ui(folder: Path) -> Path:
    if not (folder / "index.html").is_file():
        raise ValueError("must be a folder with the built web UI, index.html in it")
    return folder


class Settings(MongoSettings, BrokerSettings, StoreSettings, SecretKeySettings, ProxySettings, OperationsSettings):
    """`admin_login` and `admin_password` make the first administrator while there is no user; later they do nothing.

    Without `admin_password` a one-time one is made. `admin_requests_per_minute` is what one session may ask of all
    replicas together. `admin_allowed_origins` are other places of our own page, just as browsers name them.
    `gateway_url` is where test runs are sent, an address inside the deployment.
    `web_folder` has the built web UI to serve.
    """

    admin_port: Port = 8081
    admin_login: Login = "admin"
    admin_password: NewPassword | None = None
    admin_requests_per_minute: Annotated[int, Field(ge=1)] = 1_200
    admin_allowed_origins: Annotated[CommaSeparated, AfterValidator(_exact_origins)] = ()
    photochanger_public_base_url: HttpUrl = "http://127.0.0.1:8080"
    gateway_url: HttpUrl = "http://127.0.0.1:8080"
    web_folder: Annotated[Path, AfterValidator(_built_ui)] | None = None
