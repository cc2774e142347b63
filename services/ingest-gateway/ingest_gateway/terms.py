"""What a photo was let in on: the slot and the settings in force when its request began."""

from dataclasses import dataclass

from ingest_gateway.upload import LEFT_AFTER_UPLOAD_SECONDS, MAX_UPLOAD_SECONDS
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import MIN_SYNC_RESPONSE_SECONDS, Slot


@dataclass(frozen=True)
class Terms:
    """`started` is the monotonic time of the request's first byte; `boundary` separates the parts of its body.

    No window is shorter than `shortest_window_seconds`, whatever the slot's row says.
    """

    slot: Slot
    settings: PlatformSettings
    started: float
    boundary: bytes
    shortest_window_seconds: float = MIN_SYNC_RESPONSE_SECONDS

    @property
    def window_seconds(self) -> float:
        chosen = self.slot.sync_response_seconds or self.settings.sync_response_seconds
        return max(self.shortest_window_seconds, chosen)

    @property
    def deadline(self) -> float:
        """When the answer has to leave; monotonic."""
        return self.started + self.window_seconds

    @property
    def upload_deadline(self) -> float:
        return upload_deadline(self.started, self.window_seconds)


def upload_deadline(started: float, window_seconds: float) -> float:
    """When a body must have arrived, so that something is left of the window; monotonic."""
    return started + min(MAX_UPLOAD_SECONDS, max(window_seconds - LEFT_AFTER_UPLOAD_SECONDS, window_seconds / 2))
