"""Whether a photo has a chance, asked before its body is received."""

from collections.abc import Awaitable, Callable

from ingest_gateway.refusal import Refusal
from ingest_gateway.terms import Terms
from photochanger.domain.failure import ProblemCode
from photochanger.domain.latency import LatencyBook
from photochanger.domain.window_planner import TimeLeft, first_attempt


class Prospects:
    """Turns away at once what could only wait for the end of its window.

    The dispatcher asks again by the row, when what the upload took is known too.

    Args:
        book: what is known of the providers' times now; asked only for a slot that refuses without time.
    """

    def __init__(self, book: Callable[[], Awaitable[LatencyBook]]) -> None:
        self._book = book

    async def check(self, terms: Terms, *, now: float) -> None:
        """Let pass whoever still has a chance; `now` is monotonic.

        Raises:
            DatabaseUnavailable: what is known now cannot be read.
            Refusal: the slot refuses without time, and the usual time of each of its providers exceeds what is left.
        """
        if not terms.slot.refuse_without_time:
            return
        time = TimeLeft(
            left_ms=round((terms.deadline - now) * 1000),
            window_ms=round(terms.window_seconds * 1000),
            answer_reserve_ms=round(terms.settings.answer_reserve_seconds * 1000),
        )
        book = await self._book()
        if first_attempt([book.of(route) for route in terms.slot.routes], time, may_refuse=True) is None:
            raise Refusal(
                ProblemCode.NO_TIME_LEFT, "what is waiting already and the provider's usual time exceed the window"
            )
