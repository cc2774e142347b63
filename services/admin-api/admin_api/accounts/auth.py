"""Who is asking: opaque server-side sessions, by cookie or bearer token."""

import hashlib
import secrets
from dataclasses import dataclass

from aiohttp import hdrs, web

from admin_api.accounts.login_throttle import LoginThrottle
from admin_api.accounts.passwords import Passwords
from admin_api.operations.audit import Actor
from admin_api.rest.endpoint import CLIENT_ADDRESS, Handler
from admin_api.rest.own_page import refuse_foreign_pages
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role, User
from photochanger.infrastructure.session_repository import Session, SessionRepository
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import get_logger

SESSION_SECONDS = 12 * 3600
_COOKIE = "photochanger_session"

log = get_logger(__name__)


@dataclass(frozen=True)
class LoggedIn:
    user: User
    session: Session
    token: str

    @property
    def token_hash(self) -> str:
        return _hash(self.token)


LOGGED_IN = web.RequestKey("logged_in", LoggedIn)


def actor_of(request: web.Request) -> Actor:
    """Give whoever made the request of an endpoint with a role."""
    return Actor(request[LOGGED_IN].user.login, request[CLIENT_ADDRESS])


class Auth:
    """`is_https`: browsers hold the cookie to this very host, and send it by https only."""

    def __init__(
        self,
        users: UserRepository,
        sessions: SessionRepository,
        passwords: Passwords,
        throttle: LoginThrottle,
        *,
        is_https: bool,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._throttle = throttle
        self.is_https = is_https
        self.cookie_name = f"__Host-{_COOKIE}" if is_https else _COOKIE

    async def log_in(self, login: str, password: str, *, address: str) -> LoggedIn:
        """Open a session.

        Raises:
            Refused: wrong login or password, in the same words and time; or too many failures.
        """
        user = await self._users.find(login)
        is_right = await self._check(login, password, user.password_hash if user else None, address=address)
        if user is None or not is_right or not user.is_active:
            log.warning("login_refused", address=address)
            raise Refused(ProblemCode.INVALID_PASSWORD, "Login or password is wrong.")
        token = secrets.token_urlsafe(32)
        session = await self._sessions.open(_hash(token), login=login, lifetime_seconds=SESSION_SECONDS)
        # a new password ends the sessions that are there: one opened with the old one just now would outlive it
        if await self._users.find(login) != user:
            await self._sessions.close(_hash(token))
            raise Refused(ProblemCode.INVALID_PASSWORD, "Login or password is wrong.")
        await self._throttle.succeeded(login, address=address)
        log.info("logged_in", login=user.login, address=address, role=user.role)
        return LoggedIn(user, session, token)

    async def knows_password(self, logged_in: LoggedIn, password: str, *, address: str) -> bool:
        """Check the password of somebody who is logged in, throttled as a login.

        Raises:
            Refused: too many failures.
        """
        user = logged_in.user
        is_right = await self._check(user.login, password, user.password_hash, address=address)
        if is_right:
            await self._throttle.succeeded(user.login, address=address)
        return is_right

    async def log_out(self, token: str) -> None:
        await self._sessions.close(_hash(token))

    async def log_out_everywhere_else(self, logged_in: LoggedIn) -> None:
        await self._sessions.close_all(logged_in.user.login, keep=_hash(logged_in.token))

    async def log_out_everywhere(self, login: str) -> None:
        await self._sessions.close_all(login)

    def needs(self, role: Role, handler: Handler) -> Handler:
        """Let `handler` see only requests of a session whose user has at least this role."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            logged_in = await self._authenticate(request)
            if not logged_in.user.role.includes(role):
                user = logged_in.user
                log.warning("access_denied", login=user.login, path=request.path, role=user.role, needed=role)
                raise Refused(ProblemCode.FORBIDDEN, f"This needs the role {role}.")
            request[LOGGED_IN] = logged_in
            return await handler(request)

        return guarded

    async def _check(self, login: str, password: str, password_hash: str | None, *, address: str) -> bool:
        await self._throttle.begin(login, address=address)
        return await self._passwords.matches(password, password_hash)

    async def _authenticate(self, request: web.Request) -> LoggedIn:
        token = _bearer(request) or self._cookie(request)
        session = await self._sessions.find(_hash(token)) if token else None
        user = await self._users.find(session.login) if session else None
        if token is None or session is None or user is None or not user.is_active:
            raise Refused(ProblemCode.UNAUTHENTICATED, "Log in first.")
        return LoggedIn(user, session, token)

    def _cookie(self, request: web.Request) -> str | None:
        token = request.cookies.get(self.cookie_name)
        if token:
            refuse_foreign_pages(request)
        return token or None


def _hash(token: str) -> str:
    # a header that was not UTF-8 comes with surrogates
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
