"""`python -m deploy.local.compose_env`: makes .env for docker-compose.yml once, with fresh passwords."""

import secrets
import sys
from collections.abc import Callable

from deploy.local.credentials import write_private
from deploy.local.layout import CHECKOUT

MARK = "= # generated"


def filled(example: str, token: Callable[[], str]) -> str:
    """The example with a token after each `=` that is marked; everything else as it is."""
    lines = (line.removesuffix(MARK) + f"={token()}" if line.endswith(MARK) else line for line in example.splitlines())
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    file = CHECKOUT / ".env"
    if not file.exists():
        # hexadecimal: it stands in URLs as it is, and mongod takes it as a key
        write_private(file, filled((CHECKOUT / ".env.example").read_text(), lambda: secrets.token_hex(24)))
        sys.stdout.write("wrote .env with fresh passwords; the administrator's is ADMIN_PASSWORD there\n")


if __name__ == "__main__":
    main()
