"""The application: each route behind what it needs, and what every answer carries."""

from collections.abc import Sequence

from aiohttp import hdrs, web

from admin_api.accounts.auth import Auth
from admin_api.rest.cors import Cors
from admin_api.rest.endpoint import CLIENT_ADDRESS, MAX_JSON_BYTES, Endpoint, Handler
from admin_api.rest.openapi import openapi_endpoint
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


def build_app(
    auth: Auth, endpoints: Sequence[Endpoint], trusted_proxies: Sequence[Network], cors: Cors
) -> web.Application:
    """Serve the endpoints and, under `/api/v1/openapi.json`, the document that describes exactly them."""

    @web.middleware
    async def note_address(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[CLIENT_ADDRESS] = address_of(request, trusted=trusted_proxies)
        return await handler(request)

    app = web.Application(middlewares=[answer_refusals, cors.middleware, note_address], client_max_size=MAX_JSON_BYTES)
    for endpoint in (*endpoints, openapi_endpoint(endpoints, cookie_name=auth.cookie_name)):
        app.router.add_route(endpoint.method, endpoint.path, _guarded(auth, endpoint))
    app.on_response_prepare.append(_secure)
    app.on_response_prepare.append(cors.name_origin)
    return app


def _guarded(auth: Auth, endpoint: Endpoint) -> Handler:
    async def parsed(request: web.Request) -> web.StreamResponse:
        bounded = request.clone(client_max_size=endpoint.max_body_bytes)
        await parse_request(endpoint, bounded)
        return await endpoint.handler(bounded)

    if endpoint.role is None:
        return parsed
    needs_session, takes_one_time = endpoint.needs_session, endpoint.takes_one_time_password
    return auth.needs(endpoint.role, parsed, session=needs_session, takes_one_time_password=takes_one_time)


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
