"""Settings from environment variables, one model a part; a wrong one is one line that names the variable, exit 78."""

import sys
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal, NoReturn, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from photochanger.observability import configure_logging, get_logger

#: `EX_CONFIG` of sysexits.h: a supervisor need not try again.
EXIT_WRONG_SETTINGS = 78
MIN_SECRET_KEY_LENGTH = 32

Port = Annotated[int, Field(ge=0, le=65_535)]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def _split_at_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


#: `a, b` in the environment is `("a", "b")` here.
CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_at_commas)]


def _require_scheme(url: str, *schemes: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"must look like {schemes[0]}://host:port")
    return url


def _http_url(url: str) -> str:
    return _require_scheme(url, "http", "https").rstrip("/")


def _amqp_url(url: SecretStr) -> SecretStr:
    _require_scheme(url.get_secret_value(), "amqp", "amqps")
    return url


def _mongo_url(url: SecretStr) -> SecretStr:
    _require_scheme(url.get_secret_value().partition(",")[0], "mongodb", "mongodb+srv")
    if not urlsplit(url.get_secret_value()).path.strip("/"):
        raise ValueError("must name the database in its path")
    return url


HttpUrl = Annotated[str, AfterValidator(_http_url)]


class EnvironmentSettings(BaseSettings):
    """Every field is the environment variable of its own name in capitals; an empty one counts as unset."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, enable_decoding=False, hide_input_in_errors=True
    )


class BrokerSettings(EnvironmentSettings):
    amqp_url: Annotated[SecretStr, AfterValidator(_amqp_url)]


class MongoSettings(EnvironmentSettings):
    """`mongo_url` names the database in its path."""

    mongo_url: Annotated[SecretStr, AfterValidator(_mongo_url)]


class StoreSettings(EnvironmentSettings):
    s3_url: HttpUrl
    s3_access_key: SecretStr
    s3_secret_key: SecretStr
    s3_region: str = "us-east-1"


class ProxySettings(EnvironmentSettings):
    """`trusted_proxies` are comma separated networks whose `X-Forwarded-For` is believed."""

    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_split_at_commas)] = ()


class OperationsSettings(EnvironmentSettings):
    """Where health and metrics are served; port 0 takes any free one."""

    listen_host: str = "127.0.0.1"
    metrics_port: Port
    log_level: LogLevel = "INFO"


SecretKey = Annotated[SecretStr, Field(min_length=MIN_SECRET_KEY_LENGTH)]


class OldSecretKeySettings(EnvironmentSettings):
    """While the secret key is being replaced: what was kept under the one before still opens."""

    photochanger_old_secret_key: SecretKey | None = None

    @property
    def old_secret_keys(self) -> tuple[SecretStr, ...]:
        old = self.photochanger_old_secret_key
        return () if old is None else (old,)


class SecretKeySettings(OldSecretKeySettings):
    """The key under which passwords are verified and provider keys are kept."""

    photochanger_secret_key: SecretKey

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The key in force, then the one it replaces."""
        return tuple(key.get_secret_value() for key in (self.photochanger_secret_key, *self.old_secret_keys))


T = TypeVar("T", bound=OperationsSettings)


def load_settings(settings_type: type[T], service: str) -> T:
    """The service's settings from its environment, logged with the secrets hidden.

    Raises:
        SystemExit: code 78, after one line on stderr that names each missing or wrong variable.
    """
    try:
        settings = settings_type()
    except ValidationError as error:
        _refuse(service, error)
    configure_logging(service, settings.log_level)
    get_logger(__name__).info("settings_loaded", settings=settings.model_dump(mode="json"))
    return settings


def _refuse(service: str, error: ValidationError) -> NoReturn:
    faults = [
        f"{'.'.join(str(part) for part in fault['loc'][:1]).upper() or 'SETTINGS'}: "
        + ("is not set" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, "))
        for fault in error.errors(include_input=False, include_url=False)
    ]
    print(f"{service}: {'; '.join(faults)}", file=sys.stderr)  # noqa: T201 - logging is not set up yet
    raise SystemExit(EXIT_WRONG_SETTINGS) from None
