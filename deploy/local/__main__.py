"""`python -m deploy.local run|stop|clean|setup`: needs Python 3.11 and nothing installed."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the very check that says so in a clear line
    sys.exit(f"PhotoChanger needs Python 3.11 or newer, this is {sys.version.split()[0]}; PYTHON3=... chooses another")

from deploy.local.command_line import main

sys.exit(main(sys.argv[1:]))
