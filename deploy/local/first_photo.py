"""On the first start: seeds the demo slots and sends one photo through."""

import http.client
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress

from deploy.local.commands import end_group, last_words
from deploy.local.credentials import Credentials
from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.layout import Layout
from deploy.local.part import LOOPBACK
from deploy.local.progress import Progress
from deploy.local.stack_parts import StackParts

DEMO_SLOTS = ("demo-gemini", "demo-edit")
ANSWER_SECONDS = 65
#: A saved slot or setting is in force everywhere within this time.
IN_FORCE_SECONDS = 3


def seed_once(
    layout: Layout,
    parts: StackParts,
    credentials: Credentials,
    *,
    progress: Progress,
    is_asked_to_stop: Callable[[], bool],
) -> None:
    """On a home's first start make the demo slots and send one photo; a photo that fails is said, not fatal.

    Raises:
        StackError: the database refused the slots.
        InterruptedStackError: asked to stop.
    """
    done = layout.home / "seeded"
    if done.exists():
        return
    with progress.part("seed", f"makes the slots {', '.join(DEMO_SLOTS)}", "slots are there"):
        _make_slots(layout, parts, credentials, is_asked_to_stop)
    progress.begin("first photo", f"goes through {DEMO_SLOTS[0]}")
    progress.end("first photo", send_photo(layout, parts, credentials))
    done.touch()


def _make_slots(
    layout: Layout, parts: StackParts, credentials: Credentials, is_asked_to_stop: Callable[[], bool]
) -> None:
    log = layout.logs / "seed.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.seed"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=parts.service_env() | {"INGEST_PASSWORD": credentials.ingest_password},
            start_new_session=True,
        )
    while process.poll() is None:
        if is_asked_to_stop():
            end_group(process, grace_seconds=2)
            raise InterruptedStackError
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    if process.returncode:
        raise StackError(f"seed: {last_words(log)} - see {log}")


def send_photo(layout: Layout, parts: StackParts, credentials: Credentials) -> str:
    """Post the demo photo as a booth does; returns what became of it in a few words."""
    photo = (layout.checkout / "deploy" / "local" / "demo-photo.jpg").read_bytes()
    deadline = time.monotonic() + IN_FORCE_SECONDS
    while True:
        status, answer = post_photo(parts.gateway_port, photo, credentials.ingest_password)
        if status not in {401, 404} or time.monotonic() > deadline:
            break
        time.sleep(0.3)
    if status == 200:
        return f"came back as a picture of {len(answer)} bytes"
    said = answer[:300].decode(errors="replace")
    return f"FAILED, status {status}: {said} - see {layout.logs}; the stack runs on"


def booth_request(photo: bytes, password: str) -> tuple[str, bytes]:
    """Content type and body of a multipart form as DSLR Remote Pro sends it."""
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="fileToUpload"; filename="IMG_0001.JPG"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    tail = (
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n{password}'
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\nfirst photo\r\n--{boundary}--\r\n'
    )
    return f"multipart/form-data; boundary={boundary}", head.encode() + photo + tail.encode()


def post_photo(port: int, photo: bytes, password: str) -> tuple[int, bytes]:
    """Status and body of the first demo slot's answer; status 0 and the reason without an answer."""
    content_type, body = booth_request(photo, password)
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("POST", f"/ingest/{DEMO_SLOTS[0]}", body, {"Content-Type": content_type})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error).encode()
    finally:
        connection.close()
