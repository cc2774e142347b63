"""Watches `make run` come up on a fresh machine, has a photo changed, stops it, and says how long each took."""

import http.client
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.booth import post_photo
from deploy.local.errors import StackError
from deploy.local.fresh_root import CHECKOUT_INSIDE, FreshRoot
from deploy.local.ports import free_port_block
from deploy.local.progress import Progress

READY_SECONDS, STOP_SECONDS = 900, 100
HOME_INSIDE = f"{CHECKOUT_INSIDE}/.local"
DECODE = "import sys; from PIL import Image; picture = Image.open(sys.argv[1]); picture.load(); print(*picture.size)"


def visit_stack(root: FreshRoot, progress: Progress) -> None:
    """One visit from the first start to a clean end.

    Raises:
        StackError: it did not get ready, gave no picture, or left something behind.
    """
    base = free_port_block(100)
    ports = {"GATEWAY_PORT": base + 80, "ADMIN_PORT": base + 81, "SANDBOX_PORT": base + 90, "PORT_BASE": base}
    command = root.inside("make", "run", env={name: str(port) for name, port in ports.items()})
    started = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    printed: list[str] = []
    reader = threading.Thread(target=_pass_on, args=(process, printed), daemon=True)
    reader.start()
    try:
        info = _wait_ready(root, process, started)
        ready = time.monotonic() - started
        if info["ingest_password"] not in "".join(printed):
            raise StackError("the password was not printed")
        progress.say(f"`make run` was ready on the fresh machine after {ready:.0f} s")
        _open_page(info, progress)
        _send(root, info, progress)
        _stop(root, process, progress)
    finally:
        if process.poll() is None:
            process.kill()
    reader.join(5)


def _pass_on(process: subprocess.Popen[str], printed: list[str]) -> None:
    for line in process.stdout or ():
        printed.append(line)
        print(f"  | {line}", end="", flush=True)


def _wait_ready(root: FreshRoot, process: subprocess.Popen[str], started: float) -> dict[str, str]:
    file = root.path(f"{HOME_INSIDE}/stack.json")
    while not file.exists():
        if process.poll() is not None:
            raise StackError(f"`make run` ended with {process.returncode} before it was ready")
        if time.monotonic() - started > READY_SECONDS:
            raise StackError(f"`make run` was not ready after {READY_SECONDS} s")
        time.sleep(0.2)
    loaded: dict[str, str] = json.loads(file.read_text())
    return loaded


def _open_page(info: dict[str, str], progress: Progress) -> None:
    address = urlsplit(info["admin_url"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request("GET", "/slots", headers={"Accept": "text/html"})
        answer = connection.getresponse()
        page = answer.read().decode()
    finally:
        connection.close()
    if answer.status != http.client.OK or 'src="/assets/' not in page:
        raise StackError(f"the web UI was answered {answer.status}: {page[:300]!r}")
    progress.say("the web UI is there")


def _send(root: FreshRoot, info: dict[str, str], progress: Progress) -> None:
    photo = root.path(f"{CHECKOUT_INSIDE}/deploy/local/demo-photo.jpg").read_bytes()
    started = time.monotonic()
    status, answer = post_photo(int(info["gateway_url"].rsplit(":", 1)[1]), photo, info["ingest_password"])
    if status != 200:
        raise StackError(f"the photo was answered {status}: {answer[:300]!r}")
    root.path("/tmp/answer").write_bytes(answer)  # noqa: S108 - a fresh root of our own
    command = root.inside(".venv/bin/python", "-c", DECODE, "/tmp/answer")  # noqa: S108 - as above
    decoded = subprocess.run(command, capture_output=True, text=True, check=False)
    if decoded.returncode or answer == photo:
        raise StackError(f"no changed, decodable picture came back: {decoded.stderr[-300:]}")
    size = "x".join(decoded.stdout.split())
    progress.say(f"a photo came back as {size}, {len(answer)} bytes, in {time.monotonic() - started:.1f} s")


def _stop(root: FreshRoot, process: subprocess.Popen[str], progress: Progress) -> None:
    started = time.monotonic()
    os.kill(int(root.path(f"{HOME_INSIDE}/supervisor.pid").read_text()), signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise StackError(f"`make run` did not end within {STOP_SECONDS} s of Ctrl-C") from error
    if left := [pid for pid in root.processes() if _is_alive(pid)]:
        raise StackError(f"processes are left: {left}")
    changed = subprocess.run(
        root.inside("git", "status", "--porcelain"), capture_output=True, text=True, check=True
    ).stdout
    if changed:
        raise StackError(f"the working tree changed: {changed}")
    progress.say(f"Ctrl-C ended everything in {time.monotonic() - started:.1f} s, the working tree is clean")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
