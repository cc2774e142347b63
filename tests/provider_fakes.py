"""In-memory stand-ins for what the provider loop talks to, and rows as it gets them."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from photochanger.domain.job import Attempt, AttemptOutcome, EndedJob, Job, JobGlance, JobStatus
from photochanger.domain.latency import LatencyBook
from photochanger.domain.photo import PhotoInfo, PictureType
from photochanger.domain.provider_call import CallEnd
from photochanger.domain.provider_manifest import OperationManifest, ProviderManifest, TemplateRole
from photochanger.domain.slot import Operation
from photochanger.domain.template import TemplateMedia
from photochanger.imaging.errors import ResultFlaw, UnusableResult
from photochanger.imaging.guarded_decode import GuardedDecoder
from photochanger.imaging.provider_input import PreparedPicture
from photochanger.imaging.result_check import FinishedPicture
from photochanger.infrastructure.attempt_repository import AttemptEnd, AttemptRepository
from photochanger.infrastructure.broker import Broker
from photochanger.infrastructure.broker_messages import OutgoingMessage, PublishOutcome
from photochanger.infrastructure.delivery import Delivery
from photochanger.infrastructure.job_finalizer import JobFinalizer
from photochanger.infrastructure.job_repository import JobRepository
from photochanger.infrastructure.job_row import LEASE_MS
from photochanger.infrastructure.latency_repository import Counts, LatencyRepository
from photochanger.infrastructure.media_store import Bucket, MediaStore, ObjectInfo, ObjectMissing, StoreUnavailable
from photochanger.infrastructure.mongo import DatabaseUnavailable
from photochanger.infrastructure.public_link_repository import MediaLink, PublicLinkRepository
from photochanger.infrastructure.template_repository import TemplateRepository
from photochanger.observability import Telemetry
from photochanger.provider_worker.assignment import Assignment
from photochanger.provider_worker.call_gate import CallGate, Passage
from photochanger.provider_worker.call_limits import ProviderClosed
from photochanger.provider_worker.call_times import CallTimes
from photochanger.provider_worker.input_images import ImageSources, TemplateCache
from photochanger.provider_worker.input_links import LinkMaker
from photochanger.provider_worker.picture_maker import PictureMaker
from photochanger.provider_worker.ports import ProviderAnswer, ProviderRequest
from photochanger.provider_worker.price_list import PriceList
from photochanger.provider_worker.retry import RetryBudget

JOB_ID = "0b6d4f5e-0000-4000-8000-000000000001"
OWNER = "this-process"
#: Bytes that the fake decoder takes for a blank picture.
BLANK = b"blank"


def attempt_row(n: int = 1, **changes: object) -> Attempt:
    fields: dict[str, object] = {
        "n": n,
        "route": 0,
        "provider": "gemini",
        "operation": Operation.STYLE_TRANSFER,
        "cut_left_ms": 500,
        "dispatched_at": datetime(2026, 11, 24, 12, tzinfo=UTC),
    }
    return Attempt.model_validate(fields | changes)


def just_claimed(n: int = 1, **changes: object) -> Attempt:
    """An attempt that nobody had before, its first call counted with the claim."""
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    claimed = {"owner": OWNER, "calls": 1, "started": now, "lease_until": now + timedelta(milliseconds=LEASE_MS)}
    return attempt_row(n, **(claimed | changes))


def job_row(*attempts: Attempt, **changes: object) -> Job:
    slot = {
        "version": 1,
        "routes": [{"provider": "gemini", "operation": "style_transfer", "params": {"prompt": "art"}}],
    }
    photo = {
        "key": f"{JOB_ID}/source",
        "type": "image/jpeg",
        "size_bytes": 5,
        "width": 4,
        "height": 3,
        "orientation": 1,
        "has_alpha": False,
        "sha256": "ab" * 32,
    }
    fields: dict[str, object] = {
        "_id": JOB_ID,
        "slot_id": "demo",
        "slot_version": 1,
        "slot_snapshot": slot,
        "status": JobStatus.PROCESSING,
        "is_finalized": False,
        "source": "ingest",
        "created_at": datetime(2026, 11, 24, 12, tzinfo=UTC),
        "sync_deadline": datetime(2026, 11, 24, 12, 1, tzinfo=UTC),
        "window_ms": 60_000,
        "answer_reserve_ms": 500,
        "retention_ms": 3_600_000,
        "photo": photo,
        "attempts": attempts or (attempt_row(),),
        "inline_max_bytes": 1_000,
        "public_id": "p",
        "left_ms": 60_000,
    }
    return Job.model_validate(fields | changes)


def manifest(*roles: str) -> ProviderManifest:
    operation = OperationManifest(params_schema={}, template_roles=tuple(TemplateRole(role=role) for role in roles))
    return ProviderManifest(
        name="gemini",
        title="Gemini",
        version=1,
        operations={Operation.STYLE_TRANSFER: operation},
        input_types=(PictureType.JPEG, PictureType.PNG),
    )


Step = ProviderAnswer | Exception | Callable[[ProviderRequest], Awaitable[ProviderAnswer]]


class ScriptedAdapter:
    """A `ProviderAdapter` that does the steps in turn, the last one again and again."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self.manifest = manifest()
        self.requests: list[ProviderRequest] = []

    async def call(self, request: ProviderRequest) -> ProviderAnswer:
        self.requests.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, ProviderAnswer) else await step(request)


