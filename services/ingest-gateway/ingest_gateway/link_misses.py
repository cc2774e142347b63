"""Links that show nothing, asked for again and again: nobody may try one after the other."""

from collections.abc import Callable, Sequence

from aiohttp import web

from ingest_gateway.refusal import Refusal
from ingest_gateway.sliding_rate import SlidingRate
from photochanger.domain.failure import ProblemCode
from photochanger.infrastructure.http_server import Network, address_of, limit_key

MISSES_PER_MINUTE = 30


class LinkMisses:
    """Counts misses by address, for every kind of public link together.

    Only a miss is ever refused for it: guests share an address, and one with a wrong link must not take their pictures
    from the others. Ids have 160 random bits; the limit keeps log and database quiet.
    """

    def __init__(self, *, trusted_proxies: Sequence[Network], clock: Callable[[], float]) -> None:
        self._trusted_proxies, self._clock = trusted_proxies, clock
        self._rate = SlidingRate()

    def refusal(
        self,
        request: web.Request,
        *,
        code: ProblemCode = ProblemCode.RESULT_NOT_FOUND,
        detail: str = "there is no picture under this link",
    ) -> Refusal:
        """Count a miss and give its answer: 404, and 429 to an address with too many."""
        address = limit_key(address_of(request, trusted=self._trusted_proxies))
        wait = self._rate.take(address, MISSES_PER_MINUTE, now=self._clock())
        if wait > 0:
            too_many = f"more than {MISSES_PER_MINUTE} wrong links a minute"
            return Refusal(ProblemCode.RATE_LIMITED, too_many, retry_after_seconds=wait)
        return Refusal(code, detail)
