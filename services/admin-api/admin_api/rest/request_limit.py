"""How many requests a session may make a minute, told with every answer."""

from aiohttp import web

from admin_api.accounts.auth import LOGGED_IN
from admin_api.rest.endpoint import Handler
from admin_api.rest.problems import Refused
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.request_rates import RequestRates, Use

LIMIT, REMAINING, RESET = "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"
_USE = web.RequestKey("rate_limit_use", Use)


def limited(handler: Handler, rates: RequestRates) -> Handler:
    """Let the handler see only requests within their session's limit."""

    async def counted(request: web.Request) -> web.StreamResponse:
        use = request[_USE] = await rates.count(request[LOGGED_IN].token_hash)
        if use.is_over:
            detail = f"At most {use.limit} requests a minute are answered."
            raise Refused(ProblemCode.RATE_LIMITED, detail, retry_after_seconds=use.reset_seconds)
        return await handler(request)

    return counted


async def tell_use(request: web.Request, response: web.StreamResponse) -> None:
    """Say what is left of the limit; a signal of aiohttp."""
    use = request.get(_USE)
    if use is not None:
        response.headers[LIMIT] = str(use.limit)
        response.headers[REMAINING] = str(use.remaining)
        response.headers[RESET] = str(max(1, round(use.reset_seconds)))
