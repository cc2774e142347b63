"""The routes of Turbotext: the methods with their queue, and the pictures they link to."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from aiohttp import web

from sandbox.behaviours import Behaviour, Provider
from sandbox.broken_pictures import huge_picture
from sandbox.call_log import Call
from sandbox.faults import Step
from sandbox.prices import Billed
from sandbox.sending import send_answer
from sandbox.state import STATE
from sandbox.turbotext_answers import (
    TurbotextError,
    broken_answer,
    failure,
    html_page,
    json_answer,
    key_refused,
    over_quota,
    reconnect,
    sign_in_page,
)
from sandbox.turbotext_jobs import WORKSHOP, Job
from sandbox.turbotext_results import FinishedJob, result_of
from sandbox.turbotext_wire import Method, parse_form
from sandbox.wire_answer import Delivery, WireAnswer

#: A picture on the metrics port, where no careful client goes.
TRAP_PATH = "/trap.png"
_METHODS = "|".join(Method)
_NOTHING = WireAnswer(200, "text/plain", ())
#: Of `create_queue`: the job is in the queue, but the client does not learn its number, or late.
_TAKEN_BUT_NOT_TOLD = frozenset({Behaviour.DRIP, Behaviour.CUT, Behaviour.TRUNCATED_JSON})


def add_turbotext_routes(app: web.Application) -> None:
    app.router.add_post(f"/api_ai/{{method:{_METHODS}}}", _serve)
    app.router.add_get("/download.php", _download)
    app.router.add_get("/image/{file}", _download)


@dataclass(frozen=True)
class _Reply:
    """An answer, the call it belongs to, and whether nothing more will happen to that call."""

    answer: WireAnswer
    call: Call | None = None
    ends: bool = False


async def _serve(request: web.Request) -> web.StreamResponse:
    method = Method(request.match_info["method"])
    try:
        fields = await _fields(request)
        handle = _STEPS.get(fields.get("do", ""), _unknown_step)
        reply = await handle(request, fields, method)
    except TurbotextError as refusal:
        reply = _Reply(refusal.answer)
    request.app[STATE].metrics.turbotext_requests.labels(method, reply.answer.status).inc()
    return await _send(request, reply)


async def _unknown_step(_: web.Request, __: Mapping[str, str], ___: Method) -> _Reply:
    return _Reply(failure("params_error: do: create_queue or get_result"))


async def _fields(request: web.Request) -> dict[str, str]:
    key = _key(request)
    if not key or key.startswith("wrong"):
        raise TurbotextError(key_refused())
    if request.content_type != "application/x-www-form-urlencoded":
        raise TurbotextError(failure("params_error: send application/x-www-form-urlencoded"))
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _key(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key if scheme.lower() == "bearer" else ""


async def _begin(request: web.Request, fields: Mapping[str, str], method: Method) -> _Reply:
    call = request.app[STATE].calls.begin(
        call_id=secrets.token_urlsafe(16), key=_key(request), provider=Provider.TURBOTEXT
    )
    call.method, call.creates, call.body_bytes = method, 1, request.content_length or 0
    try:
        return _Reply(await _create(request, fields, method=method, call=call), call)
    except TurbotextError as refusal:
        return _Reply(refusal.answer, call, ends=True)


async def _create(request: web.Request, fields: Mapping[str, str], *, method: Method, call: Call) -> WireAnswer:
    form = parse_form(method, fields)
    call.note_prompt(form.content)
    call.operation = form.operation
    try:
        instruction = request.app[STATE].plan.choose(form.content, Provider.TURBOTEXT)
    except ValueError as error:
        raise TurbotextError(failure(f"params_error: the sandbox's marker: {error}")) from error
    call.behaviour = behaviour = instruction.behaviour
    if instruction.step is Step.CREATE and behaviour not in _TAKEN_BUT_NOT_TOLD:
        broken = broken_answer(_NOTHING, instruction)
        if broken is not None:
            await asyncio.sleep(instruction.error_seconds)
            raise TurbotextError(broken)
    if form.links:
        _take_attempt(request, call)
    job = request.app[WORKSHOP].accept(method, form, instruction=instruction, call=call)
    call.queueid = job.queueid
    answer = json_answer({"success": True, "queueid": job.queueid}, as_strings=_as_strings(job))
    return (instruction.step is Step.CREATE and broken_answer(answer, instruction)) or answer


def _take_attempt(request: web.Request, call: Call) -> None:
    """A queued job takes one photo attempt of the tariff, whatever comes of it."""
    state = request.app[STATE]
    over = state.quotas.take(Provider.TURBOTEXT, "")
    if over is not None:
        raise TurbotextError(over_quota(over))
    state.invoice.charge(call, Billed())


async def _poll(request: web.Request, fields: Mapping[str, str], method: Method) -> _Reply:
    job = request.app[WORKSHOP].find(fields.get("queueid", ""), method)
    if job is None:
        raise TurbotextError(failure("params_error: queueid: there is none such"))
    job.call.polls += 1
    is_ready, step = job.is_ready, job.instruction.step
    answer = _result(request, job) if is_ready else _not_ready(job)
    if step is Step.POLL or (step is Step.FIRST_POLL and job.call.polls == 1):
        broken = broken_answer(answer, job.instruction)
        if broken is not None:
            await asyncio.sleep(job.instruction.error_seconds)
            return _Reply(broken, job.call)
    return _Reply(answer, job.call, ends=is_ready and job.call.duration_seconds is None)


_STEPS = {"create_queue": _begin, "get_result": _poll}


def _not_ready(job: Job) -> WireAnswer:
    is_short = (job.call.polls % 2 == 1) is job.short_first
    return reconnect(short=is_short, as_strings=_as_strings(job))


def _result(request: web.Request, job: Job) -> WireAnswer:
    if job.error:
        return failure(job.error, as_strings=_as_strings(job))
    finished = FinishedJob(
        form=job.form,
        behaviour=job.instruction.behaviour,
        width=job.width,
        height=job.height,
        seed=job.seed,
        relative_link=f"image/{quote(job.file_name)}",
        absolute_link=f"{request.scheme}://{request.host}/download.php?f={quote(job.file_name)}",
    )
    return result_of(finished)


def _as_strings(job: Job) -> bool:
    return job.instruction.behaviour is Behaviour.VALUES_AS_STRINGS


async def _send(request: web.Request, reply: _Reply) -> web.StreamResponse:
    answer, call, metrics = reply.answer, reply.call, request.app[STATE].metrics
    try:
        if call is not None:
            call.status = None if answer.delivery in {Delivery.HANG, Delivery.DROP} else answer.status
        return await send_answer(request, answer)
    except (asyncio.CancelledError, ConnectionError):
        if call is not None:
            call.client_hung_up = True
        metrics.hang_ups.inc()
        raise
    finally:
        if call is not None and reply.ends:
            call.duration_seconds = (datetime.now(UTC) - call.received_at).total_seconds()
            metrics.calls.labels(call.operation or "none", call.behaviour or "none", call.status or "none").inc()


async def _download(request: web.Request) -> web.StreamResponse:
    """Serve a result; like the original's, the link needs no key."""
    state = request.app[STATE]
    job = request.app[WORKSHOP].find_file(request.match_info.get("file") or request.query.get("f", ""))
    if job is None:
        answer = html_page(404, "Not Found")
    else:
        job.call.downloads += 1
        answer = _file(request, job, trap_port=state.metrics_port)
        if job.instruction.step is Step.DOWNLOAD:
            await asyncio.sleep(job.instruction.error_seconds)
            answer = broken_answer(answer, job.instruction) or answer
    state.metrics.downloads.labels(answer.status).inc()
    return await send_answer(request, answer)


def _file(request: web.Request, job: Job, *, trap_port: int) -> WireAnswer:
    behaviour = job.instruction.behaviour
    if behaviour is Behaviour.RESULT_HTML:
        return sign_in_page()
    if behaviour is Behaviour.RESULT_HUGE:
        return WireAnswer(200, "image/png", huge_picture(width=job.width, height=job.height))
    if behaviour is Behaviour.RESULT_REDIRECT_INTERNAL:
        address = f"http://{request.url.host}:{trap_port}{TRAP_PATH}"
        return WireAnswer(302, "text/html", (), headers={"Location": address})
    if behaviour is Behaviour.RESULT_404 or job.picture is None:
        return html_page(404, "Not Found")
    return WireAnswer(200, job.picture.mime_type, (job.picture.data,))
