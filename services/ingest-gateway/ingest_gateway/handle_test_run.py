"""An administrator's test run: a photo and unsaved slot settings through the very same pipeline, told as JSON."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from aiohttp import web
from pydantic import ValidationError

from ingest_gateway.admission import Admission, AdmittedTestRun
from ingest_gateway.multipart_reader import MultipartReader, ReceivedForm, too_large
from ingest_gateway.photo_story import PhotoStory
from ingest_gateway.process_photo import ProcessPhoto
from ingest_gateway.refusal import ClientGone, Refusal
from ingest_gateway.report_test_run import report_test_run
from ingest_gateway.submit_photo import Submission
from ingest_gateway.terms import Terms, upload_deadline
from ingest_gateway.upload import receive_form
from photochanger.domain.failure import ProblemCode
from photochanger.domain.job import Job, JobSource
from photochanger.domain.service_token import SERVICE_TOKEN_HEADER, is_service_token
from photochanger.domain.slot import MAX_UPLOAD_BYTES, Slot
from photochanger.imaging.sniff import sniff
from photochanger.infrastructure.http_server import request_started, send_continue
from photochanger.observability import get_logger, span

SLOT_FIELD = "slot"
#: Prompts are long, and a slot may have fallbacks with prompts of their own.
MAX_SLOT_BYTES = 64 * 1024

log = get_logger(__name__)


class HandleTestRun:
    """Handler of `/internal/test-runs`: for our own services only, a booth's password opens nothing here."""

    def __init__(
        self,
        admission: Admission,
        process: ProcessPhoto,
        *,
        public_base_url: str,
        secret_keys: Sequence[str],
        clock: Callable[[], float],
    ) -> None:
        self._admission, self._process = admission, process
        self._public_base_url, self._secret_keys, self._clock = public_base_url, secret_keys, clock

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Run the photo and tell how it ended, whatever the end was.

        Raises:
            Refusal: not one of our services, or no job came of it.
        """
        if not is_service_token(request.headers.get(SERVICE_TOKEN_HEADER, ""), secret_keys=self._secret_keys):
            raise Refusal(ProblemCode.UNAUTHENTICATED, "this address is for PhotoChanger's own services")
        with span("test_run"), ExitStack() as places:
            admitted = await self._admission.enter_test_run(request.headers, request.content_length, places)
            await send_continue(request)
            try:
                return await self._answer(request, admitted)
            except ClientGone as error:
                raise Refusal(ProblemCode.INVALID_REQUEST, "the body ended too early") from error

    async def _answer(self, request: web.Request, admitted: AdmittedTestRun) -> web.Response:
        job, terms, story = await self._admit(request, admitted)
        admitted.memory.release()
        job = await self._process.end_of(job, terms, story)
        self._process.answered(job)
        log.info("test_run_answered", **story.facts, job_status=job.status, **story.timing)
        return web.json_response(report_test_run(job, story.timing, public_base_url=self._public_base_url))

    async def _admit(self, request: web.Request, admitted: AdmittedTestRun) -> tuple[Job, Terms, PhotoStory]:
        """The photo's row, what it was let in on, and its story; the photo itself is forgotten when this returns."""
        started = request_started(request)
        form = await self._receive(request, admitted, started)
        slot = _slot(form)
        if form.photo is not None and len(form.photo.data) > slot.max_upload_bytes:
            raise too_large(slot.max_upload_bytes)
        story = PhotoStory(slot.id, request.remote or "", started=started, clock=self._clock)
        story.passed("receive")
        terms = Terms(slot=slot, settings=admitted.settings, started=started, boundary=admitted.boundary)
        submission = Submission(form.photo, (), JobSource.TEST_RUN)
        return await self._process.admit(submission, terms, story), terms, story

    async def _receive(self, request: web.Request, admitted: AdmittedTestRun, started: float) -> ReceivedForm:
        reader = MultipartReader(
            admitted.boundary,
            max_file_bytes=MAX_UPLOAD_BYTES,
            is_supported=lambda head: sniff(head) is not None,
            max_text_bytes=MAX_SLOT_BYTES,
        )
        deadline = upload_deadline(started, admitted.settings.sync_response_seconds)
        return await receive_form(request.content, reader, deadline=deadline, clock=self._clock)


def _slot(form: ReceivedForm) -> Slot:
    text = next((field.value for field in form.fields if field.name == SLOT_FIELD), None)
    if text is None:
        raise Refusal(ProblemCode.INVALID_REQUEST, f"the field `{SLOT_FIELD}` is missing")
    try:
        return Slot.model_validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        named = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'slot'}: {fault['msg']}" for fault in faults)
        raise Refusal(ProblemCode.INVALID_REQUEST, f"the slot cannot be read: {named}") from error
