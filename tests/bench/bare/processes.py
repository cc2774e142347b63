"""Starts the bare pipeline beside a running stack, on the stack's own servers and its sandbox."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import free_port_block
from tests.servers import DIES_WITH_US

READY_SECONDS = 20.0
_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class BarePipeline:
    url: str
    pids: Mapping[str, int]


@contextmanager
def bare_pipeline(info: Mapping[str, object], *, prompt: str) -> Iterator[BarePipeline]:
    """Run both processes until the block ends."""
    port = free_port_block(1)
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(_ROOT),
        "BARE_PORT": str(port),
        "BARE_PROMPT": prompt,
        "BARE_PROVIDER_URL": f"{info['sandbox_url']}/v1beta/models/gemini-nano-banana-2.1:generateContent",
        **{name.upper(): str(info[name]) for name in _ADDRESSES},
    }
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in ("gateway", "worker"):
            command = [*DIES_WITH_US, sys.executable, "-m", f"tests.bench.bare.{name}"]
            started[f"bare-{name}"] = subprocess.Popen(command, env=environ, cwd=_ROOT)
            _wait_for(port)
        yield BarePipeline(f"http://127.0.0.1:{port}", {name: process.pid for name, process in started.items()})
    finally:
        for process in started.values():
            process.kill()
            process.wait(10)


_ADDRESSES = ("amqp_url", "mongo_url", "s3_url", "s3_access_key", "s3_secret_key")


def _wait_for(port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, "the bare gateway does not listen"
            time.sleep(0.1)
        else:
            return
