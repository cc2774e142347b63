"""The virtual environment `.venv` with the pinned Python packages."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from deploy.local.cache import exclusive
from deploy.local.fetch_plan import Fetch, FetchTools
from deploy.local.layout import Layout

#: Installed as they are pinned: together they are complete, so nothing is left to resolve.
REQUIREMENTS = ("development.txt", "photographs.txt")


def venv_fetch(layout: Layout) -> Fetch:
    """`.venv` itself, with a pip that works."""
    python = layout.venv_python

    def run(tools: FetchTools) -> None:
        with _venv_lock(layout, tools):
            if not _has_pip(python):
                shutil.rmtree(python.parents[1], ignore_errors=True)
                tools.runner.run([sys.executable, "-m", "venv", python.parents[1]])

    needs = () if importlib.util.find_spec("ensurepip") else ("debian",)
    return Fetch("venv", "makes .venv", lambda: _has_pip(python), run, needs=needs)


def packages_fetch(layout: Layout) -> Fetch:
    """All packages of `REQUIREMENTS`; a marker named by their hash is written when all are in."""
    files = [layout.checkout / "requirements" / name for name in REQUIREMENTS]
    venv = layout.venv_python.parents[1]

    def marker() -> Path:
        digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
        return venv / f".installed-{digest[:16]}"

    def run(tools: FetchTools) -> None:
        with _venv_lock(layout, tools):
            for old in venv.glob(".installed-*"):
                old.unlink(missing_ok=True)
            chosen = [word for file in files for word in ("-r", file)]
            tools.runner.run(pip(layout, "install", "--no-deps", "--require-hashes", *chosen), env=pip_environment())
            marker().touch()

    return Fetch("python", "installs Python packages into .venv", lambda: marker().exists(), run, needs=("venv",))


def pip(layout: Layout, *arguments: str | Path) -> list[str | Path]:
    return [layout.venv_python, "-m", "pip", *arguments]


def pip_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


def _venv_lock(layout: Layout, tools: FetchTools) -> AbstractContextManager[None]:
    name = hashlib.sha256(str(layout.checkout).encode()).hexdigest()[:12]
    return exclusive(
        layout.cache / "locks" / f"venv-{name}.lock",
        cancelled=tools.cancelled,
        on_wait=lambda: tools.tell("waits for another fetch into .venv"),
    )


def _has_pip(python: Path) -> bool:
    try:
        tried = subprocess.run([python, "-c", "import pip"], capture_output=True, timeout=30, check=False)
        return tried.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
