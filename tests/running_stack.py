"""A whole `make run` for end-to-end tests: own ports, own home, the shared cache."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.layout import CHECKOUT
from deploy.local.ports import free_port_block
from deploy.local.services import PROVIDER_PREFIXES, PROVIDERS_VARIABLE

READY_SECONDS, STOP_SECONDS = 120, 100
#: These of the caller's environment would change what `make run` does.
UNWANTED = (
    *PROVIDER_PREFIXES,
    PROVIDERS_VARIABLE,
    "PHOTOCHANGER_HOME",
    "PHOTOCHANGER_PUBLIC",
    "PHOTOCHANGER_SECRET",
    "MAKE",
    "MFLAGS",
)


class RunningStack:
    """`info` is stack.json as it was when the stack became ready; `pid` reads it anew."""

    def __init__(self, home: Path, env: dict[str, str] | None = None) -> None:
        self.home = home
        base = free_port_block(100)
        ports = {"GATEWAY_PORT": base + 80, "ADMIN_PORT": base + 81, "SANDBOX_PORT": base + 90, "PORT_BASE": base}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(UNWANTED)}
        numbers = {name: str(port) for name, port in ports.items()}
        self.env = kept | numbers | {"PHOTOCHANGER_HOME": str(home)} | (env or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.info: dict[str, object] = {}

    @property
    def gateway_url(self) -> str:
        return str(self.info["gateway_url"])

    @property
    def ingest_password(self) -> str:
        return str(self.info["ingest_password"])

    @property
    def output(self) -> str:
        """Everything that `make run` printed."""
        return (self.home.parent / "output").read_text(errors="replace")

    def start(self) -> float:
        """Start it (after an earlier one has ended) and wait until it is ready; the seconds that took."""
        if self._process is not None:
            self._process.wait(STOP_SECONDS)
        started = time.monotonic()
        (self.home / "stack.json").unlink(missing_ok=True)
        with (self.home.parent / "output").open("ab") as out:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "make", "run", f"PYTHON3={sys.executable}"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self.env,
                cwd=CHECKOUT,
                start_new_session=True,
            )
        while not self._read():
            ended = self._process.poll() is not None
            assert not ended, f"`make run` ended with {self._process.returncode}:\n{self.output[-3000:]}"
            assert time.monotonic() - started < READY_SECONDS, f"not ready:\n{self.output[-3000:]}"
            time.sleep(0.1)
        return time.monotonic() - started

    def pid(self, name: str) -> int:
        assert self._read(), "the stack does not run"
        pids = self.info["pids"]
        assert isinstance(pids, dict)
        return int(pids[name])

    def kill(self, name: str) -> None:
        """Like kill -9; the supervisor starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def stop(self) -> None:
        """Ctrl-C: SIGINT to the whole foreground group, then wait for its end."""
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(STOP_SECONDS)

    def _read(self) -> bool:
        try:
            self.info = json.loads((self.home / "stack.json").read_text())
        except FileNotFoundError:
            return False
        return True


@contextmanager
def running_stack(env: dict[str, str] | None = None) -> Iterator[RunningStack]:
    """A ready stack with an empty home, ended and removed after the block."""
    folder = Path(tempfile.mkdtemp(prefix="photochanger-stack-"))
    stack = RunningStack(folder / "home", env)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
