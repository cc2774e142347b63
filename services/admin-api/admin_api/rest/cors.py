"""Lets a page of ours that is served from another origin use the API from a browser."""

from collections.abc import Collection

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from admin_api.rest.endpoint import Handler
from admin_api.rest.own_page import OWN_HEADER

_METHODS = "GET, POST, PUT, PATCH, DELETE"
_REQUEST_HEADERS = f"Authorization, Content-Type, If-Match, Idempotency-Key, Last-Event-ID, {OWN_HEADER}"
_ANSWER_HEADERS = (
    "ETag, Location, Retry-After, Content-Disposition, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
)
_PREFLIGHT_SECONDS = "600"


class Cors:
    """`allowed_origins` exactly as browsers send them, none by default; never everybody."""

    def __init__(self, allowed_origins: Collection[str] = ()) -> None:
        self._allowed_origins = frozenset(allowed_origins)

    async def name_origin(self, request: web.Request, response: web.StreamResponse) -> None:
        """Tell the browser of an allowed page that it may read the answer, and every cache that this depends on it."""
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
        origin = request.headers.get(hdrs.ORIGIN)
        if origin in self._allowed_origins:
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"
            response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _ANSWER_HEADERS

    @property
    def middleware(self) -> Middleware:
        """Answers the question that the browser of an allowed page asks before a request; of others it is a 405."""

        @web.middleware
        async def answer_preflights(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._is_preflight(request):
                return await handler(request)
            return web.Response(
                status=204,
                headers={
                    hdrs.ACCESS_CONTROL_ALLOW_METHODS: _METHODS,
                    hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _REQUEST_HEADERS,
                    hdrs.ACCESS_CONTROL_MAX_AGE: _PREFLIGHT_SECONDS,
                },
            )

        return answer_preflights

    def _is_preflight(self, request: web.Request) -> bool:
        return (
            request.method == hdrs.METH_OPTIONS
            and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
            and request.headers.get(hdrs.ORIGIN) in self._allowed_origins
        )
