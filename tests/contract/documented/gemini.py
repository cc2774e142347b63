"""Gemini's `generateContent` from the vendor's pages alone; shares no code with the sandbox.

It reads a request in either spelling and either alphabet, whichever version the path names, and answers in the dialect
that it is made with, beside fields that nobody has heard of.
"""

import base64
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Dialect:
    """How answers are written."""

    snake_case: bool = False
    url_safe: bool = False
    padded: bool = True
    with_unknown_fields: bool = False
    #: a thought with a picture first, and text beside the real one
    talkative: bool = False


@dataclass
class DocumentedGemini:
    """`picture` is what every call gets; `error` instead of it: a status and an error object."""

    picture: bytes
    dialect: Dialect = Dialect()
    error: tuple[int, dict[str, Any]] | None = None
    #: of each call: version, model, prompt, pictures with their types
    versions: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    pictures: list[list[tuple[str, bytes]]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=120 * 2**20)
        app.router.add_post("/{version}/models/{call}", self._generate)
        return app

    async def _generate(self, request: web.Request) -> web.Response:
        model, _, method = request.match_info["call"].partition(":")
        if method != "generateContent" or request.match_info["version"] not in {"v1", "v1beta"}:
            return web.json_response({"error": {"code": 404, "status": "NOT_FOUND", "message": ""}}, status=404)
        self.versions.append(request.match_info["version"])
        self.models.append(model)
        self.keys.append(request.headers.get("x-goog-api-key", ""))
        parts = [part for content in (await request.json())["contents"] for part in content["parts"]]
        self.prompts.append("".join(part.get("text", "") for part in parts))
        blobs = [blob for part in parts if (blob := part.get("inlineData") or part.get("inline_data"))]
        self.pictures.append([(blob.get("mimeType") or blob["mime_type"], _bytes(blob["data"])) for blob in blobs])
        if self.error is not None:
            return web.json_response({"error": self.error[1]}, status=self.error[0])
        return web.json_response(self._spelled(self._answer()))

    def _answer(self) -> dict[str, Any]:
        parts: list[dict[str, Any]] = [{"inlineData": {"mimeType": "image/jpeg", "data": self._text(self.picture)}}]
        if self.dialect.talkative:
            sketch = {"mimeType": "image/png", "data": self._text(b"an interim picture")}
            parts = [{"thought": True, "inlineData": sketch}, {"text": "Here it is."}, *parts]
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
        answer: dict[str, Any] = {
            "candidates": [candidate],
            "usageMetadata": {"promptTokenCount": 1300, "candidatesTokenCount": 1290, "totalTokenCount": 2590},
            "modelVersion": "some-model",
            "responseId": "response-1",
        }
        if self.dialect.with_unknown_fields:
            candidate |= {"avgLogprobs": -0.1, "groundingMetadata": {"unheardOf": [1, {"deep": None}]}}
            parts[-1] |= {"thoughtSignature": "c2ln", "videoMetadata": {}, "unheardOf": True}
            answer |= {"modelStatus": {"modelStage": "STABLE"}, "unheardOf": [[]]}
        return answer

    def _text(self, data: bytes) -> str:
        text = (base64.urlsafe_b64encode if self.dialect.url_safe else base64.b64encode)(data).decode()
        return text if self.dialect.padded else text.rstrip("=")

    def _spelled(self, value: Any) -> Any:
        if not self.dialect.snake_case:
            return value
        if isinstance(value, dict):
            return {re.sub("([A-Z])", r"_\1", name).lower(): self._spelled(each) for name, each in value.items()}
        return [self._spelled(each) for each in value] if isinstance(value, list) else value


def _bytes(text: str) -> bytes:
    """Either alphabet, with or without padding."""
    return base64.urlsafe_b64decode(
        text.rstrip("=").replace("+", "-").replace("/", "_") + "=" * (-len(text.rstrip("=")) % 4)
    )
