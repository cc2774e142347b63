"""Fetches everything that is missing on this machine."""

import threading
from collections.abc import Sequence

from deploy.local.cache import GIB, require_space
from deploy.local.fetch_binaries import go_fetch, minio_fetch, mongodb_fetch
from deploy.local.fetch_debian import debian_fetch
from deploy.local.fetch_plan import Fetch, fetch_all, missing
from deploy.local.fetch_python import packages_fetch, venv_fetch
from deploy.local.layout import Layout
from deploy.local.progress import Progress

CACHE_BYTES = 2 * GIB


def all_fetches(layout: Layout) -> list[Fetch]:
    return [
        debian_fetch(layout),
        venv_fetch(layout),
        packages_fetch(layout),
        mongodb_fetch(layout),
        go_fetch(layout),
        minio_fetch(layout),
    ]


def set_up(layout: Layout, progress: Progress, *, only: Sequence[str] = ()) -> None:
    """Fetch what is missing; `only` names parts whose needs come along.

    Raises:
        StackError: a part cannot be fetched, or the disk is full.
    """
    absent = missing(_chosen(all_fetches(layout), only))
    if not absent:
        return
    require_space(layout.cache, CACHE_BYTES, "PHOTOCHANGER_CACHE")
    progress.say(f"missing: {', '.join(fetch.name for fetch in absent)}; fetched at once, logs in {layout.logs}")
    fetch_all(absent, layout.logs, progress, threading.Event())


def _chosen(fetches: list[Fetch], only: Sequence[str]) -> list[Fetch]:
    """The named parts; for the Python packages alone, the Debian servers are not needed."""
    if not only:
        return fetches
    needed = {"python": {"venv", "python"}}
    names = set[str]().union(*(needed.get(name, {name}) for name in only))
    return [fetch for fetch in fetches if fetch.name in names]
