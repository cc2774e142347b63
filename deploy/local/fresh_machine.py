"""`make fresh-test`: a minimal Debian 12 in a folder, and the committed tree's `make run` or `make test` in it."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

from deploy.local.commands import CommandRunner
from deploy.local.errors import StackError
from deploy.local.fresh_root import FreshRoot
from deploy.local.fresh_visit import visit_stack
from deploy.local.layout import Layout, read_layout
from deploy.local.progress import Progress


def main() -> int:
    """Returns the shell's exit code."""
    parser = argparse.ArgumentParser(prog="make fresh-test")
    parser.add_argument("--target", choices=["run", "test"], default="run")
    parser.add_argument("--keep", action="store_true")
    chosen = parser.parse_args()
    layout = read_layout(os.environ)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Progress() as progress:
            _test(layout, progress, target=chosen.target, keep=chosen.keep)
    except StackError as error:
        print(f"make fresh-test: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _test(layout: Layout, progress: Progress, *, target: str, keep: bool) -> None:
    if os.geteuid() != 0:
        raise StackError("only root can make another root; run it as root")
    log = layout.logs / "fresh-machine.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    runner = CommandRunner("fresh-test", log, threading.Event())
    root = FreshRoot(layout.cache / f"fresh-machine-{os.getpid()}", runner)
    try:
        with progress.part("debootstrap", "makes a minimal Debian 12", "Debian is there"):
            root.make()
        with progress.part("clone", "copies the committed tree", "copied"):
            root.clone(layout.checkout)
        if target == "test":
            _run_tests(root, progress)
        else:
            visit_stack(root, progress)
    finally:
        root.end_processes()
        if keep:
            progress.say(f"kept: {root.folder}")
        else:
            with progress.part("remove", f"removes {root.folder}", "removed"):
                shutil.rmtree(root.folder, ignore_errors=True)


def _run_tests(root: FreshRoot, progress: Progress) -> None:
    started = time.monotonic()
    code = subprocess.run(root.inside("make", "test"), check=False).returncode
    progress.say(f"`make test` on the fresh machine: exit code {code} after {time.monotonic() - started:.0f} s")
    if code:
        raise StackError("`make test` failed on the fresh machine", exit_code=code)


if __name__ == "__main__":
    sys.exit(main())
