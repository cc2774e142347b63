"""The routes of the Gemini API: generate, stream, list the models."""

import asyncio
import secrets
import time

import orjson
from aiohttp import web

from sandbox import gemini_errors
from sandbox.behaviours import Behaviour, Provider
from sandbox.call_log import Call
from sandbox.gemini_answers import as_stream
from sandbox.gemini_errors import GeminiError
from sandbox.gemini_file_routes import VERSION
from sandbox.gemini_files import FILES
from sandbox.gemini_key import checked_key, key_of
from sandbox.gemini_models import IMAGE_MODELS, RETIRED_MODELS, ImageModel
from sandbox.gemini_wire import OpenFile, PostedFile
from sandbox.openai_routes import list_openai_models
from sandbox.perform_call import perform_call
from sandbox.sending import send_answer
from sandbox.state import STATE, SandboxState
from sandbox.whose_request import provider_of
from sandbox.wire_answer import JSON_TYPE, Delivery, WireAnswer


def add_gemini_routes(app: web.Application) -> None:
    app.router.add_post(VERSION + "/models/{model:[^/:]+}:{method:generateContent|streamGenerateContent}", _generate)
    app.router.add_get(VERSION + "/models", _list_models)
    app.router.add_get(VERSION + "/models/{model:[^/:]+}", _get_model)


async def _generate(request: web.Request) -> web.StreamResponse:
    state, started = request.app[STATE], time.monotonic()
    call = state.calls.begin(
        call_id=secrets.token_urlsafe(16),
        model=request.match_info["model"],
        streamed=request.match_info["method"] == "streamGenerateContent",
        key=key_of(request),
    )
    try:
        with state.metrics.running.track_inprogress():
            answer = await _answer(request, state, call)
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
    try:
        model = _admit(request)
        body = await _read_body(request, state)
        answer = await perform_call(
            state, call, body, model=model, version=request.match_info["version"], open_file=_files_of(request)
        )
    except GeminiError as refusal:
        return refusal.answer
    if call.streamed and (answer.status == 200 or call.behaviour is Behaviour.STREAM_ERROR):
        return as_stream(answer, server_sent_events=request.query.get("alt") == "sse")
    return answer


async def _list_models(request: web.Request) -> web.StreamResponse:
    if provider_of(request) is Provider.OPENAI:
        return await list_openai_models(request)
    try:
        checked_key(request)
    except GeminiError as refusal:
        return _whole(refusal.answer)
    retired = request.app[RETIRED_MODELS]
    return _ok({"models": [model.listing() for name, model in IMAGE_MODELS.items() if name not in retired]})


async def _get_model(request: web.Request) -> web.Response:
    try:
        return _ok(_admit(request).listing())
    except GeminiError as refusal:
        return _whole(refusal.answer)


def _files_of(request: web.Request) -> OpenFile:
    shelf, key = request.app[FILES], key_of(request)

    def open_file(uri: str) -> PostedFile:
        kept = shelf.opened(uri, key=key)
        return PostedFile(kept.mime_type, kept.name, kept.data)

    return open_file


def _admit(request: web.Request) -> ImageModel:
    checked_key(request)
    name = request.match_info["model"]
    if name not in IMAGE_MODELS or name in request.app[RETIRED_MODELS]:
        raise GeminiError(gemini_errors.model_not_found(name, request.match_info["version"]))
    return IMAGE_MODELS[name]


async def _read_body(request: web.Request, state: SandboxState) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        limit = state.settings.sandbox_max_request_bytes
        raise GeminiError(gemini_errors.request_too_large(limit)) from error


def _ok(content: object) -> web.Response:
    return _whole(WireAnswer(status=200, content_type=JSON_TYPE, body=(orjson.dumps(content),)))


def _whole(answer: WireAnswer) -> web.Response:
    return web.Response(status=answer.status, body=b"".join(answer.body), headers={"Content-Type": answer.content_type})
