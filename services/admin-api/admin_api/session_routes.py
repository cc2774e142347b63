"""Logging in and out."""

from datetime import datetime
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, SecretStr, StringConstraints

from admin_api.auth import COOKIE, LOGGED_IN, SESSION_SECONDS, Auth, LoggedIn
from admin_api.endpoint import Endpoint, RequestModel, body_of, json_answer
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role

PATH = "/api/v1/session"


class LoginRequest(RequestModel):
    login: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: SecretStr


class SessionShown(BaseModel):
    login: str
    role: Role
    expires_at: datetime


class SessionOpened(SessionShown):
    """`token` is for `Authorization: Bearer`; the cookie holds it too."""

    token: str


class SessionRoutes:
    def __init__(self, auth: Auth, *, is_https: bool) -> None:
        self._auth = auth
        self._is_https = is_https

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
        )

    async def create(self, request: web.Request) -> web.Response:
        asked = body_of(request, LoginRequest)
        address = request.remote or ""
        logged_in = await self._auth.log_in(asked.login, asked.password.get_secret_value(), address=address)
        response = json_answer(SessionOpened(**_shown(logged_in).model_dump(), token=logged_in.token), status=201)
        response.set_cookie(
            COOKIE,
            logged_in.token,
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=self._is_https,
            path="/",
        )
        return response

    async def show(self, request: web.Request) -> web.Response:
        return json_answer(_shown(request[LOGGED_IN]))

    async def delete(self, request: web.Request) -> web.Response:
        """The token is worthless from now on, wherever it is kept."""
        await self._auth.log_out(request[LOGGED_IN].token)
        response = web.Response(status=204)
        response.del_cookie(COOKIE, path="/")
        return response


def _shown(logged_in: LoggedIn) -> SessionShown:
    return SessionShown(login=logged_in.user.login, role=logged_in.user.role, expires_at=logged_in.session.expires_at)
