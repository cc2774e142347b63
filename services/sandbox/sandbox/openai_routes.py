"""The routes of OpenAI's API: edit pictures, list the models."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar, TypeVarTuple

from aiohttp import web

from sandbox.behaviours import Behaviour, Provider
from sandbox.call_log import Call
from sandbox.drawing import DrawingOrder, DrawnPicture, draw_picture
from sandbox.faults import Instruction
from sandbox.openai_answers import DRAWN, EditFrame, answer_of, canned_answer
from sandbox.openai_errors import OpenAIError, input_image_unreadable, invalid, key_invalid, scripted_error
from sandbox.openai_wire import OPENAI_MODELS, OpenAIRequest, PostedFile, parse_form
from sandbox.operations import Operation, guess_operation
from sandbox.picture_metadata import inspect_picture
from sandbox.sending import send_answer
from sandbox.state import STATE, SandboxState
from sandbox.wire_answer import Delivery, WireAnswer

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

_UNSENT = {Behaviour.HANG: Delivery.HANG, Behaviour.DROP: Delivery.DROP}
#: What `auto` chooses from.
_USUAL_SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))


def add_openai_routes(app: web.Application) -> None:
    app.router.add_post("/v1/images/edits", _edit)


async def list_openai_models(request: web.Request) -> web.StreamResponse:
    """Answer `GET /v1/models`, a path that Gemini has too."""
    try:
        _check_key(_key(request))
    except OpenAIError as refusal:
        return await send_answer(request, refusal.answer)
    listed = [{"id": name, "object": "model", "created": 1_790_000_000, "owned_by": "system"} for name in OPENAI_MODELS]
    return web.json_response({"object": "list", "data": listed})


async def _edit(request: web.Request) -> web.StreamResponse:
    state, started = request.app[STATE], time.monotonic()
    call = state.calls.begin(call_id=f"req_{secrets.token_hex(16)}", key=_key(request), provider=Provider.OPENAI)
    try:
        with state.metrics.running.track_inprogress():
            answer = await _answer(request, state, call)
            answer = replace(answer, headers={"x-request-id": call.id, **answer.headers})
            call.status = None if answer.delivery in {Delivery.HANG, Delivery.DROP} else answer.status
            return await send_answer(request, answer)
    except (asyncio.CancelledError, ConnectionError):
        call.client_hung_up = True
        state.metrics.hang_ups.inc()
        raise
    finally:
        call.duration_seconds = time.monotonic() - started
        state.metrics.duration.observe(call.duration_seconds)
        state.metrics.calls.labels(call.operation or "none", call.behaviour or "none", call.status or "none").inc()


async def _answer(request: web.Request, state: SandboxState, call: Call) -> WireAnswer:
    started = time.monotonic()
    try:
        _check_key(_key(request))
        call.body_bytes = request.content_length or 0
        posted = (await request.post()).items()
        files = [(name, _taken(value)) for name, value in posted if isinstance(value, web.FileField)]
        asked = parse_form({name: value for name, value in posted if isinstance(value, str)}, files)
        instruction = _accept(state, call, asked)
        answer = await _in_thread(state, _work, state, call, asked, instruction)
    except OpenAIError as refusal:
        return refusal.answer
    except web.HTTPRequestEntityTooLarge:
        return invalid("The request is too large.", param="image").answer
    due = started + state.waiting_seconds(instruction, call.provider)
    await asyncio.sleep(max(0.0, due - time.monotonic()))
    state.invoice.charge(call, answer.billed)
    return answer


def _key(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key if scheme.lower() == "bearer" else ""


def _taken(field: web.FileField) -> PostedFile:
    with field.file:
        return PostedFile(field.content_type, field.file.read())


def _check_key(key: str) -> None:
    if not key or key.startswith("wrong"):
        raise OpenAIError(key_invalid())


def _accept(state: SandboxState, call: Call, asked: OpenAIRequest) -> Instruction:
    call.model = asked.model
    call.note_prompt(asked.prompt)
    call.operation = guess_operation(len(asked.pictures), asked.prompt)
    try:
        instruction = state.plan.choose(asked.prompt, Provider.OPENAI)
    except ValueError as error:
        raise invalid(f"The sandbox's marker: {error}", param="prompt") from error
    call.behaviour = instruction.behaviour
    return instruction


def _work(state: SandboxState, call: Call, asked: OpenAIRequest, instruction: Instruction) -> WireAnswer:
    behaviour, seconds = instruction.behaviour, instruction.seconds
    if behaviour is Behaviour.CANNED:
        return canned_answer(state.canned_picture, _frame(asked, (1024, 1024)))
    try:
        call.pictures = [inspect_picture(posted.mime_type, posted.data) for posted in asked.pictures]
    except ValueError as error:
        raise OpenAIError(input_image_unreadable()) from error
    if behaviour in _UNSENT:
        return WireAnswer(status=200, content_type="text/plain", body=(), delivery=_UNSENT[behaviour])
    refusal = scripted_error(behaviour, model=asked.model, seconds=seconds)
    if refusal is not None:
        return refusal
    size = asked.size or _nearest_size(call.pictures[0].width / call.pictures[0].height)
    frame = _frame(asked, size)
    drawn = _draw(state, asked, frame, call.operation, behaviour) if behaviour in DRAWN else None
    answer = answer_of(behaviour, frame, drawn)
    return replace(answer, pause_seconds=1.0 if seconds is None else seconds)


def _frame(asked: OpenAIRequest, size: tuple[int, int]) -> EditFrame:
    return EditFrame(
        picture_count=len(asked.pictures), prompt_length=len(asked.prompt), width=size[0], height=size[1],
        quality=asked.quality, output_format=asked.output_format,
    )  # fmt: skip


def _nearest_size(ratio: float) -> tuple[int, int]:
    return min(_USUAL_SIZES, key=lambda size: max(ratio * size[1] / size[0], size[0] / size[1] / ratio))


def _draw(
    state: SandboxState, asked: OpenAIRequest, frame: EditFrame, operation: Operation | None, behaviour: Behaviour
) -> DrawnPicture:
    picture_format: Literal["png", "jpeg"] = asked.output_format
    if behaviour is Behaviour.WRONG_MIME:
        picture_format = "png" if picture_format == "jpeg" else "jpeg"
    order = DrawingOrder(
        operation=operation or Operation.IMAGE_EDIT,
        pictures=[posted.data for posted in asked.pictures],
        prompt=asked.prompt,
        width=frame.width,
        height=frame.height,
        picture_format=picture_format,
    )
    try:
        with state.metrics.drawing.time():
            return draw_picture(order)
    except ValueError as error:
        raise OpenAIError(input_image_unreadable()) from error


async def _in_thread(state: SandboxState, work: Callable[[*Arguments], Result], *args: *Arguments) -> Result:
    return await asyncio.get_running_loop().run_in_executor(state.threads, work, *args)
