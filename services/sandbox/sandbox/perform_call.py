"""Turns one accepted call into its wire answer: look at the pictures, choose the behaviour, draw, wait."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, TypeVarTuple

from sandbox.behaviours import Behaviour
from sandbox.call_log import Call
from sandbox.drawing import DrawingOrder, DrawnPicture, draw_picture
from sandbox.faults import Instruction
from sandbox.gemini_answers import DRAWN, AnswerFrame, answer_of
from sandbox.gemini_errors import (
    GeminiError,
    input_image_unreadable,
    invalid_argument,
    quota_exceeded,
    scripted_error,
)
from sandbox.gemini_models import ImageModel
from sandbox.gemini_wire import GeminiRequest, OpenFile, PostedFile, parse_request
from sandbox.operations import Operation, guess_operation
from sandbox.picture_metadata import inspect_picture
from sandbox.state import SandboxState
from sandbox.wire_answer import Delivery, WireAnswer

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

_UNSENT = {Behaviour.HANG: Delivery.HANG, Behaviour.DROP: Delivery.DROP}


@dataclass(frozen=True)
class _Task:
    """A call after its request was read."""

    model: ImageModel
    version: str
    asked: GeminiRequest
    instruction: Instruction
    operation: Operation
    picture_format: Literal["png", "jpeg"]


async def perform_call(
    state: SandboxState, call: Call, body: bytes, *, model: ImageModel, version: str, open_file: OpenFile
) -> WireAnswer:
    """Give the answer to `body` when it is due; what is learnt on the way is noted on `call`.

    Raises:
        GeminiError: Gemini would refuse this request.
    """
    started = time.monotonic()
    over = state.quotas.take(call.provider, model.name)
    if over is not None:
        raise GeminiError(
            quota_exceeded(model.name, per_day=over.per_day, retry_seconds=over.retry_seconds, limit=over.limit)
        )
    call.body_bytes = len(body)
    asked = await _in_thread(state, parse_request, body, model, open_file)
    call.files = [picture.name for picture in asked.pictures if isinstance(picture, PostedFile)]
    task = _accept(state, call, asked, model=model, version=version)
    if task.instruction.behaviour is Behaviour.CANNED:
        answer = state.canned
    else:
        pictures = await _in_thread(state, _decode, call, asked)
        answer = await _in_thread(state, _work, state, call, task, pictures)
    due = started + state.waiting_seconds(task.instruction, call.provider)
    await asyncio.sleep(max(0.0, due - time.monotonic()))
    state.invoice.charge(call, answer.billed)
    return answer


def _accept(state: SandboxState, call: Call, asked: GeminiRequest, *, model: ImageModel, version: str) -> _Task:
    call.note_prompt(asked.prompt)
    call.aspect_ratio, call.image_size = asked.aspect_ratio, asked.image_size
    call.operation = operation = guess_operation(len(asked.pictures), asked.prompt)
    try:
        instruction = state.plan.choose(asked.prompt)
    except ValueError as error:
        raise GeminiError(invalid_argument(f"The sandbox's marker: {error}")) from error
    call.behaviour = instruction.behaviour
    return _Task(model, version, asked, instruction, operation, state.choose_format(model.picture_format))


def _decode(call: Call, asked: GeminiRequest) -> Sequence[bytes]:
    """Give the pictures' bytes and note on `call` what is in them."""
    pictures = [picture.decode() for picture in asked.pictures]
    try:
        call.pictures = [
            inspect_picture(posted.mime_type, data) for posted, data in zip(asked.pictures, pictures, strict=True)
        ]
    except ValueError as error:
        raise GeminiError(input_image_unreadable()) from error
    return pictures


def _work(state: SandboxState, call: Call, task: _Task, pictures: Sequence[bytes]) -> WireAnswer:
    behaviour, seconds = task.instruction.behaviour, task.instruction.seconds
    if behaviour in _UNSENT:
        return WireAnswer(status=200, content_type="text/plain", body=(), delivery=_UNSENT[behaviour])
    refusal = scripted_error(behaviour, model=task.model.name, version=task.version, seconds=seconds)
    if refusal is not None:
        return refusal
    last = call.pictures[-1] if call.pictures else None
    width, height = task.model.pixels(
        task.asked.aspect_ratio, task.asked.image_size, follow=(last.width, last.height) if last else None
    )
    frame = AnswerFrame(
        model=task.model, response_id=call.id, picture_count=len(call.pictures), prompt_length=call.prompt_length,
        width=width, height=height, image_size=task.asked.image_size,
    )  # fmt: skip
    drawn = _draw(state, task, frame, pictures) if behaviour in DRAWN else None
    if drawn is not None:
        state.pictures.keep(call.id, drawn)
    answer = answer_of(behaviour, frame, drawn)
    return replace(answer, pause_seconds=1.0 if seconds is None else seconds)


def _draw(state: SandboxState, task: _Task, frame: AnswerFrame, pictures: Sequence[bytes]) -> DrawnPicture:
    wrong_mime = task.instruction.behaviour is Behaviour.WRONG_MIME
    order = DrawingOrder(
        operation=task.operation,
        pictures=pictures,
        prompt=task.asked.prompt,
        width=frame.width,
        height=frame.height,
        picture_format="jpeg" if wrong_mime else task.picture_format,
    )
    try:
        with state.metrics.drawing.time():
            return draw_picture(order)
    except ValueError as error:
        raise GeminiError(input_image_unreadable()) from error


async def _in_thread(state: SandboxState, work: Callable[[*Arguments], Result], *args: *Arguments) -> Result:
    return await asyncio.get_running_loop().run_in_executor(state.threads, work, *args)
