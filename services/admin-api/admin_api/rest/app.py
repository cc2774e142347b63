"""The application: each route behind what it needs, and what every answer carries."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from admin_api.accounts.auth import Auth
from admin_api.rest.contract.served import Contract
from admin_api.rest.cors import Cors
from admin_api.rest.created import location_of, telling_location
from admin_api.rest.endpoint import CLIENT_ADDRESS, MAX_JSON_BYTES, Endpoint, Handler
from admin_api.rest.idempotency import done_once
from admin_api.rest.methods import telling_methods
from admin_api.rest.problems import answer_refusals
from admin_api.rest.request_limit import limited, tell_use
from admin_api.rest.request_parsing import parse_request
from admin_api.rest.versions import reader_of, telling_current
from admin_api.rest.web_pages import WebPages
from photochanger.infrastructure.http_server import Network, address_of
from photochanger.infrastructure.idempotency_repository import IdempotencyRepository
from photochanger.infrastructure.request_rates import RequestRates
from photochanger.infrastructure.sealing import Sealer

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True)
class Shared:
    """What all replicas have in common: who asks how often, what was created under which key, which pages are ours."""

    rates: RequestRates
    keys: IdempotencyRepository
    sealer: Sealer
    cors: Cors
    #: None: no UI is served.
    pages: WebPages | None = None


def build_app(
    auth: Auth, endpoints: Sequence[Endpoint], trusted_proxies: Sequence[Network], shared: Shared
) -> web.Application:
    """Serve the endpoints and what describes exactly them: the OpenAPI document, and the same as a page."""

    @web.middleware
    async def note_address(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[CLIENT_ADDRESS] = address_of(request, trusted=trusted_proxies)
        return await handler(request)

    pages = [shared.pages.middleware] if shared.pages else []
    middlewares = [answer_refusals, *pages, shared.cors.middleware, telling_methods(endpoints), note_address]
    app = web.Application(middlewares=middlewares, client_max_size=MAX_JSON_BYTES)
    for endpoint in Contract(endpoints, cookie_name=auth.cookie_name).endpoints:
        handler = telling_location(endpoint.handler, location_of(endpoint, endpoints))
        handler = telling_current(handler, reader_of(endpoint, endpoints))
        handler = done_once(endpoint, handler, shared.keys, shared.sealer)
        app.router.add_route(endpoint.method, endpoint.path, _guarded(auth, endpoint, handler, shared.rates))
    app.on_response_prepare.append(_secure)
    app.on_response_prepare.append(tell_use)
    app.on_response_prepare.append(shared.cors.name_origin)
    return app


def _guarded(auth: Auth, endpoint: Endpoint, handler: Handler, rates: RequestRates) -> Handler:
    async def parsed(request: web.Request) -> web.StreamResponse:
        bounded = request.clone(client_max_size=endpoint.max_body_bytes)
        await parse_request(endpoint, bounded)
        return await handler(bounded)

    if endpoint.role is None:
        return parsed
    needs_session, takes_one_time = endpoint.needs_session, endpoint.takes_one_time_password
    within_limit = limited(parsed, rates)
    return auth.needs(endpoint.role, within_limit, session=needs_session, takes_one_time_password=takes_one_time)


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
