"""The page at `GET /`: how to script the sandbox."""

from aiohttp import web

from sandbox.behaviours import Behaviour, Provider
from sandbox.gemini_models import IMAGE_MODELS
from sandbox.openai_wire import OPENAI_MODELS
from sandbox.turbotext_wire import Method

_TEXT = """\
PhotoChanger sandbox: a Gemini, a Turbotext and an OpenAI that draw on what they are sent, with scripted faults.

Gemini (any key in x-goog-api-key; one that starts with "wrong" is refused as invalid)
  POST /{{v1|v1beta}}/models/{{model}}:generateContent           POST ...:streamGenerateContent?alt=sse
  GET  /{{v1|v1beta}}/models                                     GET  /{{v1|v1beta}}/models/{{model}}
  Models: {models}; every other one is a 404.
  Limits of a request: {max_bytes} bytes; fileData is answered as a file that is not there.

Turbotext (any key in Authorization: Bearer; one that starts with "wrong" is refused with 401)
  POST /api_ai/{{{methods}}}
       form-encoded; do=create_queue answers a queueid, do=get_result&queueid=... reconnect, then the result
  GET  /download.php?f=...   GET /image/...      the results, without a key; kept for at least 2 minutes
  It fetches the links it is given (JPEG and PNG, each within 10 s) and never calls a webhook.

OpenAI (any key in Authorization: Bearer; one that starts with "wrong" is refused with 401)
  POST /v1/images/edits                     multipart: image or image[] (up to 16), prompt, model, size, quality, ...
  Models: {openai_models}; every other one is a 404.

What it draws (Turbotext by its method)
  1 picture              image_edit         a warm screen-print of it
  2 or more pictures     style_transfer     the second picture's colours on the first
  2 or more, and the prompt says "face" or "identity" before it says "style", "painting" or "palette"
                         identity_transfer  the second picture blended into the middle of the first
  no picture             text_to_image      a gradient
  Without an aspectRatio the output follows the last picture. The caption repeats the prompt.

What a call gets, the first that fits
  1. a marker in its prompt (Turbotext: content): [sandbox:NAME] or [sandbox:NAME=SECONDS]
  2. the first rule for its provider whose prompt_contains is in its prompt
  3. the default
  SECONDS is how long the answer takes instead of the usual latency, unless the list below says otherwise.
  Errors 400, 403, 404 and 429 come at once; everything else takes the usual latency.
  Turbotext: broken answers come at once and are for create_queue; [sandbox:NAME@STEP] or "step" in a rule makes
  them for poll (each get_result), first_poll (only the first) or download (the picture's link).

Control, JSON
  GET    /control                        default, latency, picture_format, rules, number of calls
  DELETE /control                        all of it as the settings say; calls stay
  PUT    /control/default                {{"behaviour": "unavailable", "seconds": 0.2}}     DELETE: as set
  PUT    /control/latency                {{"seconds": 1.5, "jitter_seconds": 0.3}}         DELETE: as set
  PUT    /control/picture-format         {{"format": "model"}} or png, jpeg, mixed         DELETE: as set
  PUT    /control/rules/{{name}}           {{"behaviour": "no_image", "times": 2, "prompt_contains": "booth-7"}}
         times, prompt_contains, provider and step may be left out; rules keep the order
         they were first put in; a used-up one goes
  GET, DELETE /control/rules             DELETE /control/rules/{{name}}
  PUT    /control/outage/{{provider}}      {{"kind": "drop"}} or unavailable (503), hang: every request to gemini,
         turbotext or openai, pictures' links too, whatever rules and markers say                   DELETE: it is back
  GET    /control/calls                  ?prompt_contains=... &provider=... &limit=...  the newest 10,000, with what
         each picture carried: exif, gps, xmp, iptc, comment, trailing_bytes; status null: not answered (yet); a job
         of Turbotext is one call, with its queueid, creates, polls, downloads and inputs (path and status of links)
  DELETE /control/calls

{behaviours}
"""

_SECTIONS = {
    "Behaviours of all": frozenset(Provider),
    "Behaviours of Gemini and OpenAI": frozenset({Provider.GEMINI, Provider.OPENAI}),
    "Behaviours of Gemini": frozenset({Provider.GEMINI}),
    "Behaviours of Turbotext": frozenset({Provider.TURBOTEXT}),
    "Behaviours of OpenAI": frozenset({Provider.OPENAI}),
}


def _behaviours(title: str, providers: frozenset[Provider]) -> str:
    known = [behaviour for behaviour in Behaviour if behaviour.providers == providers]
    return "\n".join([title, *(f"  {behaviour:<26}{behaviour.meaning}" for behaviour in known)])


def add_guide(app: web.Application, *, max_request_bytes: int) -> None:
    text = _TEXT.format(
        models=", ".join(IMAGE_MODELS),
        openai_models=", ".join(OPENAI_MODELS),
        max_bytes=f"{max_request_bytes:,}",
        methods="|".join(Method),
        behaviours="\n\n".join(_behaviours(title, providers) for title, providers in _SECTIONS.items()),
    )

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=text)

    app.router.add_get("/", show)
