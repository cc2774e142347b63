"""Logging in and out, and the own password."""

from datetime import datetime
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, Field, SecretStr

from admin_api.accounts.auth import LOGGED_IN, SESSION_SECONDS, Auth, LoggedIn, actor_of
from admin_api.accounts.passwords import NewPassword, Passwords
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import CLIENT_ADDRESS, Endpoint, RequestModel, body_of, json_answer
from admin_api.rest.problems import FieldFault, Refused
from admin_api.rest.versions import version_conflict
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Login, Role
from photochanger.infrastructure.user_repository import UserRepository

PATH = "/api/v1/session"

_GivenPassword = Annotated[SecretStr, Field(max_length=1_024, examples=["the words of before"])]


class LoginRequest(RequestModel):
    login: Login
    password: _GivenPassword


class PasswordChange(RequestModel):
    current_password: _GivenPassword
    new_password: NewPassword


class SessionShown(BaseModel):
    login: str
    role: Role
    expires_at: datetime


class SessionOpened(SessionShown):
    """`token` is for `Authorization: Bearer`; the cookie holds it too."""

    token: str


class SessionRoutes:
    def __init__(self, auth: Auth, users: UserRepository, passwords: Passwords, audit: Audit) -> None:
        self._auth = auth
        self._users = users
        self._passwords = passwords
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.create,
                None,
                summary="Log in: gives a token, also as a cookie",
                body=LoginRequest,
                answer=SessionOpened,
                status=201,
                problems=(ProblemCode.INVALID_PASSWORD, ProblemCode.RATE_LIMITED),
            ),
            Endpoint(hdrs.METH_GET, PATH, self.show, Role.VIEWER, summary="Who is logged in", answer=SessionShown),
            Endpoint(hdrs.METH_DELETE, PATH, self.delete, Role.VIEWER, summary="Log out", status=204),
            Endpoint(
                hdrs.METH_PUT,
                f"{PATH}/password",
                self.change_password,
                Role.VIEWER,
                summary="Change the own password; ends every other session",
                body=PasswordChange,
                status=204,
                problems=(ProblemCode.RATE_LIMITED, ProblemCode.VERSION_CONFLICT),
            ),
        )

    async def create(self, request: web.Request) -> web.Response:
        asked = body_of(request, LoginRequest)
        password = asked.password.get_secret_value()
        logged_in = await self._auth.log_in(asked.login, password, address=request[CLIENT_ADDRESS])
        response = json_answer(SessionOpened(**_shown(logged_in).model_dump(), token=logged_in.token), status=201)
        response.set_cookie(
            self._auth.cookie_name,
            logged_in.token,
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=self._auth.is_https,
            path="/",
        )
        return response

    async def show(self, request: web.Request) -> web.Response:
        return json_answer(_shown(request[LOGGED_IN]))

    async def delete(self, request: web.Request) -> web.Response:
        """The token is worthless from now on, wherever it is kept."""
        await self._auth.log_out(request[LOGGED_IN].token)
        response = web.Response(status=204)
        response.del_cookie(self._auth.cookie_name, path="/", secure=self._auth.is_https)
        return response

    async def change_password(self, request: web.Request) -> web.Response:
        asked, logged_in = body_of(request, PasswordChange), request[LOGGED_IN]
        current, new = asked.current_password.get_secret_value(), asked.new_password.get_secret_value()
        if not await self._auth.knows_password(logged_in, current, address=request[CLIENT_ADDRESS]):
            raise Refused.for_faults(FieldFault.at("current_password", detail="is not your password"))
        if new == current:
            raise Refused.for_faults(FieldFault.at("new_password", detail="is the old one"))
        user = logged_in.user
        changed = user.model_copy(update={"password_hash": await self._passwords.hash(new)})
        async with self._audit.change(actor_of(request), "change_password", f"users/{user.login}"):
            if not await self._users.replace(changed, expected_version=user.version):
                raise version_conflict()
            await self._auth.log_out_everywhere_else(logged_in)
        return web.Response(status=204)


def _shown(logged_in: LoggedIn) -> SessionShown:
    return SessionShown(login=logged_in.user.login, role=logged_in.user.role, expires_at=logged_in.session.expires_at)
