"""The control endpoints for what only Gemini has: its files, and models that are retired."""

from dataclasses import asdict
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from sandbox.control import refusal, validated_body
from sandbox.gemini_files import FILES, FileRules
from sandbox.gemini_models import IMAGE_MODELS, RETIRED_MODELS, RetiredModels


class Ageing(BaseModel):
    """The body of `POST /control/gemini/files/age`."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(gt=0)


def add_gemini_control_routes(app: web.Application) -> None:
    app[RETIRED_MODELS] = RetiredModels()
    app.router.add_get("/control/gemini/files", _show_files)
    app.router.add_put("/control/gemini/files", _put_files)
    app.router.add_delete("/control/gemini/files", _delete_files)
    app.router.add_post("/control/gemini/files/age", _age_files)
    app.router.add_put("/control/gemini/retired-models/{model}", _retire)
    app.router.add_delete("/control/gemini/retired-models/{model}", _bring_back)


async def _show_files(request: web.Request) -> web.Response:
    shelf = request.app[FILES]
    now = shelf.now()
    return _json(
        {
            "rules": shelf.rules.model_dump(),
            "requests": dict(shelf.requests),
            "uploads": [asdict(upload) for upload in shelf.finished],
            "files": [kept.described(now, base_url="") for kept in shelf.files.values()],
        }
    )


async def _put_files(request: web.Request) -> web.Response:
    request.app[FILES].rules = await validated_body(request, FileRules)
    return await _show_files(request)


async def _delete_files(request: web.Request) -> web.Response:
    request.app[FILES].reset()
    return await _show_files(request)


async def _age_files(request: web.Request) -> web.Response:
    request.app[FILES].age((await validated_body(request, Ageing)).seconds)
    return await _show_files(request)


async def _retire(request: web.Request) -> web.Response:
    model = request.match_info["model"]
    if model not in IMAGE_MODELS:
        raise refusal(f"model: there are {', '.join(IMAGE_MODELS)}")
    retired = request.app[RETIRED_MODELS]
    retired.add(model)
    return _json(sorted(retired))


async def _bring_back(request: web.Request) -> web.Response:
    retired = request.app[RETIRED_MODELS]
    retired.discard(request.match_info["model"])
    return _json(sorted(retired))


def _json(content: Any) -> web.Response:
    return web.Response(body=orjson.dumps(content), content_type="application/json")
