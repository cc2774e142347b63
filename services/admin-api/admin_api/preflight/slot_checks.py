"""What can be said of a slot before a photo is sent through it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from admin_api.preflight.findings import About, Finding, FindingCode
from admin_api.preflight.run_models import PreflightRequest
from admin_api.slots.slot_rules import model_warnings, slot_faults
from photochanger.domain.latency import LatencyBook
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.provider_manifest import ProviderManifest
from photochanger.domain.slot import Slot, SlotState
from photochanger.domain.template import TemplateMedia
from photochanger.infrastructure.provider_model_repository import ModelList

#: Guests come in waves: so many times the even pace.
RUSH = 2.0


@dataclass(frozen=True)
class Known:
    """Everything set up and measured, as it was when the preflight began."""

    request: PreflightRequest
    #: the chosen ones that exist
    slots: tuple[Slot, ...]
    settings: PlatformSettings
    manifests: Mapping[str, ProviderManifest]
    templates: Mapping[str, TemplateMedia]
    models: Mapping[str, ModelList]
    latencies: LatencyBook
    #: by the database's clock
    now: datetime

    @property
    def open_slots(self) -> tuple[Slot, ...]:
        """Those that take photos now, or will."""
        taking = {SlotState.OPEN, SlotState.NOT_YET_OPEN}
        return tuple(slot for slot in self.slots if slot.state(self.now) in taking)

    @property
    def photos(self) -> int:
        """How many are expected in all."""
        return self.request.expected_guests * self.request.photos_per_guest

    @property
    def photos_of_slot(self) -> float:
        """The even share of one slot."""
        return self.photos / max(1, len(self.slots))

    def rush(self, photos: float) -> float:
        """How many photos a minute so many photos may come to."""
        return RUSH * photos / (self.request.hours * 60)

    def window_seconds(self, slot: Slot) -> float:
        return slot.sync_response_seconds or self.settings.sync_response_seconds

    def providers(self) -> tuple[str, ...]:
        """Every provider that a chosen slot may ask, those asked first before the fallbacks."""
        firsts = [slot.provider for slot in self.slots]
        return tuple(dict.fromkeys([*firsts, *(route.provider for slot in self.slots for route in slot.fallbacks)]))

    def photos_of_provider(self, provider: str) -> float:
        return self.photos_of_slot * sum(slot.provider == provider for slot in self.slots)


def findings_of_slot(slot: Slot, known: Known) -> Iterator[Finding]:
    about = About(slot_id=slot.id)
    if not slot.is_active:
        yield about.error(FindingCode.SLOT_INACTIVE, f"The slot {slot.id} is disabled: booths get 404.")
    yield from _event(slot, known.now)
    if slot.ingest_password_verifier is None and not known.settings.accepted_verifiers:
        yield about.error(FindingCode.PASSWORD_MISSING, f"The slot {slot.id} has no password: no booth is let in.")
    for use in slot.template_media:
        if use.media_id not in known.templates:
            problem = f"The slot {slot.id} uses a {use.role} picture that does not exist any more."
            yield about.error(FindingCode.TEMPLATE_MISSING, problem)
    # which templates exist is told above, in words of its own
    named = [use.media_id for use in slot.template_media]
    for fault in slot_faults(slot, known.manifests, named):
        yield about.error(FindingCode.SLOT_INVALID, f"The slot {slot.id}, {fault.pointer}: {fault.detail}.")
    listed = {name: models.listed for name, models in known.models.items()}
    for fault in model_warnings(slot, known.manifests, listed):
        problem = f"The slot {slot.id}, {fault.pointer}: the provider does not list this model, so it is retired."
        yield about.error(FindingCode.MODEL_RETIRED, problem)
    yield from _window(slot, known)
    yield from _limits(slot, known)


def _event(slot: Slot, now: datetime) -> Iterator[Finding]:
    """A preflight may come long before its event, so a closed slot is no error."""
    state, about = slot.state(now), About(slot_id=slot.id)
    if state is SlotState.NOT_YET_OPEN and slot.opens_at is not None:
        problem = f"The event of the slot {slot.id} begins at {_told(slot.opens_at)}: until then booths get 403."
        yield about.warning(FindingCode.EVENT_CLOSED, problem)
    if state is SlotState.OVER and slot.closes_at is not None:
        problem = f"The event of the slot {slot.id} is over since {_told(slot.closes_at)}: booths get 403."
        yield about.warning(FindingCode.EVENT_CLOSED, problem)


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _window(slot: Slot, known: Known) -> Iterator[Finding]:
    latency = known.latencies.of(slot.routes[0])
    if latency.p90_ms is None:
        return
    needed = (latency.wait_ms + latency.p90_ms + latency.finish_ms) / 1000 + known.settings.answer_reserve_seconds
    window = known.window_seconds(slot)
    if needed > window:
        problem = (
            f"The slot {slot.id} answers within {window:g} s, but of ten photos at {slot.provider} one lately takes "
            f"more than {needed:.0f} s."
        )
        yield About(slot.id, slot.provider).warning(FindingCode.WINDOW_SHORT, problem)


def _limits(slot: Slot, known: Known) -> Iterator[Finding]:
    about, rush, share = About(slot_id=slot.id), known.rush(known.photos_of_slot), known.photos_of_slot
    for limit, what in (
        (slot.photos_per_minute, "photos_per_minute"),
        (slot.limits.requests_per_minute, "requests_per_minute"),
        (slot.limits.images_per_minute, "images_per_minute"),
    ):
        if limit is not None and limit < rush:
            problem = f"The slot {slot.id} takes {limit} a minute ({what}), but {rush:.0f} may come in a rush."
            yield about.warning(FindingCode.SLOT_LIMIT_SHORT, problem)
    if (daily := slot.limits.requests_per_day) is not None and daily < share:
        problem = f"The slot {slot.id} takes {daily} photos a day, but {share:.0f} are expected."
        yield about.error(FindingCode.SLOT_LIMIT_SHORT, problem)
