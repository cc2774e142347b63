"""Turbotext's queue protocol from its documentation alone; shares no code with the sandbox.

Jobs wait for `reconnects` polls, alternating between the two documented shapes; the result names its picture in the way
that the fake is made with.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import aiohttp
from aiohttp import web

#: Of each method: the fields that hold links.
_LINKS = {
    "generate_image2image": ("url",),
    "mix_images": ("url_image_target", "url"),
    "deepfake_photo": ("url", "url_image_target"),
}


class Named(Enum):
    """Where a result's link stands."""

    #: `uploaded_image` beside `data`
    TOP_LEVEL = "top level"
    #: `uploaded_image` within `data`
    WITHIN_DATA = "within data"
    #: the first of `data.image`
    FIRST_IMAGE = "first image"
    #: `data.image` is no list but the link
    ONLY_IMAGE = "only image"


@dataclass
class DocumentedTurbotext:
    """`picture` is every job's result."""

    picture: bytes
    named: Named = Named.TOP_LEVEL
    #: else relative to the site's root
    absolute: bool = True
    #: numbers and booleans are text
    as_strings: bool = False
    with_unknown_fields: bool = False
    reconnects: int = 2
    forms: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    #: what was behind the links of a job
    fetched: list[bytes] = field(default_factory=list)
    _polls: int = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api_ai/{method}", self._method)
        app.router.add_get("/download.php", self._download)
        app.router.add_get("/image/{name}", self._download)
        return app

    async def _method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append({"method": method, **form})
        self.keys.append(request.headers.get("Authorization", ""))
        if form["do"] == "create_queue":
            async with aiohttp.ClientSession() as session:
                for name in _LINKS[method]:
                    async with session.get(form[name]) as answer:
                        self.fetched.append(await answer.read())
            return self._json({"success": True, "queueid": 815})
        if form["do"] != "get_result" or form["queueid"] != "815":
            return self._json({"success": False, "error": "params_error"})
        self._polls += 1
        if self._polls <= self.reconnects:
            short = {"action": "reconnect"}
            return self._json(short if self._polls % 2 else {"success": False, **short})
        return self._json(self._result(f"{request.scheme}://{request.host}/"))

    def _result(self, root: str) -> dict[str, Any]:
        link = ("" if not self.absolute else root) + "image/generate_image2image_id12_0.png"
        data: dict[str, Any] = {"width": 640, "height": 480, "seed": 9_999_999_999, "forbidden_content": False}
        answer: dict[str, Any] = {"success": True, "error": "", "data": data}
        match self.named:
            case Named.TOP_LEVEL:
                answer["uploaded_image"] = link
            case Named.WITHIN_DATA:
                data["uploaded_image"] = link
            case Named.FIRST_IMAGE:
                data["image"] = [link]
            case Named.ONLY_IMAGE:
                data["image"] = link
        if self.with_unknown_fields:
            answer |= {"limits": {"foto_limit": 123, "text_limit": 123}, "unheard_of": [{"deep": None}]}
            data["unheard_of"] = {}
        return answer

    async def _download(self, request: web.Request) -> web.Response:
        return web.Response(body=self.picture, content_type="image/png")

    def _json(self, content: dict[str, Any]) -> web.Response:
        return web.json_response(_strings(content) if self.as_strings else content)


def _strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _strings(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_strings(each) for each in value]
    return value if value is None else str(value)
