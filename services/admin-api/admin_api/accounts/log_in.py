"""Passwords become sessions, slowly for whoever guesses."""

import secrets
from dataclasses import dataclass

from admin_api.accounts.auth import LoggedIn
from admin_api.accounts.login_throttle import LoginThrottle
from admin_api.accounts.passwords import Passwords
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.credential_rows import hash_of
from photochanger.infrastructure.session_repository import Session, SessionRepository
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import get_logger

SESSION_SECONDS = 12 * 3600
MAX_USER_AGENT_LENGTH = 200

log = get_logger(__name__)


@dataclass(frozen=True)
class Client:
    """From where somebody logs in."""

    address: str
    user_agent: str

    @classmethod
    def of(cls, address: str, user_agent: str) -> "Client":
        """Keep of what the program calls itself what can be shown, 200 characters at most."""
        shown = "".join(char if char.isprintable() else " " for char in user_agent[:MAX_USER_AGENT_LENGTH])
        return cls(address, shown.strip())


class LogIn:
    def __init__(
        self, users: UserRepository, sessions: SessionRepository, passwords: Passwords, throttle: LoginThrottle
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._throttle = throttle

    async def open_session(self, login: str, password: str, *, client: Client) -> tuple[LoggedIn, str]:
        """Open a session under a fresh token, and give both.

        Raises:
            Refused: wrong login or password, in the same words and time; too many failures; or too many log in at once.
        """
        user = await self._users.find(login)
        is_right = await self._check(login, password, user.password_hash if user else None, address=client.address)
        if user is None or not is_right or not user.is_active:
            log.warning("login_refused", address=client.address)
            raise _wrong()
        token = secrets.token_urlsafe(32)
        session = await self._sessions.open(
            hash_of(token),
            login=login,
            lifetime_seconds=SESSION_SECONDS,
            address=client.address,
            user_agent=client.user_agent,
        )
        # a new password ends the sessions that are there: one opened with the old one just now would outlive it
        if await self._users.find(login) != user:
            await self._sessions.close(session.token_hash)
            raise _wrong()
        await self._throttle.succeeded(login, address=client.address)
        log.info("logged_in", login=user.login, address=client.address, role=user.role)
        return LoggedIn(user, session), token

    async def close_session(self, token: str) -> None:
        """End the session of this token, if there is one."""
        await self._sessions.close(hash_of(token))

    async def end(self, session: Session) -> None:
        await self._sessions.close(session.token_hash)

    async def confirms(self, logged_in: LoggedIn, password: str, *, address: str) -> bool:
        """Check the password of somebody who is logged in, throttled as a login.

        Raises:
            Refused: too many failures, or too many log in at once.
        """
        user = logged_in.user
        is_right = await self._check(user.login, password, user.password_hash, address=address)
        if is_right:
            await self._throttle.succeeded(user.login, address=address)
        return is_right

    async def _check(self, login: str, password: str, password_hash: str | None, *, address: str) -> bool:
        # a login that finds no place is not counted as a guess
        async with self._passwords.place():
            await self._throttle.begin(login, address=address)
            return await self._passwords.matches(password, password_hash)


def _wrong() -> Refused:
    return Refused(ProblemCode.INVALID_PASSWORD, "Login or password is wrong.")
