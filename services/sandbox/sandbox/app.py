"""Puts the sandbox together and serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pillow_heif
from aiohttp import web

from sandbox.control import add_control_routes
from sandbox.gemini_control import add_gemini_control_routes
from sandbox.gemini_file_routes import add_gemini_file_routes
from sandbox.gemini_routes import add_gemini_routes
from sandbox.guide import guide_text
from sandbox.openai_routes import add_openai_routes
from sandbox.outages import outage_middleware
from sandbox.page_routes import add_page
from sandbox.scenario_control import add_scenario_control_routes
from sandbox.settings import SandboxSettings
from sandbox.state import STATE, SandboxState
from sandbox.turbotext_jobs import WORKSHOP, Workshop
from sandbox.turbotext_routes import TRAP_PATH, add_turbotext_routes

#: Calls still running at the end get this long.
_SHUTDOWN_SECONDS = 0.3


class PortTakenError(Exception):
    """A port that the settings name cannot be listened on; the text names its variable."""


@dataclass(frozen=True)
class RunningSandbox:
    """Where a running sandbox listens, without a trailing slash."""

    url: str
    metrics_url: str


@asynccontextmanager
async def running_sandbox(settings: SandboxSettings) -> AsyncIterator[RunningSandbox]:
    """Serve the API and the metrics until the block ends.

    Raises:
        PortTakenError: an address in `settings` is not free.
    """
    pillow_heif.register_heif_opener()
    state = SandboxState.of(settings)
    async with Workshop(state) as workshop, _served(state, workshop) as sandbox:
        yield sandbox


@asynccontextmanager
async def _served(state: SandboxState, workshop: Workshop) -> AsyncIterator[RunningSandbox]:
    settings = state.settings
    api, metrics = web.AppRunner(
        _api(state, workshop), handler_cancellation=True, shutdown_timeout=_SHUTDOWN_SECONDS, access_log=None
    ), web.AppRunner(_metrics(state), shutdown_timeout=_SHUTDOWN_SECONDS, access_log=None)  # fmt: skip
    try:
        metrics_url = await _listen(metrics, settings, settings.metrics_port, variable="METRICS_PORT")
        state.metrics_port = metrics.addresses[0][1]
        url = await _listen(api, settings, settings.sandbox_port, variable="SANDBOX_PORT")
        yield RunningSandbox(url, metrics_url)
    finally:
        await api.cleanup()
        await metrics.cleanup()
        state.threads.shutdown(wait=False, cancel_futures=True)


async def _listen(runner: web.AppRunner, settings: SandboxSettings, port: int, *, variable: str) -> str:
    await runner.setup()
    try:
        await web.TCPSite(runner, str(settings.listen_host), port).start()
    except OSError as error:
        raise PortTakenError(f"{variable}: cannot listen on {settings.listen_host}:{port}: {error.strerror}") from error
    host, bound_port = runner.addresses[0][:2]
    return f"http://[{host}]:{bound_port}" if ":" in host else f"http://{host}:{bound_port}"


def _api(state: SandboxState, workshop: Workshop) -> web.Application:
    app = web.Application(
        client_max_size=state.settings.sandbox_max_request_bytes, middlewares=[outage_middleware(state.outages)]
    )
    app[STATE], app[WORKSHOP] = state, workshop
    add_openai_routes(app)
    add_gemini_routes(app)
    add_gemini_file_routes(app)
    add_gemini_control_routes(app)
    add_turbotext_routes(app)
    add_control_routes(app)
    add_scenario_control_routes(app)
    add_page(app, guide=guide_text(max_request_bytes=state.settings.sandbox_max_request_bytes))
    return app


def _metrics(state: SandboxState) -> web.Application:
    async def healthy(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def trap(_: web.Request) -> web.Response:
        state.metrics.trap_visits.inc()
        return web.Response(body=state.canned_picture.data, content_type=state.canned_picture.mime_type)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(
            body=state.metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    app = web.Application()
    app.router.add_get("/health/live", healthy)
    app.router.add_get("/health/ready", healthy)
    app.router.add_get("/metrics", metrics)
    app.router.add_get(TRAP_PATH, trap)
    return app
