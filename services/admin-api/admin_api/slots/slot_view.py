"""What of a slot whoever asks may see."""

from admin_api.slots.slot_models import ClientSettings, RouteShown, SlotShown
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import Route, Slot
from photochanger.domain.user import Role

#: The client waits a little longer than the window, so that it hears our answer and not its own.
CLIENT_EXTRA_SECONDS = 5.0


def slot_shown(slot: Slot, settings: PlatformSettings, *, role: Role, public_base_url: str) -> SlotShown:
    url = f"{public_base_url.rstrip('/')}/ingest/{slot.id}"
    window = slot.sync_response_seconds or settings.sync_response_seconds
    shown = slot.model_dump(exclude={"ingest_password_verifier", "fallbacks", "params"})
    return SlotShown(
        **shown,
        params=slot.params if role.includes(Role.ADMIN) else None,
        fallbacks=tuple(route_shown(route, role) for route in slot.fallbacks),
        has_own_password=slot.ingest_password_verifier is not None,
        ingest_url=url,
        client_settings=ClientSettings(
            url=url, timeout_seconds=window + CLIENT_EXTRA_SECONDS, max_image_bytes=slot.max_upload_bytes
        ),
    )


def route_shown(route: Route, role: Role) -> RouteShown:
    params = route.params if role.includes(Role.ADMIN) else None
    return RouteShown(provider=route.provider, operation=route.operation, params=params)
