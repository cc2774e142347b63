"""Keeps the providers' recent times at hand, read from finished rows so that every replica knows the same."""

from dispatcher.provider_times import KEPT_SAMPLES, ProviderTime, ProviderTimes
from photochanger.infrastructure.job_reader import JobReader

#: Rows looked at: enough for `KEPT_SAMPLES` of each of some ten providers and operations.
ROWS_READ = 10 * KEPT_SAMPLES


class RecentTimes:
    """`current` is as old as the last `refresh`; before the first one nothing is known."""

    def __init__(self, reader: JobReader) -> None:
        self._reader = reader
        self._newest: str | None = None
        self.current = ProviderTimes()

    async def refresh(self) -> None:
        """Read anew, if a picture was delivered since: hundreds of rows for nothing otherwise.

        Raises:
            DatabaseUnavailable: the old times stay.
        """
        newest = await self._reader.newest_delivered()
        if newest == self._newest:
            return
        rows = await self._reader.delivered_attempts(newest=ROWS_READ)
        self.current = ProviderTimes(
            ProviderTime(attempt.provider, attempt.operation, attempt.provider_ms)
            for attempt in rows
            if attempt.provider_ms is not None
        )
        self._newest = newest
