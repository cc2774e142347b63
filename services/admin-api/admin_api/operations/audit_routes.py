"""Who changed what, newest first."""

from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, StringConstraints

from admin_api.rest.endpoint import Endpoint, json_answer, query_of
from admin_api.rest.pages import PageQuery, cut_page
from photochanger.domain.user import Role
from photochanger.infrastructure.audit_repository import AuditEntry, AuditRepository


class AuditQuery(PageQuery):
    """`cursor` is the `next_cursor` of the page before."""

    cursor: Annotated[str, StringConstraints(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] | None = None


class AuditPage(BaseModel):
    items: tuple[AuditEntry, ...]
    next_cursor: str | None


class AuditRoutes:
    def __init__(self, entries: AuditRepository) -> None:
        self._entries = entries

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint(
                hdrs.METH_GET,
                "/api/v1/audit",
                self.list,
                Role.ADMIN,
                summary="Who changed what, newest first",
                query=AuditQuery,
                answer=AuditPage,
            ),
        )

    async def list(self, request: web.Request) -> web.Response:
        query = query_of(request, AuditQuery)
        found = await self._entries.newest_first(limit=query.limit + 1, before=query.cursor)
        page, next_cursor = cut_page(found, limit=query.limit, cursor_of=lambda entry: entry.id)
        return json_answer(AuditPage(items=tuple(page), next_cursor=next_cursor))
