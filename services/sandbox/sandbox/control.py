"""The control endpoints: what the next calls get, and which calls there were."""

from typing import TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.behaviours import Provider
from sandbox.faults import Instruction, Rule
from sandbox.gemini_files import FILES, FileRules
from sandbox.gemini_models import RETIRED_MODELS
from sandbox.latency import Latency
from sandbox.outages import Outage
from sandbox.settings import PictureFormat
from sandbox.state import STATE, default_instruction, default_latency

Model = TypeVar("Model", bound=BaseModel)


class FormatChoice(BaseModel):
    """The body of `PUT /control/picture-format`."""

    model_config = ConfigDict(extra="forbid")

    format: PictureFormat


class CallsQuery(BaseModel):
    """The query of `GET /control/calls`."""

    model_config = ConfigDict(extra="forbid")

    prompt_contains: str = ""
    provider: Provider | None = None
    limit: int = Field(default=10_000, ge=1)


def add_control_routes(app: web.Application) -> None:
    app.router.add_get("/control", _show)
    app.router.add_delete("/control", _reset)
    app.router.add_put("/control/default", _put_default)
    app.router.add_delete("/control/default", _delete_default)
    app.router.add_put("/control/latency", _put_latency)
    app.router.add_delete("/control/latency", _delete_latency)
    app.router.add_put("/control/picture-format", _put_format)
    app.router.add_delete("/control/picture-format", _delete_format)
    app.router.add_get("/control/rules", _show_rules)
    app.router.add_delete("/control/rules", _delete_rules)
    app.router.add_put("/control/rules/{name}", _put_rule)
    app.router.add_delete("/control/rules/{name}", _delete_rule)
    app.router.add_put("/control/outage/{provider}", _put_outage)
    app.router.add_delete("/control/outage/{provider}", _delete_outage)
    app.router.add_get("/control/calls", _show_calls)
    app.router.add_delete("/control/calls", _delete_calls)


async def _show(request: web.Request) -> web.Response:
    state = request.app[STATE]
    return _json(
        {
            "scenario": state.scenario,
            "default": state.plan.default.model_dump(),
            "latency": state.latency.model_dump(),
            "picture_format": state.picture_format,
            "rules": {name: rule.model_dump() for name, rule in state.plan.rules.items()},
            "outages": state.outages.shown(),
            "quotas": state.quotas.shown(),
            "latencies": {name.value: latency.model_dump() for name, latency in state.latencies.items()},
            "calls": state.calls.total,
        }
    )


async def _reset(request: web.Request) -> web.Response:
    state = request.app[STATE]
    state.begin(state.settings.sandbox_scenario)
    request.app[FILES].rules = FileRules()
    request.app[RETIRED_MODELS].clear()
    return await _show(request)


async def _put_default(request: web.Request) -> web.Response:
    request.app[STATE].plan.default = await validated_body(request, Instruction)
    return await _show(request)


async def _delete_default(request: web.Request) -> web.Response:
    state = request.app[STATE]
    state.plan.default = default_instruction(state.settings)
    return await _show(request)


async def _put_latency(request: web.Request) -> web.Response:
    state = request.app[STATE]
    state.latency = await validated_body(request, Latency)
    state.latencies.clear()
    return await _show(request)


async def _delete_latency(request: web.Request) -> web.Response:
    state = request.app[STATE]
    state.latency = default_latency(state.settings)
    state.latencies.clear()
    return await _show(request)


async def _put_format(request: web.Request) -> web.Response:
    request.app[STATE].picture_format = (await validated_body(request, FormatChoice)).format
    return await _show(request)


async def _delete_format(request: web.Request) -> web.Response:
    state = request.app[STATE]
    state.picture_format = state.settings.sandbox_picture_format
    return await _show(request)


async def _show_rules(request: web.Request) -> web.Response:
    return _json({name: rule.model_dump() for name, rule in request.app[STATE].plan.rules.items()})


async def _delete_rules(request: web.Request) -> web.Response:
    request.app[STATE].plan.rules.clear()
    return await _show_rules(request)


async def _put_rule(request: web.Request) -> web.Response:
    rule = await validated_body(request, Rule)
    request.app[STATE].plan.rules[request.match_info["name"]] = rule
    return await _show_rules(request)


async def _delete_rule(request: web.Request) -> web.Response:
    request.app[STATE].plan.rules.pop(request.match_info["name"], None)
    return await _show_rules(request)


async def _put_outage(request: web.Request) -> web.Response:
    outage = await validated_body(request, Outage)
    request.app[STATE].outages.begin(named_provider(request), outage.kind)
    return await _show(request)


async def _delete_outage(request: web.Request) -> web.Response:
    request.app[STATE].outages.end(named_provider(request))
    return await _show(request)


def named_provider(request: web.Request) -> Provider:
    """Give the provider in the path, or answer 422."""
    try:
        return Provider(request.match_info["provider"])
    except ValueError as error:
        raise refusal(f"provider: {error}") from error


async def _show_calls(request: web.Request) -> web.Response:
    query = _checked(CallsQuery, dict(request.query))
    calls = request.app[STATE].calls
    return _json(
        {
            "total": calls.total,
            "calls": calls.find(**query.model_dump()),
        }
    )


async def _delete_calls(request: web.Request) -> web.Response:
    request.app[STATE].calls.clear()
    return _json({"total": 0, "calls": []})


async def validated_body(request: web.Request, model: type[Model]) -> Model:
    """Give the request's JSON as `model`, or answer 422 with what is wrong with it."""
    try:
        return _checked(model, orjson.loads(await request.read()))
    except orjson.JSONDecodeError as error:
        raise refusal(f"not JSON: {error}") from error


def _checked(model: type[Model], value: object) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise refusal(f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}") from error


def refusal(message: str) -> web.HTTPUnprocessableEntity:
    return web.HTTPUnprocessableEntity(text=orjson.dumps({"error": message}).decode(), content_type="application/json")


def _json(content: object) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json")
