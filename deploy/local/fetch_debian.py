"""The Debian packages that the servers need, installed without ever starting the packaged broker."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.cache import exclusive
from deploy.local.errors import StackError
from deploy.local.fetch_plan import Fetch, FetchTools
from deploy.local.layout import Layout
from deploy.local.server_tools import find_epmd, find_faketime, find_rabbitmq_server

#: Shared libraries that mongod loads, and the packages that bring them.
LIBRARIES = {"libcurl.so.4": "libcurl4", "libssl.so.3": "libssl3", "liblzma.so.5": "liblzma5"}
#: What the machine would start at its next boot, by the package that brings it.
SERVICES = {"rabbitmq-server": "rabbitmq-server", "nginx-light": "nginx"}
POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = "#!/bin/sh\n# PhotoChanger: no service starts while its packages are installed.\nexit 101\n"


def debian_fetch(layout: Layout) -> Fetch:
    def run(tools: FetchTools) -> None:
        lock = layout.cache / "locks" / "debian.lock"
        with exclusive(lock, cancelled=tools.cancelled, on_wait=lambda: tools.tell("waits for another fetch")):
            if packages := missing_packages():
                _install(packages, tools)

    return Fetch("debian", "installs Debian packages", lambda: not missing_packages(), run)


def extra_fetch(layout: Layout, name: str, packages: Mapping[str, Callable[[], Path | None]]) -> Fetch:
    """Packages that only some targets need, each with what finds the part of it that is used."""

    def absent() -> list[str]:
        return [package for package, find in packages.items() if find() is None]

    def run(tools: FetchTools) -> None:
        lock = layout.cache / "locks" / "debian.lock"
        with exclusive(lock, cancelled=tools.cancelled, on_wait=lambda: tools.tell("waits for another fetch")):
            if names := absent():
                _install(names, tools)

    return Fetch(name, f"installs from Debian: {', '.join(packages)}", lambda: not absent(), run)


def faketime_fetch(layout: Layout) -> Fetch:
    """What gives one process a wrong clock."""
    return extra_fetch(layout, "faketime", {"faketime": find_faketime})


def missing_packages() -> list[str]:
    packages = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if find_rabbitmq_server() is None or find_epmd() is None:
        packages.append("rabbitmq-server")
    if importlib.util.find_spec("ensurepip") is None:
        packages.append(f"python3.{sys.version_info.minor}-venv")
    if not Path("/etc/ssl/certs/ca-certificates.crt").exists():
        packages.append("ca-certificates")
    if shutil.which("curl") is None:
        packages.append("curl")
    return packages


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install(packages: list[str], tools: FetchTools) -> None:
    """Install them with apt-get.

    Raises:
        StackError: no apt-get here, no right to use it, or it failed.
    """
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise StackError(f"this machine has no apt-get; install these in its own way: {names}")
    if os.geteuid() != 0:
        command = f"sudo apt-get install --no-install-recommends {names}"
        raise StackError(f"Debian packages are missing and only root may install them; run: {command}")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    with services_stay_off(POLICY):
        tools.tell(f"installs {names}")
        tools.runner.run(["dpkg", "--configure", "-a"], env=env)
        tools.runner.run(["apt-get", "update", "-q", *wait], env=env)
        tools.runner.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *wait, *packages], env=env)
    for package in set(packages) & set(SERVICES):
        subprocess.run(["update-rc.d", SERVICES[package], "disable"], capture_output=True, check=False)


@contextmanager
def services_stay_off(policy: Path) -> Iterator[None]:
    """A policy that forbids starting services, for the time of the block; a foreign one is put back after it."""
    saved = policy.with_name("policy-rc.d.before-photochanger")
    if policy.exists() and policy.read_text() != POLICY_TEXT:
        policy.rename(saved)
    policy.write_text(POLICY_TEXT)
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)
        if saved.exists():
            saved.rename(policy)
