"""Somebody must be able to log in on the first day."""

from pydantic import SecretStr

from admin_api.accounts.passwords import Passwords
from photochanger.domain.user import Role, User
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import get_logger

log = get_logger(__name__)


class NobodyCanLogIn(Exception):
    """There is no user, and the settings name no first administrator."""


class FirstAdministrator:
    def __init__(
        self, users: UserRepository, passwords: Passwords, *, login: str | None, password: SecretStr | None
    ) -> None:
        self._users = users
        self._passwords = passwords
        self._login = login
        self._password = password

    async def ensure(self) -> None:
        """Create the administrator named by the settings if there is no user at all.

        Raises:
            NobodyCanLogIn: the settings name none.
            DatabaseUnavailable: ask again.
        """
        if await self._users.exists_any():
            return
        if self._login is None or self._password is None:
            raise NobodyCanLogIn("set ADMIN_LOGIN and ADMIN_PASSWORD")
        password_hash = await self._passwords.hash(self._password.get_secret_value())
        user = User(login=self._login, password_hash=password_hash, role=Role.ADMIN)
        if await self._users.insert_if_missing(user):
            log.info("first_administrator_created", login=user.login)
