"""A built web UI as small as can be: what a build leaves, without building one."""

import gzip
from pathlib import Path

INDEX = (
    b'<!doctype html><html lang="en"><div id="root"></div><script type="module" src="/assets/main-a1b2.js"></script>'
)
SCRIPT = b"document.getElementById('root').textContent = 'the UI';" * 40


def small_ui(folder: Path) -> Path:
    """Give a folder that the admin API, or the UI's own image, can serve."""
    files = {"index.html": INDEX, "assets/main-a1b2.js": SCRIPT, "favicon.svg": b"<svg/>"}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    (folder / ".built-from").write_text("not to be served")
    return folder
