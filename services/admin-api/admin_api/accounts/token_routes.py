"""Tokens for scripts: made by people, shown once, never more than their owner may do."""

from datetime import datetime
from typing import Annotated, Self

from aiohttp import hdrs, web
from pydantic import BaseModel, Field, StringConstraints

from admin_api.accounts.auth import LOGGED_IN, actor_of
from admin_api.accounts.whose import WhoseQuery, everybody_or_own
from admin_api.operations.audit import Audit
from admin_api.rest.conflict import ConflictReason, conflict
from admin_api.rest.endpoint import Endpoint, RequestModel, body_of, json_answer, query_of
from admin_api.rest.field_fault import FaultCode, FieldFault, Wrong
from admin_api.rest.pages import cut_page
from admin_api.rest.problems import Refused
from admin_api.rest.storable import LINE_PATTERN
from photochanger.domain.api_token import DEFAULT_DAYS, LONGEST_DAYS, ApiToken, new_api_token
from photochanger.domain.failure import ProblemCode
from photochanger.domain.user import Role
from photochanger.infrastructure.api_token_repository import ApiTokenRepository
from photochanger.infrastructure.credential_rows import cursor_of, hash_of, id_of
from photochanger.infrastructure.user_repository import UserRepository

PATH = "/api/v1/tokens"

_Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=LINE_PATTERN),
    Field(examples=["nightly export"]),
]


class NewToken(RequestModel):
    """`role` is not above one's own; a read-only token looks and changes nothing."""

    name: _Name
    role: Role
    is_read_only: bool = False
    expires_in_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = DEFAULT_DAYS


class TokenShown(BaseModel):
    """`last_used_at` is a minute late at most."""

    id: str
    login: str
    name: str
    role: Role
    is_read_only: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> Self:
        return cls(id=id_of(token.token_hash), **token.model_dump(exclude={"token_hash"}))


class TokenMade(TokenShown):
    """`token` is for `Authorization: Bearer`, and shown this once."""

    token: str


class TokenPage(BaseModel):
    items: tuple[TokenShown, ...]
    next_cursor: str | None


class TokenRoutes:
    def __init__(self, tokens: ApiTokenRepository, users: UserRepository, audit: Audit) -> None:
        self._tokens = tokens
        self._users = users
        self._audit = audit

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                PATH,
                self.list,
                Role.VIEWER,
                summary="The own tokens, newest first; an administrator sees everybody's with `everybody=true`",
                query=WhoseQuery,
                answer=TokenPage,
            ),
            Endpoint(
                hdrs.METH_POST,
                PATH,
                self.create,
                Role.VIEWER,
                summary="Make a token for a script; it is shown this once",
                body=NewToken,
                answer=TokenMade,
                status=201,
                problems=(ProblemCode.CONFLICT,),
                needs_session=True,
            ),
            Endpoint(
                hdrs.METH_DELETE,
                f"{PATH}/{{id}}",
                self.revoke,
                Role.VIEWER,
                summary="Revoke one of the own tokens; an administrator revokes anybody's",
                status=204,
                needs_session=True,
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query = query_of(request, WhoseQuery)
        found = await self._tokens.newest_first(
            login=everybody_or_own(query, request[LOGGED_IN]), limit=query.limit + 1, after=query.cursor
        )
        page, next_cursor = cut_page(
            found, limit=query.limit, cursor_of=lambda token: cursor_of(token.created_at, token.token_hash)
        )
        return json_answer(TokenPage(items=tuple(map(TokenShown.of, page)), next_cursor=next_cursor))

    async def create(self, request: web.Request) -> web.Response:
        asked, user = body_of(request, NewToken), request[LOGGED_IN].user
        if not user.role.includes(asked.role):
            above = Wrong(FaultCode.ROLE_ABOVE_OWN, "is above your own")
            raise Refused.for_faults(FieldFault.at("role", wrong=above))
        token = new_api_token()
        told, target = asked.model_dump(mode="json"), f"tokens/{id_of(hash_of(token))}"
        async with self._audit.change(actor_of(request), "create", target, None, told):
            made = await self._tokens.create(
                hash_of(token),
                login=user.login,
                name=asked.name,
                role=asked.role,
                is_read_only=asked.is_read_only,
                lifetime_days=asked.expires_in_days,
            )
            # whoever deleted the user, or gave him another password, has ended the tokens that were there
            if await self._users.find(user.login) != user:
                await self._tokens.revoke(id_of(made.token_hash), login=user.login)
                raise conflict(ConflictReason.USER_CHANGED, "Your user was changed meanwhile; log in again.")
        return json_answer(TokenMade(**TokenShown.of(made).model_dump(), token=token), status=201)

    async def revoke(self, request: web.Request) -> web.Response:
        user, token_id = request[LOGGED_IN].user, request.match_info["id"]
        whose = None if user.role is Role.ADMIN else user.login
        async with self._audit.change(actor_of(request), "revoke", f"tokens/{token_id[:32]}") as change:
            revoked = await self._tokens.revoke(token_id, login=whose)
            if revoked is None:
                raise Refused(ProblemCode.NOT_FOUND, "No such token.")
            change.after = {"login": revoked.login, "name": revoked.name}
        return web.Response(status=204)