async def hang(_: ProviderRequest) -> ProviderAnswer:
    await asyncio.sleep(3_600)
    raise AssertionError("never reached")


class FakeDecoder(GuardedDecoder):
    """Takes every picture but `BLANK`; counts how many checks run at once."""

    def __init__(self, check_seconds: float = 0.0) -> None:
        super().__init__()
        self._check_seconds = check_seconds
        self._at_once = 0
        self.most_at_once = 0
        self.wishes: list[Mapping[str, object]] = []

    async def prepare(
        self,
        data: bytes,
        info: PhotoInfo,
        *,
        accepted: frozenset[PictureType],
        max_side: int | None,
        max_bytes: int | None,
    ) -> PreparedPicture:
        return PreparedPicture(data, info.type, info.width, info.height)

    async def finish_result(
        self,
        data: bytes,
        *,
        png_wanted: bool,
        keep_alpha: bool,
        quality: int,
        max_side: int | None,
        photo: PhotoInfo | None,
    ) -> FinishedPicture:
        self.wishes.append({"png_wanted": png_wanted, "keep_alpha": keep_alpha, "quality": quality})
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(self._check_seconds)
        self._at_once -= 1
        if data == BLANK:
            raise UnusableResult(ResultFlaw.BLANK)
        return FinishedPicture(data, PictureType.JPEG, 1024, 768, "cd" * 32)


class FakeAttempts(AttemptRepository):
    """Claims and outcomes of one row; `claims` are given in turn, the last one again and again."""

    def __init__(self, *claims: Job | None) -> None:
        self._claims = list(claims)
        self.claimed: list[int] = []
        self.calls = 0
        self.may_call = True
        self.kept: list[str] = []
        self.closed: list[CallEnd] = []
        self.ends: list[AttemptEnd] = []
        self.silent_writes = 0
        self.row_after_end: Job | None = job_row(attempt_row(outcome=AttemptOutcome.FAILED))
        self.unavailable: type[Exception] = RuntimeError
        self.replaced: Job | None = None
        self.renewed: list[list[str]] = []

    async def claim(self, job_id: str, n: int, owner: str, *, with_first_call: bool = False) -> Job | None:
        self.claimed.append(n)
        return self._claims.pop(0) if len(self._claims) > 1 else self._claims[0]

    async def renew_leases(self, owner: str, job_ids: Iterable[str]) -> None:
        self.renewed.append(list(job_ids))

    async def note_call(self, job_id: str, n: int, owner: str, *, ended: CallEnd | None = None) -> bool:
        self.calls += self.may_call
        if ended is not None:
            self.closed.append(ended)
        return self.may_call

    async def keep_reference(self, job_id: str, n: int, owner: str, *, reference: str) -> bool:
        if self.silent_writes > 0:
            self.silent_writes -= 1
            raise DatabaseUnavailable("silent")
        self.kept.append(reference)
        return self.may_call

    async def replace_lost(self, job_id: str, n: int, owner: str) -> Job | None:
        return self.replaced

    async def record_outcome(self, job_id: str, n: int, *, owner: str | None, end: AttemptEnd) -> Job | None:
        if self.silent_writes > 0:
            self.silent_writes -= 1
            raise self.unavailable("silent")
        self.ends.append(end)
        return self.row_after_end


class FakeJobs(JobRepository):
    """One row, the same at every look; `rows` are given in turn, the last one again and again."""

    def __init__(self, *rows: Job | None) -> None:
        self._rows = list(rows)

    async def get(self, job_id: str, *, with_inline: bool = False) -> Job | None:
        return self._rows.pop(0) if len(self._rows) > 1 else self._rows[0]

    async def confirm(self, job_id: str, *, with_inline: bool = False) -> Job | None:
        return await self.get(job_id)

    async def look(self, job_ids: object) -> dict[str, JobGlance]:
        row = await self.get(JOB_ID)
        glance = {"_id": JOB_ID, "status": row.status, "is_finalized": row.is_finalized} if row else None
        return {} if glance is None else {JOB_ID: JobGlance.model_validate(glance)}


class FakeFinalizer(JobFinalizer):
    """Ends the job with `answer`."""

    def __init__(self, answer: Job | None) -> None:
        self.answer = answer
        self.deliveries: list[Delivery] = []

    async def done(self, job_id: str, delivery: Delivery) -> EndedJob | None:
        self.deliveries.append(delivery)
        return None if self.answer is None else EndedJob.of(self.answer)


