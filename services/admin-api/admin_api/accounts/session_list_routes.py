"""Who is logged in, from where and since when, and how to end it."""

from datetime import datetime
from typing import Self

from aiohttp import hdrs, web
from pydantic import BaseModel

from admin_api.accounts.auth import LOGGED_IN, LoggedIn, actor_of
from admin_api.accounts.whose import WhoseQuery, everybody_or_own
from admin_api.operations.audit import Audit
from admin_api.rest.endpoint import Endpoint, json_answer, query_of
from admin_api.rest.pages import cut_page
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.credential_rows import cursor_of, id_of
from photochanger.infrastructure.session_repository import Session, SessionRepository

PATH = "/api/v1/sessions"


class SessionListed(BaseModel):
    """`address` and `user_agent` are those of the login; `last_used_at` is a minute late at most."""

    id: str
    login: str
    address: str
    user_agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_this_one: bool

    @classmethod
    def of(cls, session: Session, logged_in: LoggedIn) -> Self:
        fields = session.model_dump(exclude={"token_hash"})
        is_this_one = session.token_hash == logged_in.by.token_hash
        return cls(id=id_of(session.token_hash), is_this_one=is_this_one, **fields)


class SessionPage(BaseModel):
    items: tuple[SessionListed, ...]
    next_cursor: str | None


class SessionListRoutes:
    def __init__(self, sessions: SessionRepository, audit: Audit) -> None:
        self._sessions = sessions
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.list,
                Role.VIEWER,
                summary="The own sessions, newest first; an administrator sees everybody's with `everybody=true`",
                query=WhoseQuery,
                answer=SessionPage,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                PATH,
                self.end_others,
                Role.VIEWER,
                summary="End every other session of one's own",
                status=204,
                needs_session=True,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                f"{PATH}/{{id}}",
                self.end,
                Role.VIEWER,
                summary="End one of the own sessions; an administrator ends anybody's",
                status=204,
                needs_session=True,
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query, logged_in = query_of(request, WhoseQuery), request[LOGGED_IN]
        found = await self._sessions.newest_first(
            login=everybody_or_own(query, logged_in), limit=query.limit + 1, after=query.cursor
        )
        page, next_cursor = cut_page(
            found, limit=query.limit, cursor_of=lambda session: cursor_of(session.created_at, session.token_hash)
        )
        items = tuple(SessionListed.of(session, logged_in) for session in page)
        return json_answer(SessionPage(items=items, next_cursor=next_cursor))

    async def end_others(self, request: web.Request) -> web.Response:
        session, login = request[LOGGED_IN].session, request[LOGGED_IN].user.login
        async with self._audit.change(actor_of(request), "end_other_sessions", f"users/{login}") as change:
            change.is_made = await self._sessions.close_all(login, keep=session.token_hash) > 0
        return web.Response(status=204)

    async def end(self, request: web.Request) -> web.Response:
        user, session_id = request[LOGGED_IN].user, request.match_info["id"]
        whose = None if user.role is Role.ADMIN else user.login
        async with self._audit.change(actor_of(request), "end_session", f"sessions/{session_id[:32]}") as change:
            ended = await self._sessions.close_called(session_id, login=whose)
            if ended is None:
                raise Refused(ProblemCode.NOT_FOUND, "No such session.")
            change.after = {"login": ended}
        return web.Response(status=204)
