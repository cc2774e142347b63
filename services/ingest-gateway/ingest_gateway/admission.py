"""The cheap refusals: everything that can be said before a byte of the body is asked for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from ingest_gateway.event_window import check_event_window
from ingest_gateway.in_flight import ReceivingBytes, Reservation, WaitingRequests
from ingest_gateway.prospects import Prospects
from ingest_gateway.refusal import Refusal
from ingest_gateway.sliding_rate import SlidingRate
from ingest_gateway.slot_load import SlotLoads, SlotPlace
from ingest_gateway.terms import Terms
from ingest_gateway.upload import announced_bytes, form_boundary
from photochanger.domain.failure import ProblemCode
from photochanger.domain.platform_settings import PlatformSettings
from photochanger.domain.slot import MAX_UPLOAD_BYTES, MIN_SYNC_RESPONSE_SECONDS, Slot, SlotId
from photochanger.infrastructure.http_server import limit_key
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.slot_repository import SlotRepository

_SLOT_ID = TypeAdapter(SlotId)

#: None when fine, else what is wrong; answers at once from what is known.
Check = Callable[[], str | None]


@dataclass(frozen=True)
class Request:
    """What the head of a booth's request says.

    `is_own`: a preflight of ours, proved by the service token; as a test run it is not bound to the event.
    """

    slot_id: str
    address: str
    started: float
    headers: Mapping[str, str]
    content_length: int | None
    is_own: bool


@dataclass(frozen=True)
class Admitted:
    """A request whose body may come. `memory` is released when the body is dropped, the rest with the request."""

    terms: Terms
    slot_place: SlotPlace
    memory: Reservation


@dataclass(frozen=True)
class AdmittedTestRun:
    """A test run whose body may come: its slot comes with it."""

    settings: PlatformSettings
    boundary: bytes
    memory: Reservation


class Admission:
    """Lets requests in, in the order of what a refusal costs."""

    def __init__(
        self,
        *,
        settings: SettingsRepository,
        slots: SlotRepository,
        loads: SlotLoads,
        prospects: Prospects,
        queue_fault: Check,
        store_fault: Check,
        clock: Callable[[], float],
        database_now: Callable[[], datetime],
        shortest_window_seconds: float = MIN_SYNC_RESPONSE_SECONDS,
    ) -> None:
        self._settings, self._slots, self._loads = settings, slots, loads
        self._prospects, self._queue_fault, self._store_fault = prospects, queue_fault, store_fault
        self._clock, self._database_now = clock, database_now
        self._shortest_window_seconds = shortest_window_seconds
        self._by_address, self._by_slot = SlidingRate(), SlidingRate()
        self.waiting, self.receiving = WaitingRequests(), ReceivingBytes()

    async def enter(self, request: Request, places: ExitStack) -> Admitted:
        """Take every place the request needs; `places` gives them back.

        Raises:
            Refusal: one of them is not to be had.
        """
        with _database_answers():
            settings = await self._settings.get()
        self._check_rate(self._by_address, limit_key(request.address), settings.photos_per_minute_per_address)
        places.enter_context(self.waiting.place(settings.max_waiting_requests))
        slot = await self._active_slot(request.slot_id, is_bound_to_event=not request.is_own)
        boundary = form_boundary(request.headers)
        size_bytes = announced_bytes(request.content_length, slot.max_upload_bytes)
        self._check_servers()
        terms = Terms(slot, settings, request.started, boundary, self._shortest_window_seconds)
        with _database_answers():
            await self._prospects.check(terms, now=self._clock())
        slot_place = await self._slot_place(slot, places)
        memory = places.enter_context(self.receiving.reserve(size_bytes, settings.max_receiving_bytes))
        return Admitted(terms, slot_place, memory)

    async def enter_test_run(
        self, headers: Mapping[str, str], content_length: int | None, places: ExitStack
    ) -> AdmittedTestRun:
        """Take what an administrator's test run needs: no slot's place, the process's own limits all the same.

        Raises:
            Refusal: one of them is not to be had.
        """
        with _database_answers():
            settings = await self._settings.get()
        places.enter_context(self.waiting.place(settings.max_waiting_requests))
        boundary = form_boundary(headers)
        size_bytes = announced_bytes(content_length, MAX_UPLOAD_BYTES)
        self._check_servers()
        memory = places.enter_context(self.receiving.reserve(size_bytes, settings.max_receiving_bytes))
        return AdmittedTestRun(settings, boundary, memory)

    async def _active_slot(self, slot_id: str, *, is_bound_to_event: bool) -> Slot:
        try:
            _SLOT_ID.validate_python(slot_id)
        except ValidationError:
            raise _no_slot("no slot id") from None
        with _database_answers():
            slot = await self._slots.get(slot_id)
        if slot is None:
            raise _no_slot("unknown")
        if not slot.is_active:
            raise _no_slot("disabled")
        if is_bound_to_event and slot.has_event_window:
            with _database_answers():
                check_event_window(slot, self._database_now())
        return slot

    def _check_servers(self) -> None:
        if fault := self._queue_fault():
            raise Refusal(ProblemCode.QUEUE_UNAVAILABLE, "the queue does not take photos now", reason=fault)
        if fault := self._store_fault():
            raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, "the store does not take photos now", reason=fault)

    async def _slot_place(self, slot: Slot, places: ExitStack) -> SlotPlace:
        with _database_answers():
            await self._loads.look(slot.id)
        place = places.enter_context(self._loads.place(slot.id, slot.max_in_flight))
        if slot.photos_per_minute is not None:
            self._check_rate(self._by_slot, slot.id, slot.photos_per_minute)
        return place

    def _check_rate(self, rate: SlidingRate, key: str, limit: int) -> None:
        wait = rate.take(key, limit, now=self._clock())
        if wait > 0:
            detail = f"more than {limit} photos a minute"
            raise Refusal(ProblemCode.RATE_LIMITED, detail, retry_after_seconds=wait)


def _no_slot(reason: str) -> Refusal:
    return Refusal(ProblemCode.SLOT_NOT_FOUND, "there is no slot under this address", reason=reason)


@contextmanager
def _database_answers() -> Iterator[None]:
    try:
        yield
    except DatabaseUnavailable as error:
        raise Refusal(ProblemCode.STORAGE_UNAVAILABLE, "the database does not answer", reason=str(error)) from error
