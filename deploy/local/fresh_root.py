"""A minimal Debian 12 in a folder, with this machine's certificates, names and package settings, nothing else of it."""

import os
import re
import shutil
import signal
from contextlib import suppress
from pathlib import Path

from deploy.local.commands import CommandRunner

PACKAGES = "ca-certificates,python3,python3-venv,make,git"
CHECKOUT_INSIDE = "/photochanger"
#: What tells package clients how to reach their registries from this machine.
SETTINGS = (
    *(
        "/etc/resolv.conf",
        "/etc/hosts",
        "/etc/ssl/certs",
        "/usr/local/share/ca-certificates",
        "/usr/share/ca-certificates",
    ),
    *("/etc/pip.conf", "/root/.config/pip", "/root/.pip", "/root/.config/go/env", "/root/.npmrc", "/root/.netrc"),
)
APT_SETTINGS = ("apt.conf", "apt.conf.d", "auth.conf", "auth.conf.d", "preferences.d", "keyrings", "trusted.gpg.d")
APT_SOURCES = ("sources.list", "sources.list.d")
SETTING_VARIABLES = re.compile(
    r"(?i)(https?|ftp|all|no)_proxy|SSL_CERT_(FILE|DIR)|\w+_CA_BUNDLE|\w+_CERTS?|GIT_SSL_CAINFO|PIP_(?!FIND_LINKS)\w+|UV_\w+"
    r"|GO(PROXY|FLAGS|SUMDB|NOSUMDB|NOSUMCHECK|PRIVATE|NOPROXY|INSECURE|VCS)|NPM_CONFIG_\w+"
)
MOUNTS = (
    'mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && mount --rbind /sys "$0/sys" '
    '&& exec chroot "$0" "$@"'
)


class FreshRoot:
    """The folder; commands inside run in their own mount namespace, so that no mount can be left behind."""

    def __init__(self, folder: Path, runner: CommandRunner) -> None:
        self.folder = folder
        self._runner = runner

    def make(self) -> None:
        """Fill the folder.

        Raises:
            StackError: debootstrap cannot be had or failed.
        """
        if shutil.which("debootstrap") is None:
            self._runner.run(["apt-get", "update", "-q"])
            self._runner.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "debootstrap"])
        self.folder.mkdir(parents=True)
        mirror = [address] if (address := debian_mirror(Path("/etc/apt"))) else []
        chosen: list[str | Path] = ["--variant=minbase", f"--include={PACKAGES}", "bookworm", self.folder, *mirror]
        self._runner.run(["debootstrap", *chosen], env=os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"})
        for setting in SETTINGS:
            self._copy(Path(setting))
        for name in APT_SETTINGS + (APT_SOURCES if mirror else ()):
            self._copy(Path("/etc/apt") / name)

    def clone(self, checkout: Path) -> None:
        """Copy the committed tree, as `git clone` gives it."""
        self._runner.run(["git", "clone", "-q", "--no-hardlinks", checkout, self.folder / CHECKOUT_INSIDE.strip("/")])

    def inside(self, *command: str, env: dict[str, str] | None = None) -> list[str]:
        """The words that run a command in the checkout inside; of this machine's environment it gets only settings."""
        kept = {name: value for name, value in os.environ.items() if SETTING_VARIABLES.fullmatch(name)}
        clean = kept | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"} | (env or {})
        words = [f"{name}={value}" for name, value in clean.items()]
        enter = ["sh", "-c", f'cd {CHECKOUT_INSIDE} && exec "$@"', "sh", *command]
        return ["unshare", "--mount", "sh", "-c", MOUNTS, str(self.folder), "env", "-i", *words, *enter]

    def path(self, inside: str) -> Path:
        return self.folder / inside.lstrip("/")

    def processes(self) -> list[int]:
        """Everything that runs inside."""
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and (entry / "root").readlink() == self.folder:
                    found.append(int(entry.name))
        return found

    def end_processes(self) -> None:
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _copy(self, source: Path) -> None:
        target = self.path(str(source))
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._runner.run(["cp", "-aT", "--remove-destination", source, target])


def debian_mirror(apt: Path) -> str | None:
    """Where this machine gets Debian 12 from; None if it is no Debian 12 (debootstrap then knows a place itself)."""
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*.list"))]
    files += sorted((apt / "sources.list.d").glob("*.sources"))
    for file in files:
        with suppress(OSError):
            if found := _mirror_in(file.read_text()):
                return found
    return None


def _mirror_in(text: str) -> str | None:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    if found := re.search(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+bookworm\s", "\n".join(lines), re.MULTILINE):
        return found[1]
    for paragraph in "\n".join(lines).split("\n\n"):
        fields = dict(re.findall(r"^(\w+):\s*(.+)$", paragraph, re.MULTILINE))
        if "bookworm" in fields.get("Suites", "").split():
            return str(fields["URIs"].split()[0])
    return None
