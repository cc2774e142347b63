"""The text at `GET /guide`, and at `GET /` for what is no browser: how to script the sandbox."""

from sandbox.behaviours import Behaviour, Provider
from sandbox.gemini_models import IMAGE_MODELS
from sandbox.openai_wire import OPENAI_MODELS
from sandbox.scenarios import SCENARIOS
from sandbox.turbotext_wire import Method

_TEXT = """\
PhotoChanger sandbox: a Gemini, a Turbotext and an OpenAI that draw on what they are sent, with scripted faults.

Gemini (any key in x-goog-api-key; one that starts with "wrong" is refused as invalid)
  POST /{{v1|v1beta}}/models/{{model}}:generateContent           POST ...:streamGenerateContent?alt=sse
  GET  /{{v1|v1beta}}/models                                     GET  /{{v1|v1beta}}/models/{{model}}
  Models: {models}; every other one is a 404.
  POST /upload/{{v1|v1beta}}/files   (resumable)                  GET, DELETE /{{v1|v1beta}}/files/{{id}}, GET .../files
  Limits of a request: {max_bytes} bytes; of a file 2 GB. A file is its key's alone and lives for 48 hours.

Turbotext (any key in Authorization: Bearer; one that starts with "wrong" is refused with 401)
  POST /api_ai/{{{methods}}}
       form-encoded; do=create_queue answers a queueid, do=get_result&queueid=... reconnect, then the result
  GET  /download.php?f=...   GET /image/...      the results, without a key; kept for at least 2 minutes
  It fetches the links it is given (JPEG and PNG, each within 10 s) and never calls a webhook.

OpenAI (any key in Authorization: Bearer; one that starts with "wrong" is refused with 401)
  POST /v1/images/edits                     multipart: image or image[] (up to 16), prompt, model, size, quality, ...
  GET  /v1/models                           with a bearer's key; with any other it is Gemini's
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
  PUT    /control/scenario               {{"name": "evening-rush"}}: latencies, rules, outages and quotas at once, the
         same each time by the seed; GET: the names; DELETE: the one of the settings (SANDBOX_SCENARIO)
  PUT    /control/quota/{{provider}}       {{"requests_per_minute": 10, "requests_per_day": 500}} per model, in any 60 s
         and until the provider's midnight; over it 429 with RetryInfo or Retry-After, of Turbotext's day LIMIT
  GET    /control/invoice                what the originals would charge, by provider, its day and model, in millionths
         of a dollar or of a photo attempt; ?prompt_contains=...: of these calls alone; DELETE: begin anew
  GET    /control/pictures/{{id}}          small, of the newest 24 pictures; GET /control/pictures: which those are
  GET    /control/gemini/files           rules, files, finished uploads, numbers of requests; DELETE: all forgotten
  PUT    /control/gemini/files           {{"life_seconds": 172800, "processing_seconds": 0, "gone_status": 403,
         "fault": "unavailable", "times": 1}}; faults: unavailable, drop, hang, no_url, foreign_url, no_status,
         interrupted, failed
  POST   /control/gemini/files/age       {{"seconds": 172800}} makes every file so much older
  PUT    /control/gemini/retired-models/{{model}}   listed no more, 404 to calls            DELETE: it is back
  A rule may have a "share" (0 to 1) of the calls that fit, a latency a "p95_seconds" around the median "seconds".

Scenarios
{scenarios}

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


def guide_text(*, max_request_bytes: int) -> str:
    return _TEXT.format(
        models=", ".join(IMAGE_MODELS),
        openai_models=", ".join(OPENAI_MODELS),
        max_bytes=f"{max_request_bytes:,}",
        methods="|".join(Method),
        behaviours="\n\n".join(_behaviours(title, providers) for title, providers in _SECTIONS.items()),
        scenarios="\n".join(f"  {name:<20}{scenario.meaning}" for name, scenario in SCENARIOS.items()),
    )
