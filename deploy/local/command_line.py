"""What each word of `python -m deploy.local` does."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from deploy.local.errors import InterruptedStackError, StackError
from deploy.local.layout import Layout, read_layout
from deploy.local.progress import Progress
from deploy.local.setup import set_up


def main(arguments: Sequence[str]) -> int:
    """Returns the shell's exit code; every expected failure is one line on stderr."""
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
    words.add_parser("setup").add_argument("--only", action="append", default=[], help="a part's name")
    return parser.parse_args(arguments)


def _carry_out(chosen: argparse.Namespace, layout: Layout) -> None:
    if chosen.word == "setup":
        with Progress() as progress:
            set_up(layout, progress, only=chosen.only)
            progress.say("everything is there")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise InterruptedStackError
