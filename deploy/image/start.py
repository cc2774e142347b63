"""Becomes the one service that the image holds; arguments are passed on."""

import os
import sys
from pathlib import Path

PLACE = Path(__file__).resolve().parent


def service_package(place: Path) -> str:
    """The name of the one package there that can be run.

    Raises:
        SystemExit: there is none, or several.
    """
    packages = sorted(file.parent.name for file in place.glob("*/__main__.py"))
    if len(packages) != 1:
        raise SystemExit(f"{place} must hold one service, found: {', '.join(packages) or 'none'}")
    return packages[0]


def main(arguments: list[str]) -> None:
    os.execv(sys.executable, [sys.executable, "-m", service_package(PLACE), *arguments])  # noqa: S606 - same pid


if __name__ == "__main__":
    main(sys.argv[1:])
