"""Keeps what is known of the providers' times at hand."""

from photochanger.domain.latency import LatencyBook
from photochanger.infrastructure.latency_repository import LatencyRepository

#: With the time of the query itself, nobody plans with what is older than 2 s.
REFRESH_SECONDS = 1.5


class RecentLatency:
    """`current` is as old as the last `refresh`; before the first one nothing is known."""

    def __init__(self, repository: LatencyRepository) -> None:
        self._repository = repository
        self.current = LatencyBook()

    async def refresh(self) -> None:
        """Read anew.

        Raises:
            DatabaseUnavailable: what was known stays, so planning goes on.
        """
        self.current = await self._repository.read()
