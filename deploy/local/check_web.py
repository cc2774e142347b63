"""`make check-web`: the web UI's types, lint, texts and unit tests, by the machine's Node or the one from PyPI."""

import os
import subprocess
import sys
import threading
from dataclasses import replace

from deploy.local.errors import StackError
from deploy.local.fetch_plan import fetch_all
from deploy.local.fetch_web import Node, find_node, has_packages, node_fetch
from deploy.local.layout import Layout, read_layout
from deploy.local.progress import Progress


def main() -> int:
    """Give npm's exit code; what it says goes to the caller's own output."""
    layout = read_layout(os.environ)
    try:
        node = _node(layout)
    except StackError as error:
        print(f"make check-web: {error}", file=sys.stderr)
        return error.exit_code
    web = layout.checkout / "web"
    if not has_packages(web):
        installed = _npm(node, layout, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund")
        if installed:
            return installed
    return _npm(node, layout, "run", "check")


def _node(layout: Layout) -> Node:
    if (found := find_node(layout)) is not None:
        return found
    wanted = replace(node_fetch(layout), is_there=lambda: find_node(layout) is not None)
    with Progress() as progress:
        fetch_all([wanted], layout.logs, progress, threading.Event())
    if (fetched := find_node(layout)) is None:
        raise StackError("no Node that fits was found")
    return fetched


def _npm(node: Node, layout: Layout, *words: str) -> int:
    env = os.environ | {"PATH": f"{node.binary.parent}:{os.environ.get('PATH', '')}", "CI": "true"}
    command = [*node.npm, "--prefix", str(layout.checkout / "web"), *words]
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
