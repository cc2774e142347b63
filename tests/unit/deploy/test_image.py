"""The image, as far as it can be tried without a container engine: the Dockerfile's copies are made by hand."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.deploy.deployed import ROOT, SERVICES

DOCKERFILE = (ROOT / "Dockerfile").read_text()
INSTRUCTIONS = [line for line in DOCKERFILE.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
IGNORED = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]


def is_in_context(path: str) -> bool:
    """What .dockerignore leaves: the last pattern that matches the path or a folder above it decides."""
    places = [path, *(str(parent) for parent in Path(path).parents)][:-1]
    inside = True
    for pattern in IGNORED:
        plain = pattern.removeprefix("!").removeprefix("**/")
        names = [Path(place).name for place in places] if "**/" in pattern else places
        if any(fnmatch.fnmatch(name, plain) and name.count("/") == plain.count("/") for name in names):
            inside = pattern.startswith("!")
    return inside


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return tmp_path / "app"


def copy_into(image: Path, service: str) -> None:
    """Carry out the COPY lines that fill /app."""
    for line in INSTRUCTIONS:
        if copied := re.fullmatch(r"COPY (\S+) /app/", line):
            source = copied[1].replace("${SERVICE}", service)
            for file in (ROOT / source).rglob("*"):
                relative = file.relative_to(ROOT)
                if file.is_file() and is_in_context(str(relative)):
                    target = image / file.relative_to(ROOT / source)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(file, target)


@pytest.mark.parametrize("service", SERVICES)
def test_the_image_starts_its_service_which_names_what_it_misses(service: str, image: Path) -> None:
    copy_into(image, service)
    wrong = {"METRICS_PORT": "no port"}

    started = subprocess.run(
        [sys.executable, image / "start.py"],
        env={"PYTHONPATH": str(image), "PYTHONDONTWRITEBYTECODE": "1", **wrong},
        cwd=image,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert started.returncode == 78, started.stderr
    assert started.stderr.startswith(f"{service}: ")
    assert "METRICS_PORT" in started.stderr


def test_the_context_holds_nothing_but_what_is_copied() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    kept = {path for path in listed if is_in_context(path)}

    roots = ("requirements/", "shared/photochanger/", "services/", "deploy/image/")
    assert [path for path in kept if not path.startswith(roots)] == []
    assert {"deploy/image/start.py", "shared/photochanger/settings.py", "requirements/dispatcher.txt"} <= kept
    assert not any(
        is_in_context(path) for path in (".env", ".git/config", ".local/secrets/credentials.json", ".venv/x")
    )


def test_packages_are_installed_by_hash_only() -> None:
    [install] = [line for line in INSTRUCTIONS if "install" in line]

    assert '"--require-hashes"' in install
    assert '"--no-deps"' in install
    assert "COPY requirements/${SERVICE}.txt /requirements.txt" in INSTRUCTIONS
    assert '"/requirements.txt"' in install


def test_no_shell_is_needed_to_build_or_run() -> None:
    commands = [line.split(maxsplit=1)[1] for line in INSTRUCTIONS if re.match(r"(RUN|CMD|ENTRYPOINT) ", line)]

    assert len(commands) >= 4
    assert [command for command in commands if not command.startswith("[")] == []


def test_the_service_runs_as_nobody_special_and_hears_the_stop_signal() -> None:
    assert "USER 10001:10001" in INSTRUCTIONS
    assert "STOPSIGNAL SIGTERM" in INSTRUCTIONS
    assert any(line.startswith("HEALTHCHECK") and '"/health/live"' in line for line in INSTRUCTIONS)


def test_both_stages_stand_on_the_same_base_that_can_be_pinned() -> None:
    assert [line for line in INSTRUCTIONS if line.startswith("FROM")] == [
        "FROM ${PYTHON_IMAGE} AS build",
        "FROM ${PYTHON_IMAGE}",
    ]
    assert any(re.fullmatch(r"ARG PYTHON_IMAGE=python:3\.11-slim\S*", line) for line in INSTRUCTIONS)


@pytest.mark.parametrize("packages", [(), ("one", "other")])
def test_an_image_without_exactly_one_service_says_so(packages: tuple[str, ...], image: Path) -> None:
    shutil.copytree(ROOT / "deploy" / "image", image)
    for package in packages:
        (image / package).mkdir()
        (image / package / "__main__.py").touch()

    started = subprocess.run(
        [sys.executable, image / "start.py"], capture_output=True, text=True, env=dict(os.environ), check=False
    )

    assert started.returncode == 1
    assert f"must hold one service, found: {', '.join(packages) or 'none'}" in started.stderr
