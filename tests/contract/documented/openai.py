"""OpenAI's `images/edits` and `models` from the vendor's pages alone; shares no code with the sandbox."""

import base64
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web


@dataclass
class DocumentedOpenAI:
    """`picture` is what every call gets; `error` instead of it: a status and an error object."""

    picture: bytes
    url_safe: bool = False
    padded: bool = True
    with_unknown_fields: bool = False
    #: members that are not required are left out
    terse: bool = False
    error: tuple[int, dict[str, Any]] | None = None
    keys: list[str] = field(default_factory=list)
    #: of each call: its texts, and its pictures with their names, types and file names
    fields: list[dict[str, str]] = field(default_factory=list)
    pictures: list[list[tuple[str, str, str, bytes]]] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=120 * 2**20)
        app.router.add_post("/v1/images/edits", self._edit)
        app.router.add_get("/v1/models", self._models)
        return app

    async def _models(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers.get("Authorization", ""))
        if self.error is not None:
            return web.json_response({"error": self.error[1]}, status=self.error[0])
        model: dict[str, Any] = {"id": "gpt-image-2", "object": "model", "created": 1, "owned_by": "openai"}
        if self.with_unknown_fields:
            model["unheard_of"] = {}
        return web.json_response({"object": "list", "data": [model]})

    async def _edit(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers.get("Authorization", ""))
        fields: dict[str, str] = {}
        pictures = []
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            name = part.name or ""
            if part.filename is None:
                fields[name] = await part.text()
            else:
                data = bytes(await part.read())
                pictures.append((name, part.headers["Content-Type"], part.filename, data))
        self.fields.append(fields)
        self.pictures.append(pictures)
        headers = {"x-request-id": "req_documented"}
        if self.error is not None:
            return web.json_response({"error": self.error[1]}, status=self.error[0], headers=headers)
        return web.json_response(self._answer(), headers=headers)

    def _answer(self) -> dict[str, Any]:
        text = (base64.urlsafe_b64encode if self.url_safe else base64.b64encode)(self.picture).decode()
        image: dict[str, Any] = {"b64_json": text if self.padded else text.rstrip("=")}
        answer: dict[str, Any] = {"created": 1, "data": [image]}
        if self.terse:
            return answer
        answer["usage"] = {
            "input_tokens": 1100,
            "input_tokens_details": {"image_tokens": 1056, "text_tokens": 44},
            "output_tokens": 4160,
            "output_tokens_details": {"image_tokens": 4160, "text_tokens": 0},
            "total_tokens": 5260,
        }
        if self.with_unknown_fields:
            image |= {"revised_prompt": None, "url": None, "unheard_of": {"deep": [None]}}
            answer |= {"background": "opaque", "quality": "high", "size": "1024x1024", "unheard_of": [[]]}
        return answer
