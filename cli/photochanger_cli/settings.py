"""Where the server is and with which token: from the environment, else from a file that nobody else may read."""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

URL_VARIABLE, TOKEN_VARIABLE = "PHOTOCHANGER_API_URL", "PHOTOCHANGER_API_TOKEN"
FILE_VARIABLE = "PHOTOCHANGER_CLI_CONFIG"
DEFAULT_URL = "http://127.0.0.1:8081"
DEFAULT_FILE = "~/.config/photochanger/cli.toml"
_KNOWN = frozenset({"url", "token"})


class WrongSettings(Exception):
    """The text names the variable or the file, never the token."""


@dataclass(frozen=True)
class Settings:
    """`token` None: the command asks for login and password."""

    url: str
    token: str | None = field(default=None, repr=False)


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:  # noqa: TID251 - this is the settings module
    """Read the settings; the environment wins over the file.

    Raises:
        WrongSettings: the file is open to others, cannot be read, or holds something else; or the address is none.
    """
    named = environ.get(FILE_VARIABLE)
    kept = _from_file(Path(named or DEFAULT_FILE).expanduser(), is_named=named is not None)
    url = environ.get(URL_VARIABLE) or kept.get("url") or DEFAULT_URL
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise WrongSettings(f"{URL_VARIABLE} must look like https://host:port, not {parts.scheme or 'that'}")
    token = environ.get(TOKEN_VARIABLE) or kept.get("token") or None
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise WrongSettings("the token must be printable ASCII without spaces")
    return Settings(url.rstrip("/"), token)


def _from_file(path: Path, *, is_named: bool) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise WrongSettings(f"others may read {path}: chmod 600 {path}")
            kept = tomllib.load(file)
    except FileNotFoundError:
        if is_named:
            raise WrongSettings(f"{FILE_VARIABLE} names {path}, which is not there") from None
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{path} cannot be read: {type(error).__name__}") from error
    if unknown := set(kept) - _KNOWN:
        raise WrongSettings(f"{path} has {', '.join(sorted(unknown))}; it may have url and token")
    if not all(isinstance(value, str) for value in kept.values()):
        raise WrongSettings(f"{path}: url and token are texts")
    return kept
