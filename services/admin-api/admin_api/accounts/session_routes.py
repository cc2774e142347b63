"""Logging in and out, and the own password."""

from datetime import datetime
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, Field, SecretStr

from admin_api.accounts.access import Access
from admin_api.accounts.auth import LOGGED_IN, Auth, LoggedIn, actor_of
from admin_api.accounts.log_in import SESSION_SECONDS, Client, LogIn
from admin_api.accounts.password_rules import password_fault
from admin_api.accounts.passwords import NewPassword, Passwords
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import CLIENT_ADDRESS, Endpoint, RequestModel, body_of, json_answer
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.problems import Refused
from admin_api.rest.versions import version_conflict
from photochanger.domain.api_token import ApiToken
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Login, Role
from photochanger.infrastructure.credential_rows import id_of
from photochanger.infrastructure.user_repository import UserRepository, Written
from photochanger.observability import get_logger

PATH = "/api/v1/session"

_GivenPassword = Annotated[SecretStr, Field(max_length=1_024, examples=["the words of before"])]
_WRONG_PASSWORD = Wrong(FaultCode.WRONG_PASSWORD, "is not your password")
_SAME_PASSWORD = Wrong(FaultCode.SAME_PASSWORD, "is the old one")

log = get_logger(__name__)


class LoginRequest(RequestModel):
    login: Login
    password: _GivenPassword


class PasswordChange(RequestModel):
    """Scripts keep their tokens unless `end_tokens` says otherwise."""

    current_password: _GivenPassword
    new_password: NewPassword
    end_tokens: bool = False


class SessionShown(BaseModel):
    """`role` is what this session or token may do; `script` is the token's name, None for a session.

    With `must_change_password` nothing but this, the password and logging out is answered.
    """

    id: str
    login: str
    role: Role
    expires_at: datetime
    must_change_password: bool
    script: str | None
    is_read_only: bool


class SessionOpened(SessionShown):
    """`token` is for `Authorization: Bearer`; the cookie holds it too."""

    token: str


class SessionRoutes:
    def __init__(
        self,
        auth: Auth,
        log_in: LogIn,
        users: UserRepository,
        *,
        access: Access,
        passwords: Passwords,
        audit: Audit,
    ) -> None:
        self._auth = auth
        self._log_in = log_in
        self._users = users
        self._access = access
        self._passwords = passwords
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.create,
                None,
                summary="Log in: gives a token, also as a cookie; ends the session of the cookie sent along",
                body=LoginRequest,
                answer=SessionOpened,
                status=201,
                problems=(
                    ProblemCode.INVALID_PASSWORD,
                    ProblemCode.FORBIDDEN,
                    ProblemCode.RATE_LIMITED,
                    ProblemCode.CAPACITY_EXCEEDED,
                ),
            ),
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.show,
                Role.VIEWER,
                summary="Who is logged in",
                answer=SessionShown,
                takes_one_time_password=True,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                PATH,
                self.delete,
                Role.VIEWER,
                summary="Log out",
                status=204,
                needs_session=True,
                takes_one_time_password=True,
            ),
            Endpoint(
                hdrs.METH_PUT,
                f"{PATH}/password",
                self.change_password,
                Role.VIEWER,
                summary="Change the own password; ends every other session",
                body=PasswordChange,
                status=204,
                problems=(ProblemCode.RATE_LIMITED, ProblemCode.CAPACITY_EXCEEDED, ProblemCode.VERSION_CONFLICT),
                needs_session=True,
                takes_one_time_password=True,
            ),
        )

    async def create(self, request: web.Request) -> web.Response:
        self._auth.own_page.refuse_foreign_login(request)
        asked = body_of(request, LoginRequest)
        client = Client.of(request[CLIENT_ADDRESS], request.headers.get(hdrs.USER_AGENT, ""))
        logged_in, token = await self._log_in.open_session(
            asked.login, asked.password.get_secret_value(), client=client
        )
        if before := request.cookies.get(self._auth.cookie_name):
            await self._log_in.close_session(before)
        response = json_answer(SessionOpened(**_shown(logged_in).model_dump(), token=token), status=201)
        response.set_cookie(
            self._auth.cookie_name,
            token,
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=self._auth.own_page.is_https,
            path="/",
        )
        return response

    async def show(self, request: web.Request) -> web.Response:
        return json_answer(_shown(request[LOGGED_IN]))

    async def delete(self, request: web.Request) -> web.Response:
        """The token is worthless from now on, wherever it is kept."""
        logged_in = request[LOGGED_IN]
        await self._log_in.end(logged_in.session)
        log.info("logged_out", login=logged_in.user.login, address=request[CLIENT_ADDRESS])
        response = web.Response(status=204)
        response.del_cookie(self._auth.cookie_name, path="/", secure=self._auth.own_page.is_https)
        return response

    async def change_password(self, request: web.Request) -> web.Response:
        asked, logged_in = body_of(request, PasswordChange), request[LOGGED_IN]
        current, new = asked.current_password.get_secret_value(), asked.new_password.get_secret_value()
        session, user = logged_in.session, logged_in.user
        if not await self._log_in.confirms(logged_in, current, address=request[CLIENT_ADDRESS]):
            raise Refused.for_faults(FieldFault.at("current_password", wrong=_WRONG_PASSWORD))
        if wrong := _SAME_PASSWORD if new == current else password_fault(new, login=user.login):
            raise Refused.for_faults(FieldFault.at("new_password", wrong=wrong))
        changes = {"password_hash": await self._passwords.hash(new), "must_change_password": False}
        changed = user.model_copy(update=changes)
        said = {"end_tokens": asked.end_tokens}
        async with self._audit.change(actor_of(request), "change_password", f"users/{user.login}", None, said):
            if await self._users.replace(changed, expected_version=user.version) is not Written.DONE:
                raise version_conflict()
            await self._access.end_sessions(user.login, keep=session.token_hash)
            if asked.end_tokens:
                await self._access.end_tokens(user.login)
        return web.Response(status=204)


def _shown(logged_in: LoggedIn) -> SessionShown:
    by, user = logged_in.by, logged_in.user
    return SessionShown(
        id=id_of(by.token_hash),
        login=user.login,
        role=user.role,
        expires_at=by.expires_at,
        must_change_password=user.must_change_password,
        script=by.name if isinstance(by, ApiToken) else None,
        is_read_only=by.is_read_only if isinstance(by, ApiToken) else False,
    )
