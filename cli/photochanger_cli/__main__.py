"""`python -m photochanger_cli`."""

import sys

from photochanger_cli.command_line import main

if __name__ == "__main__":
    sys.exit(main())
