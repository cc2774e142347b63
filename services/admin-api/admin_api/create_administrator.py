"""Makes an administrator, or lets one in who lost his password: `python -m admin_api.create_administrator [--login]`.

A one-time password is made and printed; with `--ask` a lasting one is typed in, or read from the first line of a pipe.
Whoever has the login becomes an active administrator; his sessions and tokens end, and so does any wait after guesses.
"""

import argparse
import asyncio
import getpass
import sys

from pydantic import TypeAdapter, ValidationError

from admin_api.accounts.access import Access
from admin_api.accounts.password_rules import password_fault
from admin_api.accounts.passwords import NewPassword, Passwords, one_time_password
from admin_api.operations.audit import Actor, Audit
from photochanger.domain.user import Login, Role, User
from photochanger.infrastructure.api_token_repository import ApiTokenRepository
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.login_failures import LoginFailures
from photochanger.infrastructure.mongo import DatabaseUnavailable, Mongo, connect
from photochanger.infrastructure.session_repository import SessionRepository
from photochanger.infrastructure.user_repository import UserRepository, Written
from photochanger.settings import EXIT_WRONG_SETTINGS, MongoSettings

DATABASE_TIMEOUT_MS = 5_000
EXIT_NOT_DONE = 1
EXIT_WRONG_USE = 2
ACTOR = Actor("create_administrator", "console")


class Refusal(Exception):
    """What to tell whoever typed it in."""


async def create(mongo: Mongo, login: str, password: str, *, is_one_time: bool) -> None:
    """Make the administrator, or make what has this login one.

    Raises:
        DatabaseUnavailable: run it again.
        Refusal: somebody changes this user at the same time.
    """
    database = mongo.database
    password_hash = await Passwords().hash(password)
    user = User(login=login, password_hash=password_hash, role=Role.ADMIN, must_change_password=is_one_time)
    said = {"role": user.role.value, "is_active": True, "must_change_password": is_one_time}
    audit = Audit(AuditRepository(database))
    async with audit.change(ACTOR, "create_administrator", f"users/{login}", None, said):
        await _save(UserRepository(database), user)
        await Access(SessionRepository(database), ApiTokenRepository(database)).end_everything(login)
        await LoginFailures(database).forget_account(login)


async def _save(users: UserRepository, user: User) -> None:
    before = await users.find(user.login)
    if before is None:
        is_saved = await users.insert_if_missing(user)
    else:
        is_saved = await users.replace(user, expected_version=before.version) is Written.DONE
    if not is_saved:
        raise Refusal("somebody changes this user at the same time: run this again")


def _asked(login: str) -> str:
    """Give the password that is typed in, or comes down a pipe; never an argument, which everybody here could see."""
    if sys.stdin.isatty():
        password = getpass.getpass(f"new password of {login}: ")
        if getpass.getpass("once more: ") != password:
            raise Refusal("these are two different passwords")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    try:
        TypeAdapter(NewPassword).validate_python(password)
    except ValidationError as error:
        raise Refusal("the password must have 12 to 256 characters") from error
    if wrong := password_fault(password, login=login):
        raise Refusal(f"the password {wrong.detail}")
    return password


async def _run(settings: MongoSettings, login: str, password: str, *, is_one_time: bool) -> None:
    async with connect(settings.mongo_url, timeout_ms=DATABASE_TIMEOUT_MS) as mongo:
        await create(mongo, login, password, is_one_time=is_one_time)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m admin_api.create_administrator", description=__doc__)
    parser.add_argument("--login", default="admin", help="default: admin")
    parser.add_argument("--ask", action="store_true", help="type in a password instead of getting a one-time one")
    given = parser.parse_args()
    login: str = given.login
    is_one_time = not given.ask
    try:
        TypeAdapter(Login).validate_python(login)
        password = one_time_password() if is_one_time else _asked(login)
        settings = MongoSettings()
        asyncio.run(_run(settings, login, password, is_one_time=is_one_time))
    except ValidationError as error:
        is_setting = error.title == MongoSettings.__name__
        fault = "MONGO_URL is wrong or missing" if is_setting else "a login has letters, digits and ._@- only"
        return _said(fault, EXIT_WRONG_SETTINGS if is_setting else EXIT_WRONG_USE)
    except Refusal as refusal:
        return _said(str(refusal), EXIT_NOT_DONE)
    except DatabaseUnavailable:
        return _said("the database does not answer: run this again", EXIT_NOT_DONE)
    shown = f", one-time password {password}" if is_one_time else ""
    print(f"administrator {login}{shown}")  # noqa: T201 - a command's own output
    return 0


def _said(fault: str, exit_code: int) -> int:
    print(f"create_administrator: {fault}", file=sys.stderr)  # noqa: T201 - a command's own output
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
