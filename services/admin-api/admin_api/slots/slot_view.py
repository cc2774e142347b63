"""What of a slot whoever asks may see."""

from collections.abc import Sequence
from datetime import UTC, datetime

from admin_api.slots.slot_models import ClientSettings, RouteShown, SlotContent, SlotShown
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Route, Slot
from photochanger.domain.user import Role
from photochanger.infrastructure.mongo import DatabaseClock
from photochanger.infrastructure.settings_repository import SettingsRepository

#: The client waits a little longer than the window, so that it hears our answer and not its own.
CLIENT_EXTRA_SECONDS = 5.0
#: The state of a slot without an event window is the same at any time.
_ANY_TIME = datetime.min.replace(tzinfo=UTC)


class SlotView:
    """Shows slots with the settings and at the time of the database. May raise `DatabaseUnavailable`."""

    def __init__(self, settings: SettingsRepository, clock: DatabaseClock, *, public_base_url: str) -> None:
        self._settings, self._clock = settings, clock
        self._public_base_url = public_base_url.rstrip("/")

    async def settings(self) -> PlatformSettings:
        """Give what a change reads before it is made, so that its answer needs nothing more."""
        return await self._settings.get()

    async def shown(
        self, slots: Sequence[Slot], role: Role, *, settings: PlatformSettings | None = None
    ) -> tuple[SlotShown, ...]:
        settings, now = settings or await self._settings.get(), _ANY_TIME
        if any(slot.has_event_window for slot in slots):
            await self._clock.sample()
            now = self._clock.now()
        return tuple(self._shown(slot, settings, role, now) for slot in slots)

    async def one(self, slot: Slot, role: Role, *, settings: PlatformSettings | None = None) -> SlotShown:
        [shown] = await self.shown([slot], role, settings=settings)
        return shown

    def _shown(self, slot: Slot, settings: PlatformSettings, role: Role, now: datetime) -> SlotShown:
        url = f"{self._public_base_url}/ingest/{slot.id}"
        window = slot.sync_response_seconds or settings.sync_response_seconds
        return SlotShown(
            **slot_content(slot, role).model_dump(),
            **slot.model_dump(include={"id", "version", "created_at", "updated_at", "author", "comment"}),
            state=slot.state(now),
            ingest_url=url,
            client_settings=ClientSettings(
                url=url, timeout_seconds=window + CLIENT_EXTRA_SECONDS, max_image_bytes=slot.max_upload_bytes
            ),
        )


def slot_content(slot: Slot, role: Role) -> SlotContent:
    set_to = slot.model_dump(include=set(SlotContent.model_fields) - {"params", "fallbacks"})
    return SlotContent(
        **set_to,
        params=slot.params if role.includes(Role.ADMIN) else None,
        fallbacks=tuple(route_shown(route, role) for route in slot.fallbacks),
        has_own_password=slot.ingest_password_verifier is not None,
    )


def route_shown(route: Route, role: Role) -> RouteShown:
    params = route.params if role.includes(Role.ADMIN) else None
    return RouteShown(provider=route.provider, operation=route.operation, params=params)
