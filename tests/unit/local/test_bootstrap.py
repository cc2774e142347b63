"""What runs before anything is installed."""

import subprocess
import sys

import pytest

from deploy.local.layout import CHECKOUT


@pytest.mark.parametrize("module", ["command_line", "fresh_machine"])
def test_it_needs_nothing_but_python(module: str) -> None:
    program = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); import deploy.local.{module}"

    bare = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)

    assert bare.returncode == 0, bare.stderr
