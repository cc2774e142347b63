"""One booth request from its first byte to its answer."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from aiohttp import web

from ingest_gateway.admission import Admission, Admitted, Request
from ingest_gateway.answer import (
    failure_answer,
    failure_reason,
    picture_answer,
    picture_elsewhere_answer,
    refusal_answer,
    revoked_answer,
)
from ingest_gateway.client_fields import booth_name, client_metadata
from ingest_gateway.finished_picture import Pictures, PictureUnavailable, finished_picture
from ingest_gateway.ingest_secret import check_secret, presented_secret
from ingest_gateway.multipart_reader import MultipartReader, ReceivedForm
from ingest_gateway.photo_story import PhotoStory
from ingest_gateway.process_photo import ProcessPhoto
from ingest_gateway.refusal import ClientGone, Refusal
from ingest_gateway.submit_photo import Submission
from ingest_gateway.upload import receive_form
from photochanger.domain.failure import ProblemCode, problem_for
from photochanger.domain.job import Job, JobSource, JobStatus
from photochanger.domain.service_token import SERVICE_TOKEN_HEADER, is_service_token
from photochanger.failpoints import failpoint
from photochanger.imaging.sniff import sniff
from photochanger.infrastructure.http_server import Network, address_of, request_started, send_continue
from photochanger.observability import Metrics, get_logger, span

#: A picture that is late because the store is slow may leave so long after the deadline.
PICTURE_UNTIL = 1.5
#: Longer than any slot's id, so that a cut one is none either.
MAX_SLOT_CHARACTERS = 80
#: nginx's own number for a client that hung up; nobody sees it.
_CLIENT_GONE_STATUS = 499

log = get_logger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """Where this gateway stands: its outside address, and the proxies before it."""

    public_base_url: str
    trusted_proxies: Sequence[Network]


class IngestPhoto:
    """Handler of the ingest routes."""

    def __init__(
        self,
        *,
        admission: Admission,
        process: ProcessPhoto,
        pictures: Pictures,
        metrics: Metrics,
        surroundings: Surroundings,
        secret_keys: Sequence[str],
        clock: Callable[[], float],
    ) -> None:
        self._admission, self._process, self._pictures, self._metrics = admission, process, pictures, metrics
        self._surroundings, self._secret_keys, self._clock = surroundings, secret_keys, clock

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one POST; every end of it is logged and counted here."""
        slot_id = request.match_info["slot"]
        address = address_of(request, trusted=self._surroundings.trusted_proxies)
        story = PhotoStory(slot_id[:MAX_SLOT_CHARACTERS], address, started=request_started(request), clock=self._clock)
        self._metrics.inflight.add(1)
        try:
            with span("ingest_photo", slot_id=slot_id):
                return await self._answer(request, story)
        except Refusal as refusal:
            self._refused(story, refusal)
            return refusal_answer(refusal, job_id=story.job_id)
        except ClientGone:
            self._ended(story, "client_gone", status=_CLIENT_GONE_STATUS)
            return web.Response(status=_CLIENT_GONE_STATUS)
        except Exception:  # a defect: the booth gets its answer, the log gets the rest
            log.exception("photo_failed", **story.facts, **story.timing)
            self._count(ProblemCode.INTERNAL, story)
            return refusal_answer(
                Refusal(ProblemCode.INTERNAL, "a defect stopped this photo; the log has it"), job_id=story.job_id
            )
        finally:
            self._metrics.inflight.add(-1)
            self._show_load()

    async def _answer(self, request: web.Request, story: PhotoStory) -> web.StreamResponse:
        with ExitStack() as places:
            head = Request(
                story.slot_id,
                story.address,
                story.started,
                request.headers,
                request.content_length,
                is_own=self._is_own(request),
            )
            admitted = await self._admission.enter(head, places)
            self._show_load()
            failpoint("gateway.before_body")
            await send_continue(request)
            job = await self._admit(request, admitted, story)
            admitted.memory.release()
            admitted.slot_place.row_admitted()
            self._show_load()
            job = await self._process.end_of(job, admitted.terms, story)
            return await self._deliver(request, job, story, deadline=admitted.terms.deadline)

    async def _admit(self, request: web.Request, admitted: Admitted, story: PhotoStory) -> Job:
        """The photo's row; the photo itself is forgotten when this returns, long before the answer."""
        form = await self._receive(request, admitted, story)
        submission = self._submission(form, request, admitted, story)
        return await self._process.admit(submission, admitted.terms, story)

    def _submission(
        self, form: ReceivedForm, request: web.Request, admitted: Admitted, story: PhotoStory
    ) -> Submission:
        terms, keys = admitted.terms, self._secret_keys
        # a preflight comes the booth's way, but from one of our own services, and counts as a test run
        is_own = self._is_own(request)
        if not is_own:
            check_secret(presented_secret(form.fields, request.headers), terms.slot, terms.settings, secret_keys=keys)
        client = client_metadata(form)
        story.booth = booth_name(client)
        return Submission(form.photo, client, JobSource.TEST_RUN if is_own else JobSource.INGEST)

    def _is_own(self, request: web.Request) -> bool:
        token = request.headers.get(SERVICE_TOKEN_HEADER)
        return token is not None and is_service_token(token, secret_keys=self._secret_keys)

    async def _receive(self, request: web.Request, admitted: Admitted, story: PhotoStory) -> ReceivedForm:
        terms = admitted.terms
        reader = MultipartReader(
            terms.boundary,
            max_file_bytes=terms.slot.max_upload_bytes,
            is_supported=lambda head: sniff(head) is not None,
        )
        form = await receive_form(request.content, reader, deadline=terms.upload_deadline, clock=self._clock)
        story.passed("receive")
        return form

    async def _deliver(
        self, request: web.Request, job: Job, story: PhotoStory, *, deadline: float
    ) -> web.StreamResponse:
        """Send the answer to its last byte, then forget the inline copy."""
        answer, outcome = await self._build(job, deadline)
        try:
            await answer.prepare(request)
            failpoint("gateway.mid_answer")
            await answer.write_eof()
        except OSError:
            outcome = "client_gone"
        story.passed("answer")
        self._process.answered(job)
        self._ended(story, outcome, status=answer.status, job_status=job.status)
        return answer

    async def _build(self, job: Job, deadline: float) -> tuple[web.Response, str]:
        base = self._surroundings.public_base_url
        if job.status is not JobStatus.DONE:
            return failure_answer(job), problem_for(failure_reason(job)).code
        if job.revoked_at is not None:
            return revoked_answer(job), ProblemCode.JOB_CANCELLED
        picture = finished_picture(job)
        try:
            data = await self._pictures.whole(picture, until=deadline + PICTURE_UNTIL)
        except PictureUnavailable:
            return picture_elsewhere_answer(picture, public_base_url=base), ProblemCode.STORAGE_UNAVAILABLE
        return picture_answer(picture, data, public_base_url=base), "done"

    def _refused(self, story: PhotoStory, refusal: Refusal) -> None:
        problem = refusal.problem
        why = {"reason": refusal.reason} if refusal.reason else {}
        event = "photo_refused" if story.job_id is None else "photo_answered"
        log.info(
            event,
            **story.facts,
            status=problem.status,
            code=problem.code,
            detail=refusal.detail,
            **why,
            **story.timing,
        )
        self._count(problem.code, story)

    def _ended(self, story: PhotoStory, outcome: str, *, status: int, **facts: str) -> None:
        log.info("photo_answered", **story.facts, status=status, outcome=outcome, **facts, **story.timing)
        self._count(outcome, story)

    def _show_load(self) -> None:
        self._metrics.ingest_waiting.set(self._admission.waiting.count)
        self._metrics.ingest_receiving.set(self._admission.receiving.reserved)

    def _count(self, outcome: str, story: PhotoStory) -> None:
        self._metrics.ingest_requests.add(1, {"outcome": outcome})
        self._metrics.ingest_duration.record(story.seconds, {"outcome": outcome})
