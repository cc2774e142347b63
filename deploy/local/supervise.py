"""The second half of `make run`, inside the virtual environment: start, seed, tell, watch, stop."""

import os
import sys
import time

from deploy.local.booth import DEMO_SLOTS
from deploy.local.credentials import keep_credentials
from deploy.local.errors import StackError
from deploy.local.first_photo import seed_once
from deploy.local.home_lock import home_lock
from deploy.local.layout import Layout, read_layout
from deploy.local.leftovers import end_marked
from deploy.local.ports import read_ports
from deploy.local.progress import Progress
from deploy.local.server_tools import find_server_tools
from deploy.local.stack_file import StackFile
from deploy.local.stack_parts import StackParts
from deploy.local.stop import process_marker
from deploy.local.stop_signals import StopSignals
from deploy.local.summary import summary_lines
from deploy.local.supervisor import Supervisor


def main() -> int:
    """Run the stack until a signal; returns the shell's exit code."""
    layout, signals = read_layout(os.environ), StopSignals()
    try:
        with Progress() as progress, home_lock(layout.home):
            _run(layout, progress, signals)
    except StackError as error:
        print(f"make run: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _run(layout: Layout, progress: Progress, signals: StopSignals) -> None:
    credentials = keep_credentials(layout.secrets)
    parts = StackParts(layout, read_ports(os.environ), credentials, environ=os.environ)
    marker = process_marker(layout)
    supervisor = Supervisor(
        parts.everything(find_server_tools(layout)), folder=layout.home, marker=marker, progress=progress
    )
    stack_file = StackFile(layout, parts, credentials)
    try:
        supervisor.start(lambda: signals.is_asked)
        seed_once(layout, parts, credentials, progress=progress, is_asked_to_stop=lambda: signals.is_asked)
        stack_file.describe(supervisor.processes.values(), DEMO_SLOTS)
        supervisor.on_restart = stack_file.write
        stack_file.write()
        progress.say("everything runs")
        for line in summary_lines(layout, parts, credentials, DEMO_SLOTS):
            print(line, flush=True)
        while not signals.is_asked:
            time.sleep(0.1)
    finally:
        stack_file.remove()
        supervisor.stop(lambda: signals.is_urgent)
        end_marked(marker, grace_seconds=2)
    progress.say(f"stopped; photos, rows and logs stay in {layout.home}")


if __name__ == "__main__":
    sys.exit(main())
