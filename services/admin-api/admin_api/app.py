"""The routes, what each needs, and what every answer carries."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from admin_api.auth import Auth
from admin_api.front_page import FrontPage
from admin_api.job_routes import JobRoutes
from admin_api.problems import Handler, answer_refusals
from admin_api.session_routes import SessionRoutes
from admin_api.slot_routes import SlotRoutes
from photochanger.domain.user import Role

MAX_BODY_BYTES = 64 * 1024

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True)
class Endpoint:
    """`role` None: open to everybody."""

    method: str
    path: str
    handler: Handler
    role: Role | None


def endpoints(session: SessionRoutes, slots: SlotRoutes, jobs: JobRoutes, page: FrontPage) -> Sequence[Endpoint]:
    """Every route of the admin API; each says what role it needs."""
    return (
        Endpoint(hdrs.METH_GET, "/", page.show, None),
        Endpoint(hdrs.METH_POST, "/api/v1/session", session.create, None),
        Endpoint(hdrs.METH_GET, "/api/v1/session", session.show, Role.VIEWER),
        Endpoint(hdrs.METH_DELETE, "/api/v1/session", session.delete, Role.VIEWER),
        Endpoint(hdrs.METH_GET, "/api/v1/slots", slots.list, Role.VIEWER),
        Endpoint(hdrs.METH_GET, "/api/v1/jobs", jobs.list, Role.VIEWER),
        Endpoint(hdrs.METH_GET, "/api/v1/jobs/{id}", jobs.show, Role.VIEWER),
    )


def build_app(auth: Auth, routes: Sequence[Endpoint]) -> web.Application:
    app = web.Application(middlewares=[answer_refusals], client_max_size=MAX_BODY_BYTES)
    for route in routes:
        handler = route.handler if route.role is None else auth.needs(route.role, route.handler)
        app.router.add_route(route.method, route.path, handler)
    app.on_response_prepare.append(_secure)
    return app


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_SECURITY_HEADERS)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
