"""`python -m sandbox` as a process: starts, stops at once, names a wrong setting."""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

import orjson
import pytest

SERVICE = Path(__file__).parents[3] / "services" / "sandbox"


async def start(**settings: str) -> asyncio.subprocess.Process:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SERVICE), "SANDBOX_PORT": "0", "METRICS_PORT": "0"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", env=environment | settings,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_sigterm_ends_it_at_once_even_with_a_hanging_call() -> None:
    process = await start(SANDBOX_BEHAVIOUR="hang")
    assert process.stdout is not None
    started = orjson.loads(await asyncio.wait_for(process.stdout.readline(), 15))
    host, port = started["url"].removeprefix("http://").split(":")
    body = b'{"contents":[{"parts":[{"text":"x"}]}]}'
    head = f"POST /v1/models/gemini-3-pro-image:generateContent HTTP/1.1\r\nHost: {host}\r\nx-goog-api-key: k\r\n"
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await asyncio.sleep(0.2)

    told = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, stderr = await asyncio.wait_for(process.communicate(), 10)

    assert (process.returncode, stderr) == (0, b"")
    assert time.monotonic() - told < 1.5
    assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LISTEN_HOST", "nowhere"),
        ("SANDBOX_BEHAVIOUR", "nonsense"),
    ],
)
async def test_a_wrong_setting_is_one_line_that_names_it(variable: str, value: str) -> None:
    process = await start(**{variable: value})

    stdout, stderr = await asyncio.wait_for(process.communicate(), 15)

    assert (process.returncode, stdout) == (78, b"")
    assert stderr.decode().startswith(f"sandbox: wrong setting {variable}: ")
    assert stderr.count(b"\n") == 1


async def test_a_taken_port_is_one_line_that_names_its_variable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = await start(SANDBOX_PORT=str(taken.getsockname()[1]))
        _, stderr = await asyncio.wait_for(process.communicate(), 15)

    assert process.returncode == 78
    assert stderr.decode().startswith("sandbox: wrong setting SANDBOX_PORT: cannot listen on 127.0.0.1:")
