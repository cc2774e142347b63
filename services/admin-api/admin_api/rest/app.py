"""The application: each route behind what it needs, and what every answer carries."""

from collections.abc import Sequence

from aiohttp import hdrs, web

from admin_api.accounts.auth import Auth
from admin_api.rest.contract.served import Contract
from admin_api.rest.created import Location, location_of, telling_location
from admin_api.rest.endpoint import CLIENT_ADDRESS, MAX_JSON_BYTES, Endpoint, Handler
from admin_api.rest.problems import answer_refusals
from admin_api.rest.request_parsing import parse_request
from photochanger.infrastructure.http_server import Network, address_of

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def build_app(auth: Auth, endpoints: Sequence[Endpoint], trusted_proxies: Sequence[Network]) -> web.Application:
    """Serve the endpoints and what describes exactly them: the OpenAPI document, and the same as a page."""

    @web.middleware
    async def note_address(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[CLIENT_ADDRESS] = address_of(request, trusted=trusted_proxies)
        return await handler(request)

    app = web.Application(middlewares=[answer_refusals, note_address], client_max_size=MAX_JSON_BYTES)
    for endpoint in Contract(endpoints, cookie_name=auth.cookie_name).endpoints:
        guarded = _guarded(auth, endpoint, location_of(endpoint, endpoints))
        app.router.add_route(endpoint.method, endpoint.path, guarded)
    app.on_response_prepare.append(_secure)
    return app


def _guarded(auth: Auth, endpoint: Endpoint, location: Location | None) -> Handler:
    handler = telling_location(endpoint.handler, location)

    async def parsed(request: web.Request) -> web.StreamResponse:
        bounded = request.clone(client_max_size=endpoint.max_body_bytes)
        await parse_request(endpoint, bounded)
        return await handler(bounded)

    return parsed if endpoint.role is None else auth.needs(endpoint.role, parsed)


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
