"""Somebody must be able to log in on the first day."""

from pydantic import SecretStr

from admin_api.accounts.passwords import Passwords, one_time_password
from photochanger.domain.user import Role, User
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import get_logger
from photochanger.observability.redaction import ShownOnPurpose

log = get_logger(__name__)


class FirstAdministrator:
    """`password` None: a one-time one is made, and stands in the log once."""

    def __init__(self, users: UserRepository, passwords: Passwords, *, login: str, password: SecretStr | None) -> None:
        self._users = users
        self._passwords = passwords
        self._login = login
        self._password = password

    async def ensure(self) -> None:
        """Create the administrator named by the settings if there is no user at all.

        Raises:
            DatabaseUnavailable: ask again.
        """
        if await self._users.exists_any():
            return
        made = one_time_password() if self._password is None else None
        password = made or (self._password.get_secret_value() if self._password else "")
        user = User(
            login=self._login,
            password_hash=await self._passwords.hash(password),
            role=Role.ADMIN,
            must_change_password=made is not None,
        )
        # of two replicas that start at once only the one whose password it is tells it
        if await self._users.insert_if_missing(user):
            shown = None if made is None else ShownOnPurpose(made)
            log.info("first_administrator_created", login=user.login, one_time_password=shown)