class FakeStore(MediaStore):
    """Objects in memory; the next `failures` puts fail.

    A put takes `put_seconds`; what the caller gives up before is stored all the same, as by a real store.
    """

    def __init__(self) -> None:
        self.put_seconds = 0.0
        self.objects: dict[tuple[Bucket, str], tuple[bytes, dict[str, str]]] = {}
        self.failures = 0
        self.gets = 0

    async def put(
        self,
        bucket: Bucket,
        key: str,
        data: bytes,
        *,
        content_type: str,
        metadata: Mapping[str, str] = MappingProxyType({}),
        sha256: str | None = None,
        timeout_seconds: float = 5.0,
    ) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise StoreUnavailable("down")
        if self.put_seconds:
            stored = (data, dict(metadata))
            asyncio.get_running_loop().call_later(self.put_seconds, self.objects.__setitem__, (bucket, key), stored)
            await asyncio.sleep(min(self.put_seconds, timeout_seconds))
            if self.put_seconds > timeout_seconds:
                raise StoreUnavailable("no answer")
        self.objects[bucket, key] = (data, dict(metadata))

    async def get(
        self, bucket: Bucket, key: str, *, offset: int = 0, length: int | None = None, timeout_seconds: float = 5.0
    ) -> bytes:
        self.gets += 1
        if self.failures > 0:
            raise StoreUnavailable("down")
        if (bucket, key) not in self.objects:
            raise ObjectMissing(key)
        return self.objects[bucket, key][0]

    async def head(self, bucket: Bucket, key: str, *, timeout_seconds: float = 5.0) -> ObjectInfo | None:
        if (bucket, key) not in self.objects:
            return None
        data, metadata = self.objects[bucket, key]
        return ObjectInfo(key, len(data), datetime(2026, 11, 24, tzinfo=UTC), metadata)

    async def delete(self, bucket: Bucket, key: str, *, timeout_seconds: float = 5.0) -> None:
        self.objects.pop((bucket, key), None)


class NoTemplates(TemplateRepository):
    def __init__(self) -> None:
        pass

    async def get(self, media_id: str) -> TemplateMedia | None:
        return None


class FakeLinks(PublicLinkRepository):
    """Remembers which links were opened."""

    def __init__(self) -> None:
        self.opened: list[MediaLink] = []

    async def open(self, link: MediaLink) -> None:
        self.opened.append(link)


class FakeLatencies(LatencyRepository):
    """Gives `book`; remembers what was added, and fails the next `failures` times."""

    def __init__(self, book: LatencyBook | None = None) -> None:
        self.book = book or LatencyBook()
        self.added: list[Counts] = []
        self.failures = 0

    async def add(self, counts: Counts) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise DatabaseUnavailable("silent")
        self.added.append(counts)

    async def read(self) -> LatencyBook:
        return self.book


class OpenGate(CallGate):
    """Lets every call through, or refuses it with `closed`."""

    def __init__(self, closed: ProviderClosed | None = None) -> None:
        self.closed = closed
        self.is_open_for_retries = True

    @property
    def is_closed_to_retries(self) -> bool:
        return not self.is_open_for_retries

    @asynccontextmanager
    async def passage(
        self, assignment: Assignment, *, needed_seconds: float, usual_seconds: float | None
    ) -> AsyncIterator[Passage]:
        yield Passage(self, assignment, needed_seconds, hang_seconds=4.0)

    async def let_in(self, passage: Passage) -> None:
        if self.closed is not None:
            raise self.closed


def link_maker(store: FakeStore, links: FakeLinks) -> LinkMaker:
    return LinkMaker(store, links, "https://booth.example", secrets.token_bytes)


def no_pause(low: float, _: float) -> float:
    return low


def picture_maker(
    adapter: ScriptedAdapter,
    attempts: FakeAttempts,
    telemetry: Telemetry,
    *,
    decoder: FakeDecoder,
    budget: RetryBudget | None = None,
    times: CallTimes | None = None,
    gate: CallGate | None = None,
    uniform: Callable[[float, float], float] = no_pause,
) -> PictureMaker:
    store = FakeStore()
    links = link_maker(store, FakeLinks())
    sources = ImageSources(store, NoTemplates(), decoder, adapter.manifest, TemplateCache(), links)
    return PictureMaker(
        adapter,
        attempts,
        sources=sources,
        decoder=decoder,
        budget=budget or RetryBudget(time.monotonic),
        times=times or CallTimes(FakeLatencies()),
        prices=PriceList(adapter.manifest),
        gate=gate or OpenGate(),
        metrics=telemetry.metrics,
        owner=OWNER,
        uniform=uniform,
    )


class ListeningBroker(Broker):
    """Remembers what was published."""

    def __init__(self, outcome: PublishOutcome = PublishOutcome.CONFIRMED) -> None:
        self._outcome = outcome
        self.published: list[OutgoingMessage] = []

    async def publish(self, message: OutgoingMessage, *, timeout_seconds: float = 2.0) -> PublishOutcome:
        self.published.append(message)
        return self._outcome
