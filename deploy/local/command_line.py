"""What each word of `python -m deploy.local` does."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from deploy.local.cache import MIB, require_space
from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.home_lock import home_lock
from deploy.local.layout import Layout, read_layout
from deploy.local.ports import read_ports, require_free
from deploy.local.progress import Progress
from deploy.local.setup import set_up
from deploy.local.stop import clean, end_leftovers, stop_running

HOME_BYTES = 500 * MIB


def main(arguments: Sequence[str]) -> int:
    """Carry out one word; returns the shell's exit code. Every expected failure is one line on stderr."""
    chosen = _parse(arguments)
    layout = read_layout(os.environ)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        _carry_out(chosen, layout)
    except StackError as error:
        print(f"make {chosen.word}: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local")
    words = parser.add_subparsers(dest="word", required=True)
    words.add_parser("run")
    words.add_parser("stop")
    words.add_parser("clean").add_argument("--yes", action="store_true", help="do not ask")
    words.add_parser("setup").add_argument("--only", action="append", default=[], help="a part's name")
    return parser.parse_args(arguments)


def _carry_out(chosen: argparse.Namespace, layout: Layout) -> None:
    match chosen.word:
        case "run":
            _run(layout)
        case "stop":
            with Progress() as progress:
                stop_running(layout, progress)
        case "clean":
            clean(layout, is_confirmed=chosen.yes)
        case _:
            with Progress() as progress:
                set_up(layout, progress, only=chosen.only)
                progress.say("everything is there")


def _run(layout: Layout) -> None:
    """Prepare, then become the supervisor: same pid, but with the virtual environment's Python."""
    ports = read_ports(os.environ)
    require_space(layout.home, HOME_BYTES, "PHOTOCHANGER_HOME")
    with Progress() as progress, home_lock(layout.home):
        end_leftovers(layout, progress)
        require_free(ports)
        set_up(layout, progress)
    python = str(layout.venv_python)
    os.execv(python, [python, "-m", "deploy.local.supervise"])  # noqa: S606 - same pid, another Python


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise InterruptedStackError
