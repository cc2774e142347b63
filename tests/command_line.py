"""The `photochanger` command as a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLI = Path(__file__).parent.parent / "cli"
RUN_SECONDS = 100


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def photochanger(*words: str, url: str, token: str | None, cwd: Path, **environ: str) -> Said:
    """Run the command with a home of its own and no terminal."""
    given = {"PHOTOCHANGER_API_URL": url} | ({} if token is None else {"PHOTOCHANGER_API_TOKEN": token})
    done = subprocess.run(
        [sys.executable, "-m", "photochanger_cli", *words],
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHONPATH": str(CLI), **given, **environ},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)
