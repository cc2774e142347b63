"""Logging in and out."""

from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, ConfigDict, SecretStr, StringConstraints, ValidationError

from admin_api.auth import COOKIE, LOGGED_IN, SESSION_SECONDS, Auth, LoggedIn
from admin_api.problems import Refused
from photochanger.domain.failure import ProblemCode


class LoginRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    login: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: SecretStr


class SessionRoutes:
    def __init__(self, auth: Auth, *, is_https: bool) -> None:
        self._auth = auth
        self._is_https = is_https

    async def create(self, request: web.Request) -> web.Response:
        """`POST /api/v1/session`: the token, also as a cookie that scripts cannot read."""
        if request.content_type != "application/json":
            raise Refused(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")
        try:
            asked = LoginRequest.model_validate_json(await request.read())
        except ValidationError as error:
            raise Refused.for_fields(error) from error
        address = request.remote or ""
        logged_in = await self._auth.log_in(asked.login, asked.password.get_secret_value(), address=address)
        response = web.json_response({**_shown(logged_in), "token": logged_in.token}, status=201)
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
        """`GET /api/v1/session`: who is logged in, with which role, until when."""
        return web.json_response(_shown(request[LOGGED_IN]))

    async def delete(self, request: web.Request) -> web.Response:
        """`DELETE /api/v1/session`: the token is worthless from now on, wherever it is kept."""
        await self._auth.log_out(request[LOGGED_IN].token)
        response = web.Response(status=204)
        response.del_cookie(COOKIE, path="/")
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
        return response


def _shown(logged_in: LoggedIn) -> dict[str, object]:
    return {
        "login": logged_in.user.login,
        "role": logged_in.user.role,
        "expires_at": logged_in.session.expires_at.isoformat(),
    }
