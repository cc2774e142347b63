"""Which methods an address takes, where it is one of its own and could also name a thing beside it."""

from collections import defaultdict
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Middleware

from admin_api.rest.endpoint import Endpoint, Handler


def telling_methods(endpoints: Iterable[Endpoint]) -> Middleware:
    """Let `/dead-letters/replay` have its own methods, and not those of `/dead-letters/{id}`."""
    methods: dict[str, set[str]] = defaultdict(set)
    for endpoint in endpoints:
        if "{" not in endpoint.path:
            methods[endpoint.path].add(endpoint.method)

    @web.middleware
    async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
        own = methods.get(request.path)
        if own is not None and request.method not in own:
            raise web.HTTPMethodNotAllowed(request.method, own)
        return await handler(request)

    return told
