"""The answer to `get_result` of a finished job: each method's own documented fields."""

from dataclasses import dataclass
from typing import Any

from sandbox.behaviours import Behaviour
from sandbox.turbotext_answers import LIMITS, failure, json_answer
from sandbox.turbotext_wire import DeepfakeForm, Form, Image2ImageForm, Method, MixForm
from sandbox.wire_answer import WireAnswer

_REFUSED = "The photo could not be processed. Try another one."


@dataclass(frozen=True)
class FinishedJob:
    """What a result tells: links where the picture is, its size in pixels, the seed that was used."""

    form: Form
    behaviour: Behaviour
    width: int
    height: int
    seed: int
    #: As `generate_image2image` gives it: relative to the site's root.
    relative_link: str
    absolute_link: str


def result_of(job: FinishedJob) -> WireAnswer:
    """Give the answer."""
    if job.behaviour is Behaviour.SUCCESS_FALSE:
        return failure(_REFUSED)
    answer: dict[str, Any] = {"success": True, "error": "", **_documented(job)}
    if job.behaviour in {Behaviour.FORBIDDEN_CONTENT, Behaviour.MISSING_RESULT_URL, Behaviour.NESTED_RESULT}:
        answer.pop("uploaded_image", None)
        answer["data"].pop("image", None)
    if job.behaviour is Behaviour.FORBIDDEN_CONTENT:
        answer["data"]["forbidden_content"] = True
    if job.behaviour is Behaviour.NESTED_RESULT:
        answer["data"]["uploaded_image"] = job.absolute_link
    if job.behaviour is Behaviour.WITH_LIMITS:
        answer["limits"] = LIMITS
    return json_answer(answer, as_strings=job.behaviour is Behaviour.VALUES_AS_STRINGS)


def _documented(job: FinishedJob) -> dict[str, Any]:
    match job.form:
        case Image2ImageForm() as form:
            return {"data": {
                "user_id": form.user_id, "image": [job.relative_link], "prompt": form.content, "width": job.width,
                "height": job.height, "scale": form.scale, "seed": job.seed, "strength": form.strength,
                "original_language": form.original_language,
            }}  # fmt: skip
        case MixForm() as form:
            data = {
                "prompt": form.content, "width": job.width, "height": job.height, "seed": job.seed, "strength": 40,
                "pattern_prompt": "",
            }  # fmt: skip
            return {"data": data, "uploaded_image": job.absolute_link}
        case DeepfakeForm() as form:
            data = {
                "image": [job.absolute_link], "width": job.width, "height": job.height, "forbidden_content": False,
                "face_restore": form.face_restore,
            }  # fmt: skip
            return {"data": data, "uploaded_image": job.absolute_link}
        case _:
            return {"data": {"methods": [method for method in Method if method is not Method.AVAILABLE]}}
