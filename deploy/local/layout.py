"""Where the stack keeps its things, and what the caller's environment says about it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_PORTS = {"GATEWAY_PORT": 8080, "ADMIN_PORT": 8081, "SANDBOX_PORT": 8090, "PORT_BASE": 18000}


@dataclass(frozen=True)
class Layout:
    """Folders: `home` holds all state of one stack, `cache` what all checkouts of the user share."""

    checkout: Path
    home: Path
    cache: Path

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def stack_file(self) -> Path:
        return self.home / "stack.json"

    @property
    def venv_python(self) -> Path:
        return self.checkout / ".venv" / "bin" / "python"


def read_layout(environ: Mapping[str, str]) -> Layout:
    home = environ.get("PHOTOCHANGER_HOME") or CHECKOUT / ".local"
    cache = (
        environ.get("PHOTOCHANGER_CACHE")
        or Path(environ.get("HOME") or os.path.expanduser("~")) / ".cache/photochanger"
    )
    return Layout(CHECKOUT, Path(home).absolute(), Path(cache).absolute())


def read_ports(environ: Mapping[str, str]) -> dict[str, int]:
    """The four port variables.

    Raises:
        StackError: a variable is no port number.
    """
    ports = {}
    for name, default in DEFAULT_PORTS.items():
        text = environ.get(name) or str(default)
        if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65000:
            raise StackError(f"{name} must be a port number from 1024 to 65000, not {text!r}", exit_code=78)
        ports[name] = int(text)
    return ports
