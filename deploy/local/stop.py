"""`make stop` and `make clean`."""

import os
import shutil
import signal
import sys
import time
from contextlib import suppress

from deploy.local.credentials import keep_credentials
from deploy.local.errors import StackError
from deploy.local.home_lock import is_held, read_pid
from deploy.local.layout import Layout
from deploy.local.leftovers import end_marked
from deploy.local.progress import Progress

#: Services drain for up to a minute, then the servers end.
STOP_SECONDS = 100
LEFTOVER_GRACE_SECONDS = 15


def stop_running(layout: Layout, progress: Progress) -> None:
    """End the supervisor of this home and wait for it, or what a killed one left.

    Raises:
        StackError: it does not end.
    """
    if is_held(layout.home) and (pid := read_pid(layout.home)):
        with progress.part("stop", f"waits for the stack of pid {pid} to end", "stopped"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while is_held(layout.home):
                if time.monotonic() > deadline:
                    raise StackError(f"pid {pid} does not end; see {layout.logs}")
                time.sleep(0.1)
    elif not end_leftovers(layout, progress):
        progress.say("nothing runs here")


def end_leftovers(layout: Layout, progress: Progress) -> int:
    """End what a supervisor of this home that was killed left running; how many processes."""
    if not layout.secrets.exists():
        return 0
    count = end_marked(process_marker(layout), grace_seconds=LEFTOVER_GRACE_SECONDS)
    layout.stack_file.unlink(missing_ok=True)
    if count:
        progress.say(f"ended {count} processes that an earlier run left")
    return count


def process_marker(layout: Layout) -> str:
    """The mark of everything that this home's stack starts; a copied home has another."""
    return f"{keep_credentials(layout.secrets).stack_id}:{layout.home}"


def clean(layout: Layout, *, is_confirmed: bool) -> None:
    """Remove the home after asking.

    Raises:
        StackError: the stack runs, the folder is not a stack's, or the answer was no.
    """
    if not layout.home.exists():
        return
    if is_held(layout.home):
        raise StackError(f"the stack on {layout.home} runs; `make stop` first")
    if not (layout.home / "logs").exists():
        raise StackError(f"{layout.home} does not look like a stack's folder; nothing removed")
    if not is_confirmed:
        print(f"This removes {layout.home} with all photos, rows and passwords. Type yes: ", end="", flush=True)
        if sys.stdin.readline().strip() != "yes":
            raise StackError("nothing removed")
    shutil.rmtree(layout.home)
