"""Puts into the live feed which photos came in and where they were sent; how they end the broker tells."""

from admin_api.operations.live.live_feed import LiveFeed, LiveKind
from photochanger.infrastructure.work_under_way import RunningPhoto, WorkReader

LOOK_SECONDS = 0.5


class PhotoNews:
    """Looks at the running photos only while somebody watches: a photo that nobody watches costs nothing more.

    A state that is over before the next look is not told.
    """

    def __init__(self, feed: LiveFeed, work: WorkReader) -> None:
        self._feed = feed
        self._work = work
        self._known: dict[str, RunningPhoto] | None = None

    async def look(self) -> None:
        """Tell what changed since the last look; raises `DatabaseUnavailable`, and the next look tells it."""
        if not self._feed.watchers:
            self._known = None
            return
        running = {photo.job_id: photo for photo in await self._work.photos()}
        if self._known is not None:
            for job_id, photo in running.items():
                if self._known.get(job_id) != photo:
                    self._tell(photo)
        self._known = running

    def _tell(self, photo: RunningPhoto) -> None:
        told = {
            "job_id": photo.job_id,
            "slot_id": photo.slot_id,
            "status": photo.status.value,
            "reason": None,
            "provider": photo.provider,
        }
        self._feed.add(LiveKind.JOB, told, slot_id=photo.slot_id)
