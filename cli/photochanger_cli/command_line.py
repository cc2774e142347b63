"""The `photochanger` command: reads its line, asks the API, says what came."""

import argparse
import getpass
import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from photochanger_cli.api_client import ApiClient, ApiError, NotAllowed, Refused, Unavailable
from photochanger_cli.commands import backup, deadletters, jobs, preflight, slots, users
from photochanger_cli.commands.context import Context
from photochanger_cli.commands.parsing import Parsers
from photochanger_cli.exit_codes import EXPLAINED, ExitCode
from photochanger_cli.output import Output
from photochanger_cli.settings import (
    DEFAULT_FILE,
    DEFAULT_URL,
    FILE_VARIABLE,
    TOKEN_VARIABLE,
    URL_VARIABLE,
    Settings,
    WrongSettings,
    load_settings,
)

_EPILOG = f"""settings:
  {URL_VARIABLE}    address of the admin API ({DEFAULT_URL})
  {TOKEN_VARIABLE}  a bearer token; without one the command asks for login and password
  {FILE_VARIABLE} a file with `url = "…"` and `token = "…"`, mode 600 ({DEFAULT_FILE})

{EXPLAINED}"""

_CODES: Mapping[type[Exception], ExitCode] = MappingProxyType(
    {
        WrongSettings: ExitCode.WRONG_SETTINGS,
        NotAllowed: ExitCode.NOT_ALLOWED,
        Refused: ExitCode.REFUSED,
        Unavailable: ExitCode.UNAVAILABLE,
    }
)


def main(arguments: Sequence[str] | None = None) -> int:
    parsed = build_parser().parse_args(arguments)
    output = Output(is_json=parsed.json)
    try:
        return _run(parsed, load_settings(), output)
    except (WrongSettings, ApiError) as error:
        return _failed(output, str(error), _CODES[type(error)])
    except OSError as error:
        return _failed(output, f"{error.filename or 'a file'}: {error.strerror or error}", ExitCode.REFUSED)
    except KeyboardInterrupt:
        return _failed(output, "interrupted", ExitCode.INTERRUPTED)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="photochanger",
        description="PhotoChanger from the command line.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="one JSON value on stdout, for scripts")
    parsers = Parsers(shared, parser.add_subparsers(required=True, metavar="COMMAND"))
    for area in (preflight, slots, jobs, users, deadletters, backup):
        area.add(parsers)
    return parser


def _run(parsed: argparse.Namespace, settings: Settings, output: Output) -> ExitCode:
    with ApiClient(settings.url, settings.token) as api:
        if settings.token is None:
            _log_in(api)
        return parsed.command(parsed, Context(api, output, _asking(input), _asking(getpass.getpass)))  # type: ignore[no-any-return] # argparse gives Any


def _log_in(api: ApiClient) -> None:
    """Ask who it is; only a person at a terminal can answer."""
    if not sys.stdin.isatty():
        raise NotAllowed(f"There is no token: set {TOKEN_VARIABLE}.")
    api.log_in(_asking(input)(f"Login at {api.url}: "), _asking(getpass.getpass)("Password: "))


def _asking(ask: Callable[[str], str]) -> Callable[[str], str]:
    def asked(question: str) -> str:
        try:
            return ask(question)
        except EOFError as error:
            raise Refused("nobody answers the question; nothing was changed") from error

    return asked


def _failed(output: Output, text: str, code: ExitCode) -> ExitCode:
    output.error(text)
    return code
