"""On the first start seeds the demo slots and sends one photo through; later only the slots that a home never had."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from deploy.local.booth import DEMO_SLOTS, post_photo
from deploy.local.commands import end_group, last_words
from deploy.local.credentials import Credentials
from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.layout import Layout
from deploy.local.progress import Progress
from deploy.local.stack_parts import StackParts

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
    """Make the demo slots that this home never had, and on its first start send one photo; its failure is not fatal.

    Raises:
        StackError: the database refused the slots.
        InterruptedStackError: asked to stop.
    """
    done = layout.home / "seeded"
    is_first = not done.exists()
    if not is_first and set(DEMO_SLOTS) <= set(done.read_text().split()):
        return
    with progress.part("seed", f"makes the slots {', '.join(DEMO_SLOTS)}", "slots are there"):
        _make_slots(layout, parts, credentials, is_asked_to_stop)
    if is_first:
        progress.begin("first photo", f"goes through {DEMO_SLOTS[0]}")
        progress.end("first photo", send_photo(layout, parts, credentials))
    done.write_text(" ".join(DEMO_SLOTS))


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
