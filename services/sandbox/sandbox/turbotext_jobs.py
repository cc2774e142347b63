"""Turbotext's queue: takes jobs, fetches their pictures, draws, and keeps the newest results."""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import aiohttp
import structlog
from aiohttp import web

from sandbox.behaviours import Behaviour
from sandbox.broken_pictures import broken_picture
from sandbox.call_log import Call, FetchedLink
from sandbox.drawing import DrawingOrder, DrawnPicture, draw_picture
from sandbox.faults import Instruction
from sandbox.input_links import LinkRefused, fetch_input, inspect_input
from sandbox.state import SandboxState
from sandbox.turbotext_wire import Form, Image2ImageForm, Method

#: Beyond so many jobs, those that have been due for `_KEPT_SECONDS` are forgotten.
_KEPT_JOBS, _KEPT_SECONDS = 128, 120.0
_MAX_SIDE, _STEP = 1024, 8
_UNDRAWN = frozenset({
    Behaviour.SUCCESS_FALSE, Behaviour.NEVER_READY, Behaviour.FORBIDDEN_CONTENT, Behaviour.MISSING_RESULT_URL,
    Behaviour.RESULT_404, Behaviour.RESULT_HTML, Behaviour.RESULT_HUGE, Behaviour.RESULT_REDIRECT_INTERNAL,
})  # fmt: skip


@dataclass
class Job:
    """One job, from `create_queue` on; `due` is on the monotonic clock."""

    queueid: int
    method: Method
    form: Form
    instruction: Instruction
    call: Call
    due: float
    seed: int
    #: The last part of the picture's links.
    file_name: str
    #: Whether the first `reconnect` comes in its short shape; they alternate.
    short_first: bool
    width: int = 0
    height: int = 0
    picture: DrawnPicture | None = None
    error: str = ""
    is_worked: bool = False

    @property
    def is_ready(self) -> bool:
        is_due = self.is_worked and time.monotonic() >= self.due
        return is_due and self.instruction.behaviour is not Behaviour.NEVER_READY


class Workshop:
    """Works on every accepted job at once; leaving the block ends what still runs."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._jobs: OrderedDict[int, Job] = OrderedDict()
        self._by_name: dict[str, Job] = {}
        self._last_queueid = state.random.randrange(100_000, 900_000)
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await self._group.__aexit__(None, None, None)
        await self._session.close()

    def accept(self, method: Method, form: Form, *, instruction: Instruction, call: Call) -> Job:
        """Put a job into the queue and begin to work on it."""
        state = self._state
        self._last_queueid += 1
        picture_format = state.choose_format("png")
        waiting = state.waiting_seconds(instruction, call.provider) if form.links else 0.0
        seed = form.seed if isinstance(form, Image2ImageForm) and form.seed else state.random.randint(1, 10**10)
        job = Job(
            queueid=self._last_queueid, method=method, form=form, instruction=instruction, call=call,
            due=time.monotonic() + waiting, seed=seed,
            file_name=f"{secrets.token_hex(16)}.{picture_format}", short_first=state.random.random() < 0.5,
        )  # fmt: skip
        if method is Method.IMAGE2IMAGE:
            job.file_name = f"{method}_id{job.queueid}_0.{picture_format}"
        self._keep(job)
        task = self._group.create_task(self._work(job), name=f"turbotext job {job.queueid}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    def find(self, queueid: str, method: Method) -> Job | None:
        job = self._jobs.get(int(queueid)) if queueid.isascii() and queueid.isdigit() else None
        return job if job is not None and job.method is method else None

    def find_file(self, file_name: str) -> Job | None:
        return self._by_name.get(file_name)

    def _keep(self, job: Job) -> None:
        self._jobs[job.queueid] = self._by_name[job.file_name] = job
        oldest = next(iter(self._jobs.values()))
        if len(self._jobs) > _KEPT_JOBS and time.monotonic() > oldest.due + _KEPT_SECONDS:
            del self._jobs[oldest.queueid], self._by_name[oldest.file_name]

    async def _work(self, job: Job) -> None:
        try:
            await self._make_picture(job)
        except LinkRefused as refusal:
            job.error = str(refusal)
        except Exception as error:  # noqa: BLE001 - the outermost edge: the job says that it failed, the log why
            structlog.get_logger().exception("turbotext_job_broke", queueid=job.queueid, error=repr(error))
            job.error = "internal_error"
        job.is_worked = True

    async def _make_picture(self, job: Job) -> None:
        fetched = [await self._fetch(job, url) for url in job.form.links]
        if job.instruction.behaviour is Behaviour.CANNED:
            job.width = job.height = _MAX_SIDE
            job.picture = self._state.canned_picture
            return
        job.call.pictures = [inspect_input(content_type, data) for content_type, data in fetched]
        if not fetched:
            return
        first = job.call.pictures[0]
        job.width, job.height = _output_size(first.width, first.height)
        if job.instruction.behaviour not in _UNDRAWN:
            pictures = [data for _, data in fetched]
            loop = asyncio.get_running_loop()
            job.picture = await loop.run_in_executor(self._state.threads, self._draw, job, pictures)
            self._state.pictures.keep(job.call.id, job.picture)

    async def _fetch(self, job: Job, url: str) -> tuple[str, bytes]:
        def note(link: FetchedLink) -> None:
            job.call.inputs = [*job.call.inputs, link]
            self._state.metrics.input_links.labels(link.status or "none").inc()

        return await fetch_input(self._session, url, note=note)

    def _draw(self, job: Job, pictures: Sequence[bytes]) -> DrawnPicture:
        behaviour, operation = job.instruction.behaviour, job.form.operation
        broken = broken_picture(behaviour, width=job.width, height=job.height)
        if broken is not None or operation is None:
            return broken or self._state.canned_picture
        is_jpeg = behaviour is Behaviour.WRONG_MIME or job.file_name.endswith("jpeg")
        order = DrawingOrder(operation, pictures, job.form.content, job.width, job.height, "jpeg" if is_jpeg else "png")
        try:
            with self._state.metrics.drawing.time():
                drawn = draw_picture(order)
        except ValueError as error:
            raise LinkRefused("url_error: the file cannot be decoded") from error
        if behaviour is Behaviour.TRUNCATED_PICTURE:
            return replace(drawn, data=drawn.data[: len(drawn.data) // 2])
        return replace(drawn, mime_type="image/png") if behaviour is Behaviour.WRONG_MIME else drawn


WORKSHOP = web.AppKey("workshop", Workshop)


def _output_size(width: int, height: int) -> tuple[int, int]:
    """Follow the photo, at most 1,024 pixels a side, in steps of 8 as image models make them."""
    scale = min(1.0, _MAX_SIDE / max(width, height))
    return max(_STEP, round(width * scale / _STEP) * _STEP), max(_STEP, round(height * scale / _STEP) * _STEP)
