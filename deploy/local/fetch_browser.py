"""What the tests of the web UI need besides: a browser, and the server of the UI's own image."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from deploy.local.fetch_debian import extra_fetch
from deploy.local.fetch_plan import Fetch
from deploy.local.layout import Layout

BROWSERS = ("chromium", "google-chrome", "google-chrome-stable")


def find_browser() -> Path | None:
    """Chromium, or the Chrome that is on this machine."""
    return _first(shutil.which(name) for name in BROWSERS)


def find_nginx() -> Path | None:
    """nginx, also where only root has its folder on PATH."""
    return _first((shutil.which("nginx"), shutil.which("nginx", path="/usr/sbin")))


def browser_fetch(layout: Layout) -> Fetch:
    return extra_fetch(layout, "browser", {"chromium": find_browser, "nginx-light": find_nginx})


def _first(found: Iterable[str | None]) -> Path | None:
    return next((Path(place) for place in found if place), None)
