"""Health and metrics of a service, on a port of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from aiohttp import web

from photochanger.infrastructure.http_server.serving import http_server
from photochanger.observability import METRICS_CONTENT_TYPE, Telemetry, get_logger

CHECK_SECONDS = 1.0

Check = Callable[[], Awaitable[str | None]]

log = get_logger(__name__)


@asynccontextmanager
async def operations_server(
    telemetry: Telemetry,
    host: str,
    port: int,
    checks: Mapping[str, Check],
    *,
    partial_checks: Mapping[str, Check] = MappingProxyType({}),
) -> AsyncIterator[int]:
    """Serves `/health/live`, `/health/ready` and `/metrics` until the block ends; gives the port.

    A check returns None when fine, else what is missing in words; one that takes over a second is missing. What fails
    of `partial_checks` only a part of the service needs: it is named under `impaired`, and the service is ready.
    """

    async def live(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        missing, impaired = await asyncio.gather(_missing(checks), _missing(partial_checks))
        status = "missing" if missing else "impaired" if impaired else "ok"
        says = {"status": status, "missing": missing, "impaired": impaired}
        return web.json_response(says, status=503 if missing else 200)

    async def metrics(_request: web.Request) -> web.Response:
        telemetry.metrics.event_loop_tasks.set(len(asyncio.all_tasks()))
        return web.Response(body=telemetry.render(), headers={"Content-Type": METRICS_CONTENT_TYPE})

    app = web.Application()
    app.add_routes(
        [web.get("/health/live", live), web.get("/health/ready", ready), web.get("/metrics", metrics)],
    )
    async with http_server(app, host, port, drain_seconds=CHECK_SECONDS) as bound_port:
        yield bound_port


async def _missing(checks: Mapping[str, Check]) -> dict[str, str]:
    reasons = await asyncio.gather(*(_reason(name, check) for name, check in checks.items()))
    return {name: reason for name, reason in zip(checks, reasons, strict=True) if reason is not None}


async def _reason(name: str, check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer in {CHECK_SECONDS:g} s"
    except Exception:
        # a check that crashes is a defect of the check; the probe gets its answer all the same
        log.exception("check_crashed", check=name)
        return "the check crashed"
