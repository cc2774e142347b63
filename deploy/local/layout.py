"""Where the stack keeps its things, and what the caller's environment says about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


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
    cache = environ.get("PHOTOCHANGER_CACHE") or Path("~/.cache/photochanger").expanduser()
    return Layout(CHECKOUT, Path(home).absolute(), Path(cache).absolute())
