"""The control endpoints of scenarios, quotas, the invoice and the pictures."""

import asyncio

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict

from sandbox.control import named_provider, refusal, validated_body
from sandbox.invoice import invoice_of
from sandbox.quotas import Quota
from sandbox.scenarios import SCENARIOS
from sandbox.state import STATE


class ScenarioChoice(BaseModel):
    """The body of `PUT /control/scenario`."""

    model_config = ConfigDict(extra="forbid")

    name: str


def add_scenario_control_routes(app: web.Application) -> None:
    app.router.add_get("/control/scenario", _show_scenarios)
    app.router.add_put("/control/scenario", _put_scenario)
    app.router.add_delete("/control/scenario", _delete_scenario)
    app.router.add_get("/control/quota", _show_quotas)
    app.router.add_put("/control/quota/{provider}", _put_quota)
    app.router.add_delete("/control/quota/{provider}", _delete_quota)
    app.router.add_get("/control/invoice", _show_invoice)
    app.router.add_delete("/control/invoice", _delete_invoice)
    app.router.add_get("/control/pictures", _show_pictures)
    app.router.add_get("/control/pictures/{id}", _show_picture)


async def _show_scenarios(request: web.Request) -> web.Response:
    known = {name: scenario.meaning for name, scenario in SCENARIOS.items()}
    return _json({"scenario": request.app[STATE].scenario, "known": known})


async def _put_scenario(request: web.Request) -> web.Response:
    name = (await validated_body(request, ScenarioChoice)).name
    if name not in SCENARIOS:
        raise refusal(f"name: must be one of {', '.join(SCENARIOS)}")
    request.app[STATE].begin(name)
    return await _show_scenarios(request)


async def _delete_scenario(request: web.Request) -> web.Response:
    state = request.app[STATE]
    state.begin(state.settings.sandbox_scenario)
    return await _show_scenarios(request)


async def _show_quotas(request: web.Request) -> web.Response:
    return _json(request.app[STATE].quotas.shown())


async def _put_quota(request: web.Request) -> web.Response:
    quota = await validated_body(request, Quota)
    request.app[STATE].quotas.put(named_provider(request), quota)
    return await _show_quotas(request)


async def _delete_quota(request: web.Request) -> web.Response:
    request.app[STATE].quotas.take_away(named_provider(request))
    return await _show_quotas(request)


async def _show_invoice(request: web.Request) -> web.Response:
    """Show the whole invoice, or that of the calls kept whose prompt contains a text."""
    state, text = request.app[STATE], request.query.get("prompt_contains")
    return _json(state.invoice.shown() if text is None else invoice_of(state.calls.find(prompt_contains=text)))


async def _delete_invoice(request: web.Request) -> web.Response:
    request.app[STATE].invoice.clear()
    return await _show_invoice(request)


async def _show_pictures(request: web.Request) -> web.Response:
    return _json({"ids": sorted(request.app[STATE].pictures.ids())})


async def _show_picture(request: web.Request) -> web.Response:
    state = request.app[STATE]
    loop = asyncio.get_running_loop()
    small = await loop.run_in_executor(state.threads, state.pictures.small, request.match_info["id"])
    if small is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=small, content_type="image/jpeg", headers=headers)


def _json(content: object) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json")
