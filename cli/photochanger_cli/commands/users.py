"""`photochanger users`."""

import argparse
from urllib.parse import quote

from photochanger_cli.commands.context import Context
from photochanger_cli.commands.parsing import Parsers
from photochanger_cli.exit_codes import ExitCode

PATH = "/api/v1/users"
COLUMNS = ("login", "role", "is_active")


def add(parsers: Parsers) -> None:
    users = parsers.group("users", "people who may log in: list, create, disable")
    users.command("list", "who may log in", list_users)
    new = users.command("create", "let somebody in; asks for the first password", create)
    new.add_argument("login")
    new.add_argument("--role", choices=("viewer", "operator", "admin"), required=True)
    users.command("disable", "let somebody in no longer; ends the sessions", disable).add_argument("login")


def list_users(_arguments: argparse.Namespace, context: Context) -> ExitCode:
    context.output.table(context.api.pages(PATH, query={}, limit=10_000), COLUMNS)
    return ExitCode.OK


def create(arguments: argparse.Namespace, context: Context) -> ExitCode:
    password = context.ask_secret(f"Password for {arguments.login}: ")
    if context.ask_secret("Once more: ") != password:
        context.output.error("the two are not the same; nothing was changed")
        return ExitCode.REFUSED
    body = {"login": arguments.login, "role": arguments.role, "password": password}
    context.output.table([context.api.ask("POST", PATH, body)], COLUMNS)
    return ExitCode.OK


def disable(arguments: argparse.Namespace, context: Context) -> ExitCode:
    path = f"{PATH}/{quote(arguments.login, safe='')}"
    _, version = context.api.ask_with_version(path)
    context.output.table([context.api.ask("PATCH", path, {"is_active": False}, headers=version)], COLUMNS)
    return ExitCode.OK
