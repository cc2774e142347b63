"""Fetches everything that is missing on this machine."""

import threading
from collections.abc import Sequence

from deploy.local.cache import GIB, require_space
from deploy.local.fetch_binaries import go_fetch, minio_fetch, mongodb_fetch
from deploy.local.fetch_browser import browser_fetch
from deploy.local.fetch_debian import debian_fetch, faketime_fetch
from deploy.local.fetch_helm import helm_fetch, helm_path, kubernetes_schemas_fetch
from deploy.local.fetch_plan import Fetch, fetch_all, missing
from deploy.local.fetch_python import packages_fetch, venv_fetch
from deploy.local.fetch_web import node_fetch, web_fetch
from deploy.local.layout import Layout
from deploy.local.progress import Progress
from deploy.local.server_tools import minio_path

CACHE_BYTES = 2 * GIB


def all_fetches(layout: Layout) -> list[Fetch]:
    return [
        debian_fetch(layout),
        venv_fetch(layout),
        packages_fetch(layout),
        mongodb_fetch(layout),
        go_fetch(layout, minio_path(layout)),
        minio_fetch(layout),
        node_fetch(layout),
        web_fetch(layout),
    ]


def helm_fetches(layout: Layout) -> list[Fetch]:
    """What `make helm-test` needs and nothing else does."""
    return [
        venv_fetch(layout),
        packages_fetch(layout),
        go_fetch(layout, helm_path(layout)),
        helm_fetch(layout),
        kubernetes_schemas_fetch(layout),
    ]


def chaos_fetches(layout: Layout) -> list[Fetch]:
    """What `make chaos` needs: clocks that are wrong besides."""
    return [*all_fetches(layout), faketime_fetch(layout)]


def browser_fetches(layout: Layout) -> list[Fetch]:
    """What `make test` and `make e2e` need: a browser besides."""
    return [*all_fetches(layout), browser_fetch(layout)]


def set_up(layout: Layout, progress: Progress, *, only: Sequence[str] = ()) -> None:
    """Fetch what is missing; `only` names parts whose needs come along.

    Raises:
        StackError: a part cannot be fetched, or the disk is full.
    """
    absent = missing(chosen_fetches(layout, only))
    if not absent:
        return
    require_space(layout.cache, CACHE_BYTES, "PHOTOCHANGER_CACHE")
    progress.say(f"missing: {', '.join(fetch.name for fetch in absent)}; fetched at once, logs in {layout.logs}")
    fetch_all(absent, layout.logs, progress, threading.Event())


def chosen_fetches(layout: Layout, only: Sequence[str]) -> list[Fetch]:
    """The named parts; for the Python packages alone, the Debian servers are not needed."""
    named = {"helm": helm_fetches, "chaos": chaos_fetches, "browser": browser_fetches}
    if len(only) == 1 and only[0] in named:
        return named[only[0]](layout)
    if not only:
        return all_fetches(layout)
    needed = {"python": {"venv", "python"}}
    names = set[str]().union(*(needed.get(name, {name}) for name in only))
    return [fetch for fetch in all_fetches(layout) if fetch.name in names]
