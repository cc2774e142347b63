"""The page at `GET /`: how to script the sandbox."""

from aiohttp import web

from sandbox.behaviours import Behaviour
from sandbox.gemini_models import IMAGE_MODELS

_TEXT = """\
PhotoChanger sandbox: a Gemini API that draws on what it is sent, with scripted latency and faults.

The API (any key in x-goog-api-key; one that starts with "wrong" is refused as invalid)
  POST /{{v1|v1beta}}/models/{{model}}:generateContent           POST ...:streamGenerateContent?alt=sse
  GET  /{{v1|v1beta}}/models                                     GET  /{{v1|v1beta}}/models/{{model}}
  Models: {models}; every other one is a 404.
  Limits of a request: {max_bytes} bytes; fileData is answered as a file that is not there.

What it draws
  1 picture              image_edit         a warm screen-print of it
  2 or more pictures     style_transfer     the second picture's colours on the first
  2 or more, and the prompt says "face" or "identity" before it says "style", "painting" or "palette"
                         identity_transfer  the second picture blended into the middle of the first
  no picture             text_to_image      a gradient
  Without an aspectRatio the output follows the last picture. The caption repeats the prompt.

What a call gets, the first that fits
  1. a marker in its prompt: [sandbox:NAME] or [sandbox:NAME=SECONDS]
  2. the first rule whose prompt_contains is in its prompt
  3. the default
  SECONDS is how long the answer takes instead of the usual latency, unless the list below says otherwise.
  Errors 400, 403, 404 and 429 come at once; everything else takes the usual latency.

Control, JSON
  GET    /control                        default, latency, picture_format, rules, number of calls
  DELETE /control                        all of it as the settings say; calls stay
  PUT    /control/default                {{"behaviour": "unavailable", "seconds": 0.2}}     DELETE: as set
  PUT    /control/latency                {{"seconds": 1.5, "jitter_seconds": 0.3}}         DELETE: as set
  PUT    /control/picture-format         {{"format": "model"}} or png, jpeg, mixed         DELETE: as set
  PUT    /control/rules/{{name}}           {{"behaviour": "no_image", "times": 2, "prompt_contains": "booth-7"}}
         times and prompt_contains may be left out; rules keep the order they were first put in; a used-up one goes
  GET, DELETE /control/rules             DELETE /control/rules/{{name}}
  GET    /control/calls                  ?prompt_contains=... &limit=...  the newest 10,000, with what each posted
         picture carried: exif, gps, xmp, iptc, comment, trailing_bytes; status null: not answered (yet)
  DELETE /control/calls

Behaviours
{behaviours}
"""


def add_guide(app: web.Application, *, max_request_bytes: int) -> None:
    text = _TEXT.format(
        models=", ".join(IMAGE_MODELS),
        max_bytes=f"{max_request_bytes:,}",
        behaviours="\n".join(f"  {behaviour:<26}{behaviour.meaning}" for behaviour in Behaviour),
    )

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=text)

    app.router.add_get("/", show)
