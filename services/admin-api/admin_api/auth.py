"""Who is asking: opaque server-side sessions, by cookie or bearer token."""

import hashlib
import secrets
from dataclasses import dataclass

from aiohttp import hdrs, web

from admin_api.endpoint import Handler
from admin_api.login_throttle import LoginThrottle
from admin_api.passwords import Passwords
from admin_api.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role, User
from photochanger.infrastructure.session_repository import Session, SessionRepository
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import get_logger

SESSION_SECONDS = 12 * 3600
COOKIE = "photochanger_session"
#: What browsers say of requests that the page itself, or the person, made.
_OWN_FETCH_SITES = frozenset({"same-origin", "none"})
_SAFE_METHODS = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})

log = get_logger(__name__)


@dataclass(frozen=True)
class LoggedIn:
    user: User
    session: Session
    token: str


LOGGED_IN = web.RequestKey("logged_in", LoggedIn)


class Auth:
    def __init__(
        self, users: UserRepository, sessions: SessionRepository, passwords: Passwords, throttle: LoginThrottle
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._throttle = throttle

    async def log_in(self, login: str, password: str, *, address: str) -> LoggedIn:
        """Open a session.

        Raises:
            Refused: wrong login or password, in the same words and time; or too many failures.
        """
        key = f"{login} {address}"
        wait = self._throttle.wait_seconds(key)
        if wait:
            log.warning("login_throttled", address=address, wait_seconds=round(wait, 1))
            raise Refused(
                ProblemCode.RATE_LIMITED, "Too many failed attempts; wait a little.", retry_after_seconds=wait
            )
        self._throttle.begin(key)
        user = await self._users.find(login)
        is_right = await self._passwords.matches(password, user.password_hash if user else None)
        if user is None or not is_right or not user.is_active:
            log.warning("login_refused", address=address)
            raise Refused(ProblemCode.INVALID_PASSWORD, "Login or password is wrong.")
        self._throttle.succeeded(key)
        token = secrets.token_urlsafe(32)
        session = await self._sessions.open(_hash(token), login=login, lifetime_seconds=SESSION_SECONDS)
        log.info("logged_in", address=address, role=user.role)
        return LoggedIn(user, session, token)

    async def log_out(self, token: str) -> None:
        await self._sessions.close(_hash(token))

    def needs(self, role: Role, handler: Handler) -> Handler:
        """Let `handler` see only requests of a session whose user has at least this role."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            logged_in = await self._authenticate(request)
            if not logged_in.user.role.includes(role):
                raise Refused(ProblemCode.FORBIDDEN, f"This needs the role {role}.")
            request[LOGGED_IN] = logged_in
            return await handler(request)

        return guarded

    async def _authenticate(self, request: web.Request) -> LoggedIn:
        token = _bearer(request) or _cookie(request)
        session = await self._sessions.find(_hash(token)) if token else None
        user = await self._users.find(session.login) if session else None
        if token is None or session is None or user is None or not user.is_active:
            raise Refused(ProblemCode.UNAUTHENTICATED, "Log in first.")
        return LoggedIn(user, session, token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _cookie(request: web.Request) -> str | None:
    """Give the cookie's token; a foreign page cannot change anything with it.

    Raises:
        Refused: the browser says that another site's page sends this.
    """
    token = request.cookies.get(COOKIE)
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if token and request.method not in _SAFE_METHODS and site not in _OWN_FETCH_SITES:
        raise Refused(ProblemCode.FORBIDDEN, "Another site's page cannot do this.")
    return token or None
