"""Who is asking: a person's session, by cookie or bearer token, or a script with a token of its own."""

from dataclasses import dataclass

from aiohttp import hdrs, web

from admin_api.operations.audit import Actor
from admin_api.rest.endpoint import CLIENT_ADDRESS, Handler
from admin_api.rest.own_page import SAFE_METHODS, OwnPage
from admin_api.rest.problems import Refused
from photochanger.domain.api_token import PREFIX, ApiToken
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role, User
from photochanger.infrastructure.api_token_repository import ApiTokenRepository
from photochanger.infrastructure.credential_rows import hash_of
from photochanger.infrastructure.session_repository import Session, SessionRepository
from photochanger.infrastructure.user_repository import UserRepository
from photochanger.observability import get_logger

_COOKIE = "photochanger_session"

log = get_logger(__name__)


@dataclass(frozen=True)
class LoggedIn:
    """`user.role` is what this request may do: a script's token may have less than its owner."""

    user: User
    by: Session | ApiToken

    @property
    def token_hash(self) -> str:
        """What names the session or token, for whatever is counted by it."""
        return self.by.token_hash

    @property
    def session(self) -> Session:
        """The session, in an endpoint with `needs_session`."""
        if isinstance(self.by, Session):
            return self.by
        raise TypeError("the endpoint does not say that it needs a session")


LOGGED_IN = web.RequestKey("logged_in", LoggedIn)


def actor_of(request: web.Request) -> Actor:
    """Give whoever made the request of an endpoint with a role."""
    logged_in = request[LOGGED_IN]
    script = logged_in.by.name if isinstance(logged_in.by, ApiToken) else None
    return Actor(logged_in.user.login, request[CLIENT_ADDRESS], script)


class Auth:
    """With `own_page.is_https` browsers hold the cookie to this very host, and send it by https only."""

    def __init__(
        self, users: UserRepository, sessions: SessionRepository, tokens: ApiTokenRepository, own_page: OwnPage
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._tokens = tokens
        self.own_page = own_page
        self.cookie_name = f"__Host-{_COOKIE}" if own_page.is_https else _COOKIE

    def needs(
        self, role: Role, handler: Handler, *, session: bool = False, takes_one_time_password: bool = False
    ) -> Handler:
        """Let `handler` see only requests of who has at least this role.

        With `session` a script's token is not enough; `takes_one_time_password`: also who still has to change his.
        """

        async def guarded(request: web.Request) -> web.StreamResponse:
            logged_in = await self._authenticate(request)
            user = logged_in.user
            refusal = None
            if not user.role.includes(role):
                refusal = Refused(ProblemCode.FORBIDDEN, f"This needs the role {role}.")
            elif user.must_change_password and not takes_one_time_password:
                refusal = Refused(ProblemCode.PASSWORD_CHANGE_REQUIRED, "Change the one-time password first.")
            elif isinstance(logged_in.by, ApiToken):
                refusal = _refusal_of_script(logged_in.by, request.method, needs_session=session)
            if refusal is not None:
                log.warning("access_denied", login=user.login, path=request.path, role=user.role, needed=role)
                raise refusal
            request[LOGGED_IN] = logged_in
            return await handler(request)

        return guarded

    async def _authenticate(self, request: web.Request) -> LoggedIn:
        bearer = _bearer(request)
        secret = bearer or self._cookie(request)
        by: Session | ApiToken | None = None
        if bearer and bearer.startswith(PREFIX):
            by = await self._tokens.find(hash_of(bearer))
        elif secret:
            by = await self._sessions.find(hash_of(secret))
        user = await self._users.find(by.login) if by else None
        if by is None or user is None or not user.is_active:
            raise Refused(ProblemCode.UNAUTHENTICATED, "Log in first.")
        if isinstance(by, ApiToken):
            user = user.model_copy(update={"role": user.role.at_most(by.role)})
        return LoggedIn(user, by)

    def _cookie(self, request: web.Request) -> str | None:
        token = request.cookies.get(self.cookie_name)
        if token:
            self.own_page.refuse_foreign(request)
        return token or None


def _refusal_of_script(token: ApiToken, method: str, *, needs_session: bool) -> Refused | None:
    if needs_session:
        return Refused(ProblemCode.FORBIDDEN, "A script's token may not do this: log in with a password.")
    if token.is_read_only and method not in SAFE_METHODS:
        return Refused(ProblemCode.FORBIDDEN, "This token may only read.")
    return None


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
